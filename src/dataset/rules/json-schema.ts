import { compileJsonSchema } from "../../core/json-schema.ts";
import { defineRule, eachMessage, quote } from "./rule.ts";

export const jsonSchema = defineRule({
  type: "json_schema",
  summary: "Each message (default: the assistant's) is JSON that meets a schema.",
  options: {
    type: "object",
    properties: {
      schema: { type: "string", minLength: 1, description: "The path of a JSON Schema, relative to this pipeline." },
    },
    required: ["schema"],
  },
  defaultRole: "assistant",
  files: ({ schema }) => [schema],
  prepare: async ({ schema }, { readText }) => {
    const check = compileJsonSchema(JSON.parse(await readText(schema)));
    return eachMessage(({ role, content }) => {
      let value: unknown;
      try {
        value = JSON.parse(content);
      } catch {
        return `The ${role}'s message is not JSON: ${quote(content)}.`;
      }
      const [fault] = check(value);
      return fault === undefined ? undefined : `The ${role}'s JSON breaks ${schema}: ${fault}.`;
    });
  },
});

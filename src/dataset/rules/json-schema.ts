import { compileJsonSchema, type JsonSchemaCheck } from "../../core/json-schema.ts";
import { quote } from "../../core/quote.ts";
import { defineRule, eachMessage } from "./rule.ts";

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
  files: ["schema"],
  prepare: async ({ schema }, { readJson }) => {
    const check = compileNamed(schema, await readJson("schema"));
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

function compileNamed(name: string, schema: unknown): JsonSchemaCheck {
  try {
    return compileJsonSchema(schema);
  } catch (cause) {
    throw new Error(`${name} is no usable JSON Schema: ${(cause as Error).message}`, { cause });
  }
}

import { defineAssertion } from "./assertion.ts";
import { checkOf, parseJson, schemaFault, schemaOptions } from "./json.ts";

/** Scalars count as JSON; JSON in a fenced block does not (see contains-json). */
export const isJson = defineAssertion({
  type: "is-json",
  summary: "The whole answer is JSON, and meets a JSON Schema if one is given.",
  options: schemaOptions,
  valueMayBeFile: true,
  invalid: ({ value }) => schemaFault(value),
  score(output, { value: schema }) {
    const parsed = parseJson(output);
    if (parsed === undefined) return { pass: false, score: 0, reason: "The answer is not JSON." };
    if (schema === undefined) return { pass: true, score: 1, reason: "The answer is JSON." };
    const faults = checkOf(schema)(parsed.value);
    return faults.length === 0
      ? { pass: true, score: 1, reason: "The answer is JSON that meets the schema." }
      : { pass: false, score: 0, reason: `The answer's JSON does not meet the schema: ${faults.join("; ")}.` };
  },
});

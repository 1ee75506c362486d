import { defineAssertion } from "./assertion.ts";
import { checkOf, embeddedObjects, schemaFault, schemaOptions } from "./json.ts";

/** One object that meets the schema is enough, wherever it stands, fenced or in prose. */
export const containsJson = defineAssertion({
  type: "contains-json",
  summary: "A JSON object stands somewhere in the answer, and meets a JSON Schema if one is given.",
  options: schemaOptions,
  valueMayBeFile: true,
  invalid: ({ value }) => schemaFault(value),
  score(output, { value: schema }) {
    const check = schema === undefined ? undefined : checkOf(schema);
    let firstFaults: readonly string[] | undefined;
    for (const object of embeddedObjects(output)) {
      const faults = check?.(object) ?? [];
      if (faults.length === 0) {
        const meets = check === undefined ? "" : " that meets the schema";
        return { pass: true, score: 1, reason: `The answer contains a JSON object${meets}.` };
      }
      firstFaults ??= faults;
    }
    const reason =
      firstFaults === undefined
        ? "The answer contains no JSON object."
        : `No JSON object in the answer meets the schema; the first: ${firstFaults.join("; ")}.`;
    return { pass: false, score: 0, reason };
  },
});

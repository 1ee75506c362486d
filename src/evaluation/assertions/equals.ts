import { defineAssertion } from "./assertion.ts";
import { parseJson, sameJson } from "./json.ts";
import { asText, quote } from "./text.ts";

/** Exact: nothing is trimmed, case counts. An object or list is compared with the answer read as JSON. */
export const equals = defineAssertion({
  type: "equals",
  summary: "The whole answer is exactly the value; an object is compared as JSON, whatever the order of its keys.",
  valueIsExpected: true,
  options: {
    type: "object",
    properties: {
      value: {
        type: ["string", "number", "boolean", "object", "array"],
        description: "What the answer must be; default: {{expected}}, for tests from held-out rows. A template.",
      },
    },
  },
  score(output, { value }) {
    if (typeof value === "object" && value !== null) {
      const parsed = parseJson(output);
      if (parsed === undefined) return { pass: false, score: 0, reason: "The answer is not JSON." };
      const pass = sameJson(value, parsed.value);
      return {
        pass,
        score: pass ? 1 : 0,
        reason: `The answer is ${pass ? "" : "not "}the JSON ${quote(JSON.stringify(value))}.`,
      };
    }
    const pass = output === asText(value);
    return { pass, score: pass ? 1 : 0, reason: `The answer is ${pass ? "" : "not "}${quote(asText(value))}.` };
  },
});

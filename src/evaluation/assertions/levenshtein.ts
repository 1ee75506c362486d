import { levenshteinDistance } from "../../core/suggest.ts";
import { defineAssertion } from "./assertion.ts";
import { asText, quote } from "./text.ts";

/** The distance counts insertions, deletions and substitutions of UTF-16 units; the score is 0 or 1, as in promptfoo. */
export const levenshtein = defineAssertion({
  type: "levenshtein",
  summary: "The answer differs from the value in at most `threshold` characters.",
  options: {
    type: "object",
    required: ["value"],
    properties: {
      value: {
        type: ["string", "number"],
        description: "The text to be near to; a template over the case's variables.",
      },
      threshold: {
        type: "integer",
        minimum: 0,
        default: 5,
        description: "Most characters inserted, deleted or replaced.",
      },
    },
  },
  invalid: ({ value }) =>
    asText(value) === "" ? "`value` is empty: an answer near to nothing says nothing." : undefined,
  score(output, { value, threshold }) {
    const distance = levenshteinDistance(output, asText(value));
    const pass = distance <= threshold;
    const reason = `The answer is ${distance} edits from ${quote(asText(value))}; allowed: ${threshold}.`;
    return { pass, score: pass ? 1 : 0, reason };
  },
});

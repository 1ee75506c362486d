import { defineAssertion } from "./assertion.ts";
import { asText, emptyText, quote, textOptions } from "./text.ts";

export const contains = defineAssertion({
  type: "contains",
  summary: "The value stands somewhere in the answer; case counts.",
  options: textOptions,
  invalid: ({ value }) => emptyText(value),
  score(output, { value }) {
    const pass = output.includes(asText(value));
    return {
      pass,
      score: pass ? 1 : 0,
      reason: `The answer ${pass ? "contains" : "does not contain"} ${quote(asText(value))}.`,
    };
  },
});

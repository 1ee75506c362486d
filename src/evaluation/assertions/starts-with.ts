import { defineAssertion } from "./assertion.ts";
import { asText, emptyText, quote, textOptions } from "./text.ts";

export const startsWith = defineAssertion({
  type: "starts-with",
  summary: "The answer begins with the value; case counts.",
  options: textOptions,
  invalid: ({ value }) => emptyText(value),
  score(output, { value }) {
    const pass = output.startsWith(asText(value));
    return {
      pass,
      score: pass ? 1 : 0,
      reason: `The answer ${pass ? "starts" : "does not start"} with ${quote(asText(value))}.`,
    };
  },
});

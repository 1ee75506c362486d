import { defineAssertion } from "./assertion.ts";
import { asText, emptyText, quote, textOptions } from "./text.ts";

export const icontains = defineAssertion({
  type: "icontains",
  summary: "The value stands somewhere in the answer, in whatever case.",
  options: textOptions,
  invalid: ({ value }) => emptyText(value),
  score(output, { value }) {
    const pass = output.toLowerCase().includes(asText(value).toLowerCase());
    return {
      pass,
      score: pass ? 1 : 0,
      reason: `The answer ${pass ? "contains" : "does not contain"} ${quote(asText(value))}, case aside.`,
    };
  },
});

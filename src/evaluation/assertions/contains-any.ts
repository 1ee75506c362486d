import { defineAssertion } from "./assertion.ts";
import { asList, emptyItems, listOptions, quoteAll } from "./text.ts";

export const containsAny = defineAssertion({
  type: "contains-any",
  summary: "At least one of the values stands in the answer; case counts.",
  options: listOptions,
  invalid: ({ value }) => emptyItems(value),
  score(output, { value }) {
    const found = asList(value).filter((item) => output.includes(item));
    return found.length > 0
      ? { pass: true, score: 1, reason: `The answer contains ${quoteAll(found)}.` }
      : { pass: false, score: 0, reason: `The answer contains none of ${quoteAll(asList(value))}.` };
  },
});

import { defineAssertion } from "./assertion.ts";
import { asList, emptyItems, listOptions, quoteAll } from "./text.ts";

export const containsAll = defineAssertion({
  type: "contains-all",
  summary: "Each of the values stands in the answer; case counts.",
  options: listOptions,
  invalid: ({ value }) => emptyItems(value),
  score(output, { value }) {
    const missing = asList(value).filter((item) => !output.includes(item));
    return missing.length === 0
      ? { pass: true, score: 1, reason: `The answer contains all of ${quoteAll(asList(value))}.` }
      : { pass: false, score: 0, reason: `The answer does not contain ${quoteAll(missing)}.` };
  },
});

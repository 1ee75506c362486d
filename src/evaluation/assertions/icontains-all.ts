import { defineAssertion } from "./assertion.ts";
import { asList, emptyItems, listOptions, quoteAll } from "./text.ts";

export const icontainsAll = defineAssertion({
  type: "icontains-all",
  summary: "Each of the values stands in the answer, in whatever case.",
  options: listOptions,
  invalid: ({ value }) => emptyItems(value),
  score(output, { value }) {
    const missing = asList(value).filter((item) => !output.toLowerCase().includes(item.toLowerCase()));
    return missing.length === 0
      ? { pass: true, score: 1, reason: `The answer contains all of ${quoteAll(asList(value))}, case aside.` }
      : { pass: false, score: 0, reason: `The answer does not contain ${quoteAll(missing)}, case aside.` };
  },
});

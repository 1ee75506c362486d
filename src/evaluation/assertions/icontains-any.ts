import { defineAssertion } from "./assertion.ts";
import { asList, emptyItems, listOptions, quoteAll } from "./text.ts";

export const icontainsAny = defineAssertion({
  type: "icontains-any",
  summary: "At least one of the values stands in the answer, in whatever case.",
  options: listOptions,
  invalid: ({ value }) => emptyItems(value),
  score(output, { value }) {
    const found = asList(value).filter((item) => output.toLowerCase().includes(item.toLowerCase()));
    return found.length > 0
      ? { pass: true, score: 1, reason: `The answer contains ${quoteAll(found)}, case aside.` }
      : { pass: false, score: 0, reason: `The answer contains none of ${quoteAll(asList(value))}, case aside.` };
  },
});

import { defineAssertion } from "./assertion.ts";
import { asText, quote } from "./text.ts";

/** Words with inner hyphens, apostrophes and points kept together; every other sign is a token of its own. */
const token = /[\p{L}\p{N}]+(?:[-'’.][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu;

function countTokens(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [found] of text.toLowerCase().matchAll(token)) counts.set(found, (counts.get(found) ?? 0) + 1);
  return counts;
}

const total = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/**
 * ROUGE-1 F (Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries"): twice the tokens in common over the tokens of both texts, case
 * aside. A token counts in common as often as it stands in both.
 * @returns 0 to 1; 0 where one of the texts has no tokens.
 */
export function rouge1(answer: string, reference: string): number {
  const [ours, theirs] = [countTokens(answer), countTokens(reference)];
  let common = 0;
  for (const [found, count] of ours) common += Math.min(count, theirs.get(found) ?? 0);
  return common === 0 ? 0 : (2 * common) / (total(ours) + total(theirs));
}

/** As promptfoo has it: single tokens (N = 1), the F score although its docs say recall. */
export const rougeN = defineAssertion({
  type: "rouge-n",
  summary: "The answer and the value have enough words in common, whatever their order: ROUGE-1 F reaches `threshold`.",
  options: {
    type: "object",
    required: ["value"],
    properties: {
      value: {
        type: ["string", "number"],
        description: "The text to compare with, such as {{expected}}; a template over the case's variables.",
      },
      threshold: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.75,
        description: "Least share of words in common, from 0 to 1.",
      },
    },
  },
  invalid: ({ value }) =>
    total(countTokens(asText(value))) === 0 ? "`value` has no words to compare with." : undefined,
  score(output, { value, threshold }) {
    const score = rouge1(output, asText(value));
    const pass = score >= threshold;
    const reason = `The answer has ${score.toFixed(2)} of its words in common with ${quote(asText(value))}; asked for: at least ${threshold}.`;
    return { pass, score, reason };
  },
});

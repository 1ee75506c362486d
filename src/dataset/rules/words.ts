import { plural } from "../../core/units.ts";
import { defineRule, eachMessage } from "./rule.ts";

/** Words as white space parts them, as promptfoo's word-count has it. */
export function countWords(text: string): number {
  return text.trim() === "" ? 0 : text.trim().split(/\s+/).length;
}

export const minWords = defineRule({
  type: "min_words",
  summary: "At least so many words in each message.",
  options: {
    type: "object",
    properties: { value: { type: "integer", minimum: 1, description: "Fewest words." } },
    required: ["value"],
  },
  prepare: ({ value }) =>
    eachMessage(({ role, content }) => {
      const words = countWords(content);
      return words < value ? `The ${role}'s message has ${plural(words, "word")}, fewer than ${value}.` : undefined;
    }),
});

export const maxWords = defineRule({
  type: "max_words",
  summary: "At most so many words in each message.",
  options: {
    type: "object",
    properties: { value: { type: "integer", minimum: 1, description: "Most words." } },
    required: ["value"],
  },
  prepare: ({ value }) =>
    eachMessage(({ role, content }) => {
      const words = countWords(content);
      return words > value ? `The ${role}'s message has ${plural(words, "word")}, more than ${value}.` : undefined;
    }),
});

import { quote } from "../../core/quote.ts";
import { defineRule, eachMessage } from "./rule.ts";

/** One form of letters and white space, so that a phrase is found wherever a line breaks. */
const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, " ");

export const phrases = defineRule({
  type: "phrases",
  summary:
    "No message (default: the assistant's) holds one of these phrases; with action: warn and at_most, no more than a share of the examples do.",
  options: {
    type: "object",
    properties: {
      values: {
        type: "array",
        items: { type: "string", minLength: 1 },
        minItems: 1,
        uniqueItems: true,
        description: "Texts that are looked for in any case of letters, such as: as an AI language model.",
      },
    },
    required: ["values"],
  },
  defaultRole: "assistant",
  invalid: ({ values }) =>
    values.some((value) => value.trim() === "")
      ? "A phrase is blank, and every message of two words holds it."
      : undefined,
  prepare: ({ values }) => {
    const wanted = values.map((value) => ({ value, plain: plain(value) }));
    return eachMessage(({ role, content }) => {
      const text = plain(content);
      const found = wanted.find((phrase) => text.includes(phrase.plain));
      return found === undefined ? undefined : `The ${role}'s message holds ${quote(found.value)}.`;
    });
  },
});

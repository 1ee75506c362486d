import { quote } from "../../core/quote.ts";
import { didYouMean } from "../../core/suggest.ts";
import { defineRule, eachMessage } from "./rule.ts";

export const oneOf = defineRule({
  type: "one_of",
  summary: "Each message (default: the assistant's) is one of a list of texts, such as the labels of a classification.",
  options: {
    type: "object",
    properties: {
      values: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        uniqueItems: true,
        description: "The texts that are allowed, compared exactly.",
      },
    },
    required: ["values"],
  },
  defaultRole: "assistant",
  prepare: ({ values }) => {
    const allowed = new Set(values);
    return eachMessage(({ role, content }) =>
      allowed.has(content)
        ? undefined
        : `The ${role}'s message ${quote(content)} is not allowed. ${didYouMean(content, values, "Values")}`,
    );
  },
});

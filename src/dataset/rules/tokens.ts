import type { MessageText } from "../../core/chat.ts";
import { plural } from "../../core/units.ts";
import { defineRule, type RuleContext } from "./rule.ts";

/** Tokens of the texts together. */
async function tokensOf({ tokenCounter }: RuleContext): Promise<(messages: readonly MessageText[]) => number> {
  const count = await tokenCounter();
  return (messages) => messages.reduce((sum, { content }) => sum + count(content), 0);
}

export const minTokens = defineRule({
  type: "min_tokens",
  summary: "At least so many tokens of text in the messages together, in OpenAI's encoding o200k_base.",
  options: {
    type: "object",
    properties: { value: { type: "integer", minimum: 1, description: "Fewest tokens." } },
    required: ["value"],
  },
  prepare: async ({ value }, context) => {
    const count = await tokensOf(context);
    return (messages) => {
      const tokens = count(messages);
      const text = plural(tokens, "token");
      return tokens < value && messages.length > 0 ? `The text has ${text}, fewer than ${value}.` : undefined;
    };
  },
});

export const maxTokens = defineRule({
  type: "max_tokens",
  bothAnswers: true,
  summary: "At most so many tokens of text in the messages together, in OpenAI's encoding o200k_base.",
  options: {
    type: "object",
    properties: { value: { type: "integer", minimum: 1, description: "Most tokens." } },
    required: ["value"],
  },
  prepare: async ({ value }, context) => {
    const count = await tokensOf(context);
    return (messages) => {
      const tokens = count(messages);
      return tokens > value ? `The text has ${tokens} tokens, more than ${value}.` : undefined;
    };
  },
});

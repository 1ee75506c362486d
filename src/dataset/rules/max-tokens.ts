import { defineRule } from "./rule.ts";

export const maxTokens = defineRule({
  type: "max_tokens",
  summary: "At most so many tokens of text in the messages together, in OpenAI's encoding o200k_base.",
  options: {
    type: "object",
    properties: { value: { type: "integer", minimum: 1, description: "Most tokens." } },
    required: ["value"],
  },
  prepare: async ({ value }, { tokenCounter }) => {
    const count = await tokenCounter();
    return (messages) => {
      const tokens = messages.reduce((sum, { content }) => sum + count(content), 0);
      return tokens > value ? `The text has ${tokens} tokens, more than ${value}.` : undefined;
    };
  },
});

import type { ChatMessage } from "../core/chat.ts";

/** OpenAI's encoding of the gpt-4o and gpt-4.1 families; an estimate for all other models. */
export const encodingName = "o200k_base";

/** Of a message: 3 that part it from the next, and its role, one token for each of system, user, assistant. */
const messageTokens = 4;

/** Tokens of a text. Special tokens written in it count as text. */
export async function loadTokenCounter(): Promise<(text: string) => number> {
  const { countTokens } = await import("gpt-tokenizer/encoding/o200k_base");
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
}

/**
 * Tokens of an example as OpenAI bills them: of each message its role and content and 3 more, and 1
 * for the example. (OpenAI's data preparation notebook says 3 for the example; a job of its own
 * documentation with 10 examples and 10 epochs billed 5,070 tokens, which is 2 fewer for each.)
 * @param countText Of the texts; messages that stay the same from example to example are counted once.
 */
export function exampleTokenCounter(countText: (text: string) => number): (messages: readonly ChatMessage[]) => number {
  const last: { text: string; tokens: number }[] = [];
  const count = (text: string, position: number): number => {
    const known = last[position];
    if (known?.text === text) return known.tokens;
    const tokens = countText(text);
    last[position] = { text, tokens };
    return tokens;
  };
  return (messages) => messages.reduce((sum, { content }, index) => sum + messageTokens + count(content, index), 1);
}

/**
 * Epochs where none are given: 3, more for few examples (to train on about 100), fewer for very many.
 * @see https://github.com/openai/openai-cookbook/blob/main/examples/Chat_finetuning_data_prep.ipynb
 */
export function automaticEpochs(examples: number): number {
  if (examples === 0) return 0;
  if (examples * 3 < 100) return Math.min(25, Math.floor(100 / examples));
  if (examples * 3 > 25_000) return Math.max(1, Math.floor(25_000 / examples));
  return 3;
}

import type { ChatMessage, SamplingSettings } from "../core/chat.ts";
import { decodeAnswer, encodePrompt } from "./chat-format.ts";
import type { Decoder } from "./decoder.ts";
import type { Completion } from "./engine.ts";
import { createRandom } from "./random.ts";
import { sampleToken } from "./sample.ts";
import { special, type Tokenizer } from "./tokenizer.ts";

/** A model ready to answer. */
export interface Speaker {
  readonly decoder: Decoder;
  readonly tokenizer: Tokenizer;
  /** Most tokens of prompt and answer together. */
  readonly context: number;
}

/**
 * Writes the assistant's answer. The end token and stop texts end it; neither is part of it.
 * @param seed Of the draws; the caller draws one where the request has none.
 * @throws Error when the prompt alone does not fit the context.
 */
export function generate(
  { decoder, tokenizer, context }: Speaker,
  messages: readonly ChatMessage[],
  { temperature, top_p, max_tokens, stop = [], seed }: SamplingSettings & { readonly seed: number },
): Completion {
  const prompt = encodePrompt(tokenizer, messages);
  if (prompt.length >= context) {
    throw new Error(`The prompt has ${prompt.length} tokens; with an answer it must fit into ${context}.`);
  }
  const sampling = { temperature, topP: top_p ?? 1, random: createRandom(seed) };
  const most = Math.min(max_tokens, context - prompt.length);
  const answer: number[] = [];
  const finish = (finishReason: Completion["finishReason"], content: string): Completion => ({
    content,
    finishReason,
    usage: { prompt_tokens: prompt.length, completion_tokens: answer.length },
  });
  decoder.reset();
  let logits = prompt.map((token) => decoder.step(token)).at(-1)!;
  while (answer.length < most) {
    const token = sampleToken(logits, special.end, sampling);
    if (token === special.end) return finish("stop", decodeAnswer(tokenizer, answer));
    answer.push(token);
    if (stop.length > 0) {
      const content = decodeAnswer(tokenizer, answer);
      const ends = stop.map((text) => content.indexOf(text)).filter((index) => index >= 0);
      if (ends.length > 0) return finish("stop", content.slice(0, Math.min(...ends)));
    }
    if (answer.length < most) logits = decoder.step(token);
  }
  return finish("length", decodeAnswer(tokenizer, answer));
}

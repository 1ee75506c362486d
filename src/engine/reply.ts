import { createAnswerStream, decodeAnswer, encodePrompt } from "./chat-format.ts";
import { createCircleGuard } from "./circles.ts";
import { createConstraint } from "./constrain/constraint.ts";
import type { Completion, CompletionRequest } from "./engine.ts";
import { createLabelChoice, type LabelSlot } from "./labels.ts";
import { createRandom } from "./random.ts";
import { sampleToken } from "./sample.ts";
import { special, type Tokenizer } from "./tokenizer.ts";

/** A request whose draws are settled: the caller draws a seed where it has none. */
export interface SeededRequest extends CompletionRequest {
  readonly seed: number;
}

/** The model that answers. */
export interface ReplySource {
  readonly tokenizer: Tokenizer;
  /** Most tokens of prompt and answer together. */
  readonly context: number;
  /** Where the model's answers hold one of a few labels. */
  readonly labels?: readonly LabelSlot[] | undefined;
}

/** One answer in the making, token by token; whoever runs the model brings the logits. */
export interface Reply {
  /** Tokens before the answer. */
  readonly prompt: readonly number[];
  /**
   * Takes the logits after all tokens so far: (V), which it may change.
   * @returns The answer's next token, to be run next, or undefined when the answer is whole.
   */
  take(logits: Float32Array): number | undefined;
  /** Of a whole answer. */
  completion(): Completion;
}

/**
 * The end token, stop texts and the limit end an answer; neither of the first two is part of it.
 * @param onText Gets the answer piece by piece; all of them together are the answer.
 * @throws Error when the prompt alone does not fit the context.
 * @throws FtpipeError RESPONSE_FORMAT_INVALID when the format can't be honoured, or no answer in it is short enough.
 */
export function createReply(
  { tokenizer, context, labels }: ReplySource,
  { messages, sampling, seed, responseFormat }: SeededRequest,
  onText: (text: string) => void = () => {},
): Reply {
  const { temperature, top_p, max_tokens, stop = [] } = sampling;
  const prompt = encodePrompt(tokenizer, messages);
  if (prompt.length >= context) {
    throw new Error(`The prompt has ${prompt.length} tokens; with an answer it must fit into ${context}.`);
  }
  const draws = { temperature, topP: top_p ?? 1, random: createRandom(seed) };
  const most = Math.min(max_tokens, context - prompt.length);
  const constraint =
    responseFormat === undefined || responseFormat.type === "text"
      ? undefined
      : createConstraint(responseFormat, tokenizer, { budget: most, prompt: messages });
  const allowed = new Uint8Array(tokenizer.vocabulary);
  const answer: number[] = [];
  const choice = labels === undefined ? undefined : createLabelChoice(labels, tokenizer, messages);
  // In a given form the same keys may well come again and again.
  const circles = constraint === undefined ? createCircleGuard() : undefined;
  const text = createAnswerStream(tokenizer);
  const spoken = createStopper(stop, onText);
  let finishReason: Completion["finishReason"] | undefined;
  let content = "";
  const finish = (reason: Completion["finishReason"], whole: string): undefined => {
    finishReason = reason;
    content = whole;
  };

  return {
    prompt,
    take(logits) {
      if (most <= 0) return finish("length", "");
      choice?.raise(logits, answer);
      constraint?.allow(allowed, most - answer.length);
      circles?.rule(logits);
      const token = sampleToken(logits, draws, { from: special.end, ...(constraint === undefined ? {} : { allowed }) });
      if (token === special.end) {
        spoken.end(text.end());
        return finish("stop", decodeAnswer(tokenizer, answer));
      }
      answer.push(token);
      constraint?.push(token);
      circles?.push(token);
      const stopped = spoken.push(text.push(token));
      if (stopped !== undefined) return finish("stop", stopped);
      const status = constraint?.status();
      if (status !== "closed" && answer.length < most) return token;
      spoken.end(text.end());
      const whole = status === "closed" || status === "whole";
      return finish(whole ? "stop" : "length", decodeAnswer(tokenizer, answer));
    },
    completion() {
      if (finishReason === undefined) throw new Error("the answer is not whole yet");
      return { content, finishReason, usage: { prompt_tokens: prompt.length, completion_tokens: answer.length } };
    },
  };
}

/** Passes a text on, save what may still become a stop text. */
function createStopper(stop: readonly string[], onText: (text: string) => void) {
  let whole = "";
  let passed = 0;
  const pass = (end: number): void => {
    if (end > passed) onText(whole.slice(passed, end));
    passed = Math.max(passed, end);
  };
  return {
    /** @returns The text before the first stop text, once there is one. */
    push(piece: string): string | undefined {
      whole += piece;
      const found = stop.map((text) => whole.indexOf(text)).filter((index) => index >= 0);
      if (found.length > 0) {
        const end = Math.min(...found);
        pass(end);
        return whole.slice(0, end);
      }
      const held = Math.max(0, ...stop.map((text) => overlap(whole, text)));
      pass(whole.length - held);
      return undefined;
    },
    end(piece: string): void {
      whole += piece;
      pass(whole.length);
    },
  };
}

/** How many characters at the end of the text begin the pattern. */
function overlap(text: string, pattern: string): number {
  for (let length = Math.min(pattern.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(pattern.slice(0, length))) return length;
  }
  return 0;
}

import type { Floats } from "./kernels/matrix.ts";

/** So many tokens in a row, some five words, are one and the same piece of text. */
const runLength = 8;
/** A third time would be a circle, out of which a small model seldom finds. */
const mostTimes = 2;

/** Keeps an answer from running in circles, as `no_repeat_ngram_size` does in other decoders. */
export interface CircleGuard {
  push(token: number): void;
  /** Rules out, in logits: (V), the tokens that would say the same piece a third time. */
  rule(logits: Floats): void;
}

export function createCircleGuard(): CircleGuard {
  const answer: number[] = [];
  /** By the tokens of a piece but its last: how often each token came behind them. */
  const seen = new Map<string, Map<number, number>>();
  const beginning = (end: number): string => answer.slice(end - runLength + 1, end).join();
  return {
    push(token) {
      if (answer.length >= runLength - 1) {
        const key = beginning(answer.length);
        const next = seen.get(key) ?? new Map<number, number>();
        next.set(token, (next.get(token) ?? 0) + 1);
        seen.set(key, next);
      }
      answer.push(token);
    },
    rule(logits) {
      for (const [token, times] of seen.get(beginning(answer.length)) ?? []) {
        if (times >= mostTimes) logits[token] = Number.NEGATIVE_INFINITY;
      }
    },
  };
}

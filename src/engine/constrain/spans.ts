import type { State } from "./machine.ts";

/** Fixed ranges, as the tokenizer has them: letters and digits, and all beyond ASCII that is no punctuation or symbol. */
const word =
  /[0-9A-Za-z\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{1fff}\u{2c00}-\u{2fff}\u{3040}-\u{d7ff}\u{f900}-\u{fdff}\u{fe70}-\u{ffef}\u{20000}-\u{10ffff}]+/gu;

/** Where the strings of a text that are runs of its whole words begin and end. */
export interface Spans {
  /** The text up to its last word, as inside a JSON string: bytes with escapes. */
  readonly bytes: Uint8Array;
  /** Where a word begins. */
  readonly starts: readonly number[];
  /** Where a word has just ended. */
  readonly ends: ReadonlySet<number>;
}

/**
 * How the string that is being written stands to the spans: the ends of all that are equal to it so far; `free` if it
 * may be anything; undefined outside of strings.
 */
export type SpanPlace = readonly number[] | "free" | undefined;

export function spansOf(prompt: string): Spans {
  const text = prompt.toWellFormed();
  const starts: number[] = [];
  const ends = new Set<number>();
  let bytes = 0;
  let at = 0;
  const escaped = (part: string): string => JSON.stringify(part).slice(1, -1);
  const measure = (to: number): number => {
    bytes += Buffer.byteLength(escaped(text.slice(at, to)));
    at = to;
    return bytes;
  };
  for (const match of text.matchAll(word)) {
    starts.push(measure(match.index));
    ends.add(measure(match.index + match[0].length));
  }
  // No span goes on after the last word.
  return { bytes: Buffer.from(escaped(text.slice(0, at))), starts, ends };
}

const quote = 0x22;
const space = 0x20;

/** A byte, and the states around it. */
export interface SpanStep {
  readonly before: State;
  readonly byte: number;
  readonly after: State;
}

/** @returns null if the string is then no longer the beginning of a span, or is closed before it is one. */
export function advance({ bytes, starts, ends }: Spans, place: SpanPlace, step: SpanStep): SpanPlace | null {
  const { before, byte, after } = step;
  if (place === undefined || !before.quotes) return after.quotes ? (starts.length > 0 ? starts : "free") : undefined;
  if (place === "free") return after.quotes ? place : undefined;
  if (!after.quotes) return byte === quote && !place.some((at) => ends.has(at)) ? null : undefined;
  const next = place.filter((at) => bytes[at] === byte).map((at) => at + 1);
  return next.length > 0 ? next : null;
}

/** Whether a word can follow without a space before it, so that a joiner makes sense. */
export function canJoin({ bytes }: Spans, place: SpanPlace): boolean {
  return place === undefined || place === "free" || place.some((at) => at < bytes.length && bytes[at] !== space);
}

import type { ChatMessage } from "../core/chat.ts";

export type HeldOutSplit = "validation" | "test";

/** A row of the source, as the source stage writes it. */
export interface SourceRow {
  readonly values: Readonly<Record<string, unknown>>;
  /** Relative to the root. */
  readonly file: string;
  /** Where the record begins, from 1. */
  readonly line: number;
  /** Of rows from a split's own file. */
  readonly split?: HeldOutSplit;
}

/** One training line with where it comes from, as the dataset and checks stages write it. */
export interface Example {
  /** The row's identity. */
  readonly key: string;
  /** From 0. */
  readonly variant: number;
  /** Rows of one group stay in one split. */
  readonly group: string;
  readonly messages: readonly ChatMessage[];
  /** The row, of variant 0 only: what eval cases are made from. */
  readonly vars?: Readonly<Record<string, unknown>>;
  readonly file: string;
  readonly line: number;
  readonly split?: HeldOutSplit;
}

/** A held-out row, for the evaluation. */
export interface HeldOut {
  readonly split: HeldOutSplit;
  readonly key: string;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Those before the last assistant's. */
  readonly messages: readonly ChatMessage[];
  /** The last assistant's message. */
  readonly expected: string;
  readonly file: string;
  readonly line: number;
}

/** The messages that a model is asked with, and the answer it should give. */
export function promptAndAnswer(messages: readonly ChatMessage[]): { prompt: readonly ChatMessage[]; answer: string } {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const prompt = last < 0 ? messages : messages.slice(0, last);
  return { prompt: prompt.map(({ role, content }) => ({ role, content })), answer: messages[last]?.content ?? "" };
}

/** An example as OpenAI's training files have it, keys in a fixed order. */
export function trainingLine(messages: readonly ChatMessage[]): { readonly messages: readonly ChatMessage[] } {
  return {
    messages: messages.map(({ role, content, weight }) => ({
      role,
      content,
      ...(weight === undefined ? {} : { weight }),
    })),
  };
}

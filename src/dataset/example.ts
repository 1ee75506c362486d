import type { ChatMessage } from "../core/chat.ts";
import type { Digest } from "../core/hash.ts";

export type HeldOutSplit = "validation" | "test";

/** A training example with where it comes from. */
export interface Example {
  /** The row's identity. */
  readonly key: string;
  readonly keyDigest: Digest;
  /** From 0. */
  readonly variant: number;
  /** Rows of one group stay in one split. */
  readonly group: string;
  readonly messages: readonly ChatMessage[];
  /** The row, of variant 0 only: what eval cases are made from. */
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  /** Relative to the root. */
  readonly file: string;
  /** Where the row begins, from 1. */
  readonly line: number;
  /** Of rows from a split's own file. */
  readonly split?: HeldOutSplit | undefined;
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

/** An example as text. */
export interface ExampleText {
  /** As OpenAI's training files have it, keys in a fixed order; no line end. */
  readonly line: string;
  /** Of the messages that a model is asked with, without their weights: equal texts are equal prompts. */
  readonly prompt: string;
}

/** Writes examples one after another; a message that stays the same from one to the next is written once. */
export function exampleWriter(): (messages: readonly ChatMessage[]) => ExampleText {
  const last: { readonly content: string; readonly json: string }[] = [];
  const quoted = (content: string, place: number): string => {
    const known = last[place];
    if (known?.content === content) return known.json;
    const json = JSON.stringify(content);
    last[place] = { content, json };
    return json;
  };
  return (messages) => {
    const answer = messages.findLastIndex(({ role }) => role === "assistant");
    let line = '{"messages":[';
    let prompt = "";
    let place = 0;
    for (const { role, content, weight } of messages) {
      const text = `{"role":"${role}","content":${quoted(content, place)}`;
      if (place > 0) line += ",";
      line += weight === undefined ? `${text}}` : `${text},"weight":${weight}}`;
      if (answer < 0 || place < answer) prompt += `${text}}`;
      place++;
    }
    return { line: `${line}]}`, prompt };
  };
}

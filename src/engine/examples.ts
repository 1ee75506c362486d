import { setImmediate } from "node:timers/promises";
import type { Base } from "./bases.ts";
import { tokenizerOf } from "./bases.ts";
import { encodeChat, toSequence } from "./chat-format.ts";
import type { ExampleFault, TrainingExample } from "./engine.ts";
import type { Sequence } from "./head.ts";

/** Examples in tokens, in memory that all threads share. */
export interface SequenceStore {
  /** All sequences one after another. */
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  /** Where each begins; one more at the end. */
  readonly starts: Int32Array;
}

export interface EncodedExamples {
  readonly store: SequenceStore;
  /** Tokens of whole examples, the untrained ones too. */
  readonly tokens: number;
  readonly faults: readonly ExampleFault[];
}

/** So many examples are tokenised before other work gets its turn. */
const sliceLength = 64;

/** Tokenises examples without holding up the thread. */
export async function encodeExamples(base: Base, examples: readonly TrainingExample[]): Promise<EncodedExamples> {
  const tokenizer = tokenizerOf(base);
  const sequences: Sequence[] = [];
  const faults: ExampleFault[] = [];
  let tokens = 0;
  for (const [index, { messages }] of examples.entries()) {
    const chat = encodeChat(tokenizer, messages);
    tokens += chat.tokens.length;
    const learns = messages.some(({ role, content, weight }) => role === "assistant" && content !== "" && weight !== 0);
    if (!learns) {
      faults.push({ index, message: "It has no assistant message with text to learn." });
    } else if (chat.tokens.length > base.shape.context) {
      const count = `${chat.tokens.length} tokens; ${base.name} takes at most ${base.shape.context}`;
      faults.push({ index, message: `It has ${count}.` });
    } else {
      sequences.push(toSequence(chat));
    }
    if (index % sliceLength === sliceLength - 1) await setImmediate();
  }
  return { store: storeSequences(sequences), tokens, faults };
}

function storeSequences(sequences: readonly Sequence[]): SequenceStore {
  const total = sequences.reduce((sum, { tokens }) => sum + tokens.length, 0);
  const store = {
    tokens: sharedIntegers(total),
    targets: sharedIntegers(total),
    starts: sharedIntegers(sequences.length + 1),
  };
  let start = 0;
  sequences.forEach(({ tokens, targets }, index) => {
    store.tokens.set(tokens, start);
    store.targets.set(targets, start);
    start += tokens.length;
    store.starts[index + 1] = start;
  });
  return store;
}

export function sequenceCount({ starts }: SequenceStore): number {
  return starts.length - 1;
}

export function sequenceAt({ tokens, targets, starts }: SequenceStore, index: number): Sequence {
  const [from, to] = [starts[index]!, starts[index + 1]!];
  return { tokens: tokens.subarray(from, to), targets: targets.subarray(from, to) };
}

/** Tokens on which loss is taken. */
export function trainedCount({ targets }: Sequence): number {
  return targets.reduce((count, target) => count + (target < 0 ? 0 : 1), 0);
}

export function sharedIntegers(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

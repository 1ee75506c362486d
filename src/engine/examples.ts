import { setImmediate } from "node:timers/promises";
import { isLearnt } from "../core/chat.ts";
import type { Base } from "./bases.ts";
import { tokenizerOf } from "./bases.ts";
import { type EncodedChat, encodeChat, toSequence } from "./chat-format.ts";
import type { ExampleFault, OverContext, PreferenceExample, TrainingExample } from "./engine.ts";
import type { Sequence } from "./pack.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Examples in tokens, in memory that all threads share. */
export interface SequenceStore {
  /** All sequences one after another. */
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
  /** Where each begins; one more at the end. */
  readonly starts: Int32Array;
}

export interface EncodedExamples {
  /** One sequence an example; of a pair of answers two, the preferred one first. In order, unless some are refused. */
  readonly store: SequenceStore;
  /** Tokens of all examples as far as they are not cut, the untrained ones too; a pair's chat counts once. */
  readonly tokens: number;
  readonly faults: readonly ExampleFault[];
}

/** So many examples are tokenised before other work gets its turn. */
const sliceLength = 64;

/** Tokenises examples without holding up the thread. @param overContext What becomes of those that are too long. */
export async function encodeExamples(
  base: Base,
  examples: readonly (TrainingExample | PreferenceExample)[],
  overContext: OverContext = "refuse",
): Promise<EncodedExamples> {
  const tokenizer = tokenizerOf(base);
  const sequences: Sequence[] = [];
  const faults: ExampleFault[] = [];
  let tokens = 0;
  for (const [index, example] of examples.entries()) {
    const encoded = "messages" in example ? encodeLine(tokenizer, example) : encodePair(tokenizer, example);
    const fitted = fitTo(base, encoded, overContext);
    tokens += encoded.tokens - (fitted.fault?.cut === true ? lengthOf(encoded.chats) - lengthOf(fitted.chats) : 0);
    if (fitted.fault !== undefined) faults.push({ index, ...fitted.fault });
    sequences.push(...fitted.chats.map(toSequence));
    if (index % sliceLength === sliceLength - 1) await setImmediate();
  }
  return { store: storeSequences(sequences), tokens, faults };
}

const lengthOf = (chats: readonly EncodedChat[]): number => chats.reduce((sum, { tokens }) => sum + tokens.length, 0);

/** The chats to learn from: whole, cut, or none. */
function fitTo(
  { name, shape: { context } }: Base,
  { chats, fault }: EncodedExample,
  overContext: OverContext,
): { readonly chats: readonly EncodedChat[]; readonly fault?: Omit<ExampleFault, "index"> } {
  if (fault !== undefined) return { chats: [], fault: { message: fault } };
  const longest = Math.max(...chats.map(({ tokens }) => tokens.length));
  if (longest <= context) return { chats };
  const message = `It has ${longest} tokens; ${name} takes at most ${context}.`;
  if (overContext === "refuse") return { chats: [], fault: { message } };
  const cut = chats.map(({ tokens, trained }) => ({
    tokens: tokens.slice(0, context),
    trained: trained.slice(0, context),
  }));
  if (!cut.every(({ trained }) => trained.includes(true))) {
    return { chats: [], fault: { message: `${message} Of an answer nothing would be left.` } };
  }
  return { chats: cut, fault: { message, cut: true } };
}

interface EncodedExample {
  readonly chats: readonly EncodedChat[];
  readonly tokens: number;
  /** Why there is nothing to learn from it. */
  readonly fault: string | undefined;
}

function encodeLine(tokenizer: Tokenizer, { messages }: TrainingExample): EncodedExample {
  const chat = encodeChat(tokenizer, messages);
  const learns = messages.some((message) => message.content !== "" && isLearnt(message));
  return {
    chats: [chat],
    tokens: chat.tokens.length,
    fault: learns ? undefined : "It has no assistant message with text to learn.",
  };
}

function encodePair(tokenizer: Tokenizer, { input, preferred, rejected }: PreferenceExample): EncodedExample {
  const prompt = encodeChat(tokenizer, input);
  const chats = [preferred, rejected].map((content): EncodedChat => {
    const answer = encodeChat(tokenizer, [{ role: "assistant", content }]);
    return {
      tokens: [...prompt.tokens, ...answer.tokens],
      trained: [...prompt.trained.map(() => false), ...answer.trained],
    };
  });
  const chatTokens = chats.reduce((sum, chat) => sum + chat.tokens.length, 0);
  return { chats, tokens: chatTokens - prompt.tokens.length, fault: pairFault(preferred, rejected) };
}

function pairFault(preferred: string, rejected: string): string | undefined {
  if (preferred === "") return "Its preferred answer is empty.";
  if (rejected === "") return "Its rejected answer is empty.";
  return preferred === rejected ? "Its two answers are the same, so neither can be preferred." : undefined;
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

/** The second's sequences behind the first's. */
export function joinStores(first: SequenceStore, second: SequenceStore): SequenceStore {
  const all = [first, second].flatMap((store) =>
    Array.from({ length: sequenceCount(store) }, (_, index) => sequenceAt(store, index)),
  );
  return storeSequences(all);
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

function sharedIntegers(count: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(count * Int32Array.BYTES_PER_ELEMENT));
}

import type { ExampleContent } from "./example.ts";
import { partTokenCounter } from "./part-tokens.ts";
import { type SplitName, splitNames } from "./split.ts";
import { addTokens, noTokens, type TokenTally } from "./token-tally.ts";
import { startTokenThread, type TokenThread } from "./token-thread.ts";
import { type EncodingName, exampleTokenCounter, loadTokenCounter } from "./tokens.ts";

/** Counts the tokens of examples in this thread while they are made. */
export interface ExampleTokenTallies {
  add(split: SplitName, content: ExampleContent): void;
  readonly tallies: () => Readonly<Record<SplitName, TokenTally>>;
}

export async function exampleTokenTallies(encoding: EncodingName): Promise<ExampleTokenTallies> {
  const countExample = exampleTokenCounter(await loadTokenCounter(encoding));
  const sums = { training: { ...noTokens }, validation: { ...noTokens }, test: { ...noTokens } };
  return {
    add(split, content) {
      addTokens(sums[split], countExample(content));
    },
    tallies: () => sums,
  };
}

/** `ExampleTokenTallies` of chats that are made part by part: what varies from row to row is counted in other threads. */
export interface PartTokenTallies {
  add(split: SplitName, content: ExampleContent): void;
  readonly tallies: () => Promise<Readonly<Record<SplitName, TokenTally>>>;
  close(): Promise<void>;
}

/** What was left of some examples, in their order. Numbers and no objects: many wait at once. */
interface LeftTexts {
  /** Of each example its split, tokens, those that are learnt, and whether it has tools. */
  readonly examples: number[];
  readonly texts: string[];
  /** UTF-16 units of all texts. */
  units: number;
  /** Of each text its example, times 2, plus 1 if it is learnt. */
  readonly of: number[];
}

const exampleNumbers = 4;

const leftNothing = (): LeftTexts => ({ examples: [], texts: [], units: 0, of: [] });

/** UTF-16 units that are handed over together, and those that may wait for a thread, which has to load the tokenizer. */
const mostUnits = 1 << 18;
const mostWaitingUnits = 1 << 24;

/** @param threads Beside this one; at least 1. @param most Texts that are handed over together; for fewer no thread is started. */
export async function partTokenTallies(
  encoding: EncodingName,
  threads: number,
  most = 1024,
): Promise<PartTokenTallies> {
  const countText = await loadTokenCounter(encoding);
  const sums = { training: { ...noTokens }, validation: { ...noTokens }, test: { ...noTokens } };
  let left = leftNothing();
  const leave = (text: string, isTrained: boolean): void => {
    left.texts.push(text);
    left.units += text.length;
    left.of.push(2 * left.examples.length + (isTrained ? 1 : 0)); // that example comes next
  };
  const countExample = exampleTokenCounter(countText, partTokenCounter({ countText, leave }));
  const counters: TokenThread[] = [];
  const running = new Set<Promise<void>>();
  let waitingUnits = 0;

  const settle = ({ examples, of }: LeftTexts, counts: readonly number[]): void => {
    let next = 0;
    for (let at = 0; at < examples.length; at += exampleNumbers) {
      let tokens = examples[at + 1] as number;
      let trained = examples[at + 2] as number;
      for (; next < of.length && (of[next] as number) >> 1 === at; next++) {
        tokens += counts[next] as number;
        if ((of[next] as number) % 2 === 1) trained += counts[next] as number;
      }
      const tools = examples[at + 3] as number;
      const split = splitNames[examples[at] as number] as SplitName;
      addTokens(sums[split], { tokens, trained, longest: tokens, tools, images: 0 });
    }
  };
  const isWorthIt = ({ texts, units }: LeftTexts): boolean => texts.length >= most || units >= mostUnits;
  const withRoom = (): TokenThread | undefined => {
    if (counters.length < threads) {
      const started = startTokenThread(true);
      counters.push(started);
      return started;
    }
    if (waitingUnits >= mostWaitingUnits * threads) return undefined; // counted here, so that no more are made meanwhile
    return counters.toSorted((one, other) => one.open() - other.open())[0];
  };
  const handOver = (): void => {
    const some = left;
    left = leftNothing();
    const counter = isWorthIt(some) ? withRoom() : undefined;
    if (counter === undefined) {
      settle(some, some.texts.map(countText));
      return;
    }
    waitingUnits += some.units;
    const counted = counter.ask({ encoding, texts: some.texts }).then((answer) => {
      waitingUnits -= some.units;
      settle(some, "counts" in answer ? answer.counts : []);
      running.delete(counted);
    });
    counted.catch(() => {}); // it stays among those that run, and is told to whoever waits for them
    running.add(counted);
  };
  return {
    add(split, content) {
      const before = left.texts.length;
      const known = countExample(content);
      if (left.texts.length === before) addTokens(sums[split], known);
      else left.examples.push(splitNames.indexOf(split), known.tokens, known.trained, known.tools);
      if (isWorthIt(left)) handOver();
    },
    async tallies() {
      handOver();
      await Promise.all(running);
      return sums;
    },
    close: async () => void (await Promise.all(counters.map((counter) => counter.end()))),
  };
}

import { moduleBeside, type Peer, type PeerProgram, startHere, startPeer } from "../core/peer.ts";
import type { FileSystem } from "../core/ports.ts";
import { contentOf, type ExampleContent, type TrainingLine } from "./example.ts";
import { partTokenCounter } from "./part-tokens.ts";
import type { SplitName } from "./split.ts";
import { type EncodingName, type ExampleTokens, exampleTokenCounter, loadTokenCounter } from "./tokens.ts";

/** Tokens of examples together; `longest` is that of one of them, `tools` and `images` are counts of examples. */
export type TokenTally = ExampleTokens;

/** Whole lines of a file of examples, or texts. */
type Question = { readonly encoding: EncodingName } & (
  | { readonly lines: Uint8Array }
  | { readonly texts: readonly string[] }
);

type Counted = { readonly tally: TokenTally } | { readonly counts: readonly number[] };

type Answer = Counted | { readonly fault: string };

/** Counts the tokens of files of examples, in several threads where that pays. */
export interface FileTokenCounter {
  /** The tokens of a JSONL file of examples. They are the same however many threads count. */
  count(path: string): Promise<TokenTally>;
  close(): Promise<void>;
}

export interface FileTokenCounterOptions {
  readonly files: FileSystem;
  readonly encoding: EncodingName;
  /** Bytes of all files together. */
  readonly bytes: number;
  /** At most so many; one is this thread. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

/** Bytes for which another thread, which has to load the tokenizer, is worth its start. */
const bytesPerThread = 8 << 20;

const empty: TokenTally = { tokens: 0, trained: 0, longest: 0, tools: 0, images: 0 };

export function fileTokenCounter({
  files,
  encoding,
  bytes,
  threads,
  signal,
}: FileTokenCounterOptions): FileTokenCounter {
  const wanted = Math.min(threads, Math.ceil(bytes / bytesPerThread));
  const pool = counterPool(encoding, { counters: Math.max(1, wanted), elsewhere: wanted > 1 });
  return {
    async count(path) {
      for await (const lines of wholeLines(files.stream(path))) {
        signal.throwIfAborted();
        await pool.take(path, lines);
      }
      return pool.tally(path);
    },
    close: pool.close,
  };
}

/** Counts the tokens of lines while more of them are made: in other threads and, while those are busy, in this one. */
export interface LineTokenCounter {
  /** @param lines Whole ones; may be written over once the promise resolves. @returns A promise to wait for before the next. */
  take(split: SplitName, lines: Uint8Array): Promise<void>;
  /** Of all lines; undefined if there were too few to be worth a thread. */
  tallies(): Promise<Readonly<Record<SplitName, TokenTally>> | undefined>;
  close(): Promise<void>;
}

/** @param threads Beside this one; at least 1. @param worthBytes From so many on, threads are started. */
export function lineTokenCounter(
  encoding: EncodingName,
  threads: number,
  worthBytes = bytesPerThread,
): LineTokenCounter {
  let pool: CounterPool | undefined;
  let waiting: { readonly split: SplitName; readonly lines: Uint8Array }[] = [];
  let waitingBytes = 0;
  return {
    async take(split, written) {
      const lines = new Uint8Array(written);
      if (pool !== undefined) return pool.take(split, lines);
      waiting.push({ split, lines });
      waitingBytes += lines.length;
      if (waitingBytes < worthBytes) return;
      const started = counterPool(encoding, { counters: threads, elsewhere: true, helps: true });
      pool = started;
      const all = waiting;
      waiting = [];
      for (const one of all) await started.take(one.split, one.lines);
    },
    tallies: async () =>
      pool === undefined
        ? undefined
        : {
            training: await pool.tally("training"),
            validation: await pool.tally("validation"),
            test: await pool.tally("test"),
          },
    close: async () => pool?.close(),
  };
}

/** Counts the tokens of examples in this thread while they are made. */
export interface ExampleTokenTallies {
  add(split: SplitName, content: ExampleContent): void;
  readonly tallies: () => Readonly<Record<SplitName, TokenTally>>;
}

export async function exampleTokenTallies(encoding: EncodingName): Promise<ExampleTokenTallies> {
  const countExample = exampleTokenCounter(await loadTokenCounter(encoding));
  const sums = { training: { ...empty }, validation: { ...empty }, test: { ...empty } };
  return {
    add(split, content) {
      addTo(sums[split], countExample(content));
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
  /** Of each text its example, times 2, plus 1 if it is learnt. */
  readonly of: number[];
}

const exampleNumbers = 4;
const splitNames: readonly SplitName[] = ["training", "validation", "test"];

const leftNothing = (): LeftTexts => ({ examples: [], texts: [], of: [] });

/** Handed over and not answered: some hundred thousand texts may wait for a thread to load the tokenizer. */
const mostWaiting = 128;

/** @param threads Beside this one; at least 1. @param most Texts that are handed over together; for fewer no thread is started. */
export async function partTokenTallies(
  encoding: EncodingName,
  threads: number,
  most = 1024,
): Promise<PartTokenTallies> {
  const countText = await loadTokenCounter(encoding);
  const sums = { training: { ...empty }, validation: { ...empty }, test: { ...empty } };
  let left = leftNothing();
  const leave = (text: string, isTrained: boolean): void => {
    left.texts.push(text);
    left.of.push(2 * left.examples.length + (isTrained ? 1 : 0)); // that example comes next
  };
  const countExample = exampleTokenCounter(countText, partTokenCounter({ countText, leave }));
  const counters: Counter[] = [];
  const running = new Set<Promise<void>>();

  const settle = ({ examples, of }: LeftTexts, counts: readonly number[]): void => {
    let next = 0;
    for (let at = 0; at < examples.length; at += exampleNumbers) {
      const [split, known, learnt, tools] = examples.slice(at, at + exampleNumbers) as [number, number, number, number];
      let [tokens, trained] = [known, learnt];
      for (; next < of.length && (of[next] as number) >> 1 === at; next++) {
        tokens += counts[next] as number;
        if ((of[next] as number) % 2 === 1) trained += counts[next] as number;
      }
      addTo(sums[splitNames[split] as SplitName], { tokens, trained, longest: tokens, tools, images: 0 });
    }
  };
  const withRoom = (): Counter | undefined => {
    if (counters.length < threads) {
      const started = createCounter(true);
      counters.push(started);
      return started;
    }
    const [first] = counters.toSorted((one, other) => one.open() - other.open());
    return first !== undefined && first.open() < mostWaiting ? first : undefined;
  };
  const handOver = (): void => {
    const some = left;
    left = leftNothing();
    const counter = some.texts.length < most ? undefined : withRoom();
    if (counter === undefined) {
      settle(some, some.texts.map(countText));
      return;
    }
    const counted = counter.ask({ encoding, texts: some.texts }).then((answer) => {
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
      if (left.texts.length === before) addTo(sums[split], known);
      else left.examples.push(splitNames.indexOf(split), known.tokens, known.trained, known.tools);
      if (left.texts.length >= most) handOver();
    },
    async tallies() {
      handOver();
      await Promise.all(running);
      return sums;
    },
    close: async () => void (await Promise.all(counters.map((counter) => counter.end()))),
  };
}

interface CounterPool {
  /** Resolves when a counter has taken the lines, or they are counted. */
  take(name: string, lines: Uint8Array): Promise<void>;
  /** Of all lines that were taken under that name. */
  tally(name: string): Promise<TokenTally>;
  close(): Promise<void>;
}

/** Of one counter at a time: while it answers one, the next waits, so that it never does. */
const mostOpen = 2;

interface PoolOptions {
  readonly counters: number;
  readonly elsewhere: boolean;
  /** Whether lines that no counter has room for are counted at once, by whoever brings them. Default: they wait. */
  readonly helps?: boolean;
}

function counterPool(encoding: EncodingName, { counters: count, elsewhere, helps = false }: PoolOptions): CounterPool {
  const counters = Array.from({ length: count }, () => createCounter(elsewhere));
  const running = new Set<Promise<void>>();
  const tallies = new Map<string, TokenTally>();
  /** One after another: two that wait for a counter with room must not be given the same. */
  let taking: Promise<void> = Promise.resolve();
  const note = (name: string, tally: TokenTally): void => {
    tallies.set(name, add(tallies.get(name) ?? empty, tally));
  };
  const withRoom = (): Counter | undefined => {
    const [first] = counters.toSorted((one, other) => one.open() - other.open());
    return first !== undefined && first.open() < mostOpen ? first : undefined;
  };
  const hand = async (name: string, lines: Uint8Array): Promise<void> => {
    let counter = withRoom();
    while (counter === undefined) {
      if (helps) return note(name, await tallyOf({ encoding, lines }));
      await Promise.race(running);
      counter = withRoom();
    }
    const counted = counter.ask({ encoding, lines }).then((answer) => {
      note(name, "tally" in answer ? answer.tally : empty);
      running.delete(counted);
    });
    counted.catch(() => {}); // it stays among those that run, and is told to whoever waits for them
    running.add(counted);
  };
  return {
    take(name, lines) {
      taking = taking.then(() => hand(name, lines));
      return taking;
    },
    async tally(name) {
      await taking;
      await Promise.all(running);
      return tallies.get(name) ?? empty;
    },
    close: async () => void (await Promise.all(counters.map((counter) => counter.end()))),
  };
}

function addTo(sum: { -readonly [Key in keyof TokenTally]: TokenTally[Key] }, tally: TokenTally): void {
  sum.tokens += tally.tokens;
  sum.trained += tally.trained;
  sum.longest = Math.max(sum.longest, tally.longest);
  sum.tools += tally.tools;
  sum.images += tally.images;
}

function add(left: TokenTally, right: TokenTally): TokenTally {
  return {
    tokens: left.tokens + right.tokens,
    trained: left.trained + right.trained,
    longest: Math.max(left.longest, right.longest),
    tools: left.tools + right.tools,
    images: left.images + right.images,
  };
}

interface Counter {
  ask(question: Question): Promise<Counted>;
  /** Questions that it has not answered yet. */
  readonly open: () => number;
  end(): Promise<void>;
}

function createCounter(elsewhere: boolean): Counter {
  const open: PromiseWithResolvers<Counted>[] = [];
  let ended = false;
  const fail = (error: Error): void => {
    if (!ended) for (const question of open.splice(0)) question.reject(error);
  };
  const events = {
    onReply: (answer: Answer) =>
      "fault" in answer ? open.shift()?.reject(new Error(answer.fault)) : open.shift()?.resolve(answer),
    onError: (cause: Error) => fail(new Error(`A thread that counts tokens failed: ${cause.message}`, { cause })),
    onExit: (code: number) => fail(new Error(`A thread that counts tokens ended (exit code ${code}).`)),
  };
  const peer: Peer<Question> = elsewhere
    ? startPeer({ module: moduleBeside("token-worker", import.meta.url), program: countTokens }, events)
    : startHere(countTokens, events);
  return {
    open: () => open.length,
    ask(question) {
      const answer = Promise.withResolvers<Counted>();
      open.push(answer);
      peer.ref();
      peer.post(question);
      return answer.promise.finally(() => {
        if (open.length === 0) peer.unref();
      });
    },
    end() {
      ended = true;
      return peer.end();
    },
  };
}

/** The program of a thread that counts. It answers in the order of the questions. */
export const countTokens: PeerProgram<Question, Answer> = (post) => (question) => {
  answerTo(question).then(post, (error: unknown) =>
    post({ fault: error instanceof Error ? error.message : String(error) }),
  );
};

async function answerTo(question: Question): Promise<Answer> {
  if ("lines" in question) return { tally: await tallyOf(question) };
  const countText = await loadTokenCounter(question.encoding);
  return { counts: question.texts.map(countText) };
}

async function tallyOf({ encoding, lines }: Extract<Question, { readonly lines: Uint8Array }>): Promise<TokenTally> {
  const countExample = exampleTokenCounter(await loadTokenCounter(encoding));
  let sum = empty;
  for (const line of new TextDecoder().decode(lines).split("\n")) {
    if (line === "") continue;
    sum = add(sum, countExample(contentOf(JSON.parse(line) as TrainingLine)));
  }
  return sum;
}

/** Pieces that each end with a line. */
async function* wholeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(10) + 1;
    pieces.push(chunk.subarray(0, end));
    size += end;
    if (end > 0 && size >= pieceBytes) {
      yield Buffer.concat(pieces);
      pieces = [];
      size = 0;
    }
    if (end < chunk.length) {
      pieces.push(Uint8Array.from(chunk.subarray(end)));
      size += chunk.length - end;
    }
  }
  if (size > 0) yield Buffer.concat(pieces);
}

const pieceBytes = 1 << 19;

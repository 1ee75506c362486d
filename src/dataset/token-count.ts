import { moduleBeside, type Peer, type PeerProgram, startHere, startPeer } from "../core/peer.ts";
import type { FileSystem } from "../core/ports.ts";
import { contentOf, type ExampleContent, type TrainingLine } from "./example.ts";
import type { SplitName } from "./split.ts";
import { type EncodingName, type ExampleTokens, exampleTokenCounter, loadTokenCounter } from "./tokens.ts";

/** Tokens of examples together; `longest` is that of one of them, `tools` and `images` are counts of examples. */
export type TokenTally = ExampleTokens;

/** Whole lines of a file of examples. */
interface Question {
  readonly encoding: EncodingName;
  readonly lines: Uint8Array;
}

type Answer = { readonly tally: TokenTally } | { readonly fault: string };

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
  const sums = { training: empty, validation: empty, test: empty };
  return {
    add(split, content) {
      sums[split] = add(sums[split], countExample(content));
    },
    tallies: () => sums,
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
    const counted = counter.ask({ encoding, lines }).then((tally) => {
      note(name, tally);
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
  ask(question: Question): Promise<TokenTally>;
  /** Questions that it has not answered yet. */
  readonly open: () => number;
  end(): Promise<void>;
}

function createCounter(elsewhere: boolean): Counter {
  const open: PromiseWithResolvers<TokenTally>[] = [];
  let ended = false;
  const fail = (error: Error): void => {
    if (!ended) for (const question of open.splice(0)) question.reject(error);
  };
  const events = {
    onReply: (answer: Answer) =>
      "tally" in answer ? open.shift()?.resolve(answer.tally) : open.shift()?.reject(new Error(answer.fault)),
    onError: (cause: Error) => fail(new Error(`A thread that counts tokens failed: ${cause.message}`, { cause })),
    onExit: (code: number) => fail(new Error(`A thread that counts tokens ended (exit code ${code}).`)),
  };
  const peer: Peer<Question> = elsewhere
    ? startPeer({ module: moduleBeside("token-worker", import.meta.url), program: countTokens }, events)
    : startHere(countTokens, events);
  return {
    open: () => open.length,
    ask(question) {
      const answer = Promise.withResolvers<TokenTally>();
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
  tallyOf(question).then(
    (tally) => post({ tally }),
    (error: unknown) => post({ fault: error instanceof Error ? error.message : String(error) }),
  );
};

async function tallyOf({ encoding, lines }: Question): Promise<TokenTally> {
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

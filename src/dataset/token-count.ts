import type { FileSystem } from "../core/ports.ts";
import type { SplitName } from "./split.ts";
import { addTokens, noTokens, type TokenSum, type TokenTally } from "./token-tally.ts";
import { startTokenThread, type TokenThread, tallyOf } from "./token-thread.ts";
import type { EncodingName } from "./tokens.ts";

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
  const counters = Array.from({ length: count }, () => startTokenThread(elsewhere));
  const running = new Set<Promise<void>>();
  const tallies = new Map<string, TokenSum>();
  /** One after another: two that wait for a counter with room must not be given the same. */
  let taking: Promise<void> = Promise.resolve();
  const note = (name: string, tally: TokenTally): void => {
    const sum = tallies.get(name) ?? { ...noTokens };
    addTokens(sum, tally);
    tallies.set(name, sum);
  };
  const withRoom = (): TokenThread | undefined => {
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
      note(name, "tally" in answer ? answer.tally : noTokens);
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
      return tallies.get(name) ?? noTokens;
    },
    close: async () => void (await Promise.all(counters.map((counter) => counter.end()))),
  };
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

import type { ExampleContent } from "../dataset/example.ts";
import { exampleTokenTallies, partTokenTallies } from "../dataset/example-tallies.ts";
import type { SplitName } from "../dataset/split.ts";
import { fileTokenCounter, lineTokenCounter } from "../dataset/token-count.ts";
import type { TokenTally } from "../dataset/token-tally.ts";
import { type Encoding, encodingOf } from "../dataset/tokens.ts";
import type { Artifact } from "../run/stage.ts";
import type { World } from "./world.ts";

type SplitFiles = Readonly<Record<"train" | "validation" | "test", Artifact>>;
type Tallies = Readonly<Record<SplitName, TokenTally>>;

/** What counts the data's tokens while they are written; one of the two is there. */
export interface PassTokens {
  readonly onExample?: (split: SplitName, content: ExampleContent) => void;
  readonly onLines?: (split: SplitName, lines: Uint8Array) => Promise<void>;
  /** Undefined if they are to be counted from the files. */
  readonly tallies: () => Promise<Tallies | undefined>;
  readonly close: () => Promise<void>;
}

/**
 * Counts on the way, where the tokens will be asked for: nothing is read a second time, and threads count while the
 * rows are made. Nothing hangs on it.
 * @param byParts Whether the examples are made part by part.
 */
export async function passTokens(
  { workers, measures, target }: World,
  byParts: boolean,
): Promise<PassTokens | undefined> {
  if (!measures) return undefined;
  const { name } = encodingOf(target.settings.model);
  if (workers > 1 && byParts) {
    const { add, ...counter } = await partTokenTallies(name, workers - 1);
    return { ...counter, onExample: add };
  }
  if (workers > 1) {
    const { take, ...counter } = lineTokenCounter(name, workers - 1);
    return { ...counter, onLines: take };
  }
  const { add, tallies } = await exampleTokenTallies(name);
  return { onExample: add, tallies: async () => tallies(), close: async () => {} };
}

/** Keeps what was counted on the way for `dataTokens`. */
export async function keepTallies(world: World, files: SplitFiles, counter: PassTokens): Promise<void> {
  const tallies = await counter.tallies();
  if (tallies === undefined) return;
  await world.once(nameOf(encodingOf(world.target.settings.model), files), async () => tallies);
}

/** The tokens of the data in the encoding of the target's model; targets that share one share the work. */
export function dataTokens(world: World, files: SplitFiles, signal: AbortSignal): Promise<Tallies> {
  const encoding = encodingOf(world.target.settings.model);
  return world.once(nameOf(encoding, files), async () => {
    const { train, validation, test } = files;
    const bytes = train.bytes + validation.bytes + test.bytes;
    const own = { files: world.ports.files, encoding: encoding.name, bytes, threads: world.workers, signal };
    const counter = fileTokenCounter(own);
    try {
      return {
        training: await counter.count(train.path),
        validation: await counter.count(validation.path),
        test: await counter.count(test.path),
      };
    } finally {
      await counter.close();
    }
  });
}

function nameOf({ name }: Encoding, { train, validation, test }: SplitFiles): string {
  return `tokens ${name} ${[train, validation, test].map(({ sha256 }) => sha256)}`;
}

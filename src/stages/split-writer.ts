import { digestOf } from "../core/hash.ts";
import { lineWriter } from "../core/json-lines.ts";
import type { Location } from "../core/location.ts";
import { type Example, type ExampleContent, exampleEncoder } from "../dataset/example.ts";
import { heldOutWriter } from "../dataset/held-out.ts";
import { type TwinFinder, twinFinder } from "../dataset/leaks.ts";
import { manifestWriter, splitFiles } from "../dataset/manifest.ts";
import {
  groupFraction,
  type Shares,
  type SplitName,
  type SplitPlan,
  splitByThreshold,
  splitPlanner,
} from "../dataset/split.ts";
import type { Artifact, OutputFile } from "../run/stage.ts";

/** The files of a split, by what they are called in the lock. */
export const splitFileNames = {
  train: splitFiles.training,
  validation: splitFiles.validation,
  test: splitFiles.test,
  heldOut: "held-out.jsonl",
  manifest: "manifest.jsonl",
} as const;

export type SplitFile = keyof typeof splitFileNames;

export interface Count {
  readonly examples: number;
  readonly rows: number;
}

export interface SplitSettings {
  readonly seed: number;
  readonly shares: Shares;
  /** Groups that fill a split which would be empty. */
  readonly moved: SplitPlan["moved"];
  readonly locate: (file: string, line: number) => Location;
  readonly create: (name: string) => Promise<OutputFile>;
  /** Is shown all examples of the splits. */
  readonly onExample?: ((split: SplitName, content: ExampleContent) => void) | undefined;
  /** Is shown all lines of the splits, many at a time. */
  readonly onLines?: ((split: SplitName, lines: Uint8Array) => Promise<void>) | undefined;
}

/** Writes each example into the file of its split, with its line in the manifest. */
export interface SplitWriter {
  /** @returns A promise to wait for before the next, where there is one. */
  put(example: Example): Promise<unknown> | undefined;
  readonly counts: Readonly<Record<SplitName, () => Count>>;
  plan(): SplitPlan;
  /** Of all examples, once they are there. */
  readonly found: TwinFinder["end"];
  finish(): Promise<Readonly<Record<SplitFile, Artifact>>>;
  discard(): Promise<void>;
}

export async function openSplitWriter({
  seed,
  shares,
  moved,
  locate,
  create,
  onExample,
  onLines,
}: SplitSettings): Promise<SplitWriter> {
  const planner = splitPlanner(shares);
  const finder = twinFinder(locate);
  const encode = exampleEncoder();
  const manifestText = manifestWriter();
  const heldOutText = heldOutWriter();
  const names = Object.keys(splitFileNames) as SplitFile[];
  const outputs: Partial<Record<SplitFile, OutputFile>> = {};
  for (const name of names) outputs[name] = await create(splitFileNames[name]);
  const outputOf = (name: SplitFile): OutputFile => outputs[name] as OutputFile;
  const open = (name: SplitFile) => lineWriter((piece) => outputOf(name).write(piece));
  const openSplit = (split: SplitName, name: SplitFile) =>
    onLines === undefined
      ? open(name)
      : lineWriter(async (piece) => void (await Promise.all([outputOf(name).write(piece), onLines(split, piece)])));
  const examples = {
    training: openSplit("training", "train"),
    validation: openSplit("validation", "validation"),
    test: openSplit("test", "test"),
  };
  const [heldOut, manifest] = [open("heldOut"), open("manifest")];
  const counts = { training: counter(), validation: counter(), test: counter() };
  const fractionOf = groupFraction(seed);

  const splitOf = ({ split, group, key, keyDigest }: Example): SplitName => {
    if (split !== undefined) return split;
    const fraction = fractionOf(group === key ? keyDigest : digestOf(group));
    planner.add(group, fraction);
    return moved.get(group) ?? splitByThreshold(fraction, shares);
  };
  return {
    found: finder.end,
    counts: { training: counts.training.value, validation: counts.validation.value, test: counts.test.value },
    plan: planner.plan,
    /** @returns A promise to wait for before the next, where there is one. */
    put(example: Example): Promise<unknown> | undefined {
      const split = splitOf(example);
      if (split !== "training" && example.variant > 0) return undefined;
      const { line, prompt } = example.content.written ?? encode(example.content);
      const digest = digestOf(line);
      finder.look({ example, split, digest, prompt: digestOf(prompt) });
      counts[split].add(example);
      onExample?.(split, example.content);
      const lined = examples[split].add(line);
      const noted = manifest.add(manifestText(example, split, digest));
      const held = split === "training" ? undefined : heldOut.add(heldOutText(example, split));
      return (lined ?? noted ?? held) ? Promise.all([lined, noted, held]) : undefined;
    },
    async finish(): Promise<Record<SplitFile, Artifact>> {
      for (const lines of [...Object.values(examples), heldOut, manifest]) await lines.end();
      const files: Partial<Record<SplitFile, Artifact>> = {};
      for (const name of names) files[name] = await outputOf(name).finish();
      return files as Record<SplitFile, Artifact>;
    },
    async discard(): Promise<void> {
      for (const name of names) await outputOf(name).discard();
    },
  };
}

function counter() {
  let examples = 0;
  let rows = 0;
  let last: { readonly file: string; readonly line: number } | undefined;
  return {
    add(example: Example): void {
      examples++;
      if (last?.line !== example.line || last.file !== example.file) rows++; // the variants of a row follow one another
      last = example;
    },
    value: (): Count => ({ examples, rows }),
  };
}

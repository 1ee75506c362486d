import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { jsonLinesWriter, readJsonLines } from "../core/json-lines.ts";
import { type Example, type HeldOut, promptAndAnswer, trainingLine } from "../dataset/example.ts";
import { rowLocator } from "../dataset/files.ts";
import { leakFinder } from "../dataset/leaks.ts";
import { manifestLine } from "../dataset/manifest.ts";
import { groupFraction, planSplit, type Shares, type SplitName, splitByThreshold } from "../dataset/split.ts";
import { checks } from "./checks.ts";
import { source } from "./source.ts";
import { defineStage, type World } from "./world.ts";

interface Count {
  readonly examples: number;
  readonly rows: number;
}

export interface SplitValue {
  readonly training: Count;
  readonly validation: Count;
  readonly test: Count;
  /** Columns of the source. */
  readonly columns: readonly string[];
}

/** OpenAI's API refuses fewer. */
const fewestTrainingExamples = 10;

/** Parts the examples into training, validation and test, and writes them as the API takes them. */
export const split = defineStage({
  name: "split",
  version: 1,
  effect: "local",
  needs: { source, checks },
  inputs: ({ checks: { files } }) => ({ examples: files.examples.sha256 }),
  settings: ({ pipeline }, inputs) => ({
    seed: pipeline.dataset.seed,
    shares: sharesOf(pipeline),
    columns: inputs.source.value.columns,
  }),
  run: async ({ world, inputs, create, warn, signal }) => {
    const { pipeline, loaded, ports } = world;
    const { seed } = pipeline.dataset;
    const shares = sharesOf(pipeline);
    const read = () => readJsonLines<Example>(ports.files, inputs.checks.files.examples.path);
    const plan = await planSplit(sharedGroups(read()), seed, shares);
    const outputs = {
      training: await create("train.jsonl"),
      validation: await create("validation.jsonl"),
      test: await create("test.jsonl"),
    };
    const heldOut = await create("held-out.jsonl");
    const lines = {
      training: jsonLinesWriter(outputs.training.write),
      validation: jsonLinesWriter(outputs.validation.write),
      test: jsonLinesWriter(outputs.test.write),
    };
    const heldOutLines = jsonLinesWriter(heldOut.write);
    const manifest = await create("manifest.jsonl");
    const manifestLines = jsonLinesWriter(manifest.write);
    const counts = { training: counter(), validation: counter(), test: counter() };
    const leaks = leakFinder(await rowLocator(loaded, ports.files));
    for await (const example of read()) {
      signal.throwIfAborted();
      const name =
        example.split ?? plan.moved.get(example.group) ?? splitByThreshold(groupFraction(seed, example.group), shares);
      if (name !== "training" && example.variant > 0) continue;
      leaks.look(example, name);
      counts[name].add(example);
      const text = await lines[name].add(trainingLine(example.messages));
      await manifestLines.add(manifestLine(example, name, text));
      if (name !== "training") await heldOutLines.add(toHeldOut(example, name));
    }
    const training = counts.training.value();
    const problems = [...leaks.all(), ...emptySplits(world, plan)];
    throwIfErrors([...tooFew(world, training), ...problems]);
    for (const warning of problems) warn(warning);
    for (const writer of [...Object.values(lines), heldOutLines, manifestLines]) await writer.end();
    const value: SplitValue = {
      training,
      validation: counts.validation.value(),
      test: counts.test.value(),
      columns: inputs.source.value.columns,
    };
    const files = {
      train: await outputs.training.finish(),
      validation: await outputs.validation.finish(),
      test: await outputs.test.finish(),
      heldOut: await heldOut.finish(),
      manifest: await manifest.finish(),
    };
    return { value, files };
  },
  describe: ({ training, validation, test }) => {
    const parts = [
      ["training", training],
      ["validation", validation],
      ["test", test],
    ] as const;
    const shown = parts.filter(([name, { examples }]) => name === "training" || examples > 0);
    return {
      text: `${shown.map(([name, { examples }]) => `${name} ${examples.toLocaleString("en-US")}`).join(" · ")} examples`,
    };
  },
});

function sharesOf({ dataset: { split: settings } }: World["pipeline"]): Shares {
  const share = (value: typeof settings.test) => (typeof value === "number" ? value : 0);
  return { validation: share(settings.validation), test: share(settings.test) };
}

/** Groups that the shares part; rows of a split's own file are where they are. */
async function* sharedGroups(examples: AsyncIterable<Example>): AsyncGenerator<string, void, undefined> {
  for await (const { group, split: own } of examples) if (own === undefined) yield group;
}

function toHeldOut({ key, messages, vars = {}, file, line }: Example, name: Exclude<SplitName, "training">): HeldOut {
  const { prompt, answer } = promptAndAnswer(messages);
  return { split: name, key, vars, messages: prompt, expected: answer, file, line };
}

function counter() {
  let examples = 0;
  let rows = 0;
  let last = "";
  return {
    add: ({ file, line }: Example): void => {
      examples++;
      const place = `${line} ${file}`; // the variants of a row follow one another
      if (place !== last) rows++;
      last = place;
    },
    value: (): Count => ({ examples, rows }),
  };
}

function tooFew({ loaded }: World, { examples, rows }: Count): readonly Problem[] {
  if (examples >= fewestTrainingExamples) return [];
  const message = `Training has ${examples} example${examples === 1 ? "" : "s"} (of ${rows} row${rows === 1 ? "" : "s"}), but needs at least ${fewestTrainingExamples}.`;
  const hint =
    "Add rows, lower the shares of dataset.split, or raise dataset.variants; 50 to 100 examples are a good start.";
  return [problem("error", "EXAMPLES_TOO_FEW", message, { hint, location: loaded.locate("/source/path") })];
}

function emptySplits(
  { loaded }: World,
  { moved, stillEmpty }: Awaited<ReturnType<typeof planSplit>>,
): readonly Problem[] {
  const at = (name: string) => loaded.locate(`/dataset/split/${name}`);
  const hint = "Raise the share, or add rows: with few rows, a share may hold none by chance.";
  return [
    ...[...moved].map(([group, name]) =>
      problem("warning", "SPLIT_EMPTY", `No row fell into ${name}, so it takes the nearest: "${group.slice(0, 60)}".`, {
        hint,
        location: at(name),
      }),
    ),
    ...stillEmpty.map((name) =>
      problem("warning", "SPLIT_EMPTY", `No row fell into ${name}, and none can be spared.`, {
        hint,
        location: at(name),
      }),
    ),
  ];
}

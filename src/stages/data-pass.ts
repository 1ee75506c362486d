import { FtpipeError, type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { digestOf, hashJson, type Sha256 } from "../core/hash.ts";
import { lineWriter } from "../core/json-lines.ts";
import { type ProblemList, problemList } from "../core/problem-list.ts";
import type { ActiveRule } from "../dataset/apply-rules.ts";
import { type CheckedExamples, exampleChecker } from "../dataset/check-examples.ts";
import { columnProblems, templateProblems } from "../dataset/columns.ts";
import { type Example, exampleWriter, type HeldOut, promptAndAnswer } from "../dataset/example.ts";
import { dataFiles, rowLocator } from "../dataset/files.ts";
import { formatChecks } from "../dataset/format.ts";
import { twinFinder } from "../dataset/leaks.ts";
import { exampleMaker, type MakerSettings } from "../dataset/make-examples.ts";
import { manifestText } from "../dataset/manifest.ts";
import { compileRowSchema } from "../dataset/row-schema.ts";
import { groupFraction, type SplitName, type SplitPlan, splitByThreshold, splitPlanner } from "../dataset/split.ts";
import type { Artifact, OutputFile, StageContext } from "../run/stage.ts";
import { localSettings, openTemplates, readRowSchema, sharesOf } from "./local-settings.ts";
import { openRules } from "./open-rules.ts";
import { type RowTally, rowTally, sourceDefinition, sourceRows } from "./rows.ts";
import type { World } from "./world.ts";

/**
 * One way through the rows: each is read, rendered, judged and put into its split before the next, so that the memory
 * does not grow with them. The stages source, dataset, checks and split tell of it what is theirs; the first of them
 * that has to run sets it off.
 */
export interface DataPass {
  readonly source: Outcome<SourceValue>;
  readonly dataset: Outcome<DatasetValue>;
  readonly checks: Outcome<ChecksValue>;
  readonly split: Outcome<SplitValue>;
  /** Empty if something is wrong. */
  readonly files: Partial<Readonly<Record<SplitFile, Artifact>>>;
}

export type PassStage = "source" | "dataset" | "checks" | "split";

export type SplitFile = "train" | "validation" | "test" | "heldOut" | "manifest";

/** What a stage has to tell: errors, or a value and warnings. */
interface Outcome<Value> {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  readonly value: Value;
}

/** Part of the value of each stage of the pass. */
interface Made {
  /** Names all that it was made from, back to the bytes of the rows. */
  readonly from: Sha256;
}

export interface SourceValue extends Made {
  readonly rows: number;
  /** Rows of all files that `where` left out. */
  readonly filtered?: number;
  /** Rows of a split's own file. */
  readonly validation?: number;
  readonly test?: number;
  /** Every key that a row has, in the order of first sight. */
  readonly columns: readonly string[];
  /** The source's file, relative to the root; of several the first, and how many there are. */
  readonly path: string;
}

export interface DatasetValue extends Made {
  readonly examples: number;
  readonly rows: number;
  readonly variants: number;
  /** Variants left out because they said the same as another of their row. */
  readonly collapsed: number;
}

export interface ChecksValue extends Made {
  /** How many checks were made of each example: of the format, for duplicates, and the pipeline's rules. */
  readonly checks: number;
  /** Of those, how many found nothing at all. */
  readonly clean: number;
  /** Kinds of warnings, not their places. */
  readonly warnings: number;
  readonly examples: number;
  /** Examples left out, by rule. */
  readonly dropped: readonly { readonly rule: string; readonly examples: number }[];
  /** Examples in which something was replaced, by `privacy: redact`. */
  readonly redacted?: number;
}

export interface SplitValue {
  readonly training: Count;
  readonly validation: Count;
  readonly test: Count;
  /** Columns of the source. */
  readonly columns: readonly string[];
}

interface Count {
  readonly examples: number;
  readonly rows: number;
}

type Context = Pick<StageContext<World, unknown>, "world" | "create" | "progress" | "warn" | "signal">;

const passes = new WeakMap<World, Promise<{ readonly pass: DataPass; readonly from: From }>>();

/**
 * What a stage has to tell of the pass, which is made for the first that asks.
 * @param before `from` of the stage before, as this run knows it.
 * @throws FtpipeError with every problem of the stage; INPUT_CHANGED if the pass met other files than the run.
 */
export async function fromPass<Stage extends PassStage>(
  stage: Stage,
  context: Context,
  before: Sha256 | undefined,
): Promise<{ readonly value: DataPass[Stage]["value"]; readonly files: DataPass["files"] }> {
  const { world, warn } = context;
  const known = passes.get(world) ?? makePass(context);
  passes.set(world, known);
  const { pass, from } = await known.catch((error: unknown) => {
    passes.delete(world);
    throw error;
  });
  if (from[stage] !== hashJson([before ?? null, await localSettings[stage](world)])) throw inputChanged(stage);
  const { problems, warnings, value } = pass[stage];
  throwIfErrors(problems);
  for (const warning of warnings) warn(warning);
  return { value, files: pass.files };
}

function inputChanged(stage: PassStage): FtpipeError {
  return new FtpipeError("INPUT_CHANGED", `The input of ${stage} changed while it was read.`, {
    hint: "Run the same command again when nothing else writes to the files.",
  });
}

type From = Readonly<Record<PassStage, Sha256 | undefined>>;

/** By stage what it is made from; undefined where its settings can't be read, which the stage itself will tell. */
async function fromOf(world: World): Promise<From> {
  const from: Partial<Record<PassStage, Sha256 | undefined>> = {};
  let before: Sha256 | undefined;
  for (const stage of ["source", "dataset", "checks", "split"] as const) {
    const settings = await orProblems<unknown>(localSettings[stage](world));
    before = "problems" in settings ? undefined : hashJson([before ?? null, settings.value]);
    from[stage] = before;
  }
  return from as From;
}

/** What is wrong with a file that people write is theirs to know; anything else is thrown. */
async function orProblems<Value>(
  made: Promise<Value>,
): Promise<{ readonly value: Value } | { readonly problems: readonly Problem[] }> {
  try {
    return { value: await made };
  } catch (error) {
    if (error instanceof FtpipeError && error.exitCode === 2) return { problems: error.problems };
    throw error;
  }
}

async function makePass(context: Context): Promise<{ readonly pass: DataPass; readonly from: From }> {
  const from = await fromOf(context.world);
  const first = await goThrough(context, from, new Map());
  const { moved } = first.plan;
  if (moved.size === 0) return { pass: await first.end(), from };
  // So few rows that a split would be empty: once more, with a row that is moved there.
  await first.discard();
  return { pass: await (await goThrough(context, from, moved)).end(), from };
}

/** OpenAI's API refuses fewer. */
const fewestTrainingExamples = 10;

async function goThrough(context: Context, from: From, moved: SplitPlan["moved"]) {
  const { world, progress, signal } = context;
  const { loaded, pipeline, ports } = world;
  const locate = await rowLocator(loaded, ports.files);
  const warnings: Problem[] = [];
  const tally = rowTally();
  const templates = await orProblems(openTemplates(world));
  const rules = await orProblems(openRules(world));
  const { privacy } = pipeline.dataset;
  const maker = exampleMaker({
    pipeline,
    ready: sourceDefinition(world).yields === "examples",
    templates: "value" in templates ? templates.value : undefined,
    rowSchema: await openRowSchema(world),
    locate,
  });
  const checker = exampleChecker({ rules: "value" in rules ? rules.value : [], privacy, locate });
  const splitter = await openSplitter(context, { moved, locate });
  let made = 0;
  let rows = 0;
  try {
    for await (const batch of sourceRows(world, tally, (warning) => warnings.push(warning))) {
      signal.throwIfAborted();
      const { file, split } = batch;
      for (const { values, location } of batch.rows) {
        for (const example of maker.make({ values, file, line: location.line ?? 1, split })) {
          made++;
          const checked = checker.check(example);
          const kept = checked instanceof Promise ? await checked : checked;
          const writing = kept === undefined ? undefined : splitter.put(kept);
          if (writing !== undefined) await writing;
        }
      }
      if (Math.floor((rows + batch.rows.length) / rowsBetweenNews) > Math.floor(rows / rowsBetweenNews)) {
        progress({ message: `${(rows + batch.rows.length).toLocaleString("en-US")} rows` });
      }
      rows += batch.rows.length;
    }
  } catch (error) {
    await splitter.discard();
    throw error;
  }
  const { plan } = splitter;

  const end = async (): Promise<DataPass> => {
    const columns = [...tally.columns];
    const source = await sourceOutcome(world, tally, { from: from.source, warnings });
    const missing = "value" in templates ? columnProblems(loaded, templates.value, columns) : templates.problems;
    const dataset = maker.end(missing);
    const checked = checker.end();
    const checks = checksOutcome(world, checked, { from: from.checks, twins: splitter.twins, rules });
    const split = splitOutcome(world, splitter, columns);
    const isWhole = [source, dataset, checks, split].every(({ problems }) => !problems.some(isError));
    const files = isWhole ? await splitter.finish() : {};
    if (!isWhole) await splitter.discard();
    return {
      source,
      dataset: {
        ...dataset,
        value: {
          from: from.dataset as Sha256,
          examples: made,
          rows,
          variants: pipeline.dataset.variants,
          collapsed: dataset.collapsed,
        },
      },
      checks,
      split,
      files,
    };
  };
  return { plan, end, discard: splitter.discard };
}

const rowsBetweenNews = 50_000;

const isError = ({ severity }: Problem): boolean => severity === "error";

async function openRowSchema(world: World): Promise<MakerSettings["rowSchema"]> {
  const schema = await orProblems(readRowSchema(world));
  if ("problems" in schema || schema.value === undefined) return undefined;
  const { text, name } = schema.value;
  const location = world.loaded.locate("/source/schema");
  const textCells = sourceDefinition(world).textCells === true;
  return { check: compileRowSchema(text, { location, name, textCells }), name };
}

async function sourceOutcome(
  world: World,
  { columns, counts, filtered, problems: faults }: RowTally,
  { from, warnings }: { readonly from: Sha256 | undefined; readonly warnings: readonly Problem[] },
): Promise<Outcome<SourceValue>> {
  const { loaded, ports } = world;
  const isEmptied = counts.rows === 0 && filtered > 0;
  // A template that is wrong is told as well; and where nothing is left, perhaps a column's name is wrong.
  const known = columns.size === 0 ? undefined : [...columns];
  const ofTemplates =
    faults.length > 0 || isEmptied ? await templateProblems({ loaded, files: ports.files }, known) : [];
  const problems = [...faults, ...ofTemplates];
  if (isEmptied && problems.length === 0) problems.push(nothingLeft(world, filtered));
  const files = await dataFiles(loaded, ports.files);
  const has = (split: "validation" | "test") => files.some((file) => file.split === split);
  const [first, ...others] = files.filter(({ split }) => split === undefined);
  const value: SourceValue = {
    from: from as Sha256,
    rows: counts.rows,
    ...(filtered === 0 ? {} : { filtered }),
    ...(has("validation") ? { validation: counts.validation } : {}),
    ...(has("test") ? { test: counts.test } : {}),
    columns: [...columns],
    path: others.length === 0 ? (first?.rootPath ?? "") : `${first?.rootPath} and ${others.length} more`,
  };
  return { problems, warnings, value };
}

function nothingLeft({ loaded }: World, filtered: number): Problem {
  return problem("error", "SOURCE_EMPTY", `None of the ${filtered} rows meets source.where.`, {
    hint: "Conditions are compared with the cells' whole text; every one of them must hold.",
    location: loaded.locate("/source/where"),
  });
}

interface ChecksContext {
  readonly from: Sha256 | undefined;
  readonly twins: ProblemList;
  readonly rules: { readonly value: readonly ActiveRule[] } | { readonly problems: readonly Problem[] };
}

function checksOutcome(
  { pipeline }: World,
  { problems, warnings: told, examples, dropped, redacted }: CheckedExamples,
  { from, twins, rules }: ChecksContext,
): Outcome<ChecksValue> {
  const warnings = [...told.all(), ...twins.all()];
  const guards = Object.values(pipeline.dataset.privacy).filter((action) => action !== "off").length;
  const checks = formatChecks.length + 1 + ("value" in rules ? rules.value.length : 0) + guards;
  const value: ChecksValue = {
    from: from as Sha256,
    checks,
    clean: checks - warnings.length - dropped.length,
    warnings: warnings.length,
    examples,
    dropped,
    ...(redacted === 0 ? {} : { redacted }),
  };
  return { problems: "problems" in rules ? rules.problems : problems, warnings, value };
}

type Splitter = Awaited<ReturnType<typeof openSplitter>>;

/** Writes each example into the file of its split, with its line in the manifest. */
async function openSplitter(
  { world, create }: Context,
  { moved, locate }: { readonly moved: SplitPlan["moved"]; readonly locate: Awaited<ReturnType<typeof rowLocator>> },
) {
  const { seed } = world.pipeline.dataset;
  const shares = sharesOf(world.pipeline);
  const planner = splitPlanner(shares);
  const twins = problemList();
  const leaks = problemList();
  const finder = twinFinder(locate, { twins, leaks });
  const write = exampleWriter();
  const outputs: Record<SplitFile, OutputFile> = {
    train: await create("train.jsonl"),
    validation: await create("validation.jsonl"),
    test: await create("test.jsonl"),
    heldOut: await create("held-out.jsonl"),
    manifest: await create("manifest.jsonl"),
  };
  const names = Object.keys(outputs) as SplitFile[];
  const open = (name: SplitFile) => lineWriter((piece) => outputs[name].write(piece));
  const examples = { training: open("train"), validation: open("validation"), test: open("test") };
  const [heldOut, manifest] = [open("heldOut"), open("manifest")];
  const counts = { training: counter(), validation: counter(), test: counter() };
  let last = { group: "", fraction: 0, isSet: false };

  const fractionOf = (group: string): number => {
    // The variants of a row follow one another.
    if (!last.isSet || last.group !== group) last = { group, fraction: groupFraction(seed, group), isSet: true };
    return last.fraction;
  };
  const splitOf = ({ split, group }: Example): SplitName => {
    if (split !== undefined) return split;
    const fraction = fractionOf(group);
    planner.add(group, fraction);
    return moved.get(group) ?? splitByThreshold(fraction, shares);
  };
  return {
    twins,
    leaks,
    counts,
    get plan() {
      return planner.plan();
    },
    /** @returns A promise to wait for before the next, where there is one. */
    put(example: Example): Promise<unknown> | undefined {
      const split = splitOf(example);
      if (split !== "training" && example.variant > 0) return undefined;
      const { line, prompt } = write(example.messages);
      const digest = digestOf(line);
      finder.look({ example, split, digest, prompt });
      counts[split].add(example);
      const lined = examples[split].add(line);
      const noted = manifest.add(manifestText(example, split, digest));
      const held = split === "training" ? undefined : heldOut.add(JSON.stringify(toHeldOut(example, split)));
      return (lined ?? noted ?? held) ? Promise.all([lined, noted, held]) : undefined;
    },
    async finish(): Promise<Record<SplitFile, Artifact>> {
      for (const lines of [...Object.values(examples), heldOut, manifest]) await lines.end();
      const files: Partial<Record<SplitFile, Artifact>> = {};
      for (const name of names) files[name] = await outputs[name].finish();
      return files as Record<SplitFile, Artifact>;
    },
    async discard(): Promise<void> {
      for (const name of names) await outputs[name].discard();
    },
  };
}

function toHeldOut({ key, messages, vars = {}, file, line }: Example, split: Exclude<SplitName, "training">): HeldOut {
  const { prompt, answer } = promptAndAnswer(messages);
  return { split, key, vars, messages: prompt, expected: answer, file, line };
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

function splitOutcome(
  world: World,
  { counts, plan, leaks }: Splitter,
  columns: readonly string[],
): Outcome<SplitValue> {
  const training = counts.training.value();
  const found = [...leaks.all(), ...emptySplits(world, plan)];
  const isStopped = found.some(isError);
  const few = tooFew(world, training);
  return {
    problems: few.length > 0 || isStopped ? [...few, ...found] : [],
    warnings: found,
    value: { training, validation: counts.validation.value(), test: counts.test.value(), columns },
  };
}

function tooFew({ loaded }: World, { examples, rows }: Count): readonly Problem[] {
  if (examples >= fewestTrainingExamples) return [];
  const message = `Training has ${examples} example${examples === 1 ? "" : "s"} (of ${rows} row${rows === 1 ? "" : "s"}), but needs at least ${fewestTrainingExamples}.`;
  const hint =
    "Add rows, lower the shares of dataset.split, or raise dataset.variants; 50 to 100 examples are a good start.";
  return [problem("error", "EXAMPLES_TOO_FEW", message, { hint, location: loaded.locate("/source/path") })];
}

function emptySplits({ loaded }: World, { moved, stillEmpty }: SplitPlan): readonly Problem[] {
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

import { FtpipeError, type Problem, throwIfErrors } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import { exampleChecker } from "../dataset/check-examples.ts";
import { columnProblems } from "../dataset/columns.ts";
import { rowLocator } from "../dataset/files.ts";
import { exampleMaker, type MakerSettings } from "../dataset/make-examples.ts";
import { keyColumnOf, rowKey } from "../dataset/render-rows.ts";
import { compileRowSchema } from "../dataset/row-schema.ts";
import type { Place } from "../dataset/seen.ts";
import type { SplitPlan } from "../dataset/split.ts";
import type { Artifact, StageContext } from "../run/stage.ts";
import { keepTallies, passTokens } from "./data-tokens.ts";
import { itemPaths, missingFields } from "./grader-rules.ts";
import { answerForm, localSettings, openImages, openTemplates, readRowSchema, sharesOf } from "./local-settings.ts";
import { tryGrader } from "./open-grader.ts";
import { openRules } from "./open-rules.ts";
import {
  type ChecksValue,
  checksOutcome,
  type DatasetValue,
  isError,
  type Outcome,
  type SourceValue,
  type SplitValue,
  sourceOutcome,
  splitOutcome,
} from "./pass-outcomes.ts";
import { placedRows, rowTally, sourceDefinition, sourceRows } from "./rows.ts";
import { openSplitWriter, type SplitFile } from "./split-writer.ts";
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

type Context = Pick<StageContext<World, unknown>, "world" | "create" | "progress" | "warn" | "signal">;

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
  const { pass, from } = await world.once("pass over the rows", () => makePass(context));
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

async function goThrough(context: Context, from: From, moved: SplitPlan["moved"]) {
  const { world, progress, signal } = context;
  const { loaded, pipeline, ports } = world;
  const locate = await rowLocator(loaded, ports.files);
  const warnings: Problem[] = [];
  const tally = rowTally();
  const templates = await orProblems(openTemplates(world));
  const rules = await orProblems(openRules(world));
  const { privacy } = pipeline.dataset;
  const ready = sourceDefinition(world).yields === "examples";
  const maker = exampleMaker({
    pipeline,
    ready,
    templates: "value" in templates ? templates.value : undefined,
    rowSchema: await openRowSchema(world),
    locate,
    itemPaths: itemPaths(pipeline),
  });
  const form = await orProblems(answerForm(world));
  const checker = exampleChecker({
    rules: "value" in rules ? rules.value : [],
    privacy,
    ready,
    locate,
    images: ready || "problems" in templates ? undefined : await openImages(world),
    answerForm: "value" in form ? form.value : undefined,
  });
  // Two runs may make equal files at once: until they are whole, and adopted, each writes into its own.
  const own = Buffer.from(ports.random.bytes(6)).toString("hex");
  const tokens = await passTokens(world, maker.givesParts);
  const splitter = await openSplitWriter({
    onExample: tokens?.onExample,
    onLines: tokens?.onLines,
    seed: pipeline.dataset.seed,
    shares: sharesOf(pipeline),
    moved,
    locate,
    create: (name) => context.create(`${own}-${name}`),
  });
  const discard = async () => {
    await splitter.discard();
    await tokens?.close();
  };
  let made = 0;
  let rows = 0;
  try {
    for await (const batch of sourceRows(world, tally, (warning) => warnings.push(warning))) {
      signal.throwIfAborted();
      for (const row of placedRows(batch)) {
        for (const example of maker.make(row)) {
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
    await discard();
    throw error;
  }
  const outcomes = async (): Promise<DataPass> => {
    const columns = [...tally.columns];
    const source = await sourceOutcome(world, tally, { from: from.source, warnings });
    const missing = [
      ...("value" in templates ? columnProblems(loaded, templates.value, columns) : templates.problems),
      ...(ready ? missingFields(world, columns) : []),
    ];
    const ofGrader = await tryGrader(world);
    const examples = await maker.end(missing, (place) => keyAt(context, place));
    const dataset =
      "problems" in ofGrader ? { ...examples, problems: [...ofGrader.problems, ...examples.problems] } : examples;
    const checked = checker.end();
    const { twins, leaks } = splitter.found();
    const checks = checksOutcome(world, checked, { from: from.checks, twins, rules, form });
    const split = splitOutcome(world, { ...splitter, leaks }, { source: source.value, checks: checks.value });
    const isWhole = [source, dataset, checks, split].every(({ problems }) => !problems.some(isError));
    const files = isWhole ? await splitter.finish() : {};
    if (tokens !== undefined && isWhole)
      await keepTallies(world, files as Awaited<ReturnType<typeof splitter.finish>>, tokens);
    if (!isWhole) await splitter.discard();
    await tokens?.close();
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
          ...(dataset.ties === 0 ? {} : { ties: dataset.ties }),
        },
      },
      checks,
      split,
      files,
    };
  };
  const end = async (): Promise<DataPass> => {
    try {
      return await outcomes();
    } catch (error) {
      await discard();
      throw error;
    }
  };
  return { plan: splitter.plan(), end, discard };
}

const rowsBetweenNews = 50_000;

/** The key of the row that stands there; undefined if it can't be read any more: what is wrong there was told already. */
async function keyAt({ world, signal }: Context, { file, line }: Place): Promise<string | undefined> {
  const column = keyColumnOf(world.pipeline.source);
  const read = async (): Promise<string | undefined> => {
    for await (const batch of sourceRows(world, rowTally(), () => {})) {
      signal.throwIfAborted();
      if (batch.file !== file) continue;
      const row = placedRows(batch).find((placed) => placed.line === line);
      if (row !== undefined) return rowKey(row.values, column);
    }
    return undefined;
  };
  const key = await orProblems(read());
  return "value" in key ? key.value : undefined;
}

async function openRowSchema(world: World): Promise<MakerSettings["rowSchema"]> {
  const schema = await orProblems(readRowSchema(world));
  if ("problems" in schema || schema.value === undefined) return undefined;
  const { text, name } = schema.value;
  const location = world.loaded.locate("/source/schema");
  const textCells = sourceDefinition(world).textCells === true;
  return { check: compileRowSchema(text, { location, name, textCells }), name };
}

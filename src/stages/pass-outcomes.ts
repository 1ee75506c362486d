import { type Problem, problem } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import type { ProblemList } from "../core/problem-list.ts";
import { plural } from "../core/units.ts";
import type { ActiveRule } from "../dataset/apply-rules.ts";
import type { CheckedExamples } from "../dataset/check-examples.ts";
import { templateProblems } from "../dataset/columns.ts";
import { dataFiles } from "../dataset/files.ts";
import { formatChecks } from "../dataset/format.ts";
import type { SplitPlan } from "../dataset/split.ts";
import type { RowTally } from "./rows.ts";
import { emptyShareHint, fewExamplesHint } from "./split-hints.ts";
import type { Count, SplitWriter } from "./split-writer.ts";
import type { World } from "./world.ts";

/** What a stage has to tell: errors, or a value and warnings. */
export interface Outcome<Value> {
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
  /** Rows of which an example was left out, because neither of its answers is preferred. */
  readonly ties?: number;
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

export const isError = ({ severity }: Problem): boolean => severity === "error";

export async function sourceOutcome(
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
  /** Of the answers. */
  readonly form: { readonly value: unknown } | { readonly problems: readonly Problem[] };
}

export function checksOutcome(
  { pipeline }: World,
  { problems, warnings: told, examples, dropped, redacted }: CheckedExamples,
  { from, twins, rules, form }: ChecksContext,
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
  const unusable = [rules, form].flatMap((one) => ("problems" in one ? one.problems : []));
  return { problems: unusable.length > 0 ? unusable : problems, warnings, value };
}

/** OpenAI's API refuses fewer. */
const fewestTrainingExamples = 10;

/** @param before What the stages before made. */
export function splitOutcome(
  world: World,
  { counts, plan, leaks }: Pick<SplitWriter, "counts" | "plan"> & { readonly leaks: ProblemList },
  before: { readonly source: SourceValue; readonly checks: ChecksValue },
): Outcome<SplitValue> {
  const training = counts.training();
  const held = { validation: counts.validation(), test: counts.test() };
  const found = [...leaks.all(), ...emptySplits(world, plan()), ...emptyFiles(world, held)];
  const isStopped = found.some(isError);
  const few = tooFew(world, training, fewExamplesHint(world.pipeline, before.source, before.checks));
  return {
    problems: few.length > 0 || isStopped ? [...few, ...found] : [],
    warnings: found,
    value: { training, ...held, columns: before.source.columns },
  };
}

function tooFew({ loaded }: World, { examples, rows }: Count, hint: string): readonly Problem[] {
  if (examples >= fewestTrainingExamples) return [];
  const message = `Training has ${plural(examples, "example")} (of ${plural(rows, "row")}), but needs at least ${fewestTrainingExamples}.`;
  return [problem("error", "EXAMPLES_TOO_FEW", message, { hint, location: loaded.locate("/source/path") })];
}

/** Files of a split's own of which no row is left. */
function emptyFiles(
  { loaded, pipeline }: World,
  held: Readonly<Record<"validation" | "test", Count>>,
): readonly Problem[] {
  return (["validation", "test"] as const).flatMap((name) => {
    if (typeof pipeline.dataset.split[name] === "number" || held[name].rows > 0) return [];
    const hint = "source.where and rules with action: drop look at the rows of this file as well.";
    const location = loaded.locate(`/dataset/split/${name}/path`);
    return [problem("warning", "SPLIT_EMPTY", `No row of the file for ${name} is left.`, { hint, location })];
  });
}

function emptySplits({ loaded, pipeline }: World, { moved, stillEmpty }: SplitPlan): readonly Problem[] {
  const at = (name: string) => loaded.locate(`/dataset/split/${name}`);
  const hint = emptyShareHint(pipeline);
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

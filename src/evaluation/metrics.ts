import type { EvalCase } from "./cases.ts";
import type { EvalResult, SubjectName } from "./evaluate.ts";
import { pairedDifference } from "./interval.ts";

/** How many passed, of those that were judged. Value: passed / judged. */
export interface Share {
  readonly passed: number;
  readonly judged: number;
  /** Those that ended in an error instead of an answer, so that nobody knows. Not among `judged`. */
  readonly errors: number;
}

/** The pass rates of two models over the cases that both answered. */
export interface Comparison {
  readonly against: SubjectName;
  readonly pairs: number;
  /** Pass rate of the tuned model minus the other's, -1 to 1, with its 95 % interval (see `pairedDifference`). */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Cases that the tuned model passes and the other fails, and the reverse. */
  readonly newlyPassing: readonly string[];
  readonly newlyFailing: readonly string[];
}

/** Expected labels by predicted ones. */
export interface Confusion {
  readonly expected: readonly string[];
  /** The labels, then `(other)` for an answer that is none of them. */
  readonly predicted: readonly string[];
  /** counts[row of expected][column of predicted] */
  readonly counts: readonly (readonly number[])[];
}

export interface Metrics {
  /** By subject, then by metric: pass_rate, accuracy where there are labels, and each name given to assertions. */
  readonly shares: Readonly<Partial<Record<SubjectName, Readonly<Record<string, Share>>>>>;
  /** The tuned model against each of the others. */
  readonly comparisons: readonly Comparison[];
  /** Where another model has no answer to some of the cases: the tuned model's shares of those that it has. */
  readonly paired?: Metrics["shares"];
  /** Of the tuned model, where there are labels. */
  readonly confusion?: Confusion | undefined;
}

/** What an answer that is no label counts as. */
const otherLabel = "(other)";

/**
 * @param cases All cases. @param results All results, in whatever order.
 * @param labels The values that an answer may have (a `one_of` rule on the assistant); undefined: no accuracy.
 */
export function measure(
  cases: readonly EvalCase[],
  results: readonly EvalResult[],
  labels: readonly string[] | undefined,
): Metrics {
  const subjects = [...new Set(results.map(({ subject }) => subject))];
  const tables = new Map(
    subjects.map((name) => [
      name,
      new Map(results.filter(({ subject }) => subject === name).map((result) => [result.caseId, result])),
    ]),
  );
  const shares = Object.fromEntries(
    [...tables].map(([name, table]) => [name, sharesOf(cases, table, labels)]),
  ) as Metrics["shares"];
  const tuned = tables.get("tuned");
  if (tuned === undefined) return { shares, comparisons: [] };
  const comparisons = [...tables].flatMap(([name, table]) =>
    name === "tuned" ? [] : (compare(cases, tuned, table, name) ?? []),
  );
  const paired = [...tables].flatMap(([name, table]) => {
    const known = cases.filter(({ id }) => table.has(id));
    return known.length === cases.length ? [] : [[name, sharesOf(known, tuned, labels)] as const];
  });
  return {
    shares,
    comparisons,
    ...(paired.length === 0 ? {} : { paired: Object.fromEntries(paired) }),
    ...(labels === undefined ? {} : { confusion: confusionOf(cases, tuned, labels) }),
  };
}

type Table = ReadonlyMap<string, EvalResult>;

function sharesOf(
  cases: readonly EvalCase[],
  table: Table,
  labels: readonly string[] | undefined,
): Record<string, Share> {
  const tallies = new Map<string, { passed: number; judged: number; errors: number }>();
  const add = (metric: string, verdict: boolean | "error") => {
    const tally = tallies.get(metric) ?? { passed: 0, judged: 0, errors: 0 };
    tallies.set(metric, tally);
    if (verdict === "error") tally.errors++;
    else {
      tally.judged++;
      if (verdict) tally.passed++;
    }
  };
  tallies.set("pass_rate", { passed: 0, judged: 0, errors: 0 });
  if (labels !== undefined) tallies.set("accuracy", { passed: 0, judged: 0, errors: 0 });
  for (const { id, assertions, expected } of cases) {
    const result = table.get(id);
    if (result === undefined) continue;
    const { outcome } = result;
    const failed = outcome.kind === "error";
    add("pass_rate", failed ? "error" : result.pass);
    if (labels !== undefined && expected !== undefined) {
      add("accuracy", failed ? "error" : outcome.answer.trim() === expected.trim());
    }
    assertions.forEach(({ metric }, index) => {
      if (metric === undefined) return;
      add(metric, failed ? "error" : outcome.scores[index]?.pass === true);
    });
  }
  return Object.fromEntries(tallies);
}

function compare(cases: readonly EvalCase[], tuned: Table, other: Table, against: SubjectName): Comparison | undefined {
  const pairs = cases.flatMap(({ id }) => {
    const [first, second] = [tuned.get(id), other.get(id)];
    if (first?.outcome.kind !== "answer" || second?.outcome.kind !== "answer") return [];
    return [{ id, first: first.pass, second: second.pass }];
  });
  const idsWhere = (first: boolean, second: boolean) =>
    pairs.filter((pair) => pair.first === first && pair.second === second).map(({ id }) => id);
  const [newlyPassing, newlyFailing] = [idsWhere(true, false), idsWhere(false, true)];
  const interval = pairedDifference({
    both: idsWhere(true, true).length,
    onlyFirst: newlyPassing.length,
    onlySecond: newlyFailing.length,
    neither: idsWhere(false, false).length,
  });
  return interval === undefined ? undefined : { against, pairs: pairs.length, ...interval, newlyPassing, newlyFailing };
}

function confusionOf(cases: readonly EvalCase[], table: Table, labels: readonly string[]): Confusion {
  const seen = cases.flatMap(({ expected }) => (expected === undefined ? [] : [expected.trim()]));
  const expectedLabels = [...new Set([...labels, ...seen])].filter((label) => seen.includes(label));
  const predicted = [...labels, otherLabel];
  const counts = expectedLabels.map(() => predicted.map(() => 0));
  for (const { id, expected } of cases) {
    const outcome = table.get(id)?.outcome;
    if (expected === undefined || outcome?.kind !== "answer") continue;
    const row = counts[expectedLabels.indexOf(expected.trim())] as number[]; // every expected answer is among them
    const column = labels.indexOf(outcome.answer.trim());
    const place = column === -1 ? labels.length : column;
    row[place] = (row[place] ?? 0) + 1;
  }
  return { expected: expectedLabels, predicted, counts };
}

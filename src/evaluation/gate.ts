import type { GateRule } from "../config/pipeline.gen.ts";
import { FtpipeError } from "../core/errors.ts";
import type { SubjectName } from "./evaluate.ts";
import type { Metrics, Share } from "./metrics.ts";

export type Verdict = "passed" | "failed" | "inconclusive" | "not_gated";

export interface RuleVerdict {
  /** The rule for people, such as `pass_rate ≥ 80 %`. */
  readonly text: string;
  /** What was measured, for people, such as `94 %`, `+94 points` or `no predecessor`. */
  readonly measured: string;
  /** A share from 0 to 1, or a difference of two; null if nothing was measured. */
  readonly value: number | null;
  readonly bound: number;
  readonly state: "passed" | "failed" | "inconclusive" | "no_predecessor";
}

export interface Gate {
  readonly verdict: Verdict;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly rules: readonly RuleVerdict[];
  /** Questions that ended in an error instead of an answer, over all models. */
  readonly errors: number;
}

export interface GateInputs {
  readonly rules: readonly GateRule[];
  readonly shares: Metrics["shares"];
  /** What the tuned model is compared by with a model that did not answer all cases. */
  readonly paired?: Metrics["paired"];
  /** Whether the pipeline has an accepted model. Without one, rules against `previous` have nothing to compare with. */
  readonly hasPrevious: boolean;
}

/** Shares that differ by less are equal: 0.8 - 0.6 is not quite 0.2 in binary. */
const tolerance = 1e-9;

/**
 * Decides. Nothing passes by default:
 * - without rules the run is `not_gated`, which is not `passed`;
 * - a metric that no case yields fails its rule;
 * - a question that ended in an error counts neither way: a rule fails if it would fail however those had
 *   come out; else the verdict is `inconclusive` as long as there is one error, whichever model met it;
 * - a rule against a model compares over the cases that this one answered: without any it fails;
 * - rules against `previous` without a predecessor decide nothing: the others do. If there are no others,
 *   the verdict is `inconclusive`.
 */
export function decide(inputs: GateInputs): Gate {
  const { rules, shares } = inputs;
  const errors = Object.values(shares).reduce((sum, metrics) => sum + (metrics?.["pass_rate"]?.errors ?? 0), 0);
  const verdicts = rules.flatMap((rule) => judge(rule, inputs));
  const count = (state: RuleVerdict["state"]) => verdicts.filter((rule) => rule.state === state).length;
  const gate = (verdict: Verdict, reason: string): Gate => ({ verdict, reason, rules: verdicts, errors });
  const broken = errors === 1 ? "1 question ended in an error" : `${errors} questions ended in errors`;
  if (rules.length === 0)
    return gate("not_gated", errors === 0 ? "The pipeline has no gate." : `The pipeline has no gate; ${broken}.`);
  const failed = verdicts.find(({ state }) => state === "failed");
  if (failed !== undefined) {
    const more = count("failed") > 1 ? ` (and ${count("failed") - 1} more)` : "";
    return gate("failed", `${failed.text}: measured ${failed.measured}${more}.`);
  }
  if (errors > 0) return gate("inconclusive", `${broken[0]?.toUpperCase()}${broken.slice(1)}.`);
  if (count("passed") === 0)
    return gate("inconclusive", "All rules compare with an accepted model, and there is none yet.");
  const skipped = count("no_predecessor");
  return gate(
    "passed",
    skipped === 0 ? "Every rule is met." : `Every rule that could be judged is met; ${skipped} had no predecessor.`,
  );
}

/** What ends the run after its report is written: GATE_FAILED, GATE_INCONCLUSIVE (also for errors without a gate); undefined if nothing. */
export function gateError({ verdict, reason, errors }: Gate): FtpipeError | undefined {
  if (verdict === "failed") {
    return new FtpipeError("GATE_FAILED", `The gate failed: ${reason}`, {
      hint: "Look at the failed cases in the report. The accepted model stays as it was.",
    });
  }
  if (verdict === "inconclusive" || errors > 0) {
    const hint =
      errors > 0
        ? "Run again: the cases are asked anew, nothing is trained."
        : "Add a rule with `minimum`, which needs no predecessor.";
    return new FtpipeError("GATE_INCONCLUSIVE", `The gate is inconclusive: ${reason}`, { hint });
  }
  return undefined;
}

interface Bound {
  readonly text: string;
  readonly bound: number;
  readonly atLeast: boolean;
}

/** The bounds of a rule on the value of its metric, or on the difference to `against`. */
function boundsOf({ metric, minimum, maximum, against, minimum_gain: gain, maximum_drop: drop }: GateRule): Bound[] {
  const bounds: Bound[] = [];
  if (minimum !== undefined) bounds.push({ text: `${metric} ≥ ${percent(minimum)}`, bound: minimum, atLeast: true });
  if (maximum !== undefined) bounds.push({ text: `${metric} ≤ ${percent(maximum)}`, bound: maximum, atLeast: false });
  if (gain !== undefined) {
    const text = `${metric}: gain over ${against} ≥ ${sign(gain, "")}${decimal(gain)} points`;
    bounds.push({ text, bound: gain, atLeast: true });
  }
  if (drop !== undefined) {
    bounds.push({ text: `${metric}: drop from ${against} ≤ ${decimal(drop)} points`, bound: -drop, atLeast: true });
  }
  return bounds;
}

function judge(rule: GateRule, { shares, paired, hasPrevious }: GateInputs): RuleVerdict[] {
  const { metric } = rule;
  const against = rule.against as SubjectName | undefined;
  const part = against === undefined ? undefined : paired?.[against];
  const tuned = rangeOf(part ?? shares.tuned, metric);
  const other = against === undefined ? undefined : rangeOf(shares[against], metric);
  return boundsOf(rule).map(({ text, bound, atLeast }) => {
    const nothing = { text, value: null, bound };
    if (against === "previous" && !hasPrevious) {
      return { ...nothing, measured: "no predecessor", state: "no_predecessor" };
    }
    if (tuned === undefined) return { ...nothing, measured: "no cases", state: "failed" };
    if (against !== undefined && other === undefined) {
      return { ...nothing, measured: `no cases of ${against}`, state: "failed" };
    }
    const range = other === undefined ? tuned : minus(tuned, other);
    const meets = (value: number) => (atLeast ? value >= bound - tolerance : value <= bound + tolerance);
    const [hopeful, fearful] = atLeast ? [range.high, range.low] : [range.low, range.high];
    const state = !meets(hopeful) ? "failed" : meets(fearful) ? "passed" : "inconclusive";
    const { value } = range;
    if (value === undefined) return { ...nothing, measured: "no answers", state };
    const over = part === undefined ? "" : ` over ${casesOf(part)} of ${casesOf(shares.tuned)} cases`;
    const measured = other === undefined ? percent(value) : `${sign(value, "+")}${decimal(value)} points${over}`;
    return { text, measured, value, bound, state };
  });
}

/** A value, and what it could be if every error had come out badly, or well. */
interface Range {
  /** Undefined if every question ended in an error. */
  readonly value: number | undefined;
  readonly low: number;
  readonly high: number;
}

function casesOf(shares: Shares | undefined): number {
  const rate = shares?.["pass_rate"];
  return rate === undefined ? 0 : rate.judged + rate.errors;
}

type Shares = Readonly<Record<string, Share>>;

function rangeOf(shares: Shares | undefined, metric: string): Range | undefined {
  const share = shares?.[metric];
  if (share === undefined || share.judged + share.errors === 0) return undefined;
  const { passed, judged, errors } = share;
  const all = judged + errors;
  return { value: judged === 0 ? undefined : passed / judged, low: passed / all, high: (passed + errors) / all };
}

function minus(a: Range, b: Range): Range {
  const value = a.value === undefined || b.value === undefined ? undefined : a.value - b.value;
  return { value, low: a.low - b.high, high: a.high - b.low };
}

/** Hundredths with at most one decimal, never rounded up to a bound that is not met: 0.7996 is 79.9. */
function decimal(value: number): string {
  return `${Math.floor((Math.abs(value) + tolerance) * 1000) / 10}`;
}

function sign(value: number, plus: string): string {
  return value < 0 ? "−" : plus;
}

function percent(value: number): string {
  return `${sign(value, "")}${decimal(value)} %`;
}

/** What a report shows: plain data, so that pages are pure functions of it. */
export interface ReportData {
  readonly pipeline: { readonly name: string; readonly description?: string | undefined };
  readonly target: string;
  readonly verdict: Verdict;
  /** Why, in one sentence. */
  readonly reason: string;
  readonly rules: readonly RuleRow[];
  /** In the order of columns: the tuned model last. */
  readonly subjects: readonly { readonly name: string; readonly model: string }[];
  readonly metrics: readonly MetricRow[];
  readonly comparisons: readonly ComparisonRow[];
  readonly cases: readonly CaseRow[];
  readonly loss: readonly LossPoint[];
  /** What a loss is the mean of: supervised training's of tokens, that of preferences of pairs of answers. */
  readonly lossPer: "token" | "pair";
  /** By step; none where the provider keeps none. */
  readonly checkpoints: readonly CheckpointRow[];
  readonly confusion?: ConfusionTable | undefined;
  readonly data: readonly DataRow[];
  /** Facts about where the model comes from, in reading order. */
  readonly lineage: readonly (readonly [label: string, value: string])[];
  /** The command that makes the same model again. */
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly writtenAt: string;
}

export type Verdict = "passed" | "failed" | "inconclusive" | "not_gated";

export interface RuleRow {
  readonly text: string;
  readonly measured: string;
  readonly state: "passed" | "failed" | "inconclusive" | "no_predecessor";
}

export interface MetricRow {
  readonly name: string;
  /** By subject. */
  readonly shares: Readonly<
    Record<string, { readonly passed: number; readonly judged: number; readonly errors: number }>
  >;
}

/** Differences are of pass rates, tuned minus the other, -1 to 1. */
export interface ComparisonRow {
  readonly against: string;
  readonly pairs: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly newlyFailing: readonly string[];
}

export interface CaseRow {
  readonly id: string;
  readonly description?: string | undefined;
  /** `file:line` */
  readonly place: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly expected?: string | undefined;
  readonly answers: readonly AnswerRow[];
}

export interface AnswerRow {
  readonly subject: string;
  readonly pass: boolean;
  /** The answer, or undefined for an error. */
  readonly text?: string | undefined;
  readonly error?: string | undefined;
  /** Whether the answer ended at its limit of tokens. */
  readonly cut: boolean;
  readonly assertions: readonly { readonly type: string; readonly pass: boolean; readonly reason: string }[];
}

/** Loss in nats. */
export interface LossPoint {
  readonly step: number;
  readonly training?: number | undefined;
  readonly validation?: number | undefined;
}

/** A model from the midst of training. Losses in nats. */
export interface CheckpointRow {
  readonly step: number;
  readonly model: string;
  readonly training?: number | undefined;
  readonly validation?: number | undefined;
}

export interface ConfusionTable {
  readonly expected: readonly string[];
  readonly predicted: readonly string[];
  /** counts[expected][predicted] */
  readonly counts: readonly (readonly number[])[];
}

export interface DataRow {
  readonly split: string;
  readonly rows: number;
  readonly examples: number;
  readonly tokens?: number | undefined;
}

/** The answer that the report is about. */
export function tunedAnswer({ answers }: CaseRow): AnswerRow | undefined {
  return answers.find(({ subject }) => subject === "tuned");
}

/** Cases by how much they deserve a look: newly failing, failing, errors, then the rest; each group in its order. */
export function byInterest(data: ReportData): readonly CaseRow[] {
  const newly = new Set(data.comparisons.flatMap(({ newlyFailing }) => newlyFailing));
  const rank = (row: CaseRow): number => {
    const answer = tunedAnswer(row);
    if (newly.has(row.id)) return 0;
    if (answer === undefined || answer.error !== undefined) return 2;
    return answer.pass ? 3 : 1;
  };
  return data.cases.toSorted((a, b) => rank(a) - rank(b));
}

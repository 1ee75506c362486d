import { shownMessage } from "../core/chat.ts";
import { formatLocation } from "../core/location.ts";
import { inOrder } from "../evaluation/evaluate.ts";
import type { AnswerRow, CaseRow, CheckpointRow, DataRow, LossPoint, MetricRow, ReportData } from "../report/data.ts";
import type { EstimateValue } from "./estimate.ts";
import type { CaseEntry, EvaluationFile } from "./evaluation-file.ts";
import type { GateValue } from "./gate.ts";
import type { SplitValue } from "./pass-outcomes.ts";
import type { WaitValue } from "./wait.ts";
import type { World } from "./world.ts";

/** A line of the job's metrics. Losses in nats. */
export interface TrainingStep {
  readonly step: number;
  readonly train_loss?: number;
  readonly valid_loss?: number;
}

/** What a report is about. */
export interface ReportSubject {
  /** The pipeline file, relative to the root. */
  readonly file: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly target: string;
  readonly provider: string;
  readonly method: string;
  readonly sampling: Pick<SamplingDefaults, "temperature" | "max_tokens" | "response_format">;
}

type SamplingDefaults = World["pipeline"]["evaluation"]["defaults"];

export interface ReportInputs {
  readonly subject: ReportSubject;
  readonly split: { readonly value: SplitValue; readonly files: Readonly<Record<string, string>> };
  readonly estimate: EstimateValue;
  readonly wait: WaitValue;
  readonly gate: GateValue;
  readonly evaluation: EvaluationFile;
  readonly steps: readonly TrainingStep[];
  readonly writtenAt: string;
}

/** Gathers what a report shows. */
export function reportData(inputs: ReportInputs): ReportData {
  const { subject, gate, evaluation, steps, writtenAt } = inputs;
  const { metrics, cases } = evaluation;
  const models = inOrder(Object.keys(evaluation.subjects)).flatMap((name) => {
    const model = evaluation.subjects[name];
    return model === undefined ? [] : [{ name, model }];
  });
  return {
    pipeline: { name: subject.name, description: subject.description },
    target: subject.target,
    verdict: gate.verdict,
    reason: gate.reason,
    rules: gate.rules,
    subjects: models,
    metrics: metricRows(evaluation),
    comparisons: metrics.comparisons,
    cases: cases.map((entry) => caseRow(entry)),
    loss: steps.map(
      ({ step, train_loss, valid_loss }): LossPoint => ({ step, training: train_loss, validation: valid_loss }),
    ),
    lossPer: subject.method === "dpo" ? "pair" : "token",
    checkpoints: (inputs.wait.checkpoints ?? []).map(
      ({ step, model, train_loss, valid_loss }): CheckpointRow => ({
        step,
        model,
        training: train_loss,
        validation: valid_loss,
      }),
    ),
    confusion: metrics.confusion,
    data: dataRows(inputs),
    lineage: lineage(inputs),
    command: `ftpipe run ${subject.file} --target ${subject.target}`,
    writtenAt,
  };
}

function metricRows({ metrics: { shares } }: EvaluationFile): readonly MetricRow[] {
  const names = new Set(Object.values(shares).flatMap((metrics = {}) => Object.keys(metrics)));
  return [...names].map((name) => ({
    name,
    shares: Object.fromEntries(
      Object.entries(shares).flatMap(([subject, metrics]) => {
        const share = metrics?.[name];
        return share === undefined ? [] : [[subject, share] as const];
      }),
    ),
  }));
}

function caseRow({ id, description, location, messages, expected, results }: CaseEntry): CaseRow {
  const answers = inOrder(Object.keys(results)).flatMap((subject): AnswerRow[] => {
    const result = results[subject];
    if (result === undefined) return [];
    const { pass, answer, error, finish_reason, assertions = [] } = result;
    return [{ subject, pass, text: answer, error: error?.message, cut: finish_reason === "length", assertions }];
  });
  const shown = messages.map((message) => ({ role: message.role, content: shownMessage(message) }));
  return { id, description, place: formatLocation(location), messages: shown, expected, answers };
}

function dataRows({ split: { value }, estimate: { tokens } }: ReportInputs): readonly DataRow[] {
  return (["training", "validation", "test"] as const)
    .filter((name) => value[name].examples > 0)
    .map((name) => ({ split: name, ...value[name], tokens: tokens[name] }));
}

function lineage({ subject, split, estimate, wait, evaluation }: ReportInputs): ReportData["lineage"] {
  const { temperature, max_tokens, response_format: format } = subject.sampling;
  // From the cache they come in another order than from the provider.
  const settings = Object.entries(wait.hyperparameters)
    .map(([name, value]) => `${name} ${value}`)
    .sort();
  const facts: (readonly [string, string | undefined])[] = [
    ["pipeline", subject.file],
    ["target", `${subject.target} (${subject.provider})`],
    ["base model", wait.base],
    ["job", wait.job],
    ["method", wait.job === "" || subject.method === "supervised" ? undefined : subject.method],
    ["tuned model", evaluation.subjects.tuned],
    ["previous model", evaluation.subjects.previous],
    ...Object.entries(evaluation.recorded ?? {}).map(
      ([name, { model, recorded_at, sha256 }]) =>
        [
          `${name} answers`,
          `${model}, recorded${recorded_at === null ? "" : ` ${recorded_at.slice(0, 10)}`}, sha256 ${sha256.slice(0, 12)}…`,
        ] as const,
    ),
    ["weights sha256", wait.weights?.sha256],
    ["hyperparameters", settings.join(", ")],
    ["trained tokens", String(wait.trained_tokens ?? "")],
    ["price", priceText(estimate)],
    ["training data sha256", split.files["train"]],
    ["validation data sha256", split.value.validation.examples === 0 ? undefined : split.files["validation"]],
    ["sampling", `temperature ${temperature}, at most ${max_tokens} tokens`],
    ["response format", format?.type === "json_schema" ? `json_schema ${format.json_schema.name}` : format?.type],
  ];
  return facts.flatMap(([label, value]) => (value === undefined || value === "" ? [] : [[label, value] as const]));
}

function priceText({ paid, price }: EstimateValue): string {
  if (!paid) return "free";
  return price === null ? "unknown" : `about $${price.usd.toFixed(2)} (price of ${price.date})`;
}

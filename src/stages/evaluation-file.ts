import type { ChatMessage, ContentPart, ToolSettings } from "../core/chat.ts";
import { sha256 } from "../core/hash.ts";
import { toolSettingsOf } from "../dataset/example.ts";
import type { EvalCase } from "../evaluation/cases.ts";
import type { EvalResult, SubjectName } from "../evaluation/evaluate.ts";
import type { Metrics } from "../evaluation/metrics.ts";

/** `results.json`: every question with its answers, for people, other programs and the report. No times: equal answers give equal bytes. */
export interface EvaluationFile {
  readonly version: 1;
  /** Models by the part that they play. */
  readonly subjects: Readonly<Partial<Record<SubjectName, string>>>;
  /** Whose answers were not asked now but recorded once, by the part that they play. */
  readonly recorded?: Readonly<Record<string, RecordedFrom>>;
  readonly metrics: Metrics;
  readonly cases: readonly CaseEntry[];
}

export interface RecordedFrom {
  readonly model: string;
  /** Null where nobody can say. */
  readonly recorded_at: string | null;
  /** Of the file that they lie in. */
  readonly sha256: string;
}

export interface CaseEntry {
  readonly id: string;
  readonly description?: string | undefined;
  /** The held-out row, or the test in the pipeline; the file relative to the root. */
  readonly location: { readonly file: string; readonly line?: number };
  /** Images that were sent as data are told by their hash. */
  readonly messages: readonly ChatMessage[];
  /** What the model could call, where there is something. */
  readonly tools?: ToolSettings;
  readonly expected?: string | undefined;
  readonly results: Readonly<Partial<Record<SubjectName, ResultEntry>>>;
}

export interface ResultEntry {
  readonly pass: boolean;
  readonly answer?: string;
  readonly finish_reason?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly assertions?: readonly AssertionEntry[];
}

export interface AssertionEntry {
  readonly type: string;
  readonly metric?: string | undefined;
  readonly pass: boolean;
  readonly score: number;
  readonly reason: string;
}

export interface EvaluationFileInputs {
  readonly cases: readonly EvalCase[];
  readonly results: readonly EvalResult[];
  readonly metrics: Metrics;
  readonly subjects: EvaluationFile["subjects"];
  readonly recorded?: EvaluationFile["recorded"];
}

export function evaluationFile(inputs: EvaluationFileInputs): EvaluationFile {
  const { cases, results, metrics, subjects, recorded = {} } = inputs;
  const byCase = Map.groupBy(results, ({ caseId }) => caseId);
  return {
    version: 1,
    subjects,
    ...(Object.keys(recorded).length === 0 ? {} : { recorded }),
    metrics,
    cases: cases.map(({ id, description, location, messages, tools = {}, expected }) => ({
      id,
      description,
      location: { file: location.file, ...(location.line === undefined ? {} : { line: location.line }) },
      messages: messages.map(withoutData),
      ...(tools.tools === undefined && tools.functions === undefined ? {} : { tools: toolSettingsOf(tools) }),
      expected,
      results: Object.fromEntries((byCase.get(id) ?? []).map((result) => [result.subject, entryOf(result)])),
    })),
  };
}

function entryOf({ pass, outcome }: EvalResult): ResultEntry {
  if (outcome.kind === "error") return { pass, error: { code: outcome.code, message: outcome.message } };
  const { answer, finishReason, scores } = outcome;
  return { pass, answer, finish_reason: finishReason, assertions: scores };
}

/** A message as it is kept: an image that was sent as data by its hash. */
export function withoutData(message: ChatMessage): ChatMessage {
  const { content } = message;
  return content === null || typeof content !== "object" ? message : { ...message, content: content.map(shortPart) };
}

function shortPart(part: ContentPart): ContentPart {
  if (part.type === "text" || !part.image_url.url.startsWith("data:")) return part;
  const { url } = part.image_url;
  return {
    ...part,
    image_url: { ...part.image_url, url: `${url.slice(0, url.indexOf(",") + 1)}sha256:${sha256(url)}` },
  };
}

import type { WireObject } from "../providers/account.ts";
import type { TrainingMethod } from "../providers/provider.ts";

/** How a model was trained, in the words of the pipeline file. */
export interface Recipe {
  readonly method: TrainingMethod;
  /** The base model; undefined where nobody says. */
  readonly base: string | undefined;
  readonly suffix?: string | undefined;
  readonly seed?: number | undefined;
  /** As the provider resolved them; `auto` where it had not come to that. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** As on the wire. */
  readonly grader?: Readonly<Record<string, unknown>> | undefined;
  /** As on the wire. */
  readonly responseFormat?: Readonly<Record<string, unknown>> | undefined;
}

/** A fine-tuning job of an account. */
export interface PastJob extends Recipe {
  readonly id: string;
  readonly state: "succeeded" | "failed" | "cancelled" | "running";
  readonly model: string | undefined;
  readonly trainingFile: string | undefined;
  readonly validationFile: string | undefined;
  readonly resultFiles: readonly string[];
  /** Seconds since 1970. */
  readonly createdAt: number | undefined;
  /** Why it failed. */
  readonly error: string | undefined;
  /** Of a job that ftpipe created. */
  readonly fingerprint: string | undefined;
  /** Names of services that the job reported to. */
  readonly integrations: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
const number = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);
const fields = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const methods: readonly string[] = ["supervised", "dpo", "reinforcement"] satisfies readonly TrainingMethod[];

/** Reads a job as any year's API gave it. @returns The name of its method instead, if it is one that is not known. */
export function readJob(job: WireObject): PastJob | { readonly unknownMethod: string } {
  const method = fields(job["method"]);
  const type = text(method["type"]) ?? "supervised"; // older jobs have no method
  if (!methods.includes(type)) return { unknownMethod: type };
  const own = fields(method[type]);
  const model = text(job["fine_tuned_model"]);
  const error = fields(job["error"]);
  const files = job["result_files"];
  const integrations = job["integrations"];
  return {
    id: job.id,
    state: stateOf(text(job["status"])),
    method: type as TrainingMethod,
    base: text(job["model"]) ?? baseOf(model),
    model,
    suffix: text(job["user_provided_suffix"]) ?? suffixOf(model),
    seed: number(job["seed"]),
    hyperparameters: resolved(fields(job["hyperparameters"]), fields(own["hyperparameters"])),
    grader: "grader" in own ? fields(own["grader"]) : undefined,
    responseFormat:
      text(fields(own["response_format"])["type"]) === undefined ? undefined : fields(own["response_format"]),
    trainingFile: text(job["training_file"]),
    validationFile: text(job["validation_file"]),
    resultFiles: Array.isArray(files) ? files.filter((id) => typeof id === "string") : [],
    createdAt: number(job["created_at"]),
    error: text(error["message"]) ?? text(error["code"]),
    fingerprint: fingerprintOf(fields(job["metadata"])),
    integrations: Array.isArray(integrations) ? integrations.flatMap((one) => text(fields(one)["type"]) ?? []) : [],
  };
}

function stateOf(status: string | undefined): PastJob["state"] {
  return status === "succeeded" || status === "failed" || status === "cancelled" ? status : "running";
}

/** A number goes before `auto`, and what stands in the method before what stands beside it. */
function resolved(...parts: readonly Fields[]): Readonly<Record<string, number | string>> {
  const values: Record<string, number | string> = {};
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (typeof value === "number" || (typeof value === "string" && (value !== "auto" || !(name in values))))
      values[name] = value;
  }
  return values;
}

/** `ft:<base>:<organisation>:<suffix>:<id>`; without a suffix its place is empty. */
function suffixOf(model: string | undefined): string | undefined {
  const [prefix, _base, _organisation, suffix] = (model ?? "").split(":");
  return prefix === "ft" ? text(suffix) : undefined;
}

function baseOf(model: string | undefined): string | undefined {
  const [prefix, base] = (model ?? "").split(":");
  return prefix === "ft" ? text(base) : undefined;
}

function fingerprintOf(metadata: Fields): string | undefined {
  const mark = text(metadata["ftpipe_fp"]);
  return mark !== undefined && /^[0-9a-f]{64}$/.test(mark) ? mark : undefined;
}

import type { OverContext } from "../engine/engine.ts";
import { invalid } from "./api-error.ts";
import { integer, isObject, type JsonObject, missing, wrongType } from "./checks.ts";
import type { JobMethod } from "./job-method.ts";
import { parseMethod } from "./method-request.ts";

/** The body of a job's creation, checked. */
export interface JobRequest {
  readonly model: string;
  readonly training_file: string;
  readonly validation_file: string | null;
  readonly method: JobMethod;
  readonly suffix: string | null;
  readonly seed: number | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  /** What becomes of examples longer than the model's context; this server's own, OpenAI's API has no such field. */
  readonly over_context: OverContext;
}

const parameters = new Set([
  "model",
  "training_file",
  "validation_file",
  "hyperparameters",
  "method",
  "suffix",
  "seed",
  "metadata",
  "integrations",
  "over_context",
]);

/** @throws ApiError 400 for the first thing that is wrong, in OpenAI's words. */
export function parseJobRequest(body: unknown): JobRequest {
  if (!isObject(body)) throw invalid("The body must be a JSON object.");
  const unknown = Object.keys(body).find((key) => !parameters.has(key));
  if (unknown !== undefined) throw invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
  if (Array.isArray(body["integrations"]) && body["integrations"].length > 0) {
    throw invalid("This server has no integrations.", "integrations");
  }
  return {
    model: text(body, "model") ?? missing("model"),
    training_file: text(body, "training_file") ?? missing("training_file"),
    validation_file: text(body, "validation_file"),
    method: parseMethod(body),
    suffix: suffix(body),
    seed: body["seed"] == null ? null : integer(body["seed"], "seed", { minimum: 0, maximum: 2147483647 }),
    metadata: metadata(body["metadata"]),
    over_context: overContext(body),
  };
}

function overContext(body: JsonObject): OverContext {
  const value = text(body, "over_context") ?? "refuse";
  if (value !== "refuse" && value !== "cut") {
    throw invalid(`Invalid 'over_context': expected 'refuse' or 'cut', but got '${value}'.`, "over_context");
  }
  return value;
}

function text(body: JsonObject, name: string): string | null {
  const value = body[name];
  if (value == null) return null;
  if (typeof value !== "string") throw wrongType(name, "a string", value);
  return value;
}

function suffix(body: JsonObject): string | null {
  const value = text(body, "suffix");
  if (value !== null && (value.length < 1 || value.length > 64)) {
    throw invalid(`Invalid 'suffix': expected 1 to 64 characters, but got ${value.length}.`, "suffix");
  }
  return value;
}

function metadata(value: unknown): JobRequest["metadata"] {
  if (value == null) return null;
  if (!isObject(value)) throw wrongType("metadata", "an object", value);
  const entries = Object.entries(value);
  if (entries.length > 16) throw invalid("Invalid 'metadata': too many properties. Expected at most 16.", "metadata");
  for (const [key, item] of entries) {
    if (typeof item !== "string") throw wrongType(`metadata.${key}`, "a string", item);
    if (key.length > 64)
      throw invalid(`Invalid 'metadata': the key '${key}' is longer than 64 characters.`, "metadata");
    if (item.length > 512)
      throw invalid(`Invalid 'metadata.${key}': string too long. Expected at most 512.`, "metadata");
  }
  return value as Readonly<Record<string, string>>;
}

import type { Hyperparameters } from "../engine/engine.ts";
import { invalid } from "./api-error.ts";
import { integer, isObject, type JsonObject, missing, positive, wrongType } from "./checks.ts";

/** The body of a job's creation, checked. `auto` is left out of the hyperparameters. */
export interface JobRequest {
  readonly model: string;
  readonly training_file: string;
  readonly validation_file: string | null;
  readonly hyperparameters: Partial<Hyperparameters>;
  readonly suffix: string | null;
  readonly seed: number | null;
  readonly metadata: Readonly<Record<string, string>> | null;
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
    hyperparameters: hyperparameters(body),
    suffix: suffix(body),
    seed: body["seed"] == null ? null : integer(body["seed"], "seed", { minimum: 0, maximum: 2147483647 }),
    metadata: metadata(body["metadata"]),
  };
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

/** From `method.supervised.hyperparameters`, or the older top-level form. */
function hyperparameters(body: JsonObject): Partial<Hyperparameters> {
  const { method } = body;
  if (method == null) return parseHyperparameters(body["hyperparameters"], "hyperparameters");
  if (!isObject(method)) throw wrongType("method", "an object", method);
  if (method["type"] !== "supervised") {
    throw invalid(
      `The method '${String(method["type"])}' is not supported by this server, only 'supervised'.`,
      "method",
    );
  }
  const { supervised } = method;
  if (supervised == null) return parseHyperparameters(body["hyperparameters"], "hyperparameters");
  if (!isObject(supervised)) throw wrongType("method.supervised", "an object", supervised);
  return parseHyperparameters(
    supervised["hyperparameters"] ?? body["hyperparameters"],
    "method.supervised.hyperparameters",
  );
}

function parseHyperparameters(value: unknown, path: string): Partial<Hyperparameters> {
  if (value == null) return {};
  if (!isObject(value)) throw wrongType(path, "an object", value);
  const given: { -readonly [K in keyof Hyperparameters]?: number } = {};
  for (const [name, item] of Object.entries(value)) {
    if (item == null || item === "auto") continue;
    const at = `${path}.${name}`;
    if (name === "n_epochs") given.n_epochs = integer(item, at, { minimum: 1, maximum: 50 });
    else if (name === "batch_size") given.batch_size = integer(item, at, { minimum: 1, maximum: 256 });
    else if (name === "learning_rate_multiplier") given.learning_rate_multiplier = positive(item, at);
    else throw invalid(`Unknown parameter: '${at}'.`, at, "unknown_parameter");
  }
  return given;
}

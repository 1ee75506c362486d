import type { DpoHyperparameters, Hyperparameters } from "../engine/engine.ts";
import { invalid } from "./api-error.ts";
import { integer, isObject, type JsonObject, missing, positive, wrongType } from "./checks.ts";
import type { JobMethod } from "./job-method.ts";

/** Reads one setting; the path is for messages. */
type Check = (value: unknown, path: string) => number;

const supervisedChecks: Readonly<Record<keyof Hyperparameters, Check>> = {
  n_epochs: (value, path) => integer(value, path, { minimum: 1, maximum: 50 }),
  batch_size: (value, path) => integer(value, path, { minimum: 1, maximum: 256 }),
  learning_rate_multiplier: (value, path) => positive(value, path),
};

const dpoChecks: Readonly<Record<keyof DpoHyperparameters, Check>> = {
  ...supervisedChecks,
  beta: (value, path) => positive(value, path, 2),
};

/**
 * From `method`; without one, supervised with the older top-level `hyperparameters`.
 * @throws ApiError 400.
 */
export function parseMethod(body: JsonObject): JobMethod {
  const { method, hyperparameters: older } = body;
  if (method == null) {
    return { method: "supervised", hyperparameters: parseSettings(older, "hyperparameters", supervisedChecks) };
  }
  if (!isObject(method)) throw wrongType("method", "an object", method);
  const { type } = method;
  if (type == null) missing("method.type");
  if (type !== "supervised" && type !== "dpo") {
    const message = `The method '${String(type)}' is not supported by this server, only 'supervised' and 'dpo'.`;
    throw invalid(message, "method");
  }
  const settings = ownSettings(method, type);
  const path = `method.${type}.hyperparameters`;
  if (type === "dpo") {
    if (older != null) throw invalid(`'hyperparameters' is for supervised training: use '${path}'.`, "hyperparameters");
    return { method: type, hyperparameters: parseSettings(settings, path, dpoChecks) };
  }
  return {
    method: type,
    hyperparameters:
      settings == null
        ? parseSettings(older, "hyperparameters", supervisedChecks)
        : parseSettings(settings, path, supervisedChecks),
  };
}

/** What stands at `method.<type>.hyperparameters`. @throws ApiError 400 for anything beside it, which would go unheard. */
function ownSettings(method: JsonObject, type: "supervised" | "dpo"): unknown {
  const other = Object.entries(method).find(([key, value]) => key !== "type" && key !== type && value != null)?.[0];
  if (other !== undefined) throw unknownParameter(`method.${other}`);
  const own = method[type] ?? {};
  if (!isObject(own)) throw wrongType(`method.${type}`, "an object", own);
  const extra = Object.keys(own).find((key) => key !== "hyperparameters");
  if (extra !== undefined) throw unknownParameter(`method.${type}.${extra}`);
  return own["hyperparameters"];
}

function parseSettings<Name extends string>(
  value: unknown,
  path: string,
  checks: Readonly<Record<Name, Check>>,
): { readonly [name in Name]?: number } {
  if (value == null) return {};
  if (!isObject(value)) throw wrongType(path, "an object", value);
  const given: { [name in Name]?: number } = {};
  for (const [name, item] of Object.entries(value)) {
    const at = `${path}.${name}`;
    if (!isNameOf(checks, name)) throw unknownParameter(at);
    if (item != null && item !== "auto") given[name] = checks[name](item, at);
  }
  return given;
}

const isNameOf = <Name extends string>(checks: Readonly<Record<Name, Check>>, name: string): name is Name =>
  Object.hasOwn(checks, name);

const unknownParameter = (path: string) => invalid(`Unknown parameter: '${path}'.`, path, "unknown_parameter");

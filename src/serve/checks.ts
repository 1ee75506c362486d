import { type ApiError, invalid } from "./api-error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws ApiError 400, always. */
export function missing(name: string): never {
  throw invalid(`Missing required parameter: '${name}'.`, name, "missing_required_parameter");
}

export interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** @throws ApiError 400 in OpenAI's words unless it is a whole number in the range. */
export function integer(value: unknown, name: string, { minimum, maximum }: Range): number {
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(name, "an integer", value);
  if (value < minimum) throw outside(name, "integer", "below", `>= ${minimum}, but got ${value}`);
  if (value > maximum) throw outside(name, "integer", "above", `<= ${maximum}, but got ${value}`);
  return value;
}

/** @throws ApiError 400 in OpenAI's words unless it is a number in the range. */
export function decimal(value: unknown, name: string, { minimum, maximum }: Range): number {
  if (typeof value !== "number") throw wrongType(name, "a number", value);
  if (value < minimum) throw outside(name, "decimal", "below", `>= ${minimum}, but got ${value}`);
  if (value > maximum) throw outside(name, "decimal", "above", `<= ${maximum}, but got ${value}`);
  return value;
}

/** @throws ApiError 400 in OpenAI's words unless it is a number above 0 and at most the maximum. */
export function positive(value: unknown, name: string, maximum = Number.MAX_VALUE): number {
  if (typeof value !== "number") throw wrongType(name, "a number", value);
  if (value <= 0) throw outside(name, "decimal", "below", `> 0, but got ${value}`);
  if (value > maximum) throw outside(name, "decimal", "above", `<= ${maximum}, but got ${value}`);
  return value;
}

function outside(name: string, kind: "integer" | "decimal", side: "below" | "above", rest: string): ApiError {
  const bound = side === "below" ? "minimum" : "maximum";
  const code = `${kind}_${side}_${side === "below" ? "min" : "max"}_value`;
  return invalid(`Invalid '${name}': ${kind} ${side} ${bound} value. Expected a value ${rest} instead.`, name, code);
}

export function wrongType(name: string, expected: string, value: unknown): ApiError {
  const kind = Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
  const got = kind === "a object" ? "an object" : kind;
  return invalid(`Invalid type for '${name}': expected ${expected}, but got ${got} instead.`, name, "invalid_type");
}

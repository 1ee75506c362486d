/** The kinds of JSON values, as `type` names them. */
export type Kind = "string" | "number" | "integer" | "boolean" | "null" | "array" | "object";

export const kinds: readonly Kind[] = ["string", "number", "integer", "boolean", "null", "array", "object"];

/** Keywords that say something of values of one kind only. */
export const keywordsOf: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  string: ["minLength", "maxLength", "pattern"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties"],
};

/** Keywords that stand for the whole value: each takes only annotations beside it, save `type`. */
export const wholeKeywords = ["enum", "const", "anyOf", "oneOf", "allOf", "$ref"] as const;

/** Keywords that say nothing about which values are meant. */
export const annotations: readonly string[] = [
  "$schema",
  "$comment",
  "$defs",
  "definitions",
  "title",
  "description",
  "default",
  "example",
  "examples",
  "deprecated",
  "readOnly",
  "writeOnly",
];

/** The kinds of a value; a whole number has two. */
export function kindsOf(value: unknown): readonly Kind[] {
  if (value === null) return ["null"];
  if (Array.isArray(value)) return ["array"];
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "number"] : ["number"];
  return [typeof value as "string" | "boolean" | "object"];
}

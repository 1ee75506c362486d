import { annotations, type Kind, keywordsOf, kinds, wholeKeywords } from "./keywords.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** What is wrong with a schema, or can't be honoured, and where. */
export interface SchemaProblem {
  /** JSON pointer into the schema; empty for its root. */
  readonly pointer: string;
  readonly message: string;
}

/** A part of a schema, with its place. */
export interface Node {
  readonly pointer: string;
  readonly schema: JsonObject;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const childPointer = (pointer: string, ...steps: readonly (string | number)[]): string =>
  [pointer, ...steps.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1"))].join("/");

/**
 * Follows `$ref` inside the document.
 * @returns The pointer and what stands there, undefined if nothing does; undefined for a reference elsewhere.
 */
export function resolve(
  root: unknown,
  reference: string,
): { readonly pointer: string; readonly value: unknown } | undefined {
  if (!/^#(?:$|\/)/.test(reference)) return undefined;
  let value = root;
  const steps = reference
    .slice(1)
    .split("/")
    .slice(1)
    .map((step) => decode(step).replaceAll("~1", "/").replaceAll("~0", "~"));
  for (const step of steps) {
    const holds = Array.isArray(value) || isObject(value);
    value = holds && Object.hasOwn(value as object, step) ? (value as JsonObject)[step] : undefined;
  }
  return { pointer: childPointer("", ...steps), value };
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    // A stray percent sign stands for itself.
    return step;
  }
}

/** The kinds that a schema admits by its own `type`, or by keywords that only make sense for some; undefined: all. */
export function kindsAdmitted(schema: JsonObject): readonly Kind[] | undefined {
  const { type } = schema;
  if (type !== undefined) {
    const named = (Array.isArray(type) ? type : [type]).filter((kind): kind is Kind => kinds.includes(kind));
    const all = schema["nullable"] === true ? [...named, "null" as const] : named;
    // Whole numbers are numbers.
    return [...new Set(all)].filter((kind) => kind !== "integer" || !all.includes("number"));
  }
  const implied = (Object.keys(keywordsOf) as Kind[]).filter((kind) =>
    keywordsOf[kind]?.some((keyword) => keyword in schema),
  );
  return implied.length === 0 ? undefined : implied;
}

/** Tells of each keyword that is unknown here, or has no effect beside another. */
export function checkKeywords({ pointer, schema }: Node, tell: (problem: SchemaProblem) => void): void {
  const whole = wholeKeywords.filter((keyword) => keyword in schema);
  const main = whole[0];
  const known = [...Object.values(keywordsOf).flat(), ...wholeKeywords, "type", "nullable"];
  const beside =
    main === "enum" || main === "const" ? ["type", "nullable", "enum", "const"] : main === undefined ? known : [main];
  for (const keyword of Object.keys(schema)) {
    if (annotations.includes(keyword)) continue;
    const at = childPointer(pointer, keyword);
    if (!known.includes(keyword)) tell({ pointer: at, message: `"${keyword}" is not supported` });
    else if (!beside.includes(keyword))
      tell({ pointer: at, message: `"${keyword}" is not supported beside "${main}"` });
  }
  checkType({ pointer, schema }, tell);
}

function checkType({ pointer, schema }: Node, tell: (problem: SchemaProblem) => void): void {
  const { type, nullable } = schema;
  if (type !== undefined) {
    const names: readonly unknown[] = Array.isArray(type) ? type : [type];
    if (names.length === 0 || !names.every((name) => kinds.includes(name as Kind))) {
      tell({ pointer: childPointer(pointer, "type"), message: `"type" must be one or more of ${kinds.join(", ")}` });
    }
  }
  if (nullable !== undefined && (typeof nullable !== "boolean" || type === undefined)) {
    tell({ pointer: childPointer(pointer, "nullable"), message: '"nullable" must be true or false, beside "type"' });
  }
}

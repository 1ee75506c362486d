/** A cell that has nothing in it. */
export function isEmptyCell(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

/** What kind of value it is, for sentences. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  const names: Readonly<Record<string, string>> = { string: "a text", number: "a number", boolean: "true or false" };
  return names[typeof value] ?? "an object";
}

/** The first text, number or truth value that a path leads into: nothing can be named in it. */
export function blockedAt(
  base: unknown,
  parts: readonly string[],
): { readonly depth: number; readonly value: unknown } | undefined {
  let value = base;
  for (let depth = 0; depth < parts.length; depth++) {
    if (isEmptyCell(value)) return undefined;
    if (typeof value !== "object") return { depth, value };
    value = lookUp(value, parts.slice(depth, depth + 1));
  }
  return undefined;
}

/** Follows a path through own properties only, so that no template reaches a prototype. */
export function lookUp(base: unknown, parts: readonly string[]): unknown {
  let value = base;
  for (const part of parts) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

/** The text of a value that a template prints; undefined for what has none (lists, objects). */
export function scalarText(value: unknown): string | undefined {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint") return String(value);
  return undefined;
}

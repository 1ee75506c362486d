/** A cell that has nothing in it. */
export function isEmptyCell(value: unknown): boolean {
  return value === undefined || value === null || value === "";
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

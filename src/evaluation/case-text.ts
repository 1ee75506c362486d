import type { Test } from "../config/pipeline.gen.ts";

/** Texts of cases: which are templates, where they stand, and how they are rendered within lists and objects. */

function hasTemplate(text: string): boolean {
  return text.includes("{{");
}

/** A JSON pointer of these keys. */
export function pointerTo(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** A template in the pipeline file. */
export interface CaseText {
  /** Such as `/evaluation/tests/0/assert/1/value`. */
  readonly pointer: string;
  readonly text: string;
}

function templatesIn(value: unknown, pointer: string): readonly CaseText[] {
  if (typeof value === "string") return hasTemplate(value) ? [{ pointer, text: value }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => templatesIn(item, pointer + pointerTo(key)));
}

/** The templates of a test: in its `prompt`, its `messages`, and the options of its assertions. @param index From 0. */
export function templatesOf({ prompt, messages, assert }: Test, index: number): readonly CaseText[] {
  const pointer = pointerTo("evaluation", "tests", index);
  return (["prompt", "messages", "assert"] as const).flatMap((key) =>
    templatesIn({ prompt, messages, assert }[key], pointer + pointerTo(key)),
  );
}

/** Renders the templates in a value. What holds none is returned as it is, the same object. */
export function renderDeep<T>(value: T, pointer: string, render: (pointer: string) => string): T {
  if (templatesIn(value, pointer).length === 0) return value;
  if (typeof value === "string") return render(pointer) as T;
  const inner = (item: unknown, key: string | number) => renderDeep(item, pointer + pointerTo(key), render);
  if (Array.isArray(value)) return value.map(inner) as T;
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, inner(item, key)])) as T;
}

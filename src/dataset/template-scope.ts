import type { Path } from "./template-syntax.ts";

/** What names mean at a place of a template: the row itself, or the item of an enclosing each or with. */
export interface Scope {
  readonly isRow: boolean;
  /** Names that a partial was called with: `{{> opening mood="glad"}}`. */
  readonly locals: ReadonlySet<string>;
  /** Names of `as |item index|`. */
  readonly blockParams: ReadonlySet<string>;
  /** Whether @index, @key, @first and @last have a value. */
  readonly inEach: boolean;
  readonly parent: Scope | undefined;
}

/** What a path stands for: a column of the row, the whole row, something else that exists, or a fault in words. */
export type Meaning =
  | { readonly kind: "column"; readonly parts: readonly string[] }
  | { readonly kind: "row" }
  | { readonly kind: "inner" }
  | { readonly kind: "fault"; readonly message: string };

const none: ReadonlySet<string> = new Set();
export const rowScope: Scope = { isRow: true, locals: none, blockParams: none, inEach: false, parent: undefined };

export function innerScope(
  parent: Scope | undefined,
  options: { blockParams?: readonly string[]; inEach?: boolean },
): Scope {
  return {
    isRow: false,
    locals: none,
    blockParams: new Set([...(options.blockParams ?? []), ...(parent?.blockParams ?? [])]),
    inEach: options.inEach === true || parent?.inEach === true,
    parent,
  };
}

/** The scope inside a partial: its own names first; no way up to the template that calls it. */
export function partialScope(caller: Scope, locals: readonly string[]): Scope {
  return { ...caller, locals: new Set([...caller.locals, ...locals]), blockParams: none, parent: undefined };
}

const loopValues: ReadonlySet<string> = new Set(["index", "key", "first", "last"]);

export function meaningOf(path: Path, scope: Scope): Meaning {
  const [name] = path.parts;
  if (path.data) {
    if (name === "root")
      return path.parts.length === 1 ? { kind: "row" } : { kind: "column", parts: path.parts.slice(1) };
    if (path.depth === 0 && path.parts.length === 1 && loopValues.has(name ?? "") && scope.inEach)
      return { kind: "inner" };
    const message = `There is no @${path.parts.join(".")} here.`;
    return { kind: "fault", message };
  }
  const isOwn = path.depth === 0 && !/^(?:\.|this\b)/.test(path.original);
  if (isOwn && name !== undefined && scope.blockParams.has(name)) return { kind: "inner" };
  let at: Scope | undefined = scope;
  for (let depth = 0; depth < path.depth; depth++) at = at?.parent;
  if (at === undefined) return { kind: "fault", message: `"${path.original}" leads out of the row.` };
  if (!at.isRow || (name !== undefined && at.locals.has(name))) return { kind: "inner" };
  return name === undefined ? { kind: "row" } : { kind: "column", parts: path.parts };
}

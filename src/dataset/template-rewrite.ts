import type { Location } from "../core/location.ts";
import { helpers } from "./helpers.ts";
import {
  type Block,
  type Call,
  hasElse,
  isCall,
  isHelperCall,
  isPath,
  literalPath,
  type Node,
  type ParsedTemplate,
  type Partial,
  type Path,
  type Program,
  placeOf,
} from "./template-syntax.ts";

/** A place of a template that prints or reads a value. */
export interface Site {
  readonly location: Location;
  /** What is read from the base that the call passes. */
  readonly parts: readonly string[];
  /** The only part, if no object inherits anything of that name: of a row it is then read without a look at who owns it. */
  readonly column?: string | undefined;
  /** As written, for messages; of a helper its name. */
  readonly label: string;
  /** Names of `as |item index|` around it. */
  readonly blockParams?: readonly string[];
  /** Of an each with an else: nothing to turn over is fine. */
  readonly hasElse?: boolean;
}

/** Helpers that the rewritten template calls; their names can't be written in a template. */
export const internal = {
  /** Prints the value at a path. */ print: "$print",
  /** Reads a value that must not be empty. */ read: "$read",
  /** Reads a value that may be empty. */ peek: "$peek",
  /** Reads a list or an object, for each. */ items: "$items",
  /** Prints what a helper made. */ result: "$result",
} as const;

/**
 * Changes a parsed template in place so that each value passes through one of the `internal` helpers
 * with the number of its site. Handlebars then looks nothing up by itself, and every fault of a row
 * knows the place in the template that met it.
 */
export function rewrite({ program, locate }: ParsedTemplate, sites: Site[]): void {
  const site = (node: Node, parts: readonly string[], label: string, blockParams: readonly string[] = []): number =>
    sites.push({ location: placeOf(node, locate), parts, column: columnOf(parts), label, blockParams }) - 1;

  const call = (name: string, at: Node, params: readonly Node[]): hbs.AST.SubExpression => ({
    type: "SubExpression",
    path: pathTo([name], at),
    params: [...params],
    hash: { type: "Hash", pairs: [], loc: at.loc },
    loc: at.loc,
  });

  function readPath(path: Path, how: string, blockParams: readonly string[]): hbs.AST.SubExpression {
    const { base, parts } = splitPath(path, blockParams);
    return call(how, path, [number(site(path, parts, path.original, blockParams), path), base]);
  }

  function value(node: Node, how: string, blockParams: readonly string[]): Node {
    if (isPath(node)) return readPath(node, how, blockParams);
    if (isCall(node)) return helperCall(node, how === internal.peek, blockParams);
    return node;
  }

  function helperCall(expression: Call, guarded: boolean, blockParams: readonly string[]): hbs.AST.SubExpression {
    const name = (expression.path as Path).parts[0] as string;
    const mayBeEmpty = helpers[name]?.mayBeEmpty;
    const params = expression.params.map((param, index) =>
      value(param, guarded || mayBeEmpty?.includes(index) === true ? internal.peek : internal.read, blockParams),
    );
    return call(name, expression.path, [number(site(expression.path, [], name), expression.path), ...params]);
  }

  function mustache(node: hbs.AST.MustacheStatement, blockParams: readonly string[]): void {
    const path = isPath(node.path) ? node.path : literalPath(node.path);
    const replacement = isHelperCall(node)
      ? call(internal.result, path, [number(site(path, [], path.original), path), helperCall(node, false, blockParams)])
      : readPath(path, internal.print, blockParams);
    Object.assign(node, { path: replacement.path, params: replacement.params, hash: replacement.hash });
  }

  function items(subject: Node, mayBeEmpty: boolean, blockParams: readonly string[]): hbs.AST.SubExpression {
    const label = isPath(subject) ? subject.original : "the result";
    const index = sites.push({ location: placeOf(subject, locate), parts: [], label, hasElse: mayBeEmpty }) - 1;
    return call(internal.items, subject, [number(index, subject), value(subject, internal.peek, blockParams)]);
  }

  function block(node: Block, blockParams: readonly string[]): void {
    const name = node.path.original;
    const [subject] = node.params as [Node];
    if (name === "each") node.params = [items(subject, hasElse(node), blockParams)];
    else {
      const mayBeEmpty = name !== "with" || hasElse(node);
      node.params = [value(subject, mayBeEmpty ? internal.peek : internal.read, blockParams)];
    }
    const own = node.program?.blockParams ?? [];
    if (hasElse(node)) walk(node.inverse, [...(node.inverse.blockParams ?? []), ...blockParams]);
    if (node.program !== undefined && node.program !== null) walk(node.program, [...own, ...blockParams]);
  }

  function partial(node: Partial, blockParams: readonly string[]): void {
    node.params = node.params.map((param) => value(param, internal.read, blockParams));
    for (const pair of node.hash?.pairs ?? []) pair.value = value(pair.value, internal.read, blockParams);
  }

  function walk(part: Program, blockParams: readonly string[]): void {
    for (const node of part.body) {
      if (node.type === "MustacheStatement") mustache(node as hbs.AST.MustacheStatement, blockParams);
      if (node.type === "BlockStatement") block(node as Block, blockParams);
      if (node.type === "PartialStatement") partial(node as Partial, blockParams);
    }
  }

  walk(program, program.blockParams ?? []);
}

/** The part of a path that Handlebars resolves without a look-up (the context, a block's name, @index), and the rest. */
function splitPath(path: Path, blockParams: readonly string[]): { base: Path; parts: readonly string[] } {
  const [name, ...rest] = path.parts;
  if (path.data)
    return {
      base: { ...pathTo([name as string], path), data: true, depth: path.depth, original: `@${name}` },
      parts: rest,
    };
  const isOwn = path.depth === 0 && !/^(?:\.|this\b)/.test(path.original);
  if (isOwn && name !== undefined && blockParams.includes(name)) return { base: pathTo([name], path), parts: rest };
  return {
    base: { ...pathTo([], path), depth: path.depth, original: path.depth === 0 ? "this" : ".." },
    parts: path.parts,
  };
}

function columnOf([name, ...rest]: readonly string[]): string | undefined {
  return rest.length === 0 && name !== undefined && !(name in Object.prototype) ? name : undefined;
}

function pathTo(parts: readonly string[], at: Node): Path {
  return { type: "PathExpression", data: false, depth: 0, parts: [...parts], original: parts.join("."), loc: at.loc };
}

function number(value: number, at: Node): hbs.AST.NumberLiteral {
  return { type: "NumberLiteral", value, original: value, loc: at.loc };
}

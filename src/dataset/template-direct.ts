import type { JsonBytes } from "../core/json-bytes.ts";
import { jsonText } from "../core/json-text.ts";
import { helpers } from "./helpers.ts";
import { internal, type Site } from "./template-rewrite.ts";
import type { Operations } from "./template-runtime.ts";
import { type Block, hasElse, isCall, isPath, type Node, type Program } from "./template-syntax.ts";

type Values = Readonly<Record<string, unknown>>;

/** Takes what a template yields, part by part. */
export interface Sink {
  literal(piece: Literal): void;
  text(text: string): void;
}

/** A text that stands in the template itself. */
export interface Literal {
  readonly text: string;
  /** As it stands in JSON, between the quotes; undefined with half of a surrogate pair. */
  readonly json: Uint8Array | undefined;
}

/** Puts the parts together. */
export class TextSink implements Sink {
  value = "";

  literal({ text }: Literal): void {
    this.value += text;
  }

  text(text: string): void {
    this.value += text;
  }
}

/** Adds the parts as they stand in JSON, between the quotes. */
export class JsonSink implements Sink {
  /** Whether no part of it was half of a surrogate pair; else what was added is of no use. */
  isWhole = true;
  json: JsonBytes;

  constructor(json: JsonBytes) {
    this.json = json;
  }

  literal({ json }: Literal): void {
    if (json === undefined) this.isWhole = false;
    else this.json.add(json);
  }

  text(text: string): void {
    if (!this.json.addText(text)) this.isWhole = false;
  }
}

/** Adds what a part of a template yields for a row. */
type Part = (values: Values, sink: Sink) => void;
/** An expression: its value for a row. */
type Expression = (values: Values) => unknown;

/**
 * A rewritten template of texts, values, helpers, if and unless as plain functions; most templates are made of nothing
 * else, and these render them some ten times as fast as Handlebars' runtime does.
 * @param program With its white space settled (`Handlebars.parse`).
 * @returns Undefined for a template with anything more, which Handlebars renders.
 */
export function compileDirect(program: Program, sites: readonly Site[], operations: Operations): Part | undefined {
  const { print, read, peek, result, helper } = operations;

  /** Site and subject of a call to one of the internal helpers. */
  const siteOf = (index: Node): Site => sites[(index as hbs.AST.NumberLiteral).value] as Site;
  const isRow = (node: Node | undefined): boolean =>
    node !== undefined && isPath(node) && node.parts.length === 0 && node.depth === 0 && !node.data;

  function expression(node: Node): Expression | undefined {
    if (node.type.endsWith("Literal")) {
      const { value } = node as hbs.AST.StringLiteral;
      return () => value;
    }
    if (!isCall(node)) return undefined;
    const [name] = (node.path as hbs.AST.PathExpression).parts as readonly string[];
    const [index, ...rest] = node.params as [Node, ...Node[]];
    if (name === internal.read || name === internal.peek) {
      if (!isRow(rest[0])) return undefined;
      const site = siteOf(index);
      return name === internal.read ? (values) => read(site, values) : (values) => peek(site, values);
    }
    const known = helpers[name ?? ""];
    const parameters: readonly (Expression | undefined)[] = rest.map(expression);
    if (known === undefined || !areKnown(parameters)) return undefined;
    const site = siteOf(index);
    return (values) =>
      helper(
        site,
        known,
        parameters.map((parameter) => parameter(values)),
      );
  }

  function mustache({ path, params }: hbs.AST.MustacheStatement): Part | undefined {
    const [name] = (path as hbs.AST.PathExpression).parts as readonly string[];
    const [index, subject] = params as [Node, Node];
    const site = siteOf(index);
    if (name === internal.print) {
      return isRow(subject) ? (values, sink) => sink.text(print(site, values)) : undefined;
    }
    const made = name === internal.result ? expression(subject) : undefined;
    return made === undefined ? undefined : (values, sink) => sink.text(result(site, made(values)));
  }

  function block(node: Block): Part | undefined {
    const name = node.path.original;
    if ((name !== "if" && name !== "unless") || (node.hash?.pairs.length ?? 0) > 0) return undefined;
    const condition = expression(node.params[0] as Node);
    const main = node.program ? sequence(node.program) : nothing;
    const other = hasElse(node) ? sequence(node.inverse) : nothing;
    if (condition === undefined || main === undefined || other === undefined) return undefined;
    const [whole, empty] = name === "if" ? [main, other] : [other, main];
    return (values, sink) => (isTrue(condition(values)) ? whole : empty)(values, sink);
  }

  function statement(node: Node): Part | undefined {
    switch (node.type) {
      case "ContentStatement": {
        const { value } = node as hbs.AST.ContentStatement;
        return literal(value);
      }
      case "CommentStatement":
        return nothing;
      case "MustacheStatement":
        return mustache(node as hbs.AST.MustacheStatement);
      case "BlockStatement":
        return block(node as Block);
      default:
        return undefined;
    }
  }

  function sequence({ body }: Program): Part | undefined {
    const parts = body.map(statement);
    if (!areKnown(parts)) return undefined;
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) return only;
    return (values, sink) => {
      for (const part of parts) part(values, sink);
    };
  }

  return sequence(program);
}

const nothing: Part = () => {};

function literal(text: string): Part {
  const json = jsonText(text); // once, and not for every row
  const piece: Literal = { text, json: json === undefined ? undefined : Buffer.from(json) };
  return (_values, sink) => sink.literal(piece);
}

/** As Handlebars' `if` has it: 0, nothing, an empty text and an empty list are false. */
function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function areKnown<Made>(parts: readonly (Made | undefined)[]): parts is readonly Made[] {
  return !parts.includes(undefined);
}

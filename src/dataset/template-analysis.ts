import { type Problem, problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import { helpers } from "./helpers.ts";
import { innerScope, meaningOf, partialScope, rowScope, type Scope } from "./template-scope.ts";
import {
  type Block,
  type Call,
  hasElse,
  isCall,
  isHelperCall,
  isPath,
  isPlainName,
  literalName,
  literalPath,
  type Node,
  type ParsedTemplate,
  type Partial,
  type Path,
  type Program,
  partialName,
  placeOf,
} from "./template-syntax.ts";

/** A value of the row that a template uses. */
export interface Variable {
  /** As in `customer.name`. */
  readonly path: string;
  /** Its first part: the column. */
  readonly name: string;
  readonly location: Location;
  /** Whether the template can do without: the value is tested by if, replaced by default, or used only where it was tested. */
  readonly guarded: boolean;
  /** Names that are no columns and may have been meant: what the partial around it was called with. */
  readonly locals: readonly string[];
}

export interface Analysis {
  readonly variables: readonly Variable[];
  /** Whether the row as a whole is used, as in `{{json this}}`. */
  readonly usesWholeRow: boolean;
  readonly problems: readonly Problem[];
}

/** Blocks of the language. Each takes one argument. */
export const blocks: readonly string[] = ["if", "unless", "each", "with"];
/** Partials within partials multiply; no honest template comes near. */
const maxIncludes = 1000;

/**
 * Walks a template and the partials it uses, in each place where they are used.
 * @param partials The parsed partials by name. @param known Names to suggest when one is missing.
 */
export function analyse(
  main: ParsedTemplate,
  partials: ReadonlyMap<string, ParsedTemplate>,
  known: readonly string[],
): Analysis {
  const variables = new Map<string, Variable>();
  const problems = new Map<string, Problem>();
  let usesWholeRow = false;
  let includes = 0;

  function walkTemplate(
    { program, locate }: ParsedTemplate,
    top: Scope,
    outerGuards: ReadonlySet<string>,
    open: readonly string[],
  ): void {
    const fault = (node: Node, message: string, hint?: string): void => {
      const location = placeOf(node, locate);
      problems.set(
        `${location.file}:${location.line}:${location.column}:${message}`,
        problem("error", "TEMPLATE_INVALID", message, { hint, location }),
      );
    };

    function usePath(path: Path, scope: Scope, guarded: boolean, guards: ReadonlySet<string>): void {
      const meaning = meaningOf(path, scope);
      if (meaning.kind === "fault")
        fault(
          path,
          meaning.message,
          "Names stand for columns of the row; ../ leads from an each or with to what is around it.",
        );
      if (meaning.kind === "row") usesWholeRow = true;
      if (meaning.kind !== "column") return;
      const name = meaning.parts.join(".");
      const location = placeOf(path, locate);
      const isGuarded = guarded || guards.has(name);
      const id = `${location.file}:${location.line}:${location.column}:${name}`;
      const before = variables.get(id);
      if (before?.guarded === false) return;
      variables.set(id, {
        path: name,
        name: meaning.parts[0] as string,
        location,
        guarded: isGuarded,
        locals: [...scope.locals],
      });
    }

    function useValue(node: Node, scope: Scope, guarded: boolean, guards: ReadonlySet<string>): void {
      if (isPath(node)) usePath(node, scope, guarded, guards);
      if (isCall(node)) useCall(node, scope, guarded, guards);
    }

    function useCall(call: Call, scope: Scope, guarded: boolean, guards: ReadonlySet<string>): void {
      const name = isPath(call.path) && isPlainName(call.path) ? (call.path.parts[0] as string) : undefined;
      const helper = name !== undefined && Object.hasOwn(helpers, name) ? helpers[name] : undefined;
      if (helper === undefined) {
        const written = isPath(call.path) ? call.path.original : String(literalName(call.path));
        fault(call.path, `There is no helper "${written}".`, noHelperHint(call, written));
        return;
      }
      if (call.hash?.pairs.length > 0)
        fault(call.hash, `The helper ${name} takes no named arguments.`, `Write ${helper.usage}.`);
      const count = call.params.length;
      if (count < helper.minimum || count > helper.maximum) {
        const wanted =
          helper.minimum === helper.maximum ? `${helper.minimum}` : `${helper.minimum} to ${helper.maximum}`;
        fault(
          call.path,
          `The helper ${name} takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${count}.`,
          `Write ${helper.usage}.`,
        );
      }
      for (const [index, param] of call.params.entries()) {
        useValue(param, scope, guarded || helper.mayBeEmpty?.includes(index) === true, guards);
      }
    }

    function useBlock(block: Block, scope: Scope, guards: ReadonlySet<string>): void {
      const name = block.path.original;
      const params = block.program?.blockParams;
      if (!blocks.includes(name)) {
        fault(
          block.path,
          `There is no block "${name}".`,
          `Write {{#each ${name}}} or {{#if ${name}}}; for a helper, {{${name} …}} without #.`,
        );
        return;
      }
      if (block.params.length !== 1 || block.hash?.pairs.length > 0) {
        fault(
          block.path,
          `The block ${name} takes one argument.`,
          `Write {{#${name} column}} … {{/${name}}}; compare with {{#if (eq column "text")}}.`,
        );
        return;
      }
      const [subject] = block.params as [Node];
      const isTest = name === "if" || name === "unless";
      useValue(subject, scope, isTest || hasElse(block), guards);
      const meaning = isPath(subject) ? meaningOf(subject, scope) : undefined;
      const proven = meaning?.kind === "column" ? new Set([...guards, meaning.parts.join(".")]) : guards;
      const inside = isTest
        ? scope
        : innerScope(scope, { ...(params === undefined ? {} : { blockParams: params }), inEach: name === "each" });
      if (block.program !== undefined && block.program !== null)
        walk(block.program, inside, name === "unless" ? guards : proven);
      if (hasElse(block)) walk(block.inverse, scope, name === "unless" ? proven : guards);
    }

    function usePartial(partial: Partial, scope: Scope, guards: ReadonlySet<string>): void {
      if (!isPath(partial.name) && literalName(partial.name) === undefined) {
        fault(partial.name, "The name of a partial can't be computed.", "Choose with {{#if}} between partials.");
        return;
      }
      const name = partialName(partial);
      for (const { value } of partial.hash?.pairs ?? []) useValue(value, scope, false, guards);
      for (const param of partial.params) useValue(param, scope, false, guards);
      if (partial.params.length > 1) {
        const hint = `Give each value a name, {{> ${name} kind=kind}}, or one value for the partial to be about.`;
        fault(partial.params[1] as Node, `The partial "${name}" gets more than one value without a name.`, hint);
      }
      const found = partials.get(name);
      if (found === undefined) {
        const hint =
          known.length === 0
            ? "Partials are .hbs files in the folder of the template."
            : didYouMean(name, known, "Partials");
        fault(partial.name, `There is no partial "${name}".`, hint);
        return;
      }
      if (open.includes(name)) {
        fault(
          partial.name,
          `The partial "${name}" includes itself: ${[...open, name].join(" → ")}.`,
          "Repeat with {{#each}} instead.",
        );
        return;
      }
      if (++includes > maxIncludes) {
        if (includes === maxIncludes + 1)
          fault(partial.name, `The template includes more than ${maxIncludes} partials.`);
        return;
      }
      const [context] = partial.params;
      const locals = (partial.hash?.pairs ?? []).map(({ key }) => key);
      const caller = context === undefined ? scope : innerScope(undefined, { inEach: scope.inEach });
      walkTemplate(found, partialScope(caller, locals), guards, [...open, name]);
    }

    function walk(part: Program, scope: Scope, guards: ReadonlySet<string>): void {
      for (const node of part.body) {
        switch (node.type) {
          case "ContentStatement":
          case "CommentStatement":
            break;
          case "MustacheStatement": {
            const mustache = node as hbs.AST.MustacheStatement;
            if (isHelperCall(mustache)) useCall(mustache, scope, false, guards);
            else if (isPath(mustache.path)) usePath(mustache.path, scope, false, guards);
            else usePath(literalPath(mustache.path), scope, false, guards);
            break;
          }
          case "BlockStatement":
            useBlock(node as Block, scope, guards);
            break;
          case "PartialStatement":
            usePartial(node as Partial, scope, guards);
            break;
          case "PartialBlockStatement":
            fault(node, "Partials with a block are not supported.", "Write {{> name}}.");
            break;
          default:
            fault(
              node,
              "Decorators and inline partials are not supported.",
              "Put the partial into a file of its own, in the folder of the template.",
            );
        }
      }
    }

    walk(program, top, outerGuards);
  }

  walkTemplate(main, rowScope, new Set(), []);
  return { variables: [...variables.values()], usesWholeRow, problems: [...problems.values()] };
}

/** What may be meant by a name with something behind it that is no helper. */
function noHelperHint(call: Call, written: string): string {
  if (blocks.includes(written)) return `Write {{#${written} …}} … {{/${written}}}.`;
  if (/^els?e?if$/.test(written)) return "Write {{else if column}}.";
  if (!isPath(call.path)) return "Write \\{{ for two braces that are text.";
  const known = didYouMean(written, Object.keys(helpers), "Helpers");
  const words = [written, ...call.params.map((param) => (isPath(param) ? param.original : undefined))];
  const column = words.includes(undefined)
    ? `A column stands alone: {{${written}}}.`
    : `A column with spaces in its name is written {{[${words.join(" ")}]}}.`;
  return `${column} ${known}`;
}

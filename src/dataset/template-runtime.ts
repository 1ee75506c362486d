import type HandlebarsModule from "handlebars";
import { FtpipeError } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { nearest } from "../core/suggest.ts";
import type { Draw } from "./draw.ts";
import { type Helper, helpers } from "./helpers.ts";
import { internal, type Site } from "./template-rewrite.ts";
import { templateError } from "./template-syntax.ts";
import { blockedAt, isEmptyCell, kindOf, lookUp, scalarText } from "./template-values.ts";

/** Longest text that one rendering may yield, UTF-16 units. */
export const maxRendered = 1 << 20;
/** Most turns of all each blocks in one rendering. */
const maxTurns = 100_000;

/** Of the rendering that runs; it is used again for the next, and no rendering runs within another. */
export interface RenderState {
  draw: Draw;
  size: number;
  turns: number;
  /** The row itself; what is looked up elsewhere is an item of an each or with. */
  row: unknown;
  /** The each whose items were read last. */
  each?: Site | undefined;
}

/** The helpers that a template may call, for Handlebars' `knownHelpersOnly`; its own log and lookup are out. */
export function knownHelpers(): Record<string, boolean> {
  const own = [...Object.keys(helpers), ...Object.values(internal)].map((name) => [name, true]);
  return Object.fromEntries([
    ...own,
    ...["log", "lookup", "helperMissing", "blockHelperMissing"].map((name) => [name, false]),
  ]);
}

interface HelperWorld {
  readonly sites: readonly Site[];
  readonly current: () => RenderState;
  readonly allowEmpty: ReadonlySet<string>;
}

/** What a rewritten template does at its sites, whoever walks through it. */
export interface Operations {
  /** The text of a value below `base`. */
  print(site: Site, base: unknown): string;
  read(site: Site, base: unknown): unknown;
  peek(site: Site, base: unknown): unknown;
  /** The text of what a helper made. */
  result(site: Site, value: unknown): string;
  items(site: Site, value: unknown): unknown;
  helper(site: Site, helper: Helper, values: readonly unknown[]): unknown;
}

/** Every value that a template prints or reads passes one of these; each fault knows its place. */
export function createOperations({ current, allowEmpty }: Omit<HelperWorld, "sites">): Operations {
  const written = (site: Site, value: unknown, isMade: boolean): string => {
    const text = scalarText(value);
    if (text === undefined) throw noText(site, value, isMade);
    const state = current();
    state.size += text.length;
    if (state.size > maxRendered) throw tooLong(site.location);
    return text;
  };
  const peek = (site: Site, base: unknown): unknown =>
    site.column !== undefined && base === current().row
      ? (base as Readonly<Record<string, unknown>>)[site.column]
      : lookUp(base, site.parts);
  const read = (site: Site, base: unknown): unknown => {
    const value = peek(site, base);
    if (!isEmptyCell(value) || allowEmpty.has(site.parts[0] ?? "")) return value;
    const { row } = current();
    throw intoScalar(base, site, row) ?? emptyCell(site, base, row);
  };
  return {
    read,
    result: (site, value) => written(site, value, true),
    print: (site, base) => written(site, read(site, base), false),
    peek,
    items: (site, value) => {
      current().each = site;
      if (isEmptyCell(value)) {
        if (site.hasElse === true || allowEmpty.has(site.label)) return [];
        throw emptyCell(site, undefined, undefined);
      }
      if (typeof value !== "object")
        throw templateError(`each takes a list, but "${site.label}" is ${kindOf(value)}.`, site.location);
      return value;
    },
    helper: (site, helper, values) => {
      try {
        return helper.run(values, current().draw);
      } catch (error) {
        if (error instanceof FtpipeError) throw error;
        throw templateError((error as Error).message, site.location, `Write ${helper.usage}.`);
      }
    },
  };
}

/** @param isMade Whether a helper made it: the label is then the helper's name. */
function noText({ label, location }: Site, value: unknown, isMade: boolean): FtpipeError {
  const source = isMade ? `(${label} …)` : label;
  const hint = Array.isArray(value)
    ? `Write {{join ${source}}}, {{#each ${source}}} or {{json ${source}}}.`
    : `Name a value in it, {{${label}.name}}, or write {{json ${source}}}.`;
  return templateError(`"${label}" is ${kindOf(value)}, which has no text.`, location, hint);
}

/** Registers everything that a rewritten template calls. Each call knows its place by the number of its site. */
export function registerHelpers(handlebars: typeof HandlebarsModule, world: HelperWorld, operations: Operations): void {
  const { sites, current } = world;
  const siteAt = (index: number): Site => sites[index] as Site;
  for (const name of ["print", "read", "peek", "result", "items"] as const) {
    handlebars.registerHelper(internal[name], (index: number, value: unknown) =>
      operations[name](siteAt(index), value),
    );
  }

  const each = handlebars.helpers["each"] as (context: unknown, options: HandlebarsModule.HelperOptions) => string;
  handlebars.registerHelper(
    "each",
    function (this: unknown, context: unknown, options: HandlebarsModule.HelperOptions) {
      const start = current().each?.location ?? { file: "" };
      const counted = (item: unknown, inner?: HandlebarsModule.RuntimeOptions): string => {
        const state = current();
        if (++state.turns > maxTurns) throw templateError(`The each blocks turn more than ${maxTurns} times.`, start);
        const text = options.fn(item, inner);
        state.size += text.length;
        if (state.size > 4 * maxRendered) throw tooLong(start);
        return text;
      };
      return each.call(this, context, { ...options, fn: counted });
    },
  );

  for (const [name, helper] of Object.entries(helpers)) {
    // Handlebars' own options come last.
    handlebars.registerHelper(name, (index: number, ...rest: unknown[]) =>
      operations.helper(siteAt(index), helper, rest.slice(0, -1)),
    );
  }
}

/** A path that leads into a text or a number, where no name is. */
function intoScalar(
  base: unknown,
  { label, parts, location, blockParams = [] }: Site,
  row: unknown,
): FtpipeError | undefined {
  const blocked = blockedAt(base, parts);
  if (blocked === undefined) return undefined;
  const { depth, value } = blocked;
  const name = parts[depth];
  if (depth > 0) {
    const outer = label.slice(0, label.length - parts.slice(depth).join(".").length - 1);
    const message = `"${outer}" is ${kindOf(value)}, so there is no "${name}" in it.`;
    return templateError(message, location, `Write {{${outer}}}.`);
  }
  if (name === undefined || isOwnColumn(row, name)) return undefined;
  const message = `"${label}" is looked for in ${kindOf(value)}, which has no names in it.`;
  const guess = nearest(name, blockParams);
  const hint =
    guess === undefined
      ? "Write {{this}} for the item itself, or ../ and a column's name."
      : `Did you mean "${guess}"?`;
  return templateError(message, location, hint);
}

function isOwnColumn(row: unknown, name: string): boolean {
  return typeof row === "object" && row !== null && Object.hasOwn(row, name);
}

function emptyCell({ label, parts, location, blockParams = [] }: Site, base: unknown, row: unknown): FtpipeError {
  const column = parts[0] ?? label;
  const message = `"${label}" is empty.`;
  /** Whether it is a name that is looked for in the item of an each or with. */
  const isInner = base !== undefined && base !== row && parts.length > 0 && !label.startsWith("../");
  const guess = isInner ? nearest(column, blockParams) : undefined;
  if (guess !== undefined)
    return new FtpipeError("TEMPLATE_EMPTY_CELL", message, { location, hint: `Did you mean "${guess}"?` });
  const hint =
    isInner && isOwnColumn(row, column)
      ? `Inside each and with a name is the item's: write ../${label} for the row's.`
      : `Fill the cell, write {{#if ${label}}} … {{/if}} or {{default ${label} "…"}}, or list ${column} in source.allow_empty.`;
  return new FtpipeError("TEMPLATE_EMPTY_CELL", message, { location, hint });
}

export function tooLong(location: Location): FtpipeError {
  return templateError(
    "The template yields more than 1 MiB for one row.",
    location,
    "Shorten it: training examples are cut far below that.",
  );
}

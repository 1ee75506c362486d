import type HandlebarsModule from "handlebars";
import { FtpipeError } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import type { Draw } from "./draw.ts";
import { type Helper, helpers } from "./helpers.ts";
import { internal, type Site } from "./template-rewrite.ts";
import { templateError } from "./template-syntax.ts";
import { isEmptyCell, lookUp, scalarText } from "./template-values.ts";

/** Longest text that one rendering may yield, UTF-16 units. */
export const maxRendered = 1 << 20;
/** Most turns of all each blocks in one rendering. */
const maxTurns = 100_000;

export interface RenderState {
  draw: Draw;
  size: number;
  turns: number;
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
  const result = (site: Site, value: unknown): string => {
    const text = scalarText(value);
    if (text === undefined) throw noText(site, value);
    const state = current();
    state.size += text.length;
    if (state.size > maxRendered) throw tooLong(site.location);
    return text;
  };
  const read = (site: Site, base: unknown): unknown => {
    const value = lookUp(base, site.parts);
    if (isEmptyCell(value) && !allowEmpty.has(site.parts[0] ?? "")) throw emptyCell(site);
    return value;
  };
  return {
    read,
    result,
    print: (site, base) => result(site, read(site, base)),
    peek: (site, base) => lookUp(base, site.parts),
    items: (site, value) => {
      if (isEmptyCell(value)) {
        if (site.hasElse === true || allowEmpty.has(site.label)) return [];
        throw emptyCell(site);
      }
      if (typeof value !== "object")
        throw templateError(`each takes a list, but "${site.label}" is a ${typeof value}.`, site.location);
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

function noText({ label, location }: Site, value: unknown): FtpipeError {
  const [what, hint] = Array.isArray(value)
    ? ["a list", `Write {{join ${label}}}, {{#each ${label}}} or {{json ${label}}}.`]
    : ["an object", `Name a value in it, {{${label}.name}}, or write {{json ${label}}}.`];
  return templateError(`"${label}" is ${what}, which has no text.`, location, hint);
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
      const counted = (item: unknown, inner?: HandlebarsModule.RuntimeOptions): string => {
        const state = current();
        const start = sites[0]?.location ?? { file: "" };
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

function emptyCell({ label, parts, location }: Site): FtpipeError {
  const column = parts[0] ?? label;
  return new FtpipeError("TEMPLATE_EMPTY_CELL", `"${label}" is empty.`, {
    location,
    hint: `Fill the cell, write {{#if ${label}}} … {{/if}} or {{default ${label} "…"}}, or list ${column} in source.allow_empty.`,
  });
}

export function tooLong(location: Location): FtpipeError {
  return templateError(
    "The template yields more than 1 MiB for one row.",
    location,
    "Shorten it: training examples are cut far below that.",
  );
}

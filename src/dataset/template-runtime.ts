import type HandlebarsModule from "handlebars";
import { FtpipeError } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import type { Draw } from "./draw.ts";
import { helpers } from "./helpers.ts";
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

/** Registers everything that a rewritten template calls. Each call knows its place by the number of its site. */
export function registerHelpers(
  handlebars: typeof HandlebarsModule,
  { sites, current, allowEmpty }: HelperWorld,
): void {
  const siteAt = (index: number): Site => sites[index] as Site;
  const grown = (text: string, { location }: Site): string => {
    const state = current();
    state.size += text.length;
    if (state.size > maxRendered) throw tooLong(location);
    return text;
  };
  const print = (value: unknown, site: Site): string => {
    const text = scalarText(value);
    if (text !== undefined) return grown(text, site);
    const [what, hint] = Array.isArray(value)
      ? ["a list", `Write {{join ${site.label}}}, {{#each ${site.label}}} or {{json ${site.label}}}.`]
      : ["an object", `Name a value in it, {{${site.label}.name}}, or write {{json ${site.label}}}.`];
    throw templateError(`"${site.label}" is ${what}, which has no text.`, site.location, hint);
  };
  const read = (base: unknown, site: Site): unknown => {
    const value = lookUp(base, site.parts);
    if (isEmptyCell(value) && !allowEmpty.has(site.parts[0] ?? "")) throw emptyCell(site);
    return value;
  };

  handlebars.registerHelper(internal.print, (index: number, base: unknown) =>
    print(read(base, siteAt(index)), siteAt(index)),
  );
  handlebars.registerHelper(internal.read, (index: number, base: unknown) => read(base, siteAt(index)));
  handlebars.registerHelper(internal.peek, (index: number, base: unknown) => lookUp(base, siteAt(index).parts));
  handlebars.registerHelper(internal.result, (index: number, value: unknown) => print(value, siteAt(index)));
  handlebars.registerHelper(internal.items, (index: number, value: unknown) => {
    const site = siteAt(index);
    if (isEmptyCell(value)) {
      if (site.hasElse === true || allowEmpty.has(site.label)) return [];
      throw emptyCell(site);
    }
    if (typeof value !== "object")
      throw templateError(`each takes a list, but "${site.label}" is a ${typeof value}.`, site.location);
    return value;
  });

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
    handlebars.registerHelper(name, (index: number, ...rest: unknown[]) => {
      try {
        return helper.run(rest.slice(0, -1), current().draw); // Handlebars' own options come last
      } catch (error) {
        if (error instanceof FtpipeError) throw error;
        throw templateError((error as Error).message, siteAt(index).location, `Write ${helper.usage}.`);
      }
    });
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

import type HandlebarsModule from "handlebars";
import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import type { JsonBytes } from "../core/json-bytes.ts";
import type { Location } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import type { Draw } from "./draw.ts";
import { helpers } from "./helpers.ts";
import { analyse, blocks, type Variable } from "./template-analysis.ts";
import { compileDirect, JsonSink, type Sink, TextSink } from "./template-direct.ts";
import { rewrite, type Site } from "./template-rewrite.ts";
import {
  createOperations,
  knownHelpers,
  maxRendered,
  type RenderState,
  registerHelpers,
  tooLong,
} from "./template-runtime.ts";
import { type ParsedTemplate, parseTemplate, partialsOf, yieldsNothing } from "./template-syntax.ts";

export type { Variable };

type Handlebars = typeof HandlebarsModule;

export interface TemplateText {
  readonly text: string;
  /** The place of a character. @param line From 1. @param column From 1. */
  readonly locate: (line: number, column: number, length?: number) => Location;
}

export interface TemplateSource extends TemplateText {
  /** Texts of the partials that the template may use, by name; at least those it does use. */
  readonly partials: ReadonlyMap<string, TemplateText>;
  /** Columns whose cells may be empty (`source.allow_empty`). */
  readonly allowEmpty?: ReadonlySet<string>;
  /** Partials to suggest for a misspelt name; default: those given. */
  readonly partialNames?: readonly string[];
  /** Whether Handlebars' own runtime must render it; to compare the two. */
  readonly slow?: boolean;
}

export interface Template {
  readonly variables: readonly Variable[];
  /** Whether the row as a whole is used, as in `{{json this}}`. */
  readonly usesWholeRow: boolean;
  /** Whether there is nothing in it that could yield a text: white space and comments. */
  readonly isBlank: boolean;
  /**
   * @param values The row, by column. @param draw A fresh one for each rendering (`createDraw`).
   * @throws FtpipeError located in the template: TEMPLATE_EMPTY_CELL, or TEMPLATE_INVALID for a value that can't be printed, or for more than 1 MiB.
   */
  render(values: Readonly<Record<string, unknown>>, draw: Draw): string;
  /** `render` part by part, without its limit on the whole text. */
  walk(values: Readonly<Record<string, unknown>>, draw: Draw, sink: Sink): void;
  /**
   * Adds the text of `render` as it stands in JSON, between the quotes, mostly without making it.
   * @returns False if the text is blank, may be too long or have half of a surrogate pair: then what was added stays,
   * is of no use, and `render` has the text.
   */
  write(values: Readonly<Record<string, unknown>>, draw: Draw, json: JsonBytes): boolean;
}

/** Ours alone: the package's own instance is shared by everything in the process. */
async function createHandlebars(): Promise<Handlebars> {
  const { default: handlebars } = await import("handlebars");
  const own = handlebars.create();
  for (const name of ["log", "lookup", "helperMissing", "blockHelperMissing"]) own.unregisterHelper(name);
  return own;
}

/**
 * Compiles a Handlebars template. Nothing is escaped. Allowed are values, the helpers of `helpers.ts`,
 * the blocks if, unless, each and with, comments, and partials from files. Columns win over helpers of
 * the same name wherever no argument follows: `{{title}}` is the column, `{{title product}}` the helper.
 * @throws FtpipeError with every problem of the template and its partials: TEMPLATE_INVALID.
 */
export async function compileTemplate(source: TemplateSource): Promise<Template> {
  const handlebars = await createHandlebars();
  const { main, partials, problems } = parseAll(handlebars, source);
  throwIfErrors(problems);
  const analysis = analyse(main as ParsedTemplate, partials, source.partialNames ?? [...source.partials.keys()]);
  throwIfErrors(analysis.problems);

  const isBlank = yieldsNothing((main as ParsedTemplate).program);
  const sites: Site[] = [];
  const state: RenderState = { draw: { next: () => 0 }, size: 0, turns: 0, row: undefined, each: undefined };
  const current = (): RenderState => state;
  const world = { sites, current, allowEmpty: source.allowEmpty ?? new Set<string>() };
  const operations = createOperations(world);
  registerHelpers(handlebars, world, operations);
  const options = {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    preventIndent: true,
    knownHelpers: knownHelpers(),
  };
  const compile = (parsed: ParsedTemplate) => {
    rewrite(parsed, sites);
    return handlebars.compile(parsed.program, options);
  };
  for (const [name, parsed] of partials) handlebars.registerPartial(name, compile(parsed));
  const template = compile(main as ParsedTemplate);
  // A copy, since Handlebars settles the white space of its own in place.
  const settled = settleWhitespace(handlebars, structuredClone((main as ParsedTemplate).program));
  const direct = source.slow === true ? undefined : compileDirect(settled, sites, operations);
  const isNeverBlank = settled.body.some(isVisible);
  const start = source.locate(1, 1);
  const walk: Template["walk"] = (values, draw, sink) => {
    state.draw = draw;
    state.size = 0;
    state.turns = 0;
    state.row = values;
    state.each = undefined;
    if (direct === undefined) sink.text(template(values));
    else direct(values, sink);
  };
  const render: Template["render"] = (values, draw) => {
    const sink = new TextSink();
    walk(values, draw, sink);
    const text = sink.value;
    if (text.length > maxRendered) throw tooLong(start);
    return text;
  };
  return {
    variables: analysis.variables,
    usesWholeRow: analysis.usesWholeRow,
    isBlank,
    render,
    walk,
    write: (values, draw, json) => {
      if (direct === undefined || !isNeverBlank) {
        const text = render(values, draw);
        return text.trim() !== "" && json.addText(text);
      }
      const sink = new JsonSink(json);
      const before = json.length;
      walk(values, draw, sink);
      const bytes = json.length - before;
      // Halves may have met, and a text has at most as many units as its JSON has bytes: the text itself will tell.
      return sink.isWhole && bytes <= maxRendered;
    },
  };
}

/** Whether a statement yields more than white space for every row. */
function isVisible(statement: hbs.AST.Statement): boolean {
  return statement.type === "ContentStatement" && (statement as hbs.AST.ContentStatement).value.trim() !== "";
}

/** Takes away the white space that `~` and blocks on lines of their own take away; Handlebars' parser takes a tree too. */
function settleWhitespace(handlebars: Handlebars, program: hbs.AST.Program): hbs.AST.Program {
  const parse = handlebars.parse as unknown as (tree: hbs.AST.Program, options: object) => hbs.AST.Program;
  return parse(program, { preventIndent: true });
}

/** Columns that a template uses and the source does not have. */
export function checkColumns(template: Template, columns: readonly string[]): Problem[] {
  const known = new Set(columns);
  return template.variables
    .filter(({ name }) => !known.has(name))
    .map(({ path, name, location, locals }) => {
      const hint = known.has(path)
        ? `Write {{[${path}]}}: a dot leads into an object.`
        : Object.hasOwn(helpers, name) || blocks.includes(name)
          ? `${name} is a helper and takes arguments. ${didYouMean(name, columns, "Columns")}`
          : didYouMean(name, [...columns, ...locals], "Columns", columns);
      return problem("error", "TEMPLATE_UNKNOWN_COLUMN", `There is no column "${name}".`, { hint, location });
    });
}

/** The partials that a text calls by itself; empty if it can't be read (compiling it says why). */
export async function referencedPartials(text: string): Promise<readonly string[]> {
  const parsed = parseTemplate(await createHandlebars(), text, () => ({ file: "" }));
  return "code" in parsed ? [] : partialsOf(parsed);
}

function parseAll(handlebars: Handlebars, source: TemplateSource) {
  const problems: Problem[] = [];
  const parse = ({ text, locate }: TemplateText): ParsedTemplate | undefined => {
    const program = parseTemplate(handlebars, text, locate);
    if (!("code" in program)) return { program, locate };
    problems.push(program);
    return undefined;
  };
  const main = parse(source);
  const partials = new Map<string, ParsedTemplate>();
  const open = main === undefined ? [] : [...partialsOf(main.program)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const text = source.partials.get(name);
    const parsed = text === undefined || partials.has(name) ? undefined : parse(text);
    if (parsed === undefined) continue;
    partials.set(name, parsed);
    open.push(...partialsOf(parsed.program));
  }
  return { main, partials, problems };
}

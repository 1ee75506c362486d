import type HandlebarsModule from "handlebars";
import { type Problem, problem, throwIfErrors } from "../core/errors.ts";
import { JsonBytes } from "../core/json-bytes.ts";
import type { Location } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import type { Draw } from "./draw.ts";
import { helpers } from "./helpers.ts";
import { analyse, blocks, type Variable } from "./template-analysis.ts";
import { compileDirect, type Written } from "./template-direct.ts";
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
  /**
   * `render`, and adds the text as it stands in JSON, between the quotes.
   * @returns Undefined if the text is blank or no well-formed Unicode: then what was added is of no use.
   */
  write(values: Readonly<Record<string, unknown>>, draw: Draw, json: JsonBytes): string | undefined;
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
  const unused = new JsonBytes();
  /** @returns Whether the JSON is of use. */
  const run = (values: Readonly<Record<string, unknown>>, draw: Draw, written: Written): boolean => {
    state.draw = draw;
    state.size = 0;
    state.turns = 0;
    state.row = values;
    state.each = undefined;
    const { json } = written;
    const before = json.length;
    if (direct === undefined) written.text = template(values);
    else direct(values, written);
    const { text } = written;
    if (text.length > maxRendered) throw tooLong(start);
    if (!isNeverBlank && text.trim() === "") return false;
    if (direct !== undefined && written.isWhole) return true;
    json.length = before; // two halves may have met
    return json.addText(text);
  };
  return {
    variables: analysis.variables,
    usesWholeRow: analysis.usesWholeRow,
    isBlank,
    render: (values, draw) => {
      unused.clear();
      const written = { text: "", json: unused, isWhole: true };
      run(values, draw, written);
      return written.text;
    },
    write: (values, draw, json) => {
      const written = { text: "", json, isWhole: true };
      return run(values, draw, written) ? written.text : undefined;
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

import { type Document, isScalar, visit, type YAMLParseError, type YAMLWarning } from "yaml";
import { characterName, hiddenCharacter } from "../core/hidden-characters.ts";

type SyntaxError = YAMLParseError | YAMLWarning;

/** What is wrong with the syntax, in words for people. */
export interface SyntaxFault {
  readonly message: string;
  readonly hint: string | undefined;
  /** From where to where, in UTF-16 units. */
  readonly range: readonly [start: number, end: number];
}

/**
 * The faults that the parser found. What it finds unexpected after the first is mostly a consequence of that, and left out.
 * @param source The text that it read.
 */
export function syntaxFaults(document: Document, source: string): readonly SyntaxFault[] {
  const errors: readonly SyntaxError[] = [...document.errors, ...document.warnings];
  return errors
    .filter(({ code }, index) => index === 0 || code !== "UNEXPECTED_TOKEN")
    .map((error) => {
      const [start, end] = error.pos;
      const opening = openingOf(error, document);
      return {
        message: messageOf(error, source),
        hint: hintFor(spotAt(error, source)),
        range: opening === undefined ? [start, end] : [opening, opening + 1],
      };
    });
}

/** Of a quote that is never closed: where the text opens. The parser names the place where it gave up. */
function openingOf({ code, message, pos: [end] }: SyntaxError, document: Document): number | undefined {
  if (code !== "MISSING_CHAR" || !message.endsWith("quote")) return undefined;
  let opening: number | undefined;
  visit(document, {
    Scalar: (_key, node) => {
      const isQuoted = node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE";
      if (isScalar(node) && isQuoted && node.range && node.range[0] <= end) opening = node.range[0];
    },
  });
  return opening;
}

function messageOf({ code, message }: SyntaxError, source: string): string {
  if (code === "MULTIPLE_DOCS") return "The file holds more than one document.";
  const quote = /^Missing closing (["'])quote$/.exec(message)?.[1];
  if (quote !== undefined) return `The closing ${quote} of the text that begins here is missing.`;
  if (code === "TAG_RESOLVE_FAILED") return sentence(message.replace("Unresolved tag", "Unknown tag"));
  return source === "" ? "The file is empty." : sentence(message);
}

/** A place in the text, as hints look at it. */
interface Spot {
  readonly code: SyntaxError["code"];
  readonly message: string;
  readonly line: string;
  /** The last line above that is not blank. */
  readonly above: string;
  /** The character before the place, and the one at it. */
  readonly before: string;
  readonly at: string;
}

function spotAt({ code, message, pos: [offset] }: SyntaxError, source: string): Spot {
  const start = source.lastIndexOf("\n", offset - 1) + 1;
  const end = source.indexOf("\n", offset);
  return {
    code,
    message,
    line: source.slice(start, end < 0 ? source.length : end),
    above: source.slice(0, start).trimEnd().split("\n").at(-1) ?? "",
    before: source[offset - 1] ?? "",
    at: source[offset] ?? "",
  };
}

const afterQuoted = "Unexpected scalar at node end";

/** By what the text looks like; the first that fits is taken, so the more particular ones stand first. */
const hints: readonly (readonly [fits: (spot: Spot) => boolean, hint: string | ((spot: Spot) => string)])[] = [
  [
    ({ line }) => hiddenCharacter(line) !== undefined,
    ({ line }) => `The line has ${characterName(hiddenCharacter(line) as string)} in it: type a plain space instead.`,
  ],
  [({ line }) => /^\s*\t/.test(line), "Indent with spaces; YAML knows no tabs."],
  [({ line }) => /(?:^|[\s:[{,-])[“”„‘]/.test(line), "Use straight quotes (\" or '): curly ones (“ ”) quote nothing."],
  [({ code }) => code === "BAD_DQ_ESCAPE", "In double quotes a backslash begins an escape: use single quotes."],
  [({ code }) => code === "MULTIPLE_DOCS", "A pipeline is one document: remove the line with --- or ... above it."],
  [({ code }) => code === "TAG_RESOLVE_FAILED", "Remove it: the values of a pipeline have no tags."],
  [({ code, message }) => code === "MISSING_CHAR" && message.endsWith("quote"), "Close it where the text ends."],
  [({ code }) => code === "BAD_SCALAR_START", ({ at }) => `Put quotes around a text that starts with ${at}.`],
  [({ line }) => /^\s*-[^\s-]/.test(line), "Write a space after the dash of a list's item."],
  [
    ({ message, before }) => message === afterQuoted && before === "'",
    "Write an apostrophe within single quotes twice (''), or put the text in double quotes.",
  ],
  [
    ({ message, before }) => message === afterQuoted && before === '"',
    "The text ended at the quote before: put a text with double quotes in it in single quotes.",
  ],
  [
    ({ message, before }) => message === afterQuoted && (before === "]" || before === "}"),
    ({ before }) => `Put quotes around a text that starts with ${before === "]" ? "[" : "{"}.`,
  ],
  [({ line }) => /:\s*\{\{/.test(line), "Put quotes around a text that starts with {{."],
  [({ code }) => code === "BLOCK_IN_FLOW", "Is a comma missing between two keys?"],
  [({ code, above }) => isKeyFault(code) && /[|>][-+\d]*$/.test(above), "Indent the text more than its key."],
  [({ code, line }) => isKeyFault(code) && /^\s*[\w-]+:\S/.test(line), "Write a space after the colon."],
  [({ code }) => code === "BAD_INDENT", "Is the indentation right? Keys of one mapping stand below each other."],
  [({ line }) => /^[^"']*: [^"']*: /.test(line), "Put quotes around a text that has a colon in it."],
];

function isKeyFault(code: Spot["code"]): boolean {
  return code === "MULTILINE_IMPLICIT_KEY" || code === "BLOCK_AS_IMPLICIT_KEY" || code === "MISSING_CHAR";
}

function hintFor(spot: Spot): string | undefined {
  const found = hints.find(([fits]) => fits(spot))?.[1];
  return typeof found === "function" ? found(spot) : found;
}

/** The parser's words as a sentence, without the place that it names at their end. */
export function sentence(message: string): string {
  const first = message.split("\n")[0] ?? message;
  const text = first.replace(/ at line \d+, column \d+:?$/, "");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

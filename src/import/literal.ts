import { columnPath } from "../core/notation.ts";

/**
 * The Handlebars template that yields the literals with the columns' values between them, to the letter.
 * @param literals One more than columns.
 */
export function templateOf(literals: readonly string[], columns: readonly string[]): string {
  return literals
    .map((literal, index) => {
      const column = columns[index];
      const text = literalTemplate(literal, index > 0, column !== undefined);
      return column === undefined ? text : `${text}{{${columnPath(column)}}}`;
    })
    .join("");
}

/** Prints a text of braces and backslashes, which Handlebars might read as a sign of its own. */
const printed = (text: string): string => `{{trim "${text}"}}`;

function literalTemplate(text: string, afterValue: boolean, beforeValue: boolean): string {
  // A brace beside the braces of a value would count as one of them.
  const closing = afterValue ? (/^\}+/.exec(text)?.[0] ?? "") : "";
  const rest = text.slice(closing.length);
  const opening = beforeValue ? (/[\\{}]*\{$/.exec(rest)?.[0] ?? "") : "";
  const inner = rest
    .slice(0, rest.length - opening.length)
    .replace(/[\\{}]*\{\{(?:[\\{}]*[{}])?/g, (run) => (run === "{{" ? "\\{{" : printed(run)));
  const ends = beforeValue && opening === "" ? doubledEnd(inner) : inner;
  return (closing === "" ? "" : printed(closing)) + ends + (opening === "" ? "" : printed(opening));
}

/** A backslash before a value would make it text; with one more before it, it is a backslash. */
function doubledEnd(text: string): string {
  return text.endsWith("\\") ? `${text}\\` : text;
}

import { type ColumnProfile, type CsvProfile, mostLabels } from "./columns.ts";

/** A column and why it was chosen, to go on with "the column x, …". */
export interface Choice {
  readonly column: ColumnProfile;
  readonly because: string;
}

export interface Label {
  readonly text: string;
  /** Share of the rows, 0 to 1. */
  readonly share: number;
}

/** What a CSV seems to be for. */
export interface Guess {
  /** Undefined: no column names a row. */
  readonly key: Choice | undefined;
  readonly answer: Choice;
  /** What the model is asked with. */
  readonly inputs: readonly ColumnProfile[];
  /** Columns that are no content. */
  readonly leftOut: readonly ColumnProfile[];
  /** The answers of a classification, the commonest first; undefined if the answers are texts. */
  readonly labels: readonly Label[] | undefined;
}

const keyNames = ["id", "key", "uuid", "guid", "slug", "sku"];
/** The likeliest first: of two that fit, the earlier is the answer. */
const answerNames =
  "answer reply response completion output assistant expected target label category class intent sentiment topic tag summary review translation caption headline".split(
    " ",
  );

/** Longest text that makes a sensible key, characters. */
const longestKey = 200;
/** Longest label, characters. */
const longestLabel = 40;

/** @param profile Of at least two columns. */
export function guessTask({ columns, rows }: CsvProfile): Guess {
  // A column without a single text is no answer, whatever its name or place.
  const filled = columns.filter(({ empty }) => empty < rows);
  const answer = guessAnswer(filled.length > 0 ? filled : columns);
  const others = columns.filter((column) => column !== answer.column);
  const key = guessKey(others);
  const content = others.filter(({ name }) => !isNamed(name, keyNames));
  const inputs = content.length > 0 ? content : others;
  return {
    key,
    answer,
    inputs,
    leftOut: others.filter((column) => !inputs.includes(column)),
    labels: labelsOf(answer.column, rows),
  };
}

function guessAnswer(columns: readonly ColumnProfile[]): Choice {
  for (const word of answerNames) {
    const column = columns.find(({ name }) => wordsOf(name).join(" ") === word);
    if (column !== undefined) return { column, because: "by its name" };
  }
  for (const word of answerNames) {
    const column = columns.find(({ name }) => isNamed(name, [word]));
    if (column !== undefined) return { column, because: "by its name" };
  }
  const last = columns.findLast(({ name }) => !isNamed(name, keyNames)) ?? columns.at(-1);
  if (last === undefined) throw new Error("a CSV without columns has no rows, and the source rejects it");
  return { column: last, because: "the last column, as no name says it" };
}

function guessKey(columns: readonly ColumnProfile[]): Choice | undefined {
  const unique = columns.filter((column) => column.unique && column.longest <= longestKey);
  const named = unique.find(({ name }) => isNamed(name, keyNames));
  if (named !== undefined) return { column: named, because: "by its name, and it differs in every row" };
  const [first] = unique;
  return first === undefined ? undefined : { column: first, because: "it differs in every row" };
}

function labelsOf({ values, longest, empty }: ColumnProfile, rows: number): readonly Label[] | undefined {
  if (values === undefined || values.size < 2 || values.size > mostLabels) return undefined;
  if (values.size * 3 > rows || longest > longestLabel) return undefined;
  return [...values].sort(([, a], [, b]) => b - a).map(([text, count]) => ({ text, share: count / (rows - empty) }));
}

/** Whether the name is one of the words or ends in one: `id`, `ticket_id`, `ticketId`, `Ticket ID`. */
function isNamed(name: string, words: readonly string[]): boolean {
  return words.includes(wordsOf(name).at(-1) ?? "");
}

function wordsOf(name: string): readonly string[] {
  const parted = name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase();
  return parted.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

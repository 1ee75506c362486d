import type { Problem } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import { countWords } from "../../dataset/rules/words.ts";
import { sources } from "../../sources/index.ts";
import type { SourceContext } from "../../sources/source.ts";
import { utf8Chunks } from "../../sources/text.ts";

/** Most different answers that still count as labels. */
export const mostLabels = 20;

/** What the cells of a column have in common. */
export interface ColumnProfile {
  readonly name: string;
  /** Cells with nothing in them. */
  readonly empty: number;
  /** The line of the first of them. */
  readonly firstEmpty: number | undefined;
  /** Whether no cell is empty and no two are the same. */
  readonly unique: boolean;
  /** Different texts with how often each stands; undefined if there are more than `mostLabels`. */
  readonly values: ReadonlyMap<string, number> | undefined;
  /** Characters of the longest cell. */
  readonly longest: number;
  /** Words of the shortest cell that is not empty, and of the longest. */
  readonly words: { readonly least: number; readonly most: number };
}

export interface CsvProfile {
  readonly delimiter: string;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Words of the longest row, all cells together, and where it begins. */
  readonly longestRow: { readonly words: number; readonly line: number };
  readonly warnings: readonly Problem[];
}

/**
 * Reads a CSV to its end.
 * @throws FtpipeError with every problem of the file, as the source reports them.
 */
export async function profileCsv(context: SourceContext): Promise<CsvProfile> {
  const delimiter = await findDelimiter(context);
  const warnings: Problem[] = [];
  const rows = sources.csv.read(
    { encoding: "utf-8", delimiter },
    { ...context, warn: (problem) => void warnings.push(problem) },
  );
  const columns = new Map<string, ColumnTally>();
  let count = 0;
  let longestRow = { words: 0, line: 1 };
  for await (const some of rows) {
    for (const { values, location } of some) {
      count++;
      const line = location.line ?? 1;
      let words = 0;
      for (const [name, cell] of Object.entries(values)) {
        const tally = columns.get(name) ?? openTally(name);
        columns.set(name, tally);
        words += tally.add(String(cell), line);
      }
      if (words > longestRow.words) longestRow = { words, line };
    }
  }
  return {
    delimiter,
    rows: count,
    columns: [...columns.values()].map((tally) => tally.profile()),
    longestRow,
    warnings,
  };
}

interface ColumnTally {
  /** @returns The cell's words. */
  add(cell: string, line: number): number;
  profile(): ColumnProfile;
}

function openTally(name: string): ColumnTally {
  /** Texts seen so far; let go of as soon as there is one twice, so that only the columns of a key take memory. */
  let seen: Set<string> | undefined = new Set();
  let values: Map<string, number> | undefined = new Map();
  let empty = 0;
  let firstEmpty: number | undefined;
  let longest = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = 0;
  return {
    add(cell, line) {
      if (cell === "") {
        empty++;
        firstEmpty ??= line;
        seen = undefined;
        return 0;
      }
      const identity = cell.length > 64 ? sha256(cell) : cell;
      if (seen?.has(identity) === true) seen = undefined;
      seen?.add(identity);
      values?.set(cell, (values.get(cell) ?? 0) + 1);
      if (values !== undefined && values.size > mostLabels) values = undefined;
      longest = Math.max(longest, cell.length);
      const words = countWords(cell);
      least = Math.min(least, words);
      most = Math.max(most, words);
      return words;
    },
    profile: () => ({
      name,
      empty,
      firstEmpty,
      unique: seen !== undefined,
      values,
      longest,
      words: { least: Math.min(least, most), most },
    }),
  };
}

/** The sign that stands most often in the header, outside quotes; a comma where none does. */
async function findDelimiter(context: SourceContext): Promise<string> {
  let header = "";
  for await (const chunk of utf8Chunks(context, "utf-8")) {
    header =
      Buffer.from(chunk)
        .toString()
        .replace(/"[^"]*"/g, "")
        .split(/[\r\n]/)[0] ?? "";
    break;
  }
  const count = (sign: string) => header.split(sign).length;
  return [",", ";", "\t", "|"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

import { type Problem, problem } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { conflictOffset, resolveMerge } from "../core/merge-conflict.ts";
import { plural } from "../core/units.ts";

/** A cell with more lines than this was probably opened by a stray quote. */
const manyLines = 200;

/** `sep=;`, which spreadsheets read as a setting. */
export function isSeparatorLine(record: readonly string[], delimiter: string): boolean {
  return /^sep=.$/i.test(record.join(delimiter));
}

/** What is wrong with the first line as a header. */
export function headerFaults(header: readonly string[], delimiter: string, location: Location): readonly Problem[] {
  const faults: Problem[] = [];
  const fault = (message: string, hint: string) =>
    faults.push(problem("error", "SOURCE_INVALID", message, { hint, location }));
  const [only = ""] = header;
  if (isSeparatorLine(header, delimiter)) {
    fault(`The line ${header.join(delimiter)} is a setting of spreadsheets, no header.`, "Remove it.");
    return faults;
  }
  const merge = joinFault(header, location);
  if (merge !== undefined) return [merge];
  const other =
    header.length === 1 ? [";", "\t", "|", ","].find((sign) => sign !== delimiter && only.includes(sign)) : undefined;
  if (other !== undefined) {
    fault(
      `The header is one column, ${JSON.stringify(only.slice(0, 60))}.`,
      `Set \`delimiter: ${JSON.stringify(other)}\` in source.`,
    );
    return faults;
  }
  const seen = new Set<string>();
  header.forEach((name, index) => {
    if (name.trim() === "") fault(`Column ${index + 1} has no name.`, "Name every column in the header.");
    else if (seen.has(name)) fault(`The column "${name}" stands twice in the header.`, "Rename or remove one of them.");
    seen.add(name);
  });
  return faults;
}

/** What is left where two files, or two versions of one, were put together. */
export function joinFault(record: readonly string[], location: Location): Problem | undefined {
  const [first = ""] = record;
  if (!"<>\uFEFF".includes(first.charAt(0))) return undefined; // nearly always
  if (conflictOffset(first) === 0)
    return problem("error", "SOURCE_INVALID", "The file has conflict markers of a merge.", {
      hint: resolveMerge,
      location,
    });
  if (!first.startsWith("\uFEFF")) return undefined;
  return problem("error", "SOURCE_INVALID", "A byte order mark stands within the file.", {
    hint: "Two files were put together: remove it, and the second header.",
    location,
  });
}

/** @param beforeHeader Whether no header was read yet. */
export function blankLine(beforeHeader: boolean, location: Location): Problem {
  return beforeHeader
    ? problem("error", "SOURCE_INVALID", "The line above the header is blank.", {
        location,
        hint: "Remove it: the header is the first line.",
      })
    : problem("error", "ROW_RAGGED", "The line is blank.", { location, hint: "Remove it." });
}

/** Where files were put together. */
export function headerAgain(location: Location): Problem {
  return problem("warning", "SOURCE_INVALID", "The line is the header again, and taken for a row.", {
    location,
    hint: "Were files put together? Remove it.",
  });
}

/** Delimiters by what people call them. */
const delimiterNames: Readonly<Record<string, string>> = { ",": "comma", ";": "semicolon", "\t": "tab", "|": "bar" };

/** A record with more or fewer cells than the header. */
export function ragged(
  cells: number,
  columns: number,
  { delimiter, location }: { delimiter: string; location: Location },
): Problem {
  const tooMany = `Is a ${delimiterNames[delimiter] ?? `"${delimiter}"`} inside an unquoted cell?`;
  const hint =
    cells < columns
      ? "Is a cell missing, or a line broken in the middle?"
      : columns === 1
        ? `${tooMany} Or is the first line a title? Then remove it: the first line is the header.`
        : tooMany;
  return problem("error", "ROW_RAGGED", `${plural(cells, "cell")}, but the header has ${columns}.`, {
    location,
    hint,
  });
}

/** A cell that two stray quotes may have made of many rows: of very many lines, or of such as look like rows. */
export function swallowedRows(
  record: readonly string[],
  columns: number,
  { delimiter, location }: { delimiter: string; location: Location },
): Problem | undefined {
  const looksLikeRow = (line: string): boolean =>
    columns > 1 && line.split(delimiter).length === columns && !line.includes(`${delimiter} `);
  const cells = record.map((cell) => cell.split("\n")).filter((lines) => lines.length > 2);
  const isLong = cells.some((lines) => lines.length > manyLines);
  const isRows = cells.some((lines) => lines.slice(1, -1).every(looksLikeRow));
  if (!isLong && !isRows) return undefined;
  const message = isLong ? `A cell has more than ${manyLines} lines.` : "A cell holds lines that look like rows.";
  const hint = "Two stray quotes may have made one cell of many rows.";
  return problem("warning", "SOURCE_INVALID", message, { location, hint });
}

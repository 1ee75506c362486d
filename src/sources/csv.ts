import { FtpipeError, type Problem } from "../core/errors.ts";
import { problemList } from "../core/problem-list.ts";
import {
  blankLine,
  headerAgain,
  headerFaults,
  isSeparatorLine,
  joinFault,
  ragged,
  swallowedRows,
} from "./csv-faults.ts";
import { openQuote } from "./csv-quotes.ts";
import { defineSource, type Row, type SourceContext } from "./source.ts";
import { type Encoding, encodingOption, utf8Chunks } from "./text.ts";

/** Longest record, bytes: a stray quote must not swallow a whole file. */
const maxRecord = 8 << 20;

/**
 * Of a file at a time. What is made of its records until the next piece is alive together, and all of it would be
 * copied by the collector of garbage: in pieces of 64 KiB that took a tenth of a build.
 */
const pieceBytes = 1 << 13;

interface CsvOptions {
  readonly encoding: Encoding;
  readonly delimiter: string;
}

/** CSV as in RFC 4180, with a header. Cells are texts, taken as they are; LF, CRLF and CR end a record. */
export const csv = defineSource({
  type: "csv",
  summary: "CSV with a header line; cells are texts.",
  yields: "rows",
  textCells: true,
  options: {
    type: "object",
    properties: {
      encoding: encodingOption,
      delimiter: {
        type: "string",
        minLength: 1,
        maxLength: 1,
        default: ",",
        description: 'What stands between cells, such as ";" or a tab ("\\t").',
      },
    },
  },
  read: (options, context) => readCsv(options, context),
});

async function* readCsv(options: CsvOptions, context: SourceContext): AsyncGenerator<readonly Row[], void, undefined> {
  const file = context.displayPath;
  const problems = problemList();
  let header: readonly string[] | undefined;
  let toValues: ((record: readonly string[]) => Row["values"]) | undefined;
  let count = 0;
  let isRepeatTold = false;
  // Blank lines at the end of a file are harmless; before a row they are not.
  let blank: Problem[] = [];
  const take = ({ record, line, lineEnds }: CsvRecord): Row | undefined => {
    const location = { file, line };
    if (isBlank(record, header === undefined)) {
      blank.push(blankLine(header === undefined, location));
      return undefined;
    }
    for (const wrong of blank) problems.add(wrong);
    blank = [];
    if (header === undefined) {
      for (const wrong of headerFaults(record, options.delimiter, location)) problems.add(wrong);
      if (isSeparatorLine(record, options.delimiter)) return undefined;
      header = record;
      toValues = valuesMaker(record);
      return undefined;
    }
    const swallowed = lineEnds === 0 ? undefined : swallowedRows(record, header.length, { ...options, location });
    if (swallowed !== undefined) context.warn?.(swallowed);
    const joined = joinFault(record, location);
    if (joined !== undefined) problems.add(joined);
    else if (record.length !== header.length)
      problems.add(ragged(record.length, header.length, { ...options, location }));
    else {
      if (!isRepeatTold && isSame(record, header)) {
        context.warn?.(headerAgain(location));
        isRepeatTold = true;
      }
      return { values: toValues?.(record) ?? {}, location };
    }
    return undefined;
  };
  try {
    for await (const some of records(options, context)) {
      const rows: Row[] = [];
      for (const record of some) {
        const row = take(record);
        if (row !== undefined) rows.push(row);
      }
      count += rows.length;
      if (rows.length > 0) yield rows;
    }
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    for (const wrong of error.problems) problems.add(wrong);
  }
  const all = problems.all();
  const [first] = all;
  if (first !== undefined)
    throw new FtpipeError(first.code, first.message, { hint: first.hint, location: first.location, problems: all });
  if (count === 0) {
    const hint =
      header === undefined
        ? "It is empty. Write a header, then a line for each row."
        : "There is only a header. Add a line for each row.";
    throw new FtpipeError("SOURCE_EMPTY", `${file} has no rows.`, { location: { file, line: 1 }, hint });
  }
}

/** A line without a character; above the header also one of white space, which elsewhere may be a row of one column. */
function isBlank(record: readonly string[], aboveHeader: boolean): boolean {
  return record.length === 1 && (aboveHeader ? record[0]?.trim() : record[0]) === "";
}

function isSame(record: readonly string[], header: readonly string[]): boolean {
  return record[0] === header[0] && record.every((cell, index) => cell === header[index]);
}

/**
 * Makes rows of one shape, which are read and written several times faster than objects without a prototype: theirs
 * has nothing in it.
 */
function valuesMaker(header: readonly string[]): (record: readonly string[]) => Row["values"] {
  function Values(this: Record<string, string>, record: readonly string[]): void {
    for (let column = 0; column < header.length; column++) this[header[column] as string] = record[column] as string;
  }
  Values.prototype = Object.create(null);
  const Maker = Values as unknown as new (record: readonly string[]) => Row["values"];
  return (record) => new Maker(record);
}

interface CsvRecord {
  readonly record: readonly string[];
  /** Where it begins, from 1. */
  readonly line: number;
  /** Within its cells. */
  readonly lineEnds: number;
}

/** Every record of the file, some at a time, the header first. @throws FtpipeError SOURCE_INVALID where the quotes can't be read. */
async function* records(
  { encoding, delimiter }: CsvOptions,
  context: SourceContext,
): AsyncGenerator<readonly CsvRecord[], void, undefined> {
  const { parse, CsvError } = await import("csv-parse");
  let line = 1;
  let seenLines = 0;
  let found: CsvRecord[] = [];
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: maxRecord,
    relax_column_count: true, // counted by the reader above, which reports every ragged row and not only the first
  });
  // At every byte, csv-parse looks for each of them: until there is a CR, LF alone is a tenth quicker.
  const { record_delimiter: anyEnd } = parser.options;
  parser.options.record_delimiter = anyEnd.filter((end) => end.toString() === "\n");
  let hasReturn = false;
  // Taken here and not from the stream, which would lose the records before a fault; `on_record` would be told a
  // dozen facts with each, which take as long as the record.
  parser.push = (record: string[] | null) => {
    if (record === null) return false; // the end
    // Where csv-parse counted one line, there is none in a cell. Of more, it counts the two signs of CRLF as two.
    const { lines } = parser.info;
    const lineEnds = lines - seenLines === 1 ? 0 : record.reduce((sum, cell) => sum + lineEndsIn(cell), 0);
    seenLines = lines;
    found.push({ record, line, lineEnds });
    line += 1 + lineEnds;
    return true;
  };
  const settle = (action: (done: (error?: Error | null) => void) => void): Promise<unknown> =>
    new Promise<Error | undefined>((resolve) => {
      parser.once("error", resolve);
      action((error) => {
        if (error) return; // the event follows, with the same error
        parser.off("error", resolve);
        resolve(undefined);
      });
    });
  const take = (): readonly CsvRecord[] => {
    const records = found;
    found = [];
    return records;
  };
  let fault: unknown;
  let isFirst = true;
  for await (const chunk of utf8Chunks(context, encoding)) {
    if (isFirst) refuseJson(chunk, context);
    isFirst = false;
    for (let from = 0; from < chunk.length && fault === undefined; from += pieceBytes) {
      const piece = chunk.subarray(from, from + pieceBytes);
      if (!hasReturn && piece.includes(0x0d)) {
        hasReturn = true;
        parser.options.record_delimiter = anyEnd;
      }
      fault = await settle((done) => parser.write(piece, done));
      yield take();
    }
    if (fault !== undefined) break;
  }
  fault ??= await settle((done) => parser.end(done));
  yield take();
  if (fault === undefined) return;
  if (!(fault instanceof CsvError)) throw fault;
  throw await quoteFault(fault, { line, delimiter, encoding, context });
}

/** @throws FtpipeError SOURCE_INVALID for a file that begins like JSON, which would only be told as stray quotes. */
function refuseJson(start: Uint8Array, { displayPath }: SourceContext): void {
  const found = /^\s*(?:(\{)\s*"|\[\s*[[{"])/.exec(Buffer.from(start.subarray(0, 256)).toString());
  if (found === null) return;
  throw new FtpipeError("SOURCE_INVALID", `${displayPath} is JSON, not CSV.`, {
    hint:
      found[1] === undefined
        ? "Write it as JSON Lines, one object a line, and set `type: jsonl` in source."
        : "Set `type: jsonl` in source, if each line is one object.",
    location: { file: displayPath, line: 1 },
  });
}

function lineEndsIn(cell: string): number {
  return cell.includes("\n") || cell.includes("\r") ? (cell.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;
}

async function quoteFault(
  cause: { readonly code: string; readonly lines?: unknown; readonly field?: unknown },
  {
    line,
    delimiter,
    encoding,
    context,
  }: { line: number; delimiter: string; encoding: Encoding; context: SourceContext },
): Promise<FtpipeError> {
  const file = context.displayPath;
  const end = typeof cause.lines === "number" ? cause.lines : line;
  const { warn: _told, ...silent } = context;
  const opened = await openQuote(utf8Chunks(silent, encoding), { delimiter, from: line, to: end });
  const location = opened === undefined ? { file, line } : { file, ...opened };
  const hint = 'Close the quote; a quote inside a quoted cell is written twice: "".';
  switch (cause.code) {
    case "CSV_QUOTE_NOT_CLOSED":
      return new FtpipeError("SOURCE_INVALID", "The quote that opens here is never closed.", { location, hint, cause });
    case "CSV_INVALID_CLOSING_QUOTE":
      return new FtpipeError(
        "SOURCE_INVALID",
        `The quoted cell that opens here goes on after its closing quote, in line ${end}.`,
        { location, hint, cause },
      );
    case "INVALID_OPENING_QUOTE":
      return new FtpipeError("SOURCE_INVALID", "A quote stands in the middle of a cell that is not quoted.", {
        location: { file, line: end },
        hint:
          String(cause.field).trim() === ""
            ? "Remove the space before the quote."
            : 'Quote the whole cell, and write quotes in it twice: "a 5"" pan".',
        cause,
      });
    case "CSV_MAX_RECORD_SIZE":
      return new FtpipeError("SOURCE_INVALID", "The record that begins here is longer than 8 MiB.", {
        location,
        hint: "A quote may be missing its other half.",
        cause,
      });
    default:
      return new FtpipeError("SOURCE_INVALID", `The record can't be read (${cause.code}).`, {
        location: { file, line },
        cause,
      });
  }
}

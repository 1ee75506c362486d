import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { problemList } from "../core/problem-list.ts";
import { openQuote } from "./csv-quotes.ts";
import { defineSource, type Row, type SourceContext } from "./source.ts";
import { type Encoding, encodingOption, utf8Chunks } from "./text.ts";

/** Longest record, bytes: a stray quote must not swallow a whole file. */
const maxRecord = 8 << 20;
/** A cell with more lines than this was probably opened by a stray quote. */
const manyLines = 200;

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
  // Blank lines at the end of a file are harmless; before a row they are not.
  let blank: Problem[] = [];
  const take = ({ record, line }: CsvRecord): Row | undefined => {
    const location = { file, line };
    if (header === undefined) {
      header = record;
      toValues = valuesMaker(record);
      for (const wrong of headerFaults(record, options.delimiter, location)) problems.add(wrong);
      return undefined;
    }
    if (record.length === 1 && record[0] === "") {
      blank.push(problem("error", "ROW_RAGGED", "The line is blank.", { location, hint: "Remove it." }));
      return undefined;
    }
    for (const wrong of blank) problems.add(wrong);
    blank = [];
    const long = record.find((cell) => cell.length > manyLines && cell.split("\n").length > manyLines);
    if (long !== undefined) context.warn?.(swallowed(location));
    if (record.length === header.length) return { values: toValues?.(record) ?? {}, location };
    problems.add(ragged(record.length, header.length, location));
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
        ? "It is empty: a header, then a line for each row."
        : "There is only a header. Add a line for each row.";
    throw new FtpipeError("SOURCE_EMPTY", `${file} has no rows.`, { location: { file, line: 1 }, hint });
  }
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
}

/** Every record of the file, some at a time, the header first. @throws FtpipeError SOURCE_INVALID where the quotes can't be read. */
async function* records(
  { encoding, delimiter }: CsvOptions,
  context: SourceContext,
): AsyncGenerator<readonly CsvRecord[], void, undefined> {
  const { parse, CsvError } = await import("csv-parse");
  let line = 1;
  let found: CsvRecord[] = [];
  const parser = parse({
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: maxRecord,
    relax_column_count: true, // counted by the reader above, which reports every ragged row and not only the first
    // Taken here and not from the stream, which would lose the records before a fault.
    on_record: (record: string[]) => {
      found.push({ record, line });
      // Counted here: csv-parse counts the two signs of CRLF inside quotes as two lines.
      line++;
      for (const cell of record) line += lineEnds(cell);
      return null;
    },
  });
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
  for await (const chunk of utf8Chunks(context, encoding)) {
    fault = await settle((done) => parser.write(chunk, done));
    yield take();
    if (fault !== undefined) break;
  }
  fault ??= await settle((done) => parser.end(done));
  yield take();
  if (fault === undefined) return;
  if (!(fault instanceof CsvError)) throw fault;
  throw await quoteFault(fault, { line, delimiter, encoding, context });
}

function lineEnds(cell: string): number {
  return cell.includes("\n") || cell.includes("\r") ? (cell.match(/\r\n|\n|\r/g)?.length ?? 0) : 0;
}

async function quoteFault(
  cause: { readonly code: string; readonly lines?: unknown },
  {
    line,
    delimiter,
    encoding,
    context,
  }: { line: number; delimiter: string; encoding: Encoding; context: SourceContext },
): Promise<FtpipeError> {
  const file = context.displayPath;
  const end = typeof cause.lines === "number" ? cause.lines : line;
  const opened = await openQuote(utf8Chunks(context, encoding), { delimiter, from: line, to: end });
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
        hint: 'Quote the whole cell, and write quotes in it twice: "a 5"" pan".',
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

function headerFaults(
  header: readonly string[],
  delimiter: string,
  location: { file: string; line: number },
): readonly Problem[] {
  const faults: Problem[] = [];
  const fault = (message: string, hint: string) =>
    faults.push(problem("error", "SOURCE_INVALID", message, { hint, location }));
  const [only = ""] = header;
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

function ragged(cells: number, columns: number, location: { file: string; line: number }): Problem {
  const hint =
    cells > columns ? "Is a comma inside an unquoted cell?" : "Is a cell missing, or a line broken in the middle?";
  return problem("error", "ROW_RAGGED", `${cells} cell${cells === 1 ? "" : "s"}, but the header has ${columns}.`, {
    location,
    hint,
  });
}

function swallowed(location: { file: string; line: number }): Problem {
  const hint = "Two stray quotes may have made one cell of many rows.";
  return problem("warning", "SOURCE_INVALID", `A cell has more than ${manyLines} lines.`, { location, hint });
}

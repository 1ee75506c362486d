import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { jsonErrorOffset } from "../core/json-syntax.ts";
import { problemList } from "../core/problem-list.ts";
import type { Row, SourceContext } from "./source.ts";
import { type Encoding, utf8Chunks } from "./text.ts";

/** Longest line, bytes. */
const maxLine = 8 << 20;

/** Deeper values are no data that anybody wrote; writing them again would overflow the stack at some thousand. */
const deepest = 64;

/** The lines of a file, some at a time, without their ends, LF or CRLF. A final line end begins no further line. */
async function* linesOf(
  context: SourceContext,
  encoding: Encoding,
): AsyncGenerator<readonly string[], void, undefined> {
  let pieces: Uint8Array[] = [];
  let pending = 0;
  let line = 1;
  const take = (end: Uint8Array): string => {
    const text = Buffer.concat([...pieces, end]).toString();
    pieces = [];
    pending = 0;
    line++;
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  };
  for await (const chunk of utf8Chunks(context, encoding)) {
    let start = 0;
    const lines: string[] = [];
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      lines.push(take(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (lines.length > 0) yield lines;
    pieces.push(Uint8Array.from(chunk.subarray(start)));
    pending += chunk.length - start;
    if (pending > maxLine) {
      throw new FtpipeError("SOURCE_INVALID", `Line ${line} is longer than 8 MiB.`, {
        location: { file: context.displayPath, line },
      });
    }
  }
  if (pending > 0) yield [take(new Uint8Array())];
}

/**
 * One JSON object a line.
 * @param fault What is wrong with an object, if anything; its location is the line.
 */
export async function* jsonLines(
  context: SourceContext,
  encoding: Encoding,
  fault: (values: Readonly<Record<string, unknown>>) => Problem | undefined = () => undefined,
): AsyncGenerator<readonly Row[], void, undefined> {
  const problems = problemList();
  const file = context.displayPath;
  let line = 0;
  let count = 0;
  for await (const lines of linesOf(context, encoding)) {
    const rows: Row[] = [];
    for (const text of lines) {
      line++;
      const parsed = parseLine(text, { file, line });
      const wrong = "wrong" in parsed ? parsed.wrong : fault(parsed.values);
      if (wrong !== undefined) problems.add({ location: { file, line }, ...wrong });
      else if ("values" in parsed) rows.push({ values: parsed.values, location: { file, line } });
    }
    count += rows.length;
    if (rows.length > 0) yield rows;
  }
  const all = problems.all();
  const [first] = all;
  if (first !== undefined)
    throw new FtpipeError(first.code, first.message, { hint: first.hint, location: first.location, problems: all });
  if (count === 0) throw new FtpipeError("SOURCE_EMPTY", `${file} has no rows.`, { location: { file } });
}

type ParsedLine = { readonly values: Readonly<Record<string, unknown>> } | { readonly wrong: Problem };

function parseLine(text: string, { file, line }: { file: string; line: number }): ParsedLine {
  const wrong = (message: string, hint: string, column?: number): ParsedLine => ({
    wrong: problem("error", "SOURCE_INVALID", message, {
      hint,
      location: { file, line, ...(column === undefined ? {} : { column }) },
    }),
  });
  if (text.trim() === "") return wrong("The line is blank.", "Remove it: each line is one JSON object.");
  let value: unknown;
  try {
    if (isTooDeep(text)) return wrong(`The line is nested more than ${deepest} deep.`, "Write the values flat.");
    value = JSON.parse(text);
  } catch {
    const offset = jsonErrorOffset(text) ?? 0;
    const [character] = text.slice(offset);
    const near =
      character === undefined
        ? "it ends too early"
        : character === '"'
          ? "a text is not closed, or holds a bad escape"
          : `unexpected "${character}"`;
    return wrong(`The line is not JSON: ${near}.`, "Each line is one whole JSON object.", offset + 1);
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    const kind = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
    return wrong(`The line is ${kind}, not an object.`, 'Write {"column": value, …} in each line.');
  }
  return { values: Object.assign(Object.create(null) as Record<string, unknown>, value) };
}

/** Whether brackets outside of texts go too deep; few lines have enough of them to be looked at. */
function isTooDeep(text: string): boolean {
  if ((text.match(/[[{]/g)?.length ?? 0) <= deepest) return false;
  let depth = 0;
  for (const [sign] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (sign === "[" || sign === "{") depth++;
    else if (sign === "]" || sign === "}") depth--;
    if (depth > deepest) return true;
  }
  return false;
}

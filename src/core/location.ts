import { isUtf8 } from "node:buffer";

/** A place in a file. Lines and columns count from 1; columns in UTF-16 units, as editors do. */
export interface Location {
  /** As the user would write it: relative to the working directory where that is shorter. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Characters to underline; default 1. */
  readonly length?: number;
  /** The text of the line, so that it can be shown without reading the file again. */
  readonly excerpt?: string;
}

/** `file:line:column`, as far as known. Terminals make a link of it. */
export function formatLocation({ file, line, column }: Location): string {
  if (line === undefined) return file;
  return column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
}

/** The location of a character offset in a text. @param offset UTF-16 units from 0. */
export function locateOffset(file: string, text: string, offset: number, length = 1): Location {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  const start = before.lastIndexOf("\n") + 1;
  return locateLine(file, text, line, offset - start + 1, length);
}

/** A location with its line's text. @param line From 1. @param column From 1. */
export function locateLine(file: string, text: string, line: number, column?: number, length = 1): Location {
  const excerpt = text.split("\n")[line - 1]?.replace(/\r$/, "");
  return {
    file,
    line,
    ...(column === undefined ? {} : { column, length }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}

/** The line with the first byte that is no UTF-8, from 1. A line feed is no part of another character. */
export function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0, end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(start, end)); line++) {
    start = end + 1;
    end = bytes.indexOf(10, start);
  }
  return line;
}

import { isUtf8 } from "node:buffer";
import { FtpipeError } from "../core/errors.ts";
import type { PropertySchema } from "../core/options-schema.ts";
import type { SourceContext } from "./source.ts";

/** The option of every source that reads text. */
export const encodingOption = {
  type: "string",
  enum: ["utf-8", "latin1", "utf-16le"],
  default: "utf-8",
  description: "How the file is encoded. latin1 is read as windows-1252, which holds it.",
} as const satisfies PropertySchema;

export type Encoding = (typeof encodingOption.enum)[number];

const lfsPointer = "version https://git-lfs";

/**
 * A file's text as chunks of valid UTF-8, without a byte order mark.
 * @throws FtpipeError SOURCE_EMPTY, SOURCE_ENCODING (with line and byte offset), SOURCE_INVALID for a Git LFS pointer and for NUL.
 */
export async function* utf8Chunks(
  { path, displayPath, files }: SourceContext,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  const place = { displayPath, line: 1, offset: 0 };
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let rest = Buffer.alloc(0);
  for await (const chunk of withWholeStart(files.stream(path))) {
    let bytes = Buffer.concat([rest, chunk]);
    if (place.offset === 0 && rest.length === 0) {
      const start = examineStart(bytes, displayPath, encoding);
      if (start.encoding !== "utf-8")
        decoder = new TextDecoder(start.encoding === "latin1" ? "windows-1252" : start.encoding);
      bytes = bytes.subarray(start.skip);
      place.offset = start.skip;
    }
    if (decoder === undefined) {
      const whole = wholeCharacters(bytes);
      rest = bytes.subarray(whole);
      yield checked(bytes.subarray(0, whole), place);
    } else yield checked(Buffer.from(decoder.decode(bytes, { stream: true })), place);
  }
  if (place.offset === 0 && rest.length === 0) {
    throw new FtpipeError("SOURCE_EMPTY", `${displayPath} is empty.`, {
      hint: "Was it written to the end, and is it the right file?",
      location: { file: displayPath },
    });
  }
  const tail = decoder === undefined ? rest : Buffer.from(decoder.decode());
  if (tail.length > 0) yield checked(tail, place);
}

/** Gathers chunks until the first is long enough to tell what the file is. */
async function* withWholeStart(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === undefined) yield chunk;
    else {
      start = Buffer.concat([start, chunk]);
      if (start.length < 64) continue;
      yield start;
      start = undefined;
    }
  }
  if (start !== undefined && start.length > 0) yield start;
}

interface Place {
  readonly displayPath: string;
  line: number;
  offset: number;
}

/** What the first bytes tell: a byte order mark, another encoding, something that is no data at all. */
function examineStart(bytes: Buffer, displayPath: string, encoding: Encoding): { encoding: Encoding; skip: number } {
  const location = { file: displayPath, line: 1 };
  if (bytes.toString("latin1", 0, lfsPointer.length) === lfsPointer) {
    throw new FtpipeError("SOURCE_INVALID", `${displayPath} is a Git LFS pointer, not the file itself.`, {
      location,
      hint: "Run: git lfs pull",
    });
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: "utf-8", skip: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    throw new FtpipeError("SOURCE_ENCODING", `${displayPath} is UTF-16, big-endian.`, {
      location,
      hint: "Save the file as UTF-8.",
    });
  }
  const isLikelyUtf16 =
    encoding !== "utf-16le" && bytes.length >= 4 && bytes[0] !== 0 && bytes[1] === 0 && bytes[3] === 0;
  if (isLikelyUtf16) {
    throw new FtpipeError("SOURCE_ENCODING", `${displayPath} looks like UTF-16.`, {
      location,
      hint: "Set `encoding: utf-16le` in source, or save the file as UTF-8.",
    });
  }
  return { encoding, skip: 0 };
}

/** Where the last character that is cut off begins, else the length. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function checked(bytes: Buffer, place: Place): Buffer {
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    throw new FtpipeError(
      "SOURCE_INVALID",
      `${place.displayPath} holds a NUL character, at byte ${place.offset + nul}.`,
      {
        location: { file: place.displayPath, line: place.line + countLines(bytes.subarray(0, nul)) },
        hint: "It may be a binary file; export it again as text.",
      },
    );
  }
  if (!isUtf8(bytes)) {
    const bad = firstInvalid(bytes);
    throw new FtpipeError(
      "SOURCE_ENCODING",
      `${place.displayPath} is not UTF-8: byte ${place.offset + bad} is 0x${(bytes[bad] ?? 0).toString(16)}.`,
      {
        location: { file: place.displayPath, line: place.line + countLines(bytes.subarray(0, bad)) },
        hint: "Set `encoding: latin1` in source if the file comes from an old spreadsheet, or save it as UTF-8.",
      },
    );
  }
  place.line += countLines(bytes);
  place.offset += bytes.length;
  return bytes;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** Halves the range until one byte is left: a prefix is valid up to the first bad character. */
function firstInvalid(bytes: Buffer): number {
  let valid = 0;
  let invalid = bytes.length;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const part = bytes.subarray(0, middle);
    if (isUtf8(part.subarray(0, wholeCharacters(part)))) valid = middle;
    else invalid = middle;
  }
  return wholeCharacters(bytes.subarray(0, valid));
}

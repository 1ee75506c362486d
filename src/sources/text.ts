import { isUtf8 } from "node:buffer";
import { type ErrorDetails, FtpipeError, problem } from "../core/errors.ts";
import { fileKind } from "../core/file-kind.ts";
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

/** Long enough to tell what a file is. */
const startBytes = 64;

/**
 * A file's text as chunks of valid UTF-8, without a byte order mark.
 * @throws FtpipeError SOURCE_EMPTY, SOURCE_ENCODING (with line and byte offset), SOURCE_INVALID for NUL and for files of another kind.
 */
export async function* utf8Chunks(
  context: SourceContext,
  encoding: Encoding,
): AsyncGenerator<Uint8Array, void, undefined> {
  let decoder: Decoder | undefined;
  let rest = Buffer.alloc(0);
  let offset = 0;
  const told = new Set<string>();
  for await (const chunk of withWholeStart(context.files.stream(context.path))) {
    let bytes =
      rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([rest, chunk]);
    if (decoder === undefined) {
      const start = examineStart(bytes, context, encoding);
      decoder = decoders[start.encoding];
      bytes = bytes.subarray(start.skip);
      offset = start.skip;
    }
    const whole = decoder.whole(bytes);
    rest = Buffer.from(bytes.subarray(whole));
    const piece = bytes.subarray(0, whole);
    await warnOnce(decoder, piece, { context, offset, told });
    yield await decode(decoder, piece, { context, offset });
    offset += whole;
  }
  if (decoder === undefined) {
    throw new FtpipeError("SOURCE_EMPTY", `${context.displayPath} is empty.`, {
      hint: "Was it written to the end, and is it the right file?",
      location: { file: context.displayPath },
    });
  }
  if (rest.length > 0) yield await decode(decoder, rest, { context, offset });
}

/** Gathers chunks until the first is long enough to tell what the file is. */
async function* withWholeStart(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (start === undefined) yield chunk;
    else {
      start = Buffer.concat([start, chunk]);
      if (start.length < startBytes) continue;
      yield start;
      start = undefined;
    }
  }
  if (start !== undefined && start.length > 0) yield start;
}

/** What the first bytes tell: a byte order mark, another encoding, something that is no data at all. */
function examineStart(
  bytes: Buffer,
  { displayPath }: SourceContext,
  encoding: Encoding,
): { readonly encoding: Encoding; readonly skip: number } {
  const location = { file: displayPath, line: 1 };
  const wrong = (message: string, hint: string, code: "SOURCE_ENCODING" | "SOURCE_INVALID" = "SOURCE_ENCODING") =>
    new FtpipeError(code, `${displayPath} ${message}.`, { hint, location });
  const kind = fileKind(bytes);
  if (kind !== undefined) throw wrong(`is ${kind.name}`, kind.hint, "SOURCE_INVALID");
  if (startsWith(bytes, utf8Mark)) {
    if (startsWith(bytes.subarray(utf8Mark.length), utf8Mark))
      throw wrong("begins with two byte order marks", "Remove one of them, or both.", "SOURCE_INVALID");
    return { encoding: "utf-8", skip: utf8Mark.length };
  }
  if (startsWith(bytes, [0xff, 0xfe])) return { encoding: "utf-16le", skip: 2 };
  if (startsWith(bytes, [0xfe, 0xff])) throw wrong("is UTF-16, big-endian", "Save the file as UTF-8.");
  const start = bytes.subarray(0, startBytes);
  const nuls = [0, 1].map((parity) => start.filter((byte, index) => byte === 0 && index % 2 === parity).length);
  const [even = 0, odd = 0] = nuls;
  if (encoding !== "utf-16le" && even > 1 && odd === 0)
    throw wrong("looks like UTF-16, big-endian", "Save the file as UTF-8.");
  if (encoding !== "utf-16le" && odd > 1 && even === 0)
    throw wrong("looks like UTF-16", "Set `encoding: utf-16le` in source, or save the file as UTF-8.");
  if (encoding === "utf-16le" && even + odd === 0 && isUtf8(start.subarray(0, wholeCharacters(start))))
    throw wrong("is not UTF-16", "Remove `encoding: utf-16le` from source: it looks like UTF-8.");
  return { encoding, skip: 0 };
}

const utf8Mark = [0xef, 0xbb, 0xbf];

function startsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** How the bytes of an encoding become UTF-8. */
interface Decoder {
  readonly encoding: Encoding;
  /** Where the last character that is cut off begins, else the length. */
  whole(bytes: Buffer): number;
  /** The offset of a NUL character; negative if there is none. */
  nul(bytes: Buffer): number;
  /** The offset of the first byte that is no part of a character; undefined if there is none. */
  invalid(bytes: Buffer): number | undefined;
  utf8(bytes: Buffer): Buffer;
}

const decoders: Readonly<Record<Encoding, Decoder>> = {
  "utf-8": {
    encoding: "utf-8",
    whole: wholeCharacters,
    nul: (bytes) => bytes.indexOf(0),
    invalid: (bytes) => (isUtf8(bytes) ? undefined : firstInvalid(bytes)),
    utf8: (bytes) => bytes,
  },
  latin1: {
    encoding: "latin1",
    whole: (bytes) => bytes.length,
    nul: (bytes) => bytes.indexOf(0),
    invalid: () => undefined,
    utf8: (bytes) => Buffer.from(new TextDecoder("windows-1252").decode(bytes)),
  },
  "utf-16le": {
    encoding: "utf-16le",
    whole: wholeUnits,
    nul: (bytes) => 2 * bytes.toString("utf16le").indexOf("\0"),
    invalid: (bytes) => {
      const text = bytes.toString("utf16le");
      if (text.isWellFormed()) return bytes.length % 2 === 0 ? undefined : bytes.length - 1;
      const wellFormed = text.toWellFormed();
      let unit = 0;
      while (text[unit] === wellFormed[unit]) unit++;
      return 2 * unit;
    },
    utf8: (bytes) => Buffer.from(bytes.toString("utf16le")),
  },
};

/** UTF-16 up to a half of a unit, or of a pair of units, that the next chunk may go on with. */
function wholeUnits(bytes: Buffer): number {
  const even = bytes.length - (bytes.length % 2);
  const last = even >= 2 ? bytes.readUInt16LE(even - 2) : 0;
  return last >= 0xd800 && last < 0xdc00 ? even - 2 : even;
}

interface At {
  readonly context: SourceContext;
  /** Of the piece's first byte in the file. */
  readonly offset: number;
}

async function decode(decoder: Decoder, bytes: Buffer, { context, offset }: At): Promise<Buffer> {
  const { encoding } = decoder;
  const fault = async (code: "SOURCE_ENCODING" | "SOURCE_INVALID", message: string, hint: string, at: number) =>
    new FtpipeError(code, `${context.displayPath} ${message}`, await placed(context, encoding, at, { hint }));
  const nul = decoder.nul(bytes);
  if (nul >= 0) {
    const hint = "It may be a binary file; export it again as text.";
    throw await fault("SOURCE_INVALID", `holds a NUL character, at byte ${offset + nul}.`, hint, offset + nul);
  }
  const invalid = decoder.invalid(bytes);
  if (invalid === undefined) return decoder.utf8(bytes);
  const at = offset + invalid;
  if (encoding === "utf-16le") {
    const hint = "A character was cut in two, or the file before its end: save it again, as UTF-8.";
    throw await fault("SOURCE_ENCODING", `is no whole UTF-16: byte ${at} begins half a character.`, hint, at);
  }
  const byte = (bytes[invalid] ?? 0).toString(16);
  const hint = "Set `encoding: latin1` in source if the file comes from an old spreadsheet, or save it as UTF-8.";
  throw await fault("SOURCE_ENCODING", `is not UTF-8: byte ${at} is 0x${byte}.`, hint, at);
}

/** Reads the file once more: where lines end is not counted while nothing is wrong. */
async function placed(
  { path, displayPath, files }: SourceContext,
  encoding: Encoding,
  offset: number,
  details: ErrorDetails,
): Promise<ErrorDetails> {
  const decoder = new TextDecoder(encoding === "latin1" ? "windows-1252" : encoding);
  let text = "";
  let line = 1;
  let before = 0;
  const count = (): void => {
    line += text.match(/\r\n|\n|\r/g)?.length ?? 0;
  };
  for await (const chunk of files.stream(path)) {
    // A CR at the end of a chunk may be half of a CRLF: it waits for the next one.
    const isCut = text.endsWith("\r");
    if (isCut) text = text.slice(0, -1);
    count();
    text = (isCut ? "\r" : "") + decoder.decode(chunk.subarray(0, Math.max(0, offset - before)), { stream: true });
    before += chunk.length;
    if (before >= offset) break;
  }
  count();
  return { ...details, location: { file: displayPath, line } };
}

/** What can be read and is probably not what was meant; each is told where it is first met. */
async function warnOnce(
  decoder: Decoder,
  bytes: Buffer,
  { context, offset, told }: At & { readonly told: Set<string> },
): Promise<void> {
  const { encoding } = decoder;
  const warn = async (kind: string, at: number, message: string, hint: string) => {
    if (told.has(kind)) return;
    told.add(kind);
    const details = await placed(context, encoding, offset + at, { hint });
    context.warn?.(problem("warning", "SOURCE_ENCODING", `${context.displayPath} ${message}`, details));
  };
  if (encoding === "utf-8" && !told.has("lost")) {
    const lost = bytes.indexOf("\uFFFD");
    const hint = "Export the data again, as UTF-8: it stands for a character that was lost before.";
    if (lost >= 0) await warn("lost", lost, "holds U+FFFD, the replacement character.", hint);
  }
  if (encoding === "latin1" && !told.has("accents")) {
    const accent = bytes.findIndex((byte) => byte >= 0x80);
    if (accent < 0) return;
    const hint = "Remove `encoding: latin1` from source: each accent would be trained as two characters.";
    if (isUtf8(bytes.subarray(0, wholeCharacters(bytes)))) await warn("accents", accent, "looks like UTF-8.", hint);
    told.add("accents"); // one chunk with accents is enough to tell
  }
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

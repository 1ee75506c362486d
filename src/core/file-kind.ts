/** A kind of file that holds no text, or not the text that was meant. */
export interface FileKind {
  /** With its article. */
  readonly name: string;
  /** What to do to get a text from it. */
  readonly hint: string;
}

const unpack = "Decompress it first, and name the file that comes out.";
const exportAgain = "It is no text: export the data as CSV or JSON Lines.";

/** By the bytes that a file begins with, as latin-1. */
const kinds: readonly (readonly [start: string, name: string, hint: string])[] = [
  ["version https://git-lfs", "a Git LFS pointer, not the file itself", "Run: git lfs pull"],
  ["\x1f\x8b", "compressed (gzip)", unpack],
  ["\x28\xb5\x2f\xfd", "compressed (zstd)", unpack],
  ["BZh", "compressed (bzip2)", unpack],
  ["\xfd7zXZ\0", "compressed (xz)", unpack],
  ["7z\xbc\xaf\x27\x1c", "an archive (7-Zip)", unpack],
  ["PK\x03\x04", "a zip archive, as spreadsheets (.xlsx) are", "Unpack it, or save the spreadsheet as CSV."],
  ["\xd0\xcf\x11\xe0", "an old spreadsheet or document (.xls, .doc)", "Save the spreadsheet as CSV."],
  ["%PDF-", "a PDF", exportAgain],
  ["PAR1", "a Parquet file", exportAgain],
  ["ARROW1", "an Arrow file", exportAgain],
  ["SQLite format 3\0", "an SQLite database", exportAgain],
  ["\x89PNG", "an image (PNG)", exportAgain],
  ["\xff\xd8\xff", "an image (JPEG)", exportAgain],
  ["GIF8", "an image (GIF)", exportAgain],
];

const webPage: FileKind = {
  name: "HTML, a web page",
  hint: "Was it downloaded without a login, or from the page instead of the file?",
};

/** What a file is, by its first bytes; undefined if it may well be text. */
export function fileKind(start: Uint8Array): FileKind | undefined {
  const text = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, 64)).toString("latin1");
  const found = kinds.find(([first]) => text.startsWith(first));
  if (found !== undefined) return { name: found[1], hint: found[2] };
  return /^(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html[\s>])/i.test(text) ? webPage : undefined;
}

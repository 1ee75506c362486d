import type { Scalar } from "yaml";

/** YAML folds, indents and trims these; every other character of a text stands in the source, as it is or as an escape. */
const isSpace = (character: string): boolean => /[ \t\r\n]/.test(character);

/**
 * Where a character of a YAML text stands in the source. What is no white space comes in the same order in both, so the
 * nth such character of the value is the nth of the source: however it is folded, indented or escaped.
 * @param offset In the value, UTF-16 units. @returns The offset in the source, for the value's end that of its last character; undefined for a text without a place.
 */
export function offsetInSource(source: string, scalar: Scalar, offset: number): number | undefined {
  if (!scalar.range) return undefined;
  const value = String(scalar.value);
  let wanted = 0;
  for (let index = 0; index < offset; index++) if (!isSpace(value[index] as string)) wanted++;
  let last: number | undefined;
  for (const { at, text } of pieces(source, scalar, scalar.range)) {
    for (const character of text.split("")) if (!isSpace(character) && wanted-- === 0) return at;
    if (!isSpace(text)) last = at + 1;
  }
  return last;
}

/** The source of a text in pieces: a character, or an escape with what it stands for. */
function* pieces(
  source: string,
  { type }: Scalar,
  [from, to]: readonly [number, number, ...number[]],
): Generator<{ readonly at: number; readonly text: string }, void, undefined> {
  const isQuoted = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
  const isBlock = type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
  const start = isQuoted ? from + 1 : isBlock ? source.indexOf("\n", from) + 1 : from;
  const end = isQuoted ? to - 1 : to;
  for (let at = start; at < end; ) {
    const length =
      type === "QUOTE_DOUBLE"
        ? escapeLength(source, at)
        : source.startsWith("''", at) && type === "QUOTE_SINGLE"
          ? 2
          : 1;
    const written = source.slice(at, at + length);
    yield { at, text: length === 1 ? written : type === "QUOTE_SINGLE" ? "'" : unescaped(written) };
    at += length;
  }
}

const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function escapeLength(source: string, at: number): number {
  return source[at] === "\\" ? 2 + (hexDigits[source[at + 1] ?? ""] ?? 0) : 1;
}

/** Escapes that stand for white space, which is not counted; all others for one character. */
function unescaped(sequence: string): string {
  const sign = sequence[1] ?? "";
  if (sign in hexDigits) return String.fromCodePoint(Number.parseInt(sequence.slice(2), 16));
  return /[ntr \t\n]/.test(sign) ? "" : "\u00b7";
}

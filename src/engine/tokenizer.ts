import { hashJson, type Sha256 } from "../core/hash.ts";
import { joinerMark, splitPieces } from "./pieces.ts";

/** Turns text into tokens and back. `decode(encode(text))` is the text, for every well-formed string. */
export interface Tokenizer {
  readonly name: string;
  /** Of the format and the merges: models trained with others are of no use with this one. */
  readonly sha256: Sha256;
  /** Number of distinct tokens. */
  readonly vocabulary: number;
  /** Put before each message, so that its first word has the token that it has inside a sentence. */
  readonly prefix: "" | " ";
  encode(text: string): readonly number[];
  /**
   * What a token adds to a text; `joined` says whether the text so far ended in a joiner, which swallows the next
   * token's leading space. Looked up in tables: the same object for the same arguments, not to be changed.
   */
  append(token: number, joined: boolean): Appended;
  /** What the tokens append, one after the other. Bytes that are not UTF-8 become U+FFFD. */
  decode(tokens: readonly number[]): string;
}

export interface Appended {
  /** UTF-8, maybe only a part of a character. */
  readonly bytes: Uint8Array;
  readonly joined: boolean;
}

/** Tokens that no text encodes to and that add nothing to a text. */
export const special = { system: 0, user: 1, assistant: 2, end: 3 } as const;

/**
 * "The next word's leading space is not in the text": `"Anna"` is `"`, joiner, ` Anna`, `"`, so that a word has the
 * same tokens after a quote, a bracket or a line's end as after a space, and can be copied between them. A token
 * of its own because a text may hold every character.
 */
export const joiner = 4;

/** The token of byte 0; the other 255 follow, then the merges. */
export const firstByte = 5;
const firstMerge = firstByte + 256;

/** Two tokens that become one, in the order in which they are tried; the right one may be or end in a joiner. */
export type Merge = readonly [number, number];

/** The file format of `assets/*.tokenizer.json`. Without merges texts are plain bytes, without prefix and joiners. */
export interface TokenizerFile {
  readonly name: string;
  readonly format: typeof fileFormat;
  readonly merges: readonly Merge[];
}

/** Counts up when the tokens of the same file mean something else. */
export const fileFormat = 2;

const cachedPieces = 20_000;

/** U+FEFF is a character like others. */
const utf8 = { ignoreBOM: true };

/**
 * Byte-pair encoding over UTF-8 and the joiner (Sennrich et al. 2016). Not a matter of the text's language: what no
 * merge covers stays bytes. Takes time linear in the text, because pieces are short (`splitPieces`).
 * @throws Error for a file of another format, or with merges of tokens that do not exist yet.
 */
export function createTokenizer(file: TokenizerFile): Tokenizer {
  check(file);
  const { name, format, merges } = file;
  const rankOf = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
  const appendedOf = appendTables(merges);
  const cache = new Map<string, readonly number[]>();

  const encodePiece = (piece: string): readonly number[] => {
    const known = cache.get(piece);
    if (known !== undefined) return known;
    const tokens = toSymbols(piece);
    for (;;) {
      let best = merges.length;
      for (let i = 0; i + 1 < tokens.length; i++) {
        best = Math.min(best, rankOf.get(pairKey(tokens[i]!, tokens[i + 1]!)) ?? best);
      }
      if (best === merges.length) break;
      mergePair(tokens, merges[best]!, firstMerge + best);
    }
    if (cache.size >= cachedPieces) cache.clear();
    cache.set(piece, tokens);
    return tokens;
  };

  const append = (token: number, joined: boolean): Appended => appendedOf[joined ? "joined" : "apart"][token]!;

  return {
    name,
    sha256: hashJson({ format, merges }),
    vocabulary: firstMerge + merges.length,
    prefix: merges.length > 0 ? " " : "",
    encode: (text) => (merges.length > 0 ? splitPieces(text).flatMap(encodePiece) : toBytes(text)),
    append,
    decode(tokens) {
      let joined = false;
      const parts = tokens.map((token) => {
        const appended = append(token, joined);
        joined = appended.joined;
        return appended.bytes;
      });
      return new TextDecoder("utf-8", utf8).decode(Buffer.concat(parts));
    },
  };
}

/** Reads a text token by token. All that it returns, put together, is what `decode` makes of the tokens. */
export interface TextStream {
  /** What is complete now: a character comes with the last of its bytes. */
  push(token: number): string;
  /** What was held back. The stream is of no use afterwards. */
  end(): string;
}

export function createTextStream(tokenizer: Tokenizer): TextStream {
  const decoder = new TextDecoder("utf-8", utf8);
  let joined = false;
  return {
    push(token) {
      const appended = tokenizer.append(token, joined);
      joined = appended.joined;
      return decoder.decode(appended.bytes, { stream: true });
    },
    end: () => decoder.decode(),
  };
}

/** The tokens of a piece before any merge: its bytes, and the joiner at its end. */
export function toSymbols(piece: string): number[] {
  return piece.endsWith(joinerMark) ? [...toBytes(piece.slice(0, -1)), joiner] : toBytes(piece);
}

function toBytes(text: string): number[] {
  return Array.from(Buffer.from(text), (byte) => byte + firstByte);
}

/** Replaces each occurrence of the pair by one token, in place, from the left. */
export function mergePair(tokens: number[], [left, right]: Merge, merged: number): void {
  let to = 0;
  for (let from = 0; from < tokens.length; from++, to++) {
    const matches = tokens[from] === left && tokens[from + 1] === right;
    tokens[to] = matches ? merged : tokens[from]!;
    if (matches) from++;
  }
  tokens.length = to;
}

/** One number for a pair of tokens. */
export function pairKey(left: number, right: number): number {
  return left * 65_536 + right;
}

/** What each token appends to a text that ends in a joiner (`joined`), and to any other (`apart`). */
function appendTables(merges: readonly Merge[]): Readonly<Record<"apart" | "joined", readonly Appended[]>> {
  const nothing = new Uint8Array(0);
  const apart: Appended[] = [];
  for (let token = 0; token < joiner; token++) apart.push({ bytes: nothing, joined: false });
  apart.push({ bytes: nothing, joined: true });
  for (let byte = 0; byte < 256; byte++) apart.push({ bytes: Uint8Array.of(byte), joined: false });
  for (const [left, right] of merges) {
    const end = apart[right]!;
    apart.push({ bytes: Buffer.concat([apart[left]!.bytes, end.bytes]), joined: end.joined });
  }
  const space = 0x20;
  const joined = apart.map((appended) =>
    appended.bytes[0] === space ? { ...appended, bytes: appended.bytes.subarray(1) } : appended,
  );
  return { apart, joined };
}

/** The file is a part of the package, but a package and a file may come from two versions of it. */
function check({ name, format, merges }: TokenizerFile): void {
  if (format !== fileFormat) {
    throw new Error(`The tokenizer "${name}" has format ${format}; this version reads format ${fileFormat}.`);
  }
  /** A token after a joiner lacks a space that depends on where it stands, so no merge goes on after one. */
  const endsInJoiner = new Set([joiner]);
  for (const [index, [left, right]] of merges.entries()) {
    const merged = firstMerge + index;
    const known = (token: number): boolean => Number.isInteger(token) && token >= joiner && token < merged;
    if (!known(left) || !known(right) || endsInJoiner.has(left)) {
      throw new Error(`Merge ${index} of the tokenizer "${name}" joins ${left} and ${right}, which it cannot.`);
    }
    if (endsInJoiner.has(right)) endsInJoiner.add(merged);
  }
}

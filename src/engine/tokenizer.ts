import { type Sha256, sha256 } from "../core/hash.ts";

/** Turns text into tokens and back. `decode(encode(text))` is the text, for every well-formed string. */
export interface Tokenizer {
  readonly name: string;
  /** Of the merges: models trained with other merges are of no use with this one. */
  readonly sha256: Sha256;
  /** Number of distinct tokens. */
  readonly vocabulary: number;
  /** Put before each message, so that its first word has the token that it has inside a sentence. */
  readonly prefix: "" | " ";
  encode(text: string): readonly number[];
  /** Bytes that are not UTF-8 become U+FFFD; special tokens become nothing. */
  decode(tokens: readonly number[]): string;
}

/** Tokens that no text encodes to. They come first; the 256 bytes follow, then merges. */
export const special = { system: 0, user: 1, assistant: 2, end: 3 } as const;
export const specialCount = 4;
const mergesStart = specialCount + 256;

/** Two tokens that become one, in the order in which they are tried. */
export type Merge = readonly [number, number];

/** The file format of `assets/*.tokenizer.json`. */
export interface TokenizerFile {
  readonly name: string;
  readonly format: 1;
  readonly merges: readonly Merge[];
}

/**
 * Cuts a text into the pieces inside which tokens are merged: a word with the space before it, one digit, a
 * run of punctuation, or one character of white space. All beyond ASCII counts as letters, so that the cut
 * does not depend on a version of Unicode. At most 24 characters a piece keep merging linear.
 */
export function splitWords(text: string): readonly string[] {
  return text.match(/ ?[A-Za-z\u{80}-\u{10ffff}]{1,24}| ?[0-9]| ?[!-/:-@[-`{-~]{1,24}|[\s\S]/gu) ?? [];
}

const cachedWords = 20_000;

/**
 * Byte-pair encoding over UTF-8 (Sennrich et al. 2016); without merges, plain bytes.
 * Not a matter of the text's language: what no merge covers stays bytes.
 */
export function createTokenizer({ name, merges }: TokenizerFile): Tokenizer {
  const rankOf = new Map(merges.map(([left, right], rank) => [pairKey(left, right), rank]));
  const bytesOf = tokenBytes(merges);
  const encoder = new TextEncoder();
  const cache = new Map<string, readonly number[]>();

  const encodeWord = (word: string): readonly number[] => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const tokens = Array.from(encoder.encode(word), (byte) => byte + specialCount);
    for (;;) {
      let best = merges.length;
      for (let i = 0; i + 1 < tokens.length; i++) {
        best = Math.min(best, rankOf.get(pairKey(tokens[i]!, tokens[i + 1]!)) ?? best);
      }
      if (best === merges.length) break;
      mergePair(tokens, merges[best]!, mergesStart + best);
    }
    if (cache.size >= cachedWords) cache.clear();
    cache.set(word, tokens);
    return tokens;
  };

  return {
    name,
    sha256: sha256(JSON.stringify(merges)),
    vocabulary: mergesStart + merges.length,
    prefix: merges.length > 0 ? " " : "",
    encode: (text) => splitWords(text).flatMap(encodeWord),
    decode: (tokens) =>
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(tokens.map((token) => bytesOf[token]!))),
  };
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

function tokenBytes(merges: readonly Merge[]): readonly Uint8Array[] {
  const bytes: Uint8Array[] = [];
  for (let token = 0; token < specialCount; token++) bytes.push(new Uint8Array(0));
  for (let byte = 0; byte < 256; byte++) bytes.push(Uint8Array.of(byte));
  for (const [left, right] of merges) bytes.push(Buffer.concat([bytes[left]!, bytes[right]!]));
  return bytes;
}

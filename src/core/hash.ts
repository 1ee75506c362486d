import { hash } from "node:crypto";

declare const sha256Brand: unique symbol;
/** A sha256 in lower-case hex, 64 characters. */
export type Sha256 = string & { readonly [sha256Brand]: true };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function sha256(data: string | Uint8Array): Sha256 {
  return hash("sha256", data, "hex") as Sha256;
}

declare const digestBrand: unique symbol;
/** A sha256 as a text of 32 characters, one for each byte: of all forms the quickest to make. */
export type Digest = string & { readonly [digestBrand]: true };

export function digestOf(data: string | Uint8Array): Digest {
  return hash("sha256", data, "binary") as string as Digest;
}

/** Four bytes of a digest as a number, the first the lowest. @param from Of the bytes, 0 to 28. */
export function digestWord(digest: Digest, from: number): number {
  const low = digest.charCodeAt(from) | (digest.charCodeAt(from + 1) << 8);
  const high = digest.charCodeAt(from + 2) | (digest.charCodeAt(from + 3) << 8);
  return (low | (high << 16)) >>> 0;
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The first bytes of a digest in lower-case hex. */
export function digestHex(digest: Digest, bytes: number): string {
  let hex = "";
  for (let index = 0; index < bytes; index++) hex += hexOfByte[digest.charCodeAt(index)];
  return hex;
}

/**
 * JSON with sorted keys and no white space: equal values give equal text. Keys whose value is
 * undefined are left out.
 * @throws TypeError for what JSON has no word for (NaN, Infinity, functions, bigint).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new TypeError(`JSON has no ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(",")}}`;
  }
  throw new TypeError(`JSON has no ${typeof value}`);
}

export function hashJson(value: unknown): Sha256 {
  return sha256(canonicalJson(value));
}

/**
 * A number in [0, 1) that depends on nothing but the parts: the first 53 bits of their sha256.
 * Parts are joined as JSON, so that ("a", "bc") and ("ab", "c") differ.
 */
export function hashFraction(...parts: readonly (string | number)[]): number {
  const digest = digestOf(JSON.stringify(parts));
  let fraction = 0;
  for (let index = 0; index < 6; index++) fraction = fraction * 256 + digest.charCodeAt(index);
  return (fraction * 32 + (digest.charCodeAt(6) >>> 3)) / 2 ** 53;
}

/**
 * A number in [0, 1) that depends on nothing but two digests, and on the first as much as on the second. Digests are
 * random to begin with, so that mixing a few of their bits (the end of MurmurHash3) does for a third.
 */
export function mixedFraction(digest: Digest, other: Digest): number {
  const high = mixed(digestWord(digest, 0) ^ digestWord(other, 0));
  const low = mixed(digestWord(digest, 4) ^ digestWord(other, 4) ^ high);
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53;
}

function mixed(word: number): number {
  let bits = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

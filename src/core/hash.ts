import { createHash } from "node:crypto";

declare const sha256Brand: unique symbol;
/** A sha256 in lower-case hex, 64 characters. */
export type Sha256 = string & { readonly [sha256Brand]: true };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export function sha256(data: string | Uint8Array): Sha256 {
  return createHash("sha256").update(data).digest("hex") as Sha256;
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
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  return (digest.readUInt32BE(0) * 2 ** 21 + (digest.readUInt32BE(4) >>> 11)) / 2 ** 53;
}

import { type Digest, digestHex, digestOf } from "../core/hash.ts";
import { JsonBytes } from "../core/json-bytes.ts";
import type { Example } from "./example.ts";
import type { SplitName } from "./split.ts";

/**
 * Where one line of train.jsonl, validation.jsonl or test.jsonl came from; the manifest has them in the order of the
 * rows. Key and example are there by hash, so that it can be kept where the data may not be.
 */
export type ManifestLine = readonly [
  split: SplitName,
  /** Relative to the root. */
  file: string,
  /** Where the row begins, from 1. */
  line: number,
  variant: number,
  key: string,
  example: string,
];

const shortBytes = 8;

/** The first 16 hexadecimal digits of a text's sha256: two of a million texts share them once in 37 million cases. */
export function shortHash(text: string): string {
  return digestHex(digestOf(text), shortBytes);
}

/**
 * Writes lines of a manifest, with the sha256 of each example as its file has it, without the line end. The memory of
 * one is used again for the next.
 */
export function manifestWriter(): (example: Example, split: SplitName, digest: Digest) => Uint8Array {
  const json = new JsonBytes();
  let last: { readonly file: string; readonly heads: Readonly<Record<string, Uint8Array>> } | undefined;
  return ({ file, line, variant, keyDigest }, split, digest) => {
    // The rows of a file follow one another.
    if (last?.file !== file) last = { file, heads: headsOf(file) };
    json.clear();
    json.add(last.heads[split] as Uint8Array);
    json.addText(`${line}`);
    json.add(comma);
    json.addText(`${variant}`);
    json.add(beforeKey);
    json.addHex(keyDigest, shortBytes);
    json.add(betweenHashes);
    json.addHex(digest, shortBytes);
    json.add(afterHashes);
    return json.bytes;
  };
}

const comma = Buffer.from(",");
const beforeKey = Buffer.from(',"');
const betweenHashes = Buffer.from('","');
const afterHashes = Buffer.from('"]');

/** By split, how the lines of a file begin. */
function headsOf(file: string): Readonly<Record<string, Uint8Array>> {
  const head = (split: string) => [split, Buffer.from(`["${split}",${JSON.stringify(file)},`)] as const;
  return Object.fromEntries(Object.keys(splitFiles).map(head));
}

export const splitFiles: Readonly<Record<SplitName, string>> = {
  training: "train.jsonl",
  validation: "validation.jsonl",
  test: "test.jsonl",
};

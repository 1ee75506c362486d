import { type Digest, digestHex, digestOf } from "../core/hash.ts";
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

/** The first 16 hexadecimal digits of a text's sha256: two of a million texts share them once in 37 million cases. */
export function shortHash(text: string): string {
  return digestHex(digestOf(text), 8);
}

/** Writes lines of a manifest, with the sha256 of each example as its file has it, without the line end. */
export function manifestWriter(): (example: Example, split: SplitName, digest: Digest) => string {
  let last = { file: "", json: '""' };
  return ({ file, line, variant, keyDigest }, split, digest) => {
    if (last.file !== file) last = { file, json: JSON.stringify(file) }; // the rows of a file follow one another
    const hashes = `"${digestHex(keyDigest, 8)}","${digestHex(digest, 8)}"`;
    return `["${split}",${last.json},${line},${variant},${hashes}]`;
  };
}

export const splitFiles: Readonly<Record<SplitName, string>> = {
  training: "train.jsonl",
  validation: "validation.jsonl",
  test: "test.jsonl",
};

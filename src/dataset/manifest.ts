import { sha256 } from "../core/hash.ts";
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
  return sha256(text).slice(0, 16);
}

/** @param text The example as its file has it, without the line end. */
export function manifestLine({ file, line, variant, key }: Example, split: SplitName, text: string): ManifestLine {
  return [split, file, line, variant, shortHash(key), shortHash(text)];
}

export const splitFiles: Readonly<Record<SplitName, string>> = {
  training: "train.jsonl",
  validation: "validation.jsonl",
  test: "test.jsonl",
};

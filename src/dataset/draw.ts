import { hashFraction } from "../core/hash.ts";

/** A series of draws for one rendering of one template. */
export interface Draw {
  /** The next number in [0, 1). */
  next(): number;
}

export interface DrawSettings {
  /** `dataset.seed`. */
  readonly seed: number;
  /** The row's key. */
  readonly key: string;
  /** From 0. */
  readonly variant: number;
  /** A name of the template that is the same on every machine. */
  readonly template: string;
}

/**
 * Draws that depend on nothing but the settings and how many came before: a row inserted above, or
 * another template, changes none of them.
 */
export function createDraw({ seed, key, variant, template }: DrawSettings): Draw {
  let call = 0;
  return { next: () => hashFraction("draw", seed, key, variant, template, call++) };
}

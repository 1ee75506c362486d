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
export function createDraw({ template, ...of }: DrawSettings): Draw {
  const series = drawSeries(template);
  series.begin(of);
  return series;
}

/** The series of one template, one after another. */
export interface DrawSeries extends Draw {
  /** Ends the one before. */
  begin(settings: Omit<DrawSettings, "template">): void;
}

export function drawSeries(template: string): DrawSeries {
  let call = 0;
  let of: Omit<DrawSettings, "template"> = { seed: 0, key: "", variant: 0 };
  return {
    begin(settings) {
      of = settings;
      call = 0;
    },
    next: () => hashFraction("draw", of.seed, of.key, of.variant, template, call++),
  };
}

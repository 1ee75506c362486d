import type { Problem } from "../../core/errors.ts";

/** A file that init would write. */
export interface PlannedFile {
  /** Relative to the working directory, with slashes. */
  readonly path: string;
  readonly text: string;
  /** What it is, in a few words. */
  readonly what: string;
}

/** Decided before anything is written. */
export interface InitPlan {
  /** The pipeline's name. */
  readonly name: string;
  readonly files: readonly PlannedFile[];
  /** What was found in the data and what follows from it, a pair a line: a word, and a sentence. */
  readonly findings: readonly (readonly [string, string])[];
  readonly warnings: readonly Problem[];
}

import { hashJson } from "../core/hash.ts";
import type { LockAttempt } from "../run/lock.ts";
import type { StageOutput } from "../run/stage.ts";

/** A file of a local stage, as the lock has it and as it was built now. */
export interface VerifiedFile {
  readonly stage: string;
  readonly file: string;
  readonly locked: string;
  /** Undefined if it is not built any more. */
  readonly built: string | undefined;
}

/** Every file that the lock holds of the local stages, in their order, beside what was built from nothing. */
export function compareWithLock(
  attempt: LockAttempt,
  outputs: ReadonlyMap<string, StageOutput>,
): readonly VerifiedFile[] {
  return [...outputs].flatMap(([stage, built]) =>
    Object.entries(attempt.stages[stage]?.output.files ?? {}).map(([file, locked]) => ({
      stage,
      file,
      locked,
      built: built.files[file]?.sha256,
    })),
  );
}

/** What a stage is made from, in words. */
const made: Readonly<Record<string, string>> = {
  source: "the rows, or what source says of them",
  dataset: "the templates, or what dataset says of them",
  checks: "the rules",
  split: "dataset.split or dataset.seed",
};

/** What has changed first since the lock was written; undefined if it was none of the inputs. */
export function firstChange(attempt: LockAttempt, outputs: ReadonlyMap<string, StageOutput>): string | undefined {
  for (const [stage, built] of outputs) {
    const locked = attempt.stages[stage]?.output.value;
    if (locked !== undefined && hashJson(locked) !== hashJson(built.value)) return made[stage];
  }
  return undefined;
}

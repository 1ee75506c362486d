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

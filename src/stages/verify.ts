import { FtpipeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { proveEvidence } from "../run/evidence.ts";
import type { LockAttempt } from "../run/lock.ts";
import type { StageOutput } from "../run/stage.ts";
import { evidenceDirectories, findEvidenceOf } from "./evidence.ts";
import type { World } from "./world.ts";

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

/** Whether the bundle that the lock names is here, and whole. */
export type VerifiedEvidence =
  | { readonly state: "none" }
  | { readonly state: "missing"; readonly sha256: string; readonly directories: readonly string[] }
  | { readonly state: "sound"; readonly sha256: string; readonly folder: string };

/**
 * Reads every byte of an attempt's evidence.
 * @throws FtpipeError STATE_DAMAGED for a bundle with other bytes; INPUT_CHANGED if it tells of another training.
 */
export async function verifyEvidence(
  { loaded, ports: { files } }: World,
  attempt: LockAttempt,
): Promise<VerifiedEvidence> {
  const { evidence_sha256: sha256 } = attempt;
  if (sha256 === undefined) return { state: "none" };
  const found = await findEvidenceOf(loaded, sha256, files);
  if (found === undefined) return { state: "missing", sha256, directories: evidenceDirectories(loaded) };
  await proveEvidence(found, files);
  const { index, folder } = found;
  // A run that was cut short after them may have recorded other data since.
  const judged = ["train", "wait", "evaluate", "gate"].filter((name) => name in attempt.stages);
  const other = judged.filter((name) => hashJson(index.stages[name] ?? null) !== hashJson(attempt.stages[name]));
  if (index.fingerprint === attempt.fingerprint && index.attempt === attempt.attempt && other.length === 0) {
    return { state: "sound", sha256, folder };
  }
  const what = other.length === 0 ? "the job" : other.join(", ");
  throw new FtpipeError("INPUT_CHANGED", `The evidence is of another run than the lock: they differ in ${what}.`, {
    hint: "The lock was put together from two runs. Judge the model again: ftpipe run --force evaluate",
    location: { file: folder },
  });
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

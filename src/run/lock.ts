import { packageFile } from "../core/assets.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { canonicalJson, hashJson } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { keyOf, type RecordedOutput, type StageKey, type StageRecord } from "./record.ts";

export type Verdict = "passed" | "failed" | "inconclusive" | "not_gated";

export interface LockedStage {
  readonly record: StageRecord;
  readonly output: RecordedOutput;
}

export interface LockIds {
  readonly files?: Readonly<Record<string, string>>;
  readonly job?: string;
  readonly model?: string;
}

export interface LockAttempt {
  readonly attempt: number;
  readonly fingerprint: string;
  readonly stages: Readonly<Record<string, LockedStage>>;
  readonly ids: LockIds;
  readonly verdict?: Verdict;
  /** How a job without a model ended. Such an attempt is kept so that the next one has another number. */
  readonly outcome?: "failed" | "cancelled";
}

export interface LockTarget {
  readonly candidate?: string;
  readonly accepted?: string;
  readonly attempts: readonly LockAttempt[];
}

/** The committed record of what was trained from what: `design.md` §4. */
export interface Lock {
  readonly targets: Readonly<Record<string, LockTarget>>;
}

export const emptyLock: Lock = { targets: {} };

/** Attempts without a model that are kept for each target. */
const mostEnded = 10;

const header = "# Written by ftpipe: which model came from which bytes. Commit it; do not edit it.\n";

/**
 * Reads a lock file; a missing one is empty. An attempt whose own hash does not fit was edited or cut, and is
 * left out with a warning: only that attempt is lost.
 * @throws FtpipeError LOCK_DAMAGED for conflict markers, broken YAML, or another format.
 */
export async function readLock(path: string, files: FileSystem): Promise<{ lock: Lock; warnings: readonly Problem[] }> {
  if ((await files.stat(path)) === undefined) return { lock: emptyLock, warnings: [] };
  const text = await files.readText(path);
  const damaged = (message: string, hint: string) =>
    new FtpipeError("LOCK_DAMAGED", message, { hint, location: { file: path } });
  if (/^(<{7}|>{7}) /m.test(text)) {
    throw damaged("The lock has conflict markers of a merge.", "Take one side whole: git checkout --ours or --theirs.");
  }
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    throw damaged(
      `The lock is no valid YAML: ${document.errors[0]?.message.split("\n")[0]}`,
      "Restore it from git: git checkout -- the file.",
    );
  }
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: true });
  const schema = JSON.parse(await files.readText(packageFile("schemas/lock.schema.json"))) as object;
  const value = document.toJS() as { targets: Record<string, LockTarget> };
  if (!ajv.validate(schema, value)) {
    throw damaged(
      `The lock is not in the format of this version: ${ajv.errorsText()}.`,
      "Restore it from git, or use the version of ftpipe that wrote it.",
    );
  }
  const warnings: Problem[] = [];
  const targets = Object.entries(value.targets).map(([name, target]) => {
    const attempts = (target.attempts as readonly (LockAttempt & { sha256: string })[]).flatMap(
      ({ sha256, ...attempt }) => {
        if (hashJson(attempt) === sha256) return [attempt];
        const message = `Attempt ${attempt.attempt} of target ${name} was edited or cut, and counts as missing.`;
        warnings.push(
          problem("warning", "LOCK_DAMAGED", message, { hint: "Restore it from git.", location: { file: path } }),
        );
        return [];
      },
    );
    // Where an attempt was lost, its model is lost with it, and that has been said.
    const told = attempts.length < target.attempts.length ? [] : warnings;
    return [name, { ...knownModels(name, target, attempts, told, path), attempts }] as const;
  });
  return { lock: { targets: Object.fromEntries(targets) }, warnings };
}

/** `candidate` and `accepted`, as far as an attempt made them: a name that was written in by hand is no model of ours. */
function knownModels(
  name: string,
  target: LockTarget,
  attempts: readonly LockAttempt[],
  warnings: Problem[],
  path: string,
): Pick<LockTarget, "candidate" | "accepted"> {
  const made = (["candidate", "accepted"] as const).flatMap((part) => {
    const model = target[part];
    if (model === undefined) return [];
    if (attempts.some(({ ids, verdict }) => ids.model === model && verdict !== undefined)) return [[part, model]];
    const message = `The ${part} model of target ${name} is of no attempt in the lock, and counts as missing.`;
    warnings.push(
      problem("warning", "LOCK_DAMAGED", message, { hint: "Restore it from git.", location: { file: path } }),
    );
    return [];
  });
  return Object.fromEntries(made) as Pick<LockTarget, "candidate" | "accepted">;
}

/** The lock as text: equal locks give equal bytes. */
export async function formatLock(lock: Lock): Promise<string> {
  const { stringify } = await import("yaml");
  const targets = Object.fromEntries(
    Object.entries(lock.targets)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { candidate, accepted, attempts }]) => [
        name,
        {
          ...(candidate === undefined ? {} : { candidate }),
          ...(accepted === undefined ? {} : { accepted }),
          // Values come fresh or from the cache, where their keys have another order: here they have one.
          attempts: attempts.map((attempt) => ({
            ...attempt,
            stages: JSON.parse(canonicalJson(attempt.stages)) as LockAttempt["stages"],
            sha256: hashJson(attempt),
          })),
        },
      ]),
  );
  return (
    header +
    stringify({ lock_version: 1, targets }, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: false })
  );
}

export async function writeLock(path: string, lock: Lock, files: FileSystem): Promise<void> {
  await files.writeAtomic(path, await formatLock(lock));
}

/** The stages of a target's attempts by key: what a run need not do again. */
export function lockedStages(target: LockTarget | undefined): ReadonlyMap<StageKey, LockedStage> {
  const stages = (target?.attempts ?? []).flatMap((attempt) => Object.values(attempt.stages));
  return new Map(stages.map((stage) => [keyOf(stage.record), stage]));
}

/** The latest attempt of inputs whose fingerprint at attempt n is `fingerprintOf(n)`; undefined if there was none. */
export function latestAttempt(
  target: LockTarget | undefined,
  fingerprintOf: (attempt: number) => string,
): LockAttempt | undefined {
  const known = (target?.attempts ?? []).filter(({ attempt, fingerprint }) => fingerprintOf(attempt) === fingerprint);
  return known.toSorted((a, b) => a.attempt - b.attempt).at(-1);
}

/** Whether an attempt's job may still run: it has neither a model nor an end. */
export function isUnfinished({ ids, outcome }: LockAttempt): boolean {
  return ids.job !== undefined && ids.model === undefined && outcome === undefined;
}

/**
 * Puts an attempt into a target's section, in place of an earlier state of the same one. `candidate` follows a
 * model with a verdict, `accepted` one that passed. Kept beside the newest are their attempts, those whose job may
 * still run and cost money (`keepsUnfinished`), and the last few that ended without a model.
 */
export function withAttempt(
  lock: Lock,
  name: string,
  attempt: LockAttempt,
  { keepsUnfinished }: { readonly keepsUnfinished: boolean },
): Lock {
  const before = lock.targets[name];
  const others = (before?.attempts ?? []).filter(
    ({ fingerprint, attempt: number }) => fingerprint !== attempt.fingerprint || number !== attempt.attempt,
  );
  const { model } = attempt.ids;
  const judged = model !== undefined && attempt.verdict !== undefined;
  const candidate = judged ? model : before?.candidate;
  const accepted = attempt.verdict === "passed" ? model : before?.accepted;
  const ended = others.filter(({ outcome }) => outcome !== undefined).slice(-mostEnded);
  const kept = others.filter(
    (other) =>
      (keepsUnfinished && isUnfinished(other)) ||
      ended.includes(other) ||
      (other.ids.model !== undefined && (other.ids.model === candidate || other.ids.model === accepted)),
  );
  const target: LockTarget = {
    ...(candidate === undefined ? {} : { candidate }),
    ...(accepted === undefined ? {} : { accepted }),
    attempts: [...kept, attempt],
  };
  return { targets: { ...lock.targets, [name]: target } };
}

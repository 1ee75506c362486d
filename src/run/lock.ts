import type { ValidateFunction } from "ajv";
import { packageFile } from "../core/assets.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { canonicalJson, hashJson } from "../core/hash.ts";
import { locateLine, locateOffset } from "../core/location.ts";
import { conflictOffset } from "../core/merge-conflict.ts";
import type { FileSystem } from "../core/ports.ts";
import { lockSchemaOptions } from "../core/schema-options.ts";
import { accepting } from "./accepted.ts";
import { keyOf, type RecordedOutput, type StageKey, type StageRecord } from "./record.ts";

/** What a gate decided; `imported`: the model was trained before there was a pipeline, and none judged it. */
export type Verdict = "passed" | "failed" | "inconclusive" | "not_gated" | "imported";

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
  /** Why its model was accepted although the gate did not pass. */
  readonly promoted?: string;
  /** sha256 of the bundle that the last judged run left (`run/evidence.ts`). */
  readonly evidence_sha256?: string;
}

export interface LockTarget {
  readonly candidate?: string;
  readonly accepted?: string;
  /** The accepted model before this one, to go back to. */
  readonly accepted_before?: string;
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

/** The last line of a lock, YAML's own end of a document: one without it was cut. */
const end = "...\n";

const repair = "ftpipe repair puts together what is left of it. Or take it from git: git checkout -- the file.";

interface ParsedLock {
  readonly targets: Readonly<Record<string, LockTarget>>;
  /** Line of an attempt, from 1. */
  readonly lineOf: (target: string, attempt: number) => number;
}

/**
 * Reads a lock file; a missing one is empty. An attempt whose own hash does not fit was edited or cut, and is
 * left out with a warning: only that attempt is lost.
 * @throws FtpipeError LOCK_DAMAGED for conflict markers, a lock that was cut, broken YAML, or another format.
 */
export async function readLock(path: string, files: FileSystem): Promise<{ lock: Lock; warnings: readonly Problem[] }> {
  if ((await files.stat(path)) === undefined) return { lock: emptyLock, warnings: [] };
  const text = await files.readText(path);
  const parsed = await parseLock(path, text, files);
  const warnings: Problem[] = [];
  const targets = Object.entries(parsed.targets).map(([name, target]) => {
    const attempts = (target.attempts as readonly HashedAttempt[]).flatMap((hashed, index) => {
      const attempt = sound(hashed);
      if (attempt !== undefined) return [attempt];
      const message = `Attempt ${hashed.attempt} of target ${name} was edited or cut, and counts as missing.`;
      const location = locateLine(path, text, parsed.lineOf(name, index));
      warnings.push(problem("warning", "LOCK_DAMAGED", message, { hint: repair, location }));
      return [];
    });
    // Where an attempt was lost, its model is lost with it, and that has been said.
    const told = attempts.length < target.attempts.length ? [] : warnings;
    return [name, { ...knownModels(name, target, attempts, told, path), attempts }] as const;
  });
  return { lock: { targets: Object.fromEntries(targets) }, warnings };
}

/** @throws FtpipeError LOCK_DAMAGED */
async function parseLock(path: string, text: string, files: FileSystem): Promise<ParsedLock> {
  const damaged = (message: string, offset: number, hint = repair) =>
    new FtpipeError("LOCK_DAMAGED", message, { hint, location: locateOffset(path, text, offset) });
  const conflict = conflictOffset(text);
  if (conflict !== undefined) throw damaged("The lock has conflict markers of a merge.", conflict);
  if (!/\n\.\.\.\s*$/.test(text)) throw damaged("The lock is cut off: its end is missing.", text.trimEnd().length);
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const [fault] = document.errors;
  if (fault !== undefined) throw damaged(`The lock is no valid YAML: ${fault.message.split("\n")[0]}`, fault.pos[0]);
  const check = await compiledSchema(files);
  const value = document.toJS() as { targets: Record<string, LockTarget> };
  const offsetOf = (keys: readonly (string | number)[]) => {
    const node = document.getIn(keys, true) as { readonly range?: readonly number[] } | undefined;
    return node?.range?.[0] ?? 0;
  };
  if (!check(value)) {
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    const keys = (check.errors?.[0]?.instancePath ?? "").split("/").slice(1);
    throw damaged(
      `The lock is not in the format of this version: ${new Ajv2020().errorsText(check.errors)}.`,
      offsetOf(keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))),
      "ftpipe repair puts together what is left of it. Or use the version of ftpipe that wrote it.",
    );
  }
  const lineOf = (target: string, attempt: number) =>
    text.slice(0, offsetOf(["targets", target, "attempts", attempt])).split("\n").length;
  return { targets: value.targets, lineOf };
}

type HashedAttempt = LockAttempt & { readonly sha256: string };

/** An attempt without its hash, if that fits. */
function sound({ sha256, ...attempt }: HashedAttempt): LockAttempt | undefined {
  return hashJson(attempt) === sha256 ? attempt : undefined;
}

/**
 * All that is whole in the text of a damaged lock: of a merge both sides, the one above where they differ. Only
 * attempts whose own hash fits are taken.
 */
export async function salvageLock(text: string): Promise<Lock> {
  const { parseDocument } = await import("yaml");
  const conflict = conflictOffset(text) !== undefined;
  const sides = conflict ? [sideOf(text, "<"), sideOf(text, ">")] : [text];
  const targets: Record<string, LockTarget> = {};
  for (const side of sides) {
    const value = plain(() => parseDocument(side).toJS()) as { readonly targets?: unknown } | null | undefined;
    for (const [name, target] of Object.entries((value?.targets ?? {}) as Record<string, Partial<LockTarget> | null>)) {
      const listed = (Array.isArray(target?.attempts) ? target.attempts : []) as readonly (HashedAttempt | null)[];
      const whole = listed.flatMap((attempt) => (attempt === null ? [] : (plain(() => sound(attempt)) ?? [])));
      const before = targets[name] ?? { attempts: [] };
      const models = knownModels(name, { ...target, attempts: [] }, whole, [], "");
      targets[name] = { ...models, ...before, attempts: united(before.attempts, whole) };
    }
  }
  return { targets: Object.fromEntries(Object.entries(targets).filter(([, { attempts }]) => attempts.length > 0)) };
}

/** What a damaged text can't be read as is not there. */
function plain<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** One side of a text with conflict markers. */
function sideOf(text: string, wanted: "<" | ">"): string {
  let side: string | undefined;
  return text
    .split("\n")
    .filter((line) => {
      const mark = /^(<{7}|\|{7}|={7}|>{7})(?: |$)/.exec(line)?.[1]?.[0];
      if (mark === undefined) return side === undefined || side === wanted;
      side = mark === ">" ? undefined : mark === "=" ? ">" : mark;
      return false;
    })
    .join("\n");
}

/** Attempts of two sides; of one that both have, the state that is further on. */
function united(ours: readonly LockAttempt[], theirs: readonly LockAttempt[]): readonly LockAttempt[] {
  const progress = ({ verdict, outcome, ids, stages }: LockAttempt) =>
    (verdict === undefined && outcome === undefined ? 0 : 100) +
    (ids.model === undefined ? 0 : 50) +
    Object.keys(stages).length;
  const same = (a: LockAttempt) => (b: LockAttempt) => a.fingerprint === b.fingerprint && a.attempt === b.attempt;
  const kept = ours.map((one) => {
    const other = theirs.find(same(one));
    return other !== undefined && progress(other) > progress(one) ? other : one;
  });
  return [...kept, ...theirs.filter((one) => !ours.some(same(one)))];
}

let compiled: { readonly text: string; readonly check: ValidateFunction } | undefined;

async function compiledSchema(files: FileSystem): Promise<ValidateFunction> {
  const { checkLock } = await import("../core/compiled-schemas.ts");
  if (checkLock !== undefined) return checkLock;
  const text = await files.readText(packageFile("schemas/lock.schema.json"));
  if (compiled?.text === text) return compiled.check;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  compiled = { text, check: new Ajv2020(lockSchemaOptions).compile(JSON.parse(text) as object) };
  return compiled.check;
}

/** `candidate` and `accepted`, as far as an attempt made them: a name that was written in by hand is no model of ours. */
function knownModels(
  name: string,
  target: LockTarget,
  attempts: readonly LockAttempt[],
  warnings: Problem[],
  path: string,
): Omit<LockTarget, "attempts"> {
  const made = (["candidate", "accepted", "accepted_before"] as const).flatMap((part) => {
    const model = target[part];
    if (model === undefined) return [];
    if (attempts.some(({ ids, verdict }) => ids.model === model && verdict !== undefined)) return [[part, model]];
    const message = `The ${part.replace("_", " ")} model of target ${name} is of no attempt in the lock, and counts as missing.`;
    warnings.push(problem("warning", "LOCK_DAMAGED", message, { hint: repair, location: { file: path } }));
    return [];
  });
  return Object.fromEntries(made) as Omit<LockTarget, "attempts">;
}

/** The lock as text: equal locks give equal bytes. */
export async function formatLock(lock: Lock): Promise<string> {
  const { stringify } = await import("yaml");
  const targets = Object.fromEntries(
    Object.entries(lock.targets)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { candidate, accepted, accepted_before, attempts }]) => [
        name,
        {
          ...(candidate === undefined ? {} : { candidate }),
          ...(accepted === undefined ? {} : { accepted }),
          ...(accepted_before === undefined ? {} : { accepted_before }),
          // Values come fresh or from the cache, and attempts in one step or in several: here their keys have one order.
          attempts: attempts.map(({ stages, ids, attempt, fingerprint, ...end }) => ({
            stages: JSON.parse(canonicalJson(stages)) as LockAttempt["stages"],
            ids: JSON.parse(canonicalJson(ids)) as LockIds,
            attempt,
            fingerprint,
            ...end,
            sha256: hashJson({ stages, ids, attempt, fingerprint, ...end }),
          })),
        },
      ]),
  );
  return (
    header +
    stringify({ lock_version: 1, targets }, { lineWidth: 0, aliasDuplicateObjects: false, sortMapEntries: false }) +
    end
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
 * model with a verdict, `accepted` one that passed, and the one that was accepted until then can be gone back to. Kept beside the newest are their attempts, those whose job may
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
  const { accepted, accepted_before } = accepting(
    before ?? { attempts: [] },
    attempt.verdict === "passed" ? model : before?.accepted,
  );
  const named: readonly (string | undefined)[] = [candidate, accepted, accepted_before];
  const ended = others.filter(({ outcome }) => outcome !== undefined).slice(-mostEnded);
  const kept = others.filter(
    (other) =>
      (keepsUnfinished && isUnfinished(other)) ||
      ended.includes(other) ||
      (other.ids.model !== undefined && named.includes(other.ids.model)),
  );
  const target: LockTarget = {
    ...(candidate === undefined ? {} : { candidate }),
    ...(accepted === undefined ? {} : { accepted }),
    ...(accepted_before === undefined ? {} : { accepted_before }),
    attempts: [...kept, attempt],
  };
  return { targets: { ...lock.targets, [name]: target } };
}

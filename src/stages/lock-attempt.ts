import type { Sha256 } from "../core/hash.ts";
import type { DoneStage } from "../run/execute.ts";
import { type Lock, type LockAttempt, withAttempt } from "../run/lock.ts";
import { recordedOutput } from "../run/record.ts";
import type { EvaluateValue } from "./evaluate.ts";
import { foreignModel } from "./foreign-model.ts";
import type { GateValue } from "./gate.ts";
import type { TrainValue } from "./train.ts";
import type { UploadValue } from "./upload.ts";
import type { WaitValue } from "./wait.ts";
import type { World } from "./world.ts";

/**
 * Writes what the stages did so far into the lock; nothing if nothing was trained, unless the model is
 * one that somebody else trained.
 * @param done By stage name.
 * @param evidence sha256 of the bundle that the judgement left.
 */
export async function recordAttempt(
  world: World,
  done: ReadonlyMap<string, DoneStage>,
  evidence?: Sha256,
): Promise<void> {
  const trained = done.get("train")?.output.value as TrainValue | undefined;
  if (trained === undefined) return recordForeign(world, done, evidence);
  const files = (done.get("upload")?.output.value as UploadValue | undefined)?.files;
  const waited = done.get("wait")?.output.value as WaitValue | undefined;
  const verdict = (done.get("gate")?.output.value as GateValue | undefined)?.verdict;
  await change(world, trained, (before) => {
    // A job that was given up for lost and lives after all has no end any more.
    const { outcome: _outcome, ...kept } = before ?? { stages: {}, ids: {} };
    return {
      ...kept,
      stages: stageEntries(before, done),
      ids: {
        ...before?.ids,
        ...(files === undefined ? {} : { files: { ...files } }),
        // Another one of the same fingerprint may have been kept in its place.
        job: waited?.job || trained.job,
        ...(waited === undefined ? {} : { model: waited.model }),
      },
      ...(verdict === undefined ? {} : { verdict }),
      ...(evidence === undefined ? {} : { evidence_sha256: evidence }),
    };
  });
}

async function recordForeign(
  world: World,
  done: ReadonlyMap<string, DoneStage>,
  evidence: Sha256 | undefined,
): Promise<void> {
  const foreign = foreignModel(world);
  const verdict = (done.get("gate")?.output.value as GateValue | undefined)?.verdict;
  if (foreign === undefined || verdict === undefined) return;
  const { model, attempt, fingerprint } = foreign;
  await change(world, { attempt, fingerprint, job: "" }, (before) => ({
    ...before,
    stages: stageEntries(before, done),
    ids: { model },
    verdict,
    ...(evidence === undefined ? {} : { evidence_sha256: evidence }),
  }));
}

/** Writes down that a job ended without a model, so that a new attempt gets another number. */
export async function recordEnd(world: World, trained: JobOfAttempt, outcome: "failed" | "cancelled"): Promise<void> {
  await change(world, trained, () => ({ stages: {}, ids: { job: trained.job }, outcome }));
}

/** The fingerprint is as the lock has it. */
type JobOfAttempt = Omit<TrainValue, "fingerprint"> & { readonly fingerprint: string };

type Content = Omit<LockAttempt, "attempt" | "fingerprint">;

async function change(
  { updateLock, target }: World,
  { attempt, fingerprint }: JobOfAttempt,
  content: (before: LockAttempt | undefined) => Content,
): Promise<void> {
  await updateLock((lock: Lock) => {
    const known = lock.targets[target.name]?.attempts ?? [];
    const before = known.find((other) => other.fingerprint === fingerprint && other.attempt === attempt);
    const keepsUnfinished = target.capabilities.jobsOutliveProcess;
    return withAttempt(lock, target.name, { ...content(before), attempt, fingerprint }, { keepsUnfinished });
  });
}

/** Stages that are not done yet keep what an earlier run recorded: a run that is cut short takes nothing away. */
function stageEntries(before: LockAttempt | undefined, done: ReadonlyMap<string, DoneStage>): LockAttempt["stages"] {
  const entries = [...done].map(([name, { record, output }]) => [name, { record, output: recordedOutput(output) }]);
  const { report: _report, ...stages } = { ...before?.stages, ...Object.fromEntries(entries) };
  const errors = (done.get("evaluate")?.output.value as EvaluateValue | undefined)?.errors ?? 0;
  if (errors === 0) return stages;
  // Questions that ended in errors are asked again by the next run, and judged again.
  const { evaluate: _evaluate, gate: _gate, ...lasting } = stages;
  return lasting;
}

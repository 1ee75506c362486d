import { hashJson, type Sha256 } from "../core/hash.ts";
import { accepting } from "../run/accepted.ts";
import { type Lock, type LockAttempt, type LockedStage, withAttempt } from "../run/lock.ts";
import type { PastJob } from "./recipe.ts";
import type { ImportRecord } from "./record.ts";

export interface ImportedModel {
  readonly job: PastJob;
  readonly record: ImportRecord;
  /** Whether the model still answers. */
  readonly lives: boolean;
  /** The local stages over the imported data, so that `plan` and `verify` know what it was trained on. */
  readonly stages: Readonly<Record<string, LockedStage>>;
}

/**
 * The lock with the job as an attempt of the target, with the verdict `imported`: nobody's gate judged it here. Its
 * model becomes the candidate, and the accepted one if it answers and none is accepted yet: `previous` is then the
 * imported model.
 */
export function withImported(lock: Lock, target: string, imported: ImportedModel): Lock {
  const attempt = attemptOf(imported);
  const next = withAttempt(lock, target, attempt, { keepsUnfinished: true });
  const { model } = attempt.ids;
  const section = next.targets[target];
  if (model === undefined || section === undefined || !imported.lives || section.accepted !== undefined) return next;
  return { targets: { ...next.targets, [target]: accepting(section, model) } };
}

function attemptOf({ job, record, stages }: ImportedModel): LockAttempt {
  const { id, state, model, trainingFile, validationFile } = job;
  const training = contentHash(record, trainingFile);
  const validation = contentHash(record, validationFile);
  const settings = {
    host: record.host,
    ...(job.base === undefined ? {} : { model: job.base }),
    method: job.method,
    hyperparameters: job.hyperparameters,
    ...(job.grader === undefined ? {} : { grader: hashJson(job.grader) }),
    ...(job.seed === undefined ? {} : { seed: job.seed }),
    ...(job.suffix === undefined ? {} : { suffix: job.suffix }),
  };
  const inputs = {
    ...(training === undefined ? {} : { training_file: training }),
    ...(validation === undefined ? {} : { validation_file: validation }),
  };
  const entry = {
    record: { stage: "import", version: 1, settings, inputs },
    output: { value: { job: id }, files: {} },
  };
  return {
    attempt: 1,
    // Of a job that ftpipe did not create, what tells it from others is its id.
    fingerprint: job.fingerprint ?? hashJson({ imported: id, ...settings, ...inputs }),
    stages: { import: entry, ...stages },
    ids: {
      files: {
        ...(trainingFile === undefined ? {} : { training: trainingFile }),
        ...(validationFile === undefined ? {} : { validation: validationFile }),
      },
      job: id,
      ...(model === undefined ? {} : { model }),
    },
    ...(model === undefined ? {} : { verdict: "imported" as const }),
    ...(state === "failed" || state === "cancelled" ? { outcome: state } : {}),
  };
}

/** sha256 of a file's content as it was fetched. */
function contentHash({ pieces }: ImportRecord, id: string | undefined): Sha256 | undefined {
  const piece = id === undefined ? undefined : pieces[`content ${id}`];
  return piece === undefined || "missing" in piece ? undefined : piece.sha256;
}

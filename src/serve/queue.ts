import type { Clock, FileSystem } from "../core/ports.ts";
import type { Engine } from "../engine/engine.ts";
import { endedJob, unknownJob } from "./api-error.ts";
import { jobEvents } from "./job-events.ts";
import type { Layout } from "./layout.ts";
import { type OwnJob, ownJob, type Store, type StoredJob } from "./store.ts";
import { runTraining } from "./train-job.ts";
import { TrainingFileError } from "./training-file.ts";
import { validateJob } from "./validate-job.ts";
import { hasEnded, type JobError, type JobObject, type JobStatus } from "./wire.ts";
import { createWorker } from "./worker.ts";

/** What the queue and its jobs work with. */
export interface QueueContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly organization: string;
  /** Started at the first call. */
  readonly engine: () => Promise<Engine>;
  /** Takes errors that are nobody's answer. */
  readonly report: (error: unknown) => void;
}

export interface Queue {
  /** Says that a job has been added. */
  wake(): void;
  /** @throws ApiError 404 if there is none, 400 if it has ended. */
  cancel(id: string): StoredJob;
  /** Resolves when no job waits or runs. */
  idle(): Promise<void>;
  /** Stops the running job where it stands; it stays `running` and goes on when the folder is opened again. */
  close(): Promise<void>;
}

/** Files are checked as jobs come in; training runs one job at a time, oldest first. */
export function createQueue(context: QueueContext): Queue {
  const { store, report } = context;
  const closing = new AbortController();
  let training: { readonly id: string; readonly controller: AbortController } | undefined;

  const oldest = (status: JobStatus): OwnJob | undefined => {
    if (closing.signal.aborted) return undefined;
    const keep = ({ past, wire }: StoredJob) => past === undefined && wire.status === status;
    const [job] = store.jobs.page({ limit: 1, order: "asc", keep })?.data ?? [];
    return job?.past === undefined ? job : undefined;
  };

  const guarded = async (job: OwnJob, action: () => Promise<void>) => {
    try {
      await action();
    } catch (error) {
      if (closing.signal.aborted) return;
      if (!(error instanceof TrainingFileError)) report(error);
      failJob(context, job.id, jobErrorOf(error));
    }
  };

  const validator = createWorker({
    next: () => oldest("validating_files"),
    work: async (job) => {
      await guarded(job, () => validateJob(job, context));
      trainer.wake();
    },
    report,
  });

  const trainer = createWorker({
    next: () => oldest("running") ?? oldest("queued"),
    work: async (job) => {
      const controller = new AbortController();
      training = { id: job.id, controller };
      const signal = AbortSignal.any([controller.signal, closing.signal]);
      try {
        await guarded(job, () => runTraining(job, context, signal));
      } finally {
        training = undefined;
      }
    },
    report,
  });

  const wake = () => {
    validator.wake();
    trainer.wake();
  };
  return {
    wake,
    cancel: (id) => {
      const job = cancelJob(context, id);
      if (training?.id === id) training.controller.abort();
      return job;
    },
    idle: async () => {
      await validator.idle();
      await trainer.idle();
    },
    close: async () => {
      closing.abort();
      await validator.idle();
      await trainer.idle();
    },
  };
}

function cancelJob({ store, clock }: QueueContext, id: string): StoredJob {
  return store.transaction(() => {
    const job = store.jobs.get(id);
    if (job === undefined) throw unknownJob(id);
    if (hasEnded(job.wire)) throw endedJob(job.wire);
    const cancelled = changed(job, { status: "cancelled", finished_at: Math.floor(clock.now() / 1000) });
    store.jobs.update(cancelled);
    jobEvents(store, job, clock).cancelled();
    return cancelled;
  });
}

function changed<Job extends StoredJob>(job: Job, change: Partial<JobObject>): Job {
  return { ...job, wire: { ...job.wire, ...change } };
}

function failJob({ store, clock }: QueueContext, id: string, error: JobError): void {
  store.transaction(() => {
    const job = ownJob(store, id);
    if (job === undefined || hasEnded(job.wire)) return;
    store.jobs.update(changed(job, { status: "failed", error, finished_at: Math.floor(clock.now() / 1000) }));
    jobEvents(store, job, clock).failed(error.message);
  });
}

function jobErrorOf(error: unknown): JobError {
  if (error instanceof TrainingFileError) return error.jobError;
  const reason = error instanceof Error ? error.message : String(error);
  return { code: "server_error", message: `The job failed due to an internal error. ${reason}`, param: null };
}

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
  cancel(id: string): Promise<StoredJob>;
  /** Stops a job where it stands, until it is resumed; one that is paused stays so. @throws ApiError as `cancel`. */
  pause(id: string): StoredJob;
  /** Lets a paused job go on where it stood; one that is not paused goes on anyway. @throws ApiError as `cancel`. */
  resume(id: string): StoredJob;
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
    cancel: async (id) => {
      const job = cancelJob(context, id);
      if (training?.id === id) training.controller.abort();
      // One that was paused has left its state.
      else await context.files.remove(context.places.job(id));
      return job;
    },
    pause: (id) => {
      const job = pauseJob(context, id);
      if (training?.id === id) training.controller.abort();
      return job;
    },
    resume: (id) => {
      const job = resumeJob(context, id);
      wake();
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

type Change = Partial<Pick<JobObject, "status" | "finished_at" | "error">>;

/** Changes a job that has not ended, and tells of it. @param change Undefined: it stays as it is. */
function changeJob(
  { store, clock }: QueueContext,
  id: string,
  change: (job: StoredJob) => { readonly wire: Change; readonly event: "cancelled" | "paused" | "resumed" } | undefined,
): StoredJob {
  return store.transaction(() => {
    const job = store.jobs.get(id);
    if (job === undefined) throw unknownJob(id);
    if (hasEnded(job.wire)) throw endedJob(job.wire);
    const made = change(job);
    if (made === undefined) return job;
    const next = changed(job, made.wire);
    store.jobs.update(next);
    jobEvents(store, job, clock)[made.event]();
    return next;
  });
}

const cancelJob = (context: QueueContext, id: string): StoredJob =>
  changeJob(context, id, () => ({
    wire: { status: "cancelled", finished_at: Math.floor(context.clock.now() / 1000) },
    event: "cancelled",
  }));

const pauseJob = (context: QueueContext, id: string): StoredJob =>
  changeJob(context, id, ({ wire }) =>
    wire.status === "paused" ? undefined : { wire: { status: "paused" }, event: "paused" },
  );

/** A job whose files are not checked yet has them checked first. */
const resumeJob = (context: QueueContext, id: string): StoredJob =>
  changeJob(context, id, (job) => {
    if (job.wire.status !== "paused") return undefined;
    const status = job.past === undefined && job.validated !== true ? "validating_files" : "queued";
    return { wire: { status }, event: "resumed" };
  });

function changed<Job extends StoredJob>(job: Job, change: Change): Job {
  return { ...job, wire: { ...job.wire, ...change } };
}

function failJob({ store, clock }: QueueContext, id: string, error: JobError): void {
  store.transaction(() => {
    const job = ownJob(store, id);
    // One that was paused meanwhile comes to the same when it goes on.
    if (job === undefined || hasEnded(job.wire) || job.wire.status === "paused") return;
    store.jobs.update(changed(job, { status: "failed", error, finished_at: Math.floor(clock.now() / 1000) }));
    jobEvents(store, job, clock).failed(error.message);
  });
}

function jobErrorOf(error: unknown): JobError {
  if (error instanceof TrainingFileError) return error.jobError;
  const reason = error instanceof Error ? error.message : String(error);
  return { code: "server_error", message: `The job failed due to an internal error. ${reason}`, param: null };
}

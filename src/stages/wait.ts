import { FtpipeError } from "../core/errors.ts";
import type { Connection, JobEvent, JobMetrics, RemoteJob } from "../providers/provider.ts";
import type { Artifact, StageContext } from "../run/stage.ts";
import { servedModel } from "./foreign-model.ts";
import { markFresh } from "./fresh-models.ts";
import { jobPatience, withJobRunning } from "./job-patience.ts";
import { checkpointsOf, type KeptCheckpoint, stepsOf } from "./job-results.ts";
import { recordEnd } from "./lock-attempt.ts";
import { watchDuplicates } from "./same-jobs.ts";
import { type TrainValue, train } from "./train.ts";
import { accountOf, untrained } from "./upload.ts";
import { defineStage, type World } from "./world.ts";

export interface WaitValue {
  readonly job: string;
  /** The tuned model's name at the provider. */
  readonly model: string;
  readonly base: string;
  readonly trained_tokens: number | null;
  /** As the provider resolved them. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** First and last training loss seen, in nats per token (of dpo, per pair of answers); null where the provider reports none. */
  readonly loss: { readonly first: number; readonly last: number } | null;
  /** By step; absent where the provider keeps none. */
  readonly checkpoints?: readonly KeptCheckpoint[];
  /** Of the built-in engine only: the weights, so that another machine can prove that it made the same. */
  readonly weights?: { readonly sha256: string; readonly engine: string };
}

/** Looks at a job that may fail in a row before the wait is given up; the job itself keeps running. */
export const maxFailedLooks = 10;

type Context = Pick<StageContext<World, unknown>, "world" | "progress" | "warn" | "signal">;

/** Follows the job to its end and shows its loss. */
export const wait = defineStage({
  name: "wait",
  version: 1,
  effect: "remote",
  needs: { train },
  filesOptional: true,
  skip: (world) => {
    const because = untrained(world);
    if (because === undefined) return undefined;
    const model = world.modelOverride ?? servedModel(world.target);
    const value: WaitValue = {
      job: "",
      model,
      base: world.target.settings.model,
      trained_tokens: null,
      hyperparameters: {},
      loss: null,
    };
    return { because, value };
  },
  settings: (world, { train: { value } }) => ({ ...accountOf(world), job: value.job }),
  inputs: () => ({}),
  run: async ({
    world,
    inputs,
    create,
    ...context
  }): Promise<{ value: WaitValue; files: { metrics: Artifact; job: Artifact } }> => {
    const connection = await world.connection();
    const { ended, metrics: seen } = await follow(inputs.train.value, connection, { world, ...context });
    const job = ended.id;
    if (ended.state === "failed") {
      await recordEnd(world, inputs.train.value, "failed");
      throw new FtpipeError("JOB_FAILED", `Job ${job} failed: ${ended.error ?? "no reason given"}`, {
        hint: "Mend the cause and run again; equal inputs need --new-attempt.",
      });
    }
    if (ended.state === "cancelled") {
      await recordEnd(world, inputs.train.value, "cancelled");
      throw new FtpipeError("JOB_CANCELLED", `Job ${job} was cancelled.`, {
        hint: "Train the same again: --new-attempt",
      });
    }
    if (ended.model === undefined) {
      throw new FtpipeError("JOB_FAILED", `Job ${job} succeeded without a model.`, {
        hint: "Look at the job in the provider's console; running again asks once more.",
      });
    }
    markFresh(world, ended.model);
    const metrics = await stepsOf(ended, seen, connection, { world, ...context });
    const checkpoints = await checkpointsOf(ended, connection, { world, ...context });
    const file = await create("metrics.jsonl");
    for (const { step, totalSteps, trainLoss, trainAccuracy, validationLoss } of metrics) {
      const line = {
        step,
        total_steps: totalSteps,
        train_loss: trainLoss,
        train_accuracy: trainAccuracy,
        valid_loss: validationLoss,
      };
      await file.write(`${JSON.stringify(line)}\n`);
    }
    const losses = metrics.flatMap(({ trainLoss }) => (trainLoss === undefined ? [] : [trainLoss]));
    const [first, last] = [losses[0], losses.at(-1)];
    const weights = await world.localModel(ended.model);
    return {
      value: {
        job,
        model: ended.model,
        base: world.target.settings.model,
        trained_tokens: ended.trainedTokens ?? null,
        hyperparameters: ended.hyperparameters,
        loss: first === undefined || last === undefined ? null : { first, last },
        ...(checkpoints.length === 0 ? {} : { checkpoints }),
        ...(weights === undefined ? {} : { weights: { sha256: weights.sha256, engine: weights.engineVersion } }),
      },
      files: { metrics: await file.finish(), job: await keepJob(ended, { world, create }) },
    };
  },
  describe: ({ model, loss }) => ({
    text: model,
    ...(loss === null ? {} : { note: `loss ${loss.first.toFixed(2)} → ${loss.last.toFixed(2)}` }),
  }),
});

/**
 * What of a local job lasts. Equal trainings leave equal bytes on every machine and whatever the version of the server:
 * no times, and no field that a later one may add.
 */
const localFields = [
  "id",
  "status",
  "model",
  "fine_tuned_model",
  "training_file",
  "validation_file",
  "method",
  "seed",
  "trained_tokens",
  "metadata",
];

/** The job as its provider tells it at its end. */
async function keepJob(
  { raw }: RemoteJob,
  { world, create }: Pick<StageContext<World, unknown>, "world" | "create">,
): Promise<Artifact> {
  const told = (raw ?? {}) as Readonly<Record<string, unknown>>;
  const { jobsOutliveProcess } = world.target.capabilities;
  const lasting = jobsOutliveProcess ? told : Object.fromEntries(localFields.map((name) => [name, told[name]]));
  const file = await create("job.json");
  await file.write(`${JSON.stringify(lasting, null, 1)}\n`);
  return file.finish();
}

interface FollowedJob {
  readonly ended: RemoteJob;
  readonly metrics: readonly JobMetrics[];
}

/** Looks at the job until it ends. Where another one of the same fingerprint is to be kept, that one is followed. */
async function follow(trained: TrainValue, connection: Connection, context: Context): Promise<FollowedJob> {
  const { world, signal, progress, warn } = context;
  const { clock } = world.ports;
  const { poll, lookUp } = world.target.capabilities;
  const duplicates = watchDuplicates(lookUp, { connection, fingerprint: trained.fingerprint, signal, warn });
  const started = clock.monotonic();
  const patience = jobPatience(trained, connection, context);
  const known = new Set<string>(knownStatuses);
  let id = trained.job;
  let metrics: JobMetrics[] = [];
  let interval = poll.fromMs;
  let lastEvent: JobEvent | undefined;
  let failures = 0;
  const turnTo = (other: RemoteJob) => {
    id = other.id;
    metrics = [];
    lastEvent = undefined;
    interval = poll.fromMs;
  };
  const change = (kept: RemoteJob | undefined): boolean => {
    if (kept === undefined || kept.id === id) return false;
    progress({ message: `${kept.id} is of the same data and settings, and is followed in place of ${id}.` });
    turnTo(kept);
    return true;
  };
  const unpause = pausedJob(connection, context);
  for (;;) {
    let job: RemoteJob;
    try {
      if (change(await duplicates.due(clock.monotonic() - started))) continue;
      job = await unpause(await connection.read(id, signal));
      const events = await connection.events(id, lastEvent?.id, signal);
      lastEvent = events.at(-1) ?? lastEvent;
      metrics.push(...events.flatMap((event) => (event.metrics === undefined ? [] : [event.metrics])));
      if (events.length > 0) interval = poll.fromMs;
      // Another machine may have cancelled this one as one too many; a last look for one that nobody else will see.
      if (hasEnded(job) && change(await duplicates.now())) continue;
      failures = 0;
      patience.seen();
    } catch (error) {
      if (error instanceof FtpipeError && error.code === "JOB_GONE") {
        const restarted = await patience.afterMissing(id, error);
        if (restarted !== undefined) turnTo(restarted);
        continue;
      }
      failures++;
      if (!isPassing(error) || failures > maxFailedLooks) throw withJobRunning(error, id, world);
      progress({ message: `${id}  ${error.message} Looking again.` });
      await clock.sleep(interval, signal);
      continue;
    }
    if (!known.has(job.status)) {
      known.add(job.status);
      warn({
        severity: "warning",
        code: "PROVIDER_ANSWER",
        message: `Unknown job status "${job.status}": taken as running.`,
      });
    }
    if (hasEnded(job) && !patience.modelIsLate(job)) return { ended: job, metrics };
    const elapsed = clock.monotonic() - started;
    progress({
      message: `${id}  ${progressLine(job, metrics, elapsed)}`,
      data: { job: id, status: job.status, ...metrics.at(-1) },
    });
    patience.checkQueue(job, lastEvent?.message);
    if (world.waitTimeoutMs !== undefined && elapsed > world.waitTimeoutMs) {
      throw new FtpipeError(
        "WAIT_TIMEOUT",
        `Job ${id} is still ${job.status} after ${Math.round(elapsed / 1000)} s; it keeps running.`,
        {
          hint: `go on   ftpipe resume ${world.loaded.displayFile} --target ${world.target.name}`,
        },
      );
    }
    await clock.sleep(interval, signal);
    interval = Math.min(poll.toMs, interval * 1.5);
  }
}

/**
 * What becomes of a job that somebody paused: `ftpipe resume` has it go on, once; any other run says how, and waits.
 * A provider may pause a job by itself as well, and resumes it itself.
 */
function pausedJob(connection: Connection, { world, progress, signal }: Context) {
  const { capabilities, name } = world.target;
  const met = new Set<string>();
  return async (job: RemoteJob): Promise<RemoteJob> => {
    if (job.status !== "paused" || met.has(job.id)) return job;
    met.add(job.id);
    if (world.resumes && capabilities.pauses) return connection.resume(job.id, signal);
    const hint = `Go on with it: ftpipe resume ${world.loaded.displayFile} --target ${name}`;
    progress({ message: `${job.id} is paused. ${hint}`, keep: true, data: { job: job.id, status: job.status } });
    return job;
  };
}

const knownStatuses = [
  "validating_files",
  "queued",
  "pending",
  "paused",
  "running",
  "succeeded",
  "failed",
  "cancelled",
];

export const hasEnded = ({ state }: RemoteJob): boolean =>
  state === "succeeded" || state === "failed" || state === "cancelled";

/** Whether a look that failed so is worth another. */
export function isPassing(error: unknown): error is FtpipeError {
  return (
    error instanceof FtpipeError &&
    (error.code === "NETWORK" || error.code === "PROVIDER_UNAVAILABLE" || error.code === "PROVIDER_ANSWER")
  );
}

/** `step 84/123  loss 0.41 ▇▅▃▂▂▁  validation 0.52  6 s left` */
export function progressLine(
  job: RemoteJob,
  metrics: readonly NonNullable<JobEvent["metrics"]>[],
  elapsedMs: number,
): string {
  const last = metrics.at(-1);
  if (last === undefined) return job.status;
  const losses = metrics.flatMap(({ trainLoss }) => (trainLoss === undefined ? [] : [trainLoss]));
  const validation = metrics.findLast(({ validationLoss }) => validationLoss !== undefined)?.validationLoss;
  const left =
    last.totalSteps === undefined || last.step === 0
      ? undefined
      : (elapsedMs / last.step) * (last.totalSteps - last.step);
  return [
    `step ${last.step}${last.totalSteps === undefined ? "" : `/${last.totalSteps}`}`,
    ...(last.trainLoss === undefined ? [] : [`loss ${last.trainLoss.toFixed(2)} ${sparkline(losses, 8)}`]),
    ...(validation === undefined ? [] : [`validation ${validation.toFixed(2)}`]),
    ...(left === undefined ? [] : [`${duration(left)} left`]),
  ].join("  ");
}

/** Values as bars, averaged into that many. */
export function sparkline(values: readonly number[], width: number): string {
  if (values.length === 0) return "";
  const count = Math.min(width, values.length);
  const buckets = Array.from({ length: count }, (_, index) => {
    const part = values.slice(
      Math.floor((index * values.length) / count),
      Math.floor(((index + 1) * values.length) / count),
    );
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const [low, high] = [Math.min(...buckets), Math.max(...buckets)];
  const bars = "▁▂▃▄▅▆▇";
  return buckets
    .map((value) => bars[high === low ? 0 : Math.round(((value - low) / (high - low)) * (bars.length - 1))])
    .join("");
}

function duration(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

import type { Hyperparameters } from "../config/pipeline.gen.ts";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import {
  type Connection,
  createDeadlineMs,
  type RemoteJob,
  settleMs,
  type TrainingMethod,
  type TrainingSpec,
} from "../providers/provider.ts";
import { createExactlyOnce, settlingLine } from "../run/exactly-once.ts";
import type { OutputsOf } from "../run/stage.ts";
import { withOtherTargets } from "./closed-training.ts";
import { recordEnd } from "./lock-attempt.ts";
import { graderHash, openGrader } from "./open-grader.ts";
import { cancelExtra, chooseJob } from "./same-jobs.ts";
import { split } from "./split.ts";
import { accountOf, untrained, upload } from "./upload.ts";
import { defineStage, type World } from "./world.ts";

export interface TrainValue {
  readonly job: string;
  readonly fingerprint: Sha256;
  readonly attempt: number;
}

/** What tells which job it is. */
export type TrainInputs = OutputsOf<{ readonly split: typeof split }>;

/** All that the provider is sent, as it is hashed for the fingerprint. */
interface Order {
  readonly account: Readonly<Record<string, string>>;
  readonly model: string;
  readonly method: TrainingMethod;
  readonly hyperparameters: TrainingSpec["hyperparameters"];
  /** sha256 of what the method takes beside them: the grader, whose programs would fill the lock. */
  readonly grader: Sha256 | undefined;
  readonly seed: number | undefined;
  readonly suffix: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly training_file: Sha256;
  readonly validation_file: Sha256 | undefined;
}

/** As written, a target's over the pipeline's; `auto` means not given. */
export function resolvedHyperparameters({
  pipeline,
  target,
}: Pick<World, "pipeline" | "target">): TrainingSpec["hyperparameters"] {
  const own = (target.settings["hyperparameters"] ?? {}) as Hyperparameters;
  const ofProvider = target.provider.ownHyperparameters?.(target.settings);
  const merged = Object.entries({ ...ofProvider, ...pipeline.training.hyperparameters, ...own });
  return Object.fromEntries(merged.filter(([, value]) => value !== "auto"));
}

/** Passes over the data, if they are given. */
export function givenEpochs(world: Pick<World, "pipeline" | "target">): number | undefined {
  const { n_epochs: epochs } = resolvedHyperparameters(world);
  return typeof epochs === "number" ? epochs : undefined;
}

async function orderOf(world: World, { split: { files, value } }: TrainInputs): Promise<Order> {
  const { pipeline, target } = world;
  const { suffix, seed } = target.settings as { suffix?: string; seed?: number };
  const grader = await openGrader(world);
  return {
    account: accountOf(world),
    model: target.settings.model,
    method: pipeline.training.method,
    hyperparameters: resolvedHyperparameters(world),
    // Undefined where there is none, as with `fields`.
    grader: grader === undefined ? undefined : graderHash(grader),
    seed: target.capabilities.seed ? (seed ?? pipeline.training.seed) : undefined,
    suffix: suffix ?? pipeline.training.suffix,
    fields: fieldsOf(target),
    training_file: files.train.sha256,
    validation_file: value.validation.examples === 0 ? undefined : files.validation.sha256,
  };
}

/** Undefined where there are none, so that a provider that learns a new option leaves old fingerprints as they were. */
function fieldsOf({ provider, settings }: World["target"]): Order["fields"] {
  const fields = provider.jobFields?.(settings) ?? {};
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/** @throws FtpipeError INPUT_CHANGED if the grader is another than the fingerprint is of. */
async function methodFieldsOf(world: World, order: Order): Promise<TrainingSpec["methodFields"]> {
  const opened = await openGrader(world);
  if (opened === undefined) return undefined;
  if (graderHash(opened) !== order.grader) {
    throw new FtpipeError("INPUT_CHANGED", "The grader changed while the run read it.", {
      hint: "Nothing was created. Run the same command again when nobody else writes to its files.",
    });
  }
  return { ...opened };
}

/** Attempt and fingerprint of what this run trains. */
function identify(world: World, order: Order): { readonly attempt: number; readonly fingerprint: Sha256 } {
  const fingerprintOf = (attempt: number) => hashJson({ ...order, attempt });
  const attempt = world.attemptOf(fingerprintOf);
  return { attempt, fingerprint: fingerprintOf(attempt) };
}

/** The job that a run creates, or has created, by all that tells it from others. */
export async function plannedJob(world: World, inputs: TrainInputs) {
  const order = await orderOf(world, inputs);
  return { order, ...identify(world, order) };
}

/** Starts the provider's job, exactly once. Ends as soon as the job's id is known; `wait` does the rest. */
export const train = defineStage({
  name: "train",
  version: 1,
  effect: "remote",
  needs: { split, upload },
  skip: (world) => {
    const because = untrained(world);
    const value: TrainValue = { job: "", fingerprint: "" as Sha256, attempt: 0 };
    return because === undefined ? undefined : { because, value };
  },
  settings: async (world, inputs) => {
    const order = await orderOf(world, inputs);
    const { training_file: _training, validation_file: _validation, ...settings } = order;
    return { ...settings, attempt: identify(world, order).attempt };
  },
  inputs: ({ split: { files, value } }): Readonly<Record<string, Sha256>> => ({
    training_file: files.train.sha256,
    ...(value.validation.examples === 0 ? {} : { validation_file: files.validation.sha256 }),
  }),
  run: async ({ world, inputs, signal, progress, warn }) => {
    const order = await orderOf(world, inputs);
    const { attempt, fingerprint } = identify(world, order);
    const connection = await world.connection();
    const { lookUp } = world.target.capabilities;
    const { files } = inputs.upload.value;
    const spec: TrainingSpec = {
      method: order.method,
      model: order.model,
      trainingFile: files.training,
      validationFile: files.validation,
      hyperparameters: order.hyperparameters,
      methodFields: await methodFieldsOf(world, order),
      seed: order.seed,
      suffix: order.suffix,
      fields: order.fields,
      labels: world.target.provider.jobLabels?.(world.target.settings),
      fingerprint,
    };
    const intent = {
      kind: "job",
      fingerprint,
      account: hashJson(order.account),
      target: world.target.name,
      lock: world.lockName,
    } as const;
    const { made } = await createExactlyOnce<RemoteJob>({
      intent,
      journal: world.journal,
      clock: world.ports.clock,
      signal,
      requestMs: createDeadlineMs,
      settleMs: lookUp.jobBy === "none" ? undefined : settleMs(lookUp),
      find: async () => {
        const jobs = await withoutLost(world, await jobsOf(world, intent, { connection, signal }));
        const { keep, extra } = chooseJob(jobs);
        await cancelExtra(extra, { connection, fingerprint, signal, warn });
        const ended = keep === undefined ? jobs.at(-1) : undefined;
        if (ended === undefined) {
          // Found when the run began, and gone since.
          if (keep === undefined && world.resumes && (await world.journal.open(intent)) === undefined)
            throw goneError(world);
          return keep;
        }
        const outcome = ended.state === "failed" ? "failed" : "cancelled";
        await recordEnd(world, { job: ended.id, fingerprint, attempt }, outcome);
        throw endedError(ended);
      },
      create: (request) =>
        connection.create(spec, { signal, ...request }).catch((error: unknown) => {
          throw withOtherTargets(error, world);
        }),
      onSettling: (until) => progress({ message: settlingLine("job", until) }),
    });
    return { value: { job: made.id, fingerprint, attempt }, files: {} };
  },
  describe: ({ job }) => ({ text: job }),
});

/**
 * All jobs with the fingerprint: those in the provider's list, else the one that the journal saw created, which
 * the list may not show yet.
 */
async function jobsOf(
  { journal }: World,
  intent: { readonly kind: "job"; readonly fingerprint: Sha256; readonly account: Sha256 },
  { connection, signal }: { readonly connection: Connection; readonly signal: AbortSignal },
): Promise<readonly RemoteJob[]> {
  const listed = await connection.find(intent.fingerprint, signal);
  if (listed.length > 0) return listed;
  const known = await journal.known(intent);
  if (known === undefined) return [];
  try {
    return [await connection.read(known, signal)];
  } catch (error) {
    // Deleted at the provider, or with the state of the built-in server.
    if (error instanceof FtpipeError && error.code === "JOB_GONE") return [];
    throw error;
  }
}

/** Jobs but for those that succeeded and whose model is gone from this machine: equal inputs give it again. */
async function withoutLost({ modelLost }: World, jobs: readonly RemoteJob[]): Promise<readonly RemoteJob[]> {
  const lost = await Promise.all(
    jobs.map(async ({ state, model }) => state === "succeeded" && model !== undefined && modelLost(model)),
  );
  return jobs.filter((_job, index) => lost[index] !== true);
}

function goneError({ target }: World): FtpipeError {
  return new FtpipeError("JOB_GONE", `The job that was begun at ${target.name} is gone, and resuming creates none.`, {
    hint: "Train again: ftpipe run",
  });
}

function endedError({ id, state, error }: RemoteJob): FtpipeError {
  const what = state === "failed" ? `failed: ${error ?? "no reason given"}` : "was cancelled";
  return new FtpipeError(
    state === "failed" ? "JOB_FAILED" : "JOB_CANCELLED",
    `Job ${id} with the same data and settings ${what}.`,
    { hint: "Change the data or settings, or train the same again: --new-attempt" },
  );
}

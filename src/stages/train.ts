import type { Hyperparameters } from "../config/pipeline.gen.ts";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import type { Connection, RemoteJob, TrainingMethod, TrainingSpec } from "../providers/provider.ts";
import { createOnce } from "../run/journal.ts";
import type { OutputsOf } from "../run/stage.ts";
import { recordEnd } from "./lock-attempt.ts";
import { split } from "./split.ts";
import { accountOf, untrained, upload } from "./upload.ts";
import { defineStage, type World } from "./world.ts";

export interface TrainValue {
  readonly job: string;
  readonly fingerprint: Sha256;
  readonly attempt: number;
}

type Needs = OutputsOf<{ readonly split: typeof split }>;

/** All that the provider is sent, as it is hashed for the fingerprint. */
interface Order {
  readonly account: Readonly<Record<string, string>>;
  readonly model: string;
  readonly method: TrainingMethod;
  readonly hyperparameters: Readonly<Record<string, number>>;
  readonly seed: number | undefined;
  readonly suffix: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly training_file: Sha256;
  readonly validation_file: Sha256 | undefined;
}

/** Numbers as written, a target's over the pipeline's; `auto` means not given. */
export function resolvedHyperparameters({
  pipeline,
  target,
}: Pick<World, "pipeline" | "target">): Readonly<Record<string, number>> {
  const own = (target.settings["hyperparameters"] ?? {}) as Hyperparameters;
  const merged = Object.entries({ ...pipeline.training.hyperparameters, ...own });
  return Object.fromEntries(merged.filter((entry): entry is [string, number] => typeof entry[1] === "number"));
}

function orderOf(world: World, { split: { files, value } }: Needs): Order {
  const { pipeline, target } = world;
  const { suffix, seed } = target.settings as { suffix?: string; seed?: number };
  return {
    account: accountOf(world),
    model: target.settings.model,
    method: pipeline.training.method,
    hyperparameters: resolvedHyperparameters(world),
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

/** Attempt and fingerprint of what this run trains. */
function identify(world: World, order: Order): { readonly attempt: number; readonly fingerprint: Sha256 } {
  const fingerprintOf = (attempt: number) => hashJson({ ...order, attempt });
  const attempt = world.attemptOf(fingerprintOf);
  return { attempt, fingerprint: fingerprintOf(attempt) };
}

/**
 * Starts the provider's job, exactly once: looked for by fingerprint first, the intent on disk before the
 * request, the request sent once. Ends as soon as the job's id is known; `wait` does the rest.
 */
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
  settings: (world, inputs) => {
    const { training_file: _training, validation_file: _validation, ...settings } = orderOf(world, inputs);
    return { ...settings, attempt: identify(world, orderOf(world, inputs)).attempt };
  },
  inputs: ({ split: { files, value } }): Readonly<Record<string, Sha256>> => ({
    training_file: files.train.sha256,
    ...(value.validation.examples === 0 ? {} : { validation_file: files.validation.sha256 }),
  }),
  run: async ({ world, inputs, signal }) => {
    const order = orderOf(world, inputs);
    const { attempt, fingerprint } = identify(world, order);
    const intent = { kind: "job", fingerprint, target: world.target.name } as const;
    const connection = await world.connection();
    const jobs = await withoutLost(world, await jobsOf(world, connection, fingerprint, signal));
    const ended = endedWithoutModel(jobs);
    if (ended !== undefined) {
      await recordEnd(
        world,
        { job: ended.id, fingerprint, attempt },
        ended.state === "failed" ? "failed" : "cancelled",
      );
      throw endedError(ended);
    }
    const existing = jobs.find(isAlive);
    if (existing !== undefined) {
      await world.journal.settle({ type: "adopted", ...intent, id: existing.id });
      return { value: { job: existing.id, fingerprint, attempt }, files: {} };
    }
    await refuseWhileUnsettled(world, fingerprint);
    const { files } = inputs.upload.value;
    const spec: TrainingSpec = {
      method: order.method,
      model: order.model,
      trainingFile: files.training,
      validationFile: files.validation,
      hyperparameters: order.hyperparameters,
      seed: order.seed,
      suffix: order.suffix,
      fields: order.fields,
      fingerprint,
    };
    const job = await createOnce(world.journal, intent, () => connection.create(spec));
    return { value: { job: job.id, fingerprint, attempt }, files: {} };
  },
  describe: ({ job }) => ({ text: job }),
});

/**
 * All jobs with the fingerprint: those in the provider's list, else the one that the journal saw created, which
 * the list may not show yet.
 */
async function jobsOf(
  { journal, target }: World,
  connection: Connection,
  fingerprint: Sha256,
  signal: AbortSignal,
): Promise<readonly RemoteJob[]> {
  const listed = await connection.find(fingerprint, signal);
  if (listed.length > 0) return listed;
  const known = await journal.known("job", fingerprint, target.name);
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

const isAlive = ({ state }: RemoteJob) => state !== "failed" && state !== "cancelled";

/** The last of the jobs, if there are any and none lives or succeeded. */
function endedWithoutModel(jobs: readonly RemoteJob[]): RemoteJob | undefined {
  return jobs.some(isAlive) ? undefined : jobs.at(-1);
}

function endedError({ id, state, error }: RemoteJob): FtpipeError {
  const what = state === "failed" ? `failed: ${error ?? "no reason given"}` : "was cancelled";
  return new FtpipeError(
    state === "failed" ? "JOB_FAILED" : "JOB_CANCELLED",
    `Job ${id} with the same data and settings ${what}.`,
    { hint: "Change the data or settings, or train the same again: --new-attempt" },
  );
}

/** After a lost answer, an accepted job may take a while to show in the list; until then nothing is created. */
async function refuseWhileUnsettled(world: World, fingerprint: Sha256): Promise<void> {
  const open = await world.journal.open("job", fingerprint, world.target.name);
  if (open === undefined) return;
  const requestDeadlineMs = 120_000;
  const until = open.at + requestDeadlineMs + world.target.capabilities.settleSeconds * 1000;
  if (world.target.capabilities.settleSeconds === 0 || world.ports.clock.now() >= until) return;
  const time = new Date(until).toISOString().slice(11, 16);
  throw new FtpipeError(
    "CREATE_AMBIGUOUS",
    `The answer to an earlier "create job" was lost. It may exist; settling until ${time} UTC.`,
    {
      hint: "Run the same command again then: ftpipe looks for the job first and creates nothing twice.",
    },
  );
}

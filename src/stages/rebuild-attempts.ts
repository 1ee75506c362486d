import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import type { Connection, RemoteJob } from "../providers/provider.ts";
import type { Cache } from "../run/cache.ts";
import type { DoneStage } from "../run/execute.ts";
import type { Lock } from "../run/lock.ts";
import { keyOf, recordOf } from "../run/record.ts";
import type { AnyStage, StageOutput } from "../run/stage.ts";
import { evidenceAgain } from "./evidence.ts";
import { recordAttempt, recordEnd } from "./lock-attempt.ts";
import { chooseJob } from "./same-jobs.ts";
import { plannedJob, type TrainInputs, type TrainValue } from "./train.ts";
import { accountOf } from "./upload.ts";
import type { World } from "./world.ts";

export interface Rebuild {
  readonly world: World;
  readonly stages: readonly AnyStage<World>[];
  readonly cache: Cache;
  /** Outputs of the local stages. */
  readonly outputs: ReadonlyMap<string, StageOutput>;
  /** What is left of the lock. */
  readonly lock: Lock;
  /** Undefined where the provider can't be asked. */
  readonly connection: Connection | undefined;
  readonly signal: AbortSignal;
}

/**
 * Adds to a lock what is known of trainings of the pipeline as it is now: results that the cache has, jobs that the
 * journal or the provider knows by their fingerprint. Nothing is created, and no question is asked twice.
 */
export async function rebuildAttempts(rebuild: Rebuild): Promise<Lock> {
  let { lock } = rebuild;
  for (let attempt = 1; ; attempt++) {
    const world: World = {
      ...rebuild.world,
      attemptOf: () => attempt,
      updateLock: async (change) => {
        lock = change(lock);
      },
    };
    const split = rebuild.outputs.get("split") as TrainInputs["split"];
    const { fingerprint } = await plannedJob(world, { split });
    const known = lock.targets[world.target.name]?.attempts.find((other) => other.fingerprint === fingerprint);
    // What the lock itself says is more than what can be found again.
    if (known !== undefined && (known.outcome !== undefined || known.verdict !== undefined)) continue;
    const done = await doneStages({ ...rebuild, world });
    const found = done.has("train") ? undefined : await jobOf(rebuild, fingerprint);
    const trained = done.get("train")?.output.value as TrainValue | undefined;
    const job = trained?.job ?? found?.id;
    if (job === undefined) return lock;
    const value: TrainValue = { job, fingerprint, attempt };
    if (found?.state === "failed" || found?.state === "cancelled") {
      await recordEnd(world, value, found.state);
      continue;
    }
    if (trained === undefined) {
      const train = rebuild.stages.find(({ name }) => name === "train") as AnyStage<World>;
      const record = await recordOf(train, world, withPlaceholders(rebuild.stages, rebuild.outputs));
      done.set("train", { record, output: { value, files: {} }, action: "reused" });
    }
    await recordAttempt(world, done, await evidenceAgain(world, done));
  }
}

/** The stages whose results are on this machine, up to the first that is missing after the training. */
async function doneStages({ world, stages, cache, outputs: local }: Rebuild): Promise<Map<string, DoneStage>> {
  const outputs = new Map(withPlaceholders(stages, local));
  const done = new Map<string, DoneStage>();
  for (const stage of stages) {
    if (stage.keeps === false) continue;
    const record = await recordOf(stage, world, outputs);
    const output = local.get(stage.name) ?? (await cache.read(keyOf(record))).entry?.output;
    if (output === undefined && stage.name === "upload") continue;
    if (output === undefined) return done;
    outputs.set(stage.name, output);
    done.set(stage.name, { record, output, action: "reused" });
  }
  return done;
}

/** An upload that is not in the cache is not needed to know what it was made from. */
function withPlaceholders(
  stages: readonly AnyStage<World>[],
  outputs: ReadonlyMap<string, StageOutput>,
): ReadonlyMap<string, StageOutput> {
  const unknown = { value: { files: { training: "" }, bytes: 0 }, files: {} };
  return new Map([
    ...stages.filter(({ name }) => name === "upload").map(({ name }) => [name, unknown] as const),
    ...outputs,
  ]);
}

/** The job of a fingerprint, by the provider's list or by the journal. */
async function jobOf({ world, connection, signal }: Rebuild, fingerprint: Sha256): Promise<RemoteJob | undefined> {
  const account = hashJson(accountOf(world));
  const known = await world.journal.known({ kind: "job", fingerprint, account });
  if (connection === undefined) return known === undefined ? undefined : unseen(known);
  const jobs = await connection.find(fingerprint, signal);
  const { keep } = chooseJob(jobs);
  if (keep !== undefined || jobs.length > 0 || known === undefined) return keep ?? jobs.at(-1);
  try {
    return await connection.read(known, signal);
  } catch (error) {
    if (error instanceof FtpipeError && error.code === "JOB_GONE") return undefined;
    throw error;
  }
}

/** A job that nobody could ask about: it may still run. */
function unseen(id: string): RemoteJob {
  return {
    id,
    status: "unknown",
    state: "running",
    createdAt: 0,
    model: undefined,
    error: undefined,
    trainedTokens: undefined,
    hyperparameters: {},
    resultFiles: [],
  };
}

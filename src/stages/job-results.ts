import { FtpipeError } from "../core/errors.ts";
import type { Checkpoint, Connection, JobMetrics, RemoteJob } from "../providers/provider.ts";
import type { StageContext } from "../run/stage.ts";
import type { World } from "./world.ts";

type Context = Pick<StageContext<World, unknown>, "world" | "warn" | "signal">;

/** A checkpoint as it stands in results.json and the lock. Losses in nats. */
export interface KeptCheckpoint {
  readonly step: number;
  readonly model: string;
  readonly train_loss?: number;
  readonly valid_loss?: number;
}

/**
 * The steps of a job that has succeeded: those of its events, or, where the provider keeps none any more, those of
 * its results file. The model is there whatever becomes of them, so that a failure is only told.
 */
export async function stepsOf(
  { resultFiles }: RemoteJob,
  seen: readonly JobMetrics[],
  connection: Connection,
  context: Context,
): Promise<readonly JobMetrics[]> {
  const [file] = resultFiles;
  if (seen.length > 0 || file === undefined) return seen;
  return (await unlessItFails("The job's results", () => connection.results(file, context.signal), context)) ?? seen;
}

/** The checkpoints of a job that has succeeded, where its provider keeps any. */
export async function checkpointsOf(
  { id }: RemoteJob,
  connection: Connection,
  context: Context,
): Promise<readonly KeptCheckpoint[]> {
  if (!context.world.target.capabilities.checkpoints) return [];
  const read = () => connection.checkpoints(id, context.signal);
  return ((await unlessItFails("The job's checkpoints", read, context)) ?? []).map(keptCheckpoint);
}

function keptCheckpoint({ step, model, metrics }: Checkpoint): KeptCheckpoint {
  const { trainLoss, validationLoss } = metrics ?? {};
  return {
    step,
    model,
    ...(trainLoss === undefined ? {} : { train_loss: trainLoss }),
    ...(validationLoss === undefined ? {} : { valid_loss: validationLoss }),
  };
}

async function unlessItFails<T>(
  what: string,
  read: () => Promise<T>,
  { warn, signal }: Context,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof FtpipeError) || signal.aborted) throw error;
    warn({ severity: "warning", code: error.code, message: `${what} can't be read. ${error.message}` });
    return undefined;
  }
}

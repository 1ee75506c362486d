import { join, relative } from "node:path";
import type { Checkpoint, TrainResult } from "../engine/engine.ts";
import { checkpointId, checkpointName, modelName, resultFileId } from "./ids.ts";
import { jobEvents, stepData, stepMetricsCsv } from "./job-events.ts";
import type { ModelManifest } from "./manifest.ts";
import type { QueueContext } from "./queue.ts";
import { type OwnCheckpoint, type OwnJob, ownJob } from "./store.ts";
import { readJobData } from "./validate-job.ts";
import type { FileObject, JobObject } from "./wire.ts";

/** So many epochs keep their checkpoint, counted from the last. */
const epochsKept = 3;

/**
 * Trains a job to its end, or goes on with one that a kill cut short. All that it leaves is written so that
 * doing it twice is doing it once.
 * @param signal Ends it where it stands; what becomes of the job then, its status says.
 */
export async function runTraining(queued: OwnJob, context: QueueContext, signal: AbortSignal): Promise<void> {
  const { store, places, files, clock } = context;
  const job = start(queued, context);
  if (job === undefined) return;
  const engine = await context.engine();
  const directory = places.job(job.id);
  await files.makeDirectory(directory);
  const events = jobEvents(store, job, clock);
  try {
    const result = await engine.train(
      { ...(await readJobData(job, context, engine)), seed: job.wire.seed, directory },
      { signal, onStep: events.step, onCheckpoint: (checkpoint) => keepCheckpoint(job, checkpoint, context) },
    );
    await finish(job, result, context, engine.version);
  } catch (error) {
    if (!signal.aborted) throw error;
    // The job was cancelled or paused, or the server closes: no failure of its own. What else went wrong is told.
    if (error !== signal.reason && !isAbort(error)) context.report(error);
  }
  if (ownJob(store, job.id)?.wire.status === "cancelled") await files.remove(directory);
}

const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";

/** @returns The job, now running; undefined if it was cancelled while it waited. */
function start(queued: OwnJob, { store, clock }: QueueContext): OwnJob | undefined {
  return store.transaction(() => {
    const job = ownJob(store, queued.id);
    if (job?.wire.status !== "queued" && job?.wire.status !== "running") return undefined;
    const running: OwnJob = { ...job, wire: { ...job.wire, status: "running" } };
    store.jobs.update(running);
    jobEvents(store, job, clock).started();
    return running;
  });
}

const nameParts = (job: OwnJob, { organization }: QueueContext) => ({
  base: job.base,
  organization,
  suffix: job.wire.user_provided_suffix,
  hash: job.hash,
});

function keepCheckpoint(job: OwnJob, checkpoint: Checkpoint, context: QueueContext): void {
  const { store, places, clock } = context;
  const id = checkpointId(job.hash, checkpoint.step);
  const kept: OwnCheckpoint = {
    id,
    file: relative(places.root, checkpoint.file),
    wire: {
      object: "fine_tuning.job.checkpoint",
      id,
      created_at: Math.floor(clock.now() / 1000),
      fine_tuned_model_checkpoint: checkpointName(nameParts(job, context), checkpoint.step),
      fine_tuning_job_id: job.id,
      step_number: checkpoint.step,
      metrics: stepData(checkpoint.metrics),
    },
  };
  store.checkpoints.insert(kept, job.id);
}

async function finish(job: OwnJob, result: TrainResult, context: QueueContext, engineVersion: string): Promise<void> {
  const { store, places, files, clock } = context;
  const name = modelName(nameParts(job, context));
  const folder = places.model(name);
  const manifest: ModelManifest = {
    id: name,
    base: job.base,
    sha256: result.sha256,
    engine_version: engineVersion,
    job: job.id,
  };
  // The manifest comes last: where it lies, the weights do too.
  await files.link(result.file, join(folder, "model.bin"));
  await files.writeAtomic(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const results = await writeResults(job, context);
  const now = Math.floor(clock.now() / 1000);
  const done = store.transaction(() => {
    const current = ownJob(store, job.id);
    if (current?.wire.status !== "running") return false;
    const events = jobEvents(store, job, clock);
    const wire = { id: name, object: "model", created: now, owned_by: job.wire.organization_id } as const;
    const checkpoints = store.checkpoints.all(job.id).filter((checkpoint) => checkpoint.past === undefined);
    const kept = checkpoints.slice(-epochsKept);
    for (const checkpoint of checkpoints.slice(0, -epochsKept)) store.checkpoints.remove(checkpoint.id);
    for (const { file, wire: checkpoint } of kept) {
      const id = checkpoint.fine_tuned_model_checkpoint;
      store.models.insert({ id, base: job.base, kind: "checkpoint", file, wire: { ...wire, id } }, job.id);
      events.checkpoint(checkpoint.step_number, id);
    }
    const file = relative(places.root, join(folder, "model.bin"));
    store.models.insert({ id: name, base: job.base, kind: "model", file, wire }, job.id);
    store.files.insert(results);
    events.model(name);
    events.completed();
    const ended: JobObject = {
      ...current.wire,
      status: "succeeded",
      finished_at: now,
      fine_tuned_model: name,
      trained_tokens: result.trainedTokens,
      result_files: [results.id],
    };
    store.jobs.update({ ...current, wire: ended });
    return true;
  });
  // The model has its own name for these bytes now; if the job was cancelled meanwhile, nobody needs them.
  await files.remove(done ? result.file : folder);
}

/** The bytes served are base64 of the CSV, as OpenAI serves them. */
async function writeResults(job: OwnJob, { store, places, files, clock }: QueueContext): Promise<FileObject> {
  const content = Buffer.from(stepMetricsCsv(store.events.all(job.id))).toString("base64");
  const id = resultFileId(job.hash);
  await files.writeAtomic(places.file(id), content);
  return {
    object: "file",
    id,
    purpose: "fine-tune-results",
    filename: "step_metrics.csv",
    bytes: content.length,
    created_at: Math.floor(clock.now() / 1000),
    expires_at: null,
    status: "processed",
    status_details: null,
  };
}

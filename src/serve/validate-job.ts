import type { FileSystem } from "../core/ports.ts";
import type { Engine, ModelRef, TrainingExample } from "../engine/engine.ts";
import { withHyperparameters } from "./create-job.ts";
import { jobEvents } from "./job-events.ts";
import type { Layout } from "./layout.ts";
import { modelRef } from "./models.ts";
import type { QueueContext } from "./queue.ts";
import type { StoredJob } from "./store.ts";
import { invalidExample, readTrainingFile, type TrainingFile, TrainingFileError } from "./training-file.ts";
import type { JobObject } from "./wire.ts";

export interface JobData {
  readonly model: ModelRef;
  readonly training: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
}

/**
 * Checks a job's files and fills in what was `auto`; the job is then queued.
 * @throws TrainingFileError for data that can't be trained on.
 */
export async function validateJob(job: StoredJob, context: QueueContext): Promise<void> {
  const { store, clock } = context;
  const events = jobEvents(store, job, clock);
  events.validating();
  const engine = await context.engine();
  const { model, training, validation } = await readJobData(job, context);
  const sets = jobFiles(job.wire, context.places);
  await checkExamples(engine, model, { file: sets.training, examples: training });
  if (sets.validation !== undefined)
    await checkExamples(engine, model, { file: sets.validation, examples: validation });
  const { n_epochs, batch_size, learning_rate_multiplier } = job.wire.hyperparameters;
  const resolved = engine.resolveHyperparameters(model, training.length, {
    ...(n_epochs === "auto" ? {} : { n_epochs }),
    ...(batch_size === "auto" ? {} : { batch_size }),
    ...(learning_rate_multiplier === "auto" ? {} : { learning_rate_multiplier }),
  });
  store.transaction(() => {
    const current = store.jobs.get(job.id);
    if (current?.wire.status !== "validating_files") return;
    store.jobs.update({ ...current, wire: { ...current.wire, ...withHyperparameters(resolved), status: "queued" } });
    events.validated();
  });
}

/** @throws TrainingFileError if a file breaks the rules, or the model that was to be trained is gone. */
export async function readJobData(
  job: StoredJob,
  { store, places, files }: Pick<QueueContext, "store" | "places"> & { readonly files: FileSystem },
): Promise<JobData> {
  const model = await modelRef(job.wire.model, { store, places, files });
  if (model === undefined) {
    const message = `The model '${job.wire.model}' does not exist`;
    throw new TrainingFileError({ code: "model_not_found", message, param: "model" });
  }
  const sets = jobFiles(job.wire, places);
  return {
    model,
    training: await readTrainingFile(sets.training, files),
    validation: sets.validation === undefined ? [] : await readTrainingFile(sets.validation, files),
  };
}

function jobFiles({ training_file, validation_file }: JobObject, places: Layout) {
  const set = (id: string, use: TrainingFile["use"]): TrainingFile => ({ id, use, path: places.file(id) });
  return {
    training: set(training_file, "training"),
    validation: validation_file === null ? undefined : set(validation_file, "validation"),
  };
}

async function checkExamples(
  engine: Engine,
  model: ModelRef,
  { file, examples }: { readonly file: TrainingFile; readonly examples: readonly TrainingExample[] },
): Promise<void> {
  const [fault] = await engine.validate(model, examples);
  if (fault !== undefined) throw invalidExample(file, fault.index + 1, `: ${fault.message}`);
}

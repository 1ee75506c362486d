import type { FileSystem } from "../core/ports.ts";
import type { DpoRequest, Engine, ModelRef, SupervisedRequest } from "../engine/engine.ts";
import { jobEvents } from "./job-events.ts";
import { methodFields, methodOf } from "./job-method.ts";
import type { Layout } from "./layout.ts";
import { modelRef } from "./models.ts";
import { readPreferenceFile } from "./preference-file.ts";
import type { QueueContext } from "./queue.ts";
import type { StoredJob } from "./store.ts";
import { invalidExample, readTrainingFile, type TrainingFile, TrainingFileError } from "./training-file.ts";
import type { JobObject } from "./wire.ts";

/** What a job trains, on what and how; nothing is `auto`. */
export type JobData = Omit<SupervisedRequest, "seed" | "directory"> | Omit<DpoRequest, "seed" | "directory">;

/**
 * Checks a job's files and fills in what was `auto`; the job is then queued.
 * @throws TrainingFileError for data that can't be trained on.
 */
export async function validateJob(job: StoredJob, context: QueueContext): Promise<void> {
  const { store, clock } = context;
  const events = jobEvents(store, job, clock);
  events.validating();
  const engine = await context.engine();
  const data = await readJobData(job, context, engine);
  const { model, training, validation } = data;
  const sets = jobFiles(job.wire, context.places);
  await checkExamples(engine, model, { file: sets.training, examples: training });
  if (sets.validation !== undefined)
    await checkExamples(engine, model, { file: sets.validation, examples: validation });
  store.transaction(() => {
    const current = store.jobs.get(job.id);
    if (current?.wire.status !== "validating_files") return;
    store.jobs.update({ ...current, wire: { ...current.wire, ...methodFields(data), status: "queued" } });
    events.validated();
  });
}

/** @throws TrainingFileError if a file breaks the rules, or the model that was to be trained is gone. */
export async function readJobData(
  job: StoredJob,
  { store, places, files }: Pick<QueueContext, "store" | "places" | "files">,
  engine: Engine,
): Promise<JobData> {
  const model = await modelRef(job.wire.model, { store, places, files });
  if (model === undefined) {
    const message = `The model '${job.wire.model}' does not exist`;
    throw new TrainingFileError({ code: "model_not_found", message, param: "model" });
  }
  const sets = jobFiles(job.wire, places);
  const examples = async <Example>(read: (file: TrainingFile, files: FileSystem) => Promise<readonly Example[]>) => ({
    training: await read(sets.training, files),
    validation: sets.validation === undefined ? [] : await read(sets.validation, files),
  });
  const asked = methodOf(job.wire.method);
  if (asked.method === "dpo") {
    const pairs = await examples(readPreferenceFile);
    const hyperparameters = engine.resolveDpoHyperparameters(model, pairs.training.length, asked.hyperparameters);
    return { method: "dpo", model, ...pairs, hyperparameters };
  }
  const chats = await examples(readTrainingFile);
  const hyperparameters = engine.resolveHyperparameters(model, chats.training.length, asked.hyperparameters);
  return { method: "supervised", model, ...chats, hyperparameters };
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
  { file, examples }: { readonly file: TrainingFile; readonly examples: JobData["training"] },
): Promise<void> {
  const [fault] = await engine.validate(model, examples);
  if (fault !== undefined) throw invalidExample(file, fault.index + 1, `: ${fault.message}`);
}

import type { FileSystem } from "../core/ports.ts";
import type { DpoRequest, Engine, ModelRef, SupervisedRequest } from "../engine/engine.ts";
import { jobEvents } from "./job-events.ts";
import { methodFields, methodOf } from "./job-method.ts";
import type { Layout } from "./layout.ts";
import { modelRef } from "./models.ts";
import { readPreferenceFile } from "./preference-file.ts";
import type { QueueContext } from "./queue.ts";
import { type OwnJob, ownJob } from "./store.ts";
import { invalidExample, readTrainingFile, type TrainingFile, TrainingFileError } from "./training-file.ts";
import type { JobObject } from "./wire.ts";

/** What a job trains, on what and how; nothing is `auto`. */
export type JobData = Omit<SupervisedRequest, "seed" | "directory"> | Omit<DpoRequest, "seed" | "directory">;

/**
 * Checks a job's files and fills in what was `auto`; the job is then queued.
 * @throws TrainingFileError for data that can't be trained on.
 */
export async function validateJob(job: OwnJob, context: QueueContext): Promise<void> {
  const { store, clock } = context;
  const events = jobEvents(store, job, clock);
  events.validating();
  const engine = await context.engine();
  const data = await readJobData(job, context, engine);
  const { model, training, validation } = data;
  const sets = jobFiles(job.wire, context.places);
  const check = async (file: TrainingFile, examples: JobData["training"]): Promise<CutExamples> => ({
    file: file.id,
    lines: await linesCut(engine, model, { file, examples, overContext: job.overContext }),
  });
  const cut = [await check(sets.training, training)];
  if (sets.validation !== undefined) cut.push(await check(sets.validation, validation));
  store.transaction(() => {
    const current = ownJob(store, job.id);
    if (current?.wire.status !== "validating_files") return;
    const wire: JobObject = { ...current.wire, ...methodFields(data), status: "queued" };
    store.jobs.update({ ...current, validated: true, wire });
    for (const { file, lines } of cut) if (lines.length > 0) events.cut(file, lines);
    events.validated();
  });
}

/** @throws TrainingFileError if a file breaks the rules, or the model that was to be trained is gone. */
export async function readJobData(
  job: OwnJob,
  context: Pick<QueueContext, "store" | "places" | "files" | "clock">,
  engine: Engine,
): Promise<JobData> {
  const { places, files } = context;
  const model = await modelRef(job.wire.model, context);
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
    return { method: "dpo", model, ...pairs, hyperparameters, overContext: job.overContext };
  }
  const chats = await examples(readTrainingFile);
  const hyperparameters = engine.resolveHyperparameters(model, chats.training.length, asked.hyperparameters);
  return { method: "supervised", model, ...chats, hyperparameters, overContext: job.overContext };
}

function jobFiles({ training_file, validation_file }: JobObject, places: Layout) {
  const set = (id: string, use: TrainingFile["use"]): TrainingFile => ({ id, use, path: places.file(id) });
  return {
    training: set(training_file, "training"),
    validation: validation_file === null ? undefined : set(validation_file, "validation"),
  };
}

interface CutExamples {
  readonly file: string;
  /** From 1. */
  readonly lines: readonly number[];
}

/** @returns The lines whose examples are learnt from only in part. @throws TrainingFileError for one that can't be used. */
async function linesCut(
  engine: Engine,
  model: ModelRef,
  {
    file,
    examples,
    overContext,
  }: Pick<JobData, "overContext"> & {
    readonly file: TrainingFile;
    readonly examples: JobData["training"];
  },
): Promise<readonly number[]> {
  const faults = await engine.validate(model, examples, overContext);
  const refused = faults.find(({ cut }) => cut === undefined);
  if (refused !== undefined) throw invalidExample(file, refused.index + 1, `: ${refused.message}`);
  return faults.map(({ index }) => index + 1);
}

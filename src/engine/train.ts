import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { tokenizerOf } from "./bases.ts";
import { batchesOf } from "./batches.ts";
import {
  checkpointFileName,
  dueAfter,
  modelFileName,
  removeState,
  restoreState,
  saveState,
  type TrainingState,
} from "./checkpoint.ts";
import { dpoLesson } from "./dpo.ts";
import type { StepMetrics, TrainHooks, TrainRequest, TrainResult } from "./engine.ts";
import { type Learner, type Lesson, throwIfAborted } from "./lesson.ts";
import { type LoadedModel, loadModel, readModel, writeModel } from "./model-file.ts";
import { rateAt } from "./optimizer.ts";
import { allocateMemory } from "./shard.ts";
import { supervisedLesson } from "./supervised.ts";
import type { TeamPool } from "./team.ts";
import { engineVersion } from "./version.ts";

/** Trains a model as `Engine.train` promises. The threads do the arithmetic; here is the order of things. */
export async function train(
  request: TrainRequest,
  hooks: TrainHooks,
  { files, teams }: { files: FileSystem; teams: TeamPool },
): Promise<TrainResult> {
  const { directory, hyperparameters, seed } = request;
  const model = await loadModel(request.model, files);
  const lesson = await lessonOf(request, model);
  const identity = requestHash(request, model);
  const trainedTokens = lesson.tokens * hyperparameters.n_epochs;
  const done = await finishedModel(files, { directory, identity });
  if (done !== undefined) return { ...done, trainedTokens };

  const memory = allocateMemory(model.base.shape, lesson.stores, {
    threads: teams.sizeFor(lesson.batchSequences),
    batchSize: lesson.batchSequences,
  });
  memory.parameters.set(model.parameters.all);
  const order = { examples: request.training.length, batchSize: hyperparameters.batch_size, seed };
  const stepsPerEpoch = Math.ceil(order.examples / order.batchSize);
  const totalSteps = stepsPerEpoch * hyperparameters.n_epochs;
  const write = (file: string, step: number): Promise<Sha256> => {
    const content = { base: model.base, step, request: identity, labels: lesson.labels, numbers: memory.parameters };
    return writeModel(files, file, content);
  };

  await teams.run(memory, async (team) => {
    const learner = await lesson.begin(team, hooks.signal);
    const saved = await restoreState(files, { directory, request: identity }, memory);
    const save = (place: Pick<TrainingState, "epoch" | "batches">) =>
      saveState(files, { directory, state: { request: identity, ...place } }, memory);
    /** Tokens trained since the last state. */
    let unsaved = 0;
    for (let epoch = saved?.epoch ?? 0; epoch < hyperparameters.n_epochs; epoch++) {
      let metrics: StepMetrics | undefined;
      const batchesDone = epoch === saved?.epoch ? (saved.batches ?? 0) : 0;
      for (const [index, examples] of batchesOf(epoch, order).entries()) {
        if (index < batchesDone) continue;
        // Whoever stops it waits for it: no step is lost. A kill loses those since the last state.
        if (hooks.signal?.aborted === true && unsaved > 0) await save({ epoch, batches: index });
        throwIfAborted(hooks.signal);
        const step = epoch * stepsPerEpoch + index + 1;
        const started = performance.now();
        const rate = lesson.peakRate * rateAt(step, totalSteps);
        const { loss, accuracy } = await learner.step(examples, { rate, step });
        const seconds = (performance.now() - started) / 1000;
        if (!Number.isFinite(loss)) throw diverged(step);
        unsaved += lesson.tokensOf(examples);
        metrics = {
          step,
          totalSteps,
          trainLoss: loss,
          trainAccuracy: accuracy,
          ...(index + 1 === stepsPerEpoch ? await validationMetrics(learner) : {}),
          tokensPerSecond: lesson.tokensOf(examples) / seconds,
        };
        hooks.onStep?.(metrics);
      }
      if (metrics === undefined) throw new Error("an epoch without steps");
      const { step } = metrics;
      const due = dueAfter({ done: epoch + 1, all: hyperparameters.n_epochs }, unsaved);
      const file = join(directory, checkpointFileName(step));
      if (due.checkpoint) await write(file, step);
      if (due.state) {
        await save({ epoch: epoch + 1 });
        unsaved = 0;
      }
      if (due.checkpoint) hooks.onCheckpoint?.({ step, file, metrics });
    }
    throwIfAborted(hooks.signal);
  });

  const file = join(directory, modelFileName);
  const written = await write(file, totalSteps);
  await removeState(files, directory);
  return { file, sha256: written, trainedTokens };
}

/** @throws FtpipeError EXAMPLES_TOO_FEW, EXAMPLE_INVALID. */
async function lessonOf(request: TrainRequest, model: LoadedModel): Promise<Lesson> {
  if (request.training.length === 0) throw new FtpipeError("EXAMPLES_TOO_FEW", "There are no training examples.");
  return request.method === "dpo" ? dpoLesson(request, model) : supervisedLesson(request, model);
}

/** Names all that decides the weights; validation examples only watch. */
function requestHash(request: TrainRequest, loaded: LoadedModel): Sha256 {
  const { method = "supervised", training, hyperparameters, overContext = "refuse", seed } = request;
  const tokenizer = tokenizerOf(loaded.base).sha256;
  return hashJson({
    engine: engineVersion,
    tokenizer,
    start: loaded.identity,
    method,
    training,
    hyperparameters,
    overContext,
    seed,
  });
}

async function finishedModel(
  files: FileSystem,
  { directory, identity }: { directory: string; identity: Sha256 },
): Promise<{ file: string; sha256: Sha256 } | undefined> {
  const file = join(directory, modelFileName);
  if ((await files.stat(file)) === undefined) return undefined;
  const bytes = await files.read(file);
  return readModel(bytes)?.header.request === identity ? { file, sha256: sha256(bytes) } : undefined;
}

async function validationMetrics(
  learner: Learner,
): Promise<Pick<StepMetrics, "validationLoss" | "validationAccuracy">> {
  const mean = await learner.evaluate();
  return mean === undefined ? {} : { validationLoss: mean.loss, validationAccuracy: mean.accuracy };
}

function diverged(step: number): FtpipeError {
  return new FtpipeError("JOB_FAILED", `The loss is no longer a number at step ${step}: the training diverged.`, {
    hint: "Lower learning_rate_multiplier.",
  });
}

import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { tokenizerOf } from "./bases.ts";
import { batchesOf } from "./batches.ts";
import { checkpointFileName, dueAfter, modelFileName, removeState, restoreState, saveState } from "./checkpoint.ts";
import type { StepMetrics, TrainHooks, TrainingExample, TrainRequest, TrainResult } from "./engine.ts";
import { type EncodedExamples, encodeExamples, sequenceCount } from "./examples.ts";
import { type LoadedModel, loadModel, packModel, readModel } from "./model-file.ts";
import { rateAt } from "./optimizer.ts";
import { allocateMemory } from "./shard.ts";
import type { Team, TeamPool } from "./team.ts";
import { engineVersion } from "./version.ts";

/** Trains a model as `Engine.train` promises. The threads do the arithmetic; here is the order of things. */
export async function train(
  request: TrainRequest,
  hooks: TrainHooks,
  { files, teams }: { files: FileSystem; teams: TeamPool },
): Promise<TrainResult> {
  const { directory, hyperparameters, seed } = request;
  const model = await loadModel(request.model, files);
  const training = await encodeWhole(model, request.training, "training");
  const validation = await encodeWhole(model, request.validation, "validation");
  const identity = requestHash(request, model);
  const trainedTokens = training.tokens * hyperparameters.n_epochs;
  const done = await finishedModel(files, { directory, identity });
  if (done !== undefined) return { ...done, trainedTokens };

  const memory = allocateMemory(model.base.shape, { training: training.store, validation: validation.store });
  memory.parameters.set(model.parameters.all);
  const saved = await restoreState(files, { directory, request: identity }, memory);
  const order = { examples: request.training.length, batchSize: hyperparameters.batch_size, seed };
  const stepsPerEpoch = Math.ceil(order.examples / order.batchSize);
  const totalSteps = stepsPerEpoch * hyperparameters.n_epochs;
  const peakRate = model.base.learningRate * hyperparameters.learning_rate_multiplier;
  const pack = (step: number): Uint8Array =>
    packModel({ base: model.base, step, request: identity }, memory.parameters);

  await teams.run(memory, hyperparameters.batch_size, async (team) => {
    let unsaved = 0;
    for (let epoch = saved?.epoch ?? 0; epoch < hyperparameters.n_epochs; epoch++) {
      let metrics: StepMetrics | undefined;
      for (const [index, examples] of batchesOf(epoch, order).entries()) {
        throwIfAborted(hooks.signal);
        const step = epoch * stepsPerEpoch + index + 1;
        const started = performance.now();
        const { loss, accuracy } = await team.step(examples, { rate: peakRate * rateAt(step, totalSteps), step });
        const seconds = (performance.now() - started) / 1000;
        if (!Number.isFinite(loss)) throw diverged(step);
        metrics = {
          step,
          totalSteps,
          trainLoss: loss,
          trainAccuracy: accuracy,
          ...(index + 1 === stepsPerEpoch ? await validationMetrics(team, validation) : {}),
          tokensPerSecond: tokensOf(training, examples) / seconds,
        };
        hooks.onStep?.(metrics);
      }
      if (metrics === undefined) throw new Error("an epoch without steps");
      const { step } = metrics;
      unsaved += training.tokens;
      const due = dueAfter({ done: epoch + 1, all: hyperparameters.n_epochs }, unsaved);
      const file = join(directory, checkpointFileName(step));
      if (due.checkpoint) await files.writeAtomic(file, pack(step));
      if (due.state) {
        await saveState(files, { directory, state: { request: identity, epoch: epoch + 1 } }, memory);
        unsaved = 0;
      }
      if (due.checkpoint) hooks.onCheckpoint?.({ step, file, metrics });
      throwIfAborted(hooks.signal);
    }
  });

  const file = join(directory, modelFileName);
  const bytes = pack(totalSteps);
  await files.writeAtomic(file, bytes);
  await removeState(files, directory);
  return { file, sha256: sha256(bytes), trainedTokens };
}

/** @throws FtpipeError EXAMPLE_INVALID that names the first example that the model can't take. */
async function encodeWhole(
  { base }: LoadedModel,
  examples: readonly TrainingExample[],
  name: "training" | "validation",
): Promise<EncodedExamples> {
  const encoded = await encodeExamples(base, examples);
  const [fault] = encoded.faults;
  if (fault !== undefined) {
    const more = encoded.faults.length > 1 ? ` ${encoded.faults.length} examples can't be used in all.` : "";
    throw new FtpipeError(
      "EXAMPLE_INVALID",
      `Line ${fault.index + 1} of the ${name} examples: ${fault.message}${more}`,
    );
  }
  if (name === "training" && examples.length === 0) {
    throw new FtpipeError("EXAMPLES_TOO_FEW", "There are no training examples.");
  }
  return encoded;
}

/** Names all that decides the weights; validation examples only watch. */
function requestHash({ model, training, hyperparameters, seed }: TrainRequest, loaded: LoadedModel): Sha256 {
  const start = "base" in model ? model.base : loaded.sha256;
  const tokenizer = tokenizerOf(loaded.base).sha256;
  return hashJson({ engine: engineVersion, tokenizer, start, training, hyperparameters, seed });
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
  team: Team,
  { store }: EncodedExamples,
): Promise<Pick<StepMetrics, "validationLoss" | "validationAccuracy">> {
  if (sequenceCount(store) === 0) return {};
  const { loss, accuracy } = await team.evaluate();
  return { validationLoss: loss, validationAccuracy: accuracy };
}

function tokensOf({ store: { starts } }: EncodedExamples, examples: readonly number[]): number {
  return examples.reduce((sum, example) => sum + starts[example + 1]! - starts[example]!, 0);
}

function diverged(step: number): FtpipeError {
  return new FtpipeError("JOB_FAILED", `The loss is no longer a number at step ${step}: the training diverged.`, {
    hint: "Lower learning_rate_multiplier.",
  });
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new DOMException("The training was stopped.", "AbortError");
}

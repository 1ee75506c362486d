import { FtpipeError } from "../core/errors.ts";
import { automaticEpochs } from "../dataset/tokens.ts";
import type { ExportMethod, Style, Trainer } from "../export/trainer.ts";
import type { ExportOrder } from "../export/write.ts";
import type { StageOutput } from "../run/stage.ts";
import { measure } from "./estimate.ts";
import { resolvedHyperparameters, type TrainInputs } from "./train.ts";
import type { World } from "./world.ts";

/** What is trained, which is known before the data is. */
export interface Exportable {
  readonly method: ExportMethod;
  readonly base: string;
}

export interface ExportChoice extends Exportable {
  readonly trainer: Trainer;
  readonly style: Style;
  readonly signal: AbortSignal;
}

/**
 * @param base As it was asked for; undefined: the model of the target, if its weights can be had.
 * @throws FtpipeError TARGET_UNSUPPORTED for a method that can't be exported; USAGE without a base.
 */
export function exportable(world: World, base: string | undefined): Exportable {
  return { method: exportMethod(world), base: base ?? openWeights(world) };
}

/**
 * What is exported of a pipeline whose local stages have run.
 * @throws FtpipeError TARGET_UNSUPPORTED for data that the trainer can't take.
 */
export async function exportOrder(
  world: World,
  outputs: ReadonlyMap<string, StageOutput>,
  { trainer, style, method, base, signal }: ExportChoice,
): Promise<Omit<ExportOrder, "directory">> {
  const { pipeline, ports } = world;
  const split = outputs.get("split") as TrainInputs["split"];
  const size = await measure(world, split, signal);
  if (size.images !== undefined) {
    throw unsupported(
      `${size.images} examples hold images, which an export can't carry: the trainers want them as files of another form.`,
      "Export a pipeline of texts, or train at a provider.",
    );
  }
  const refused = trainer.refuses({ method, style, tools: size.tools ?? 0 });
  if (refused !== undefined) throw unsupported(refused, undefined);
  const hyperparameters = resolvedHyperparameters(world);
  const { training, validation } = split.value;
  return {
    trainer,
    inputs: {
      pipeline: pipeline.name,
      method,
      style,
      base,
      hyperparameters,
      automaticEpochs: automaticEpochs(training.examples),
      seed: seedOf(world),
      longestTokens: size.longest,
      encoding: size.encoding.name,
    },
    data: {
      training: split.files.train.path,
      validation: validation.examples === 0 ? undefined : split.files.validation.path,
    },
    notes: notesOf(world, hyperparameters, size.tools ?? 0),
    files: ports.files,
    signal,
  };
}

const unsupported = (message: string, hint: string | undefined) =>
  new FtpipeError("TARGET_UNSUPPORTED", message, { hint });

/** @throws FtpipeError TARGET_UNSUPPORTED */
function exportMethod({ pipeline, loaded }: World): ExportMethod {
  const { method } = pipeline.training;
  if (method !== "reinforcement") return method;
  throw new FtpipeError(
    "TARGET_UNSUPPORTED",
    "Reinforcement can't be exported: trainers want its reward as Python of their own, and graders are none.",
    { hint: "Export a pipeline with method: supervised or dpo.", location: loaded.locate("/training/method") },
  );
}

/** The target's own model where it is one of Hugging Face's. @throws FtpipeError USAGE */
function openWeights({ target }: World): string {
  const { model } = target.settings;
  if (/^[\w.-]+\/[\w.-]+$/.test(model)) return model;
  throw new FtpipeError("USAGE", `The weights of ${model}, the model of target ${target.name}, can't be had.`, {
    hint: "Name a base whose weights can: --base Qwen/Qwen3-8B, say, or a folder. Another target's: --from",
  });
}

function seedOf({ pipeline, target }: World) {
  const own = (target.settings["seed"] as number | undefined) ?? pipeline.training.seed;
  return own === undefined
    ? { value: pipeline.dataset.seed, why: "dataset.seed, as training has none" }
    : { value: own, why: "seed of the pipeline" };
}

/** What of the pipeline can't be carried over, or is to be done elsewhere. */
function notesOf(
  { pipeline }: World,
  hyperparameters: ReturnType<typeof resolvedHyperparameters>,
  tools: number,
): readonly string[] {
  const multiplier = hyperparameters["learning_rate_multiplier"];
  const { response_format: format, parallel_tool_calls: parallel } = pipeline.dataset;
  return [
    ...(multiplier === undefined
      ? []
      : [
          `learning_rate_multiplier ${multiplier} is not converted: nobody knows the rate that the provider multiplies. The learning rate of the config is the trainer's usual one.`,
        ]),
    ...(format === undefined
      ? []
      : [
          `Answers follow response_format ${format.type}: the rows show it, and whoever serves the model must ask for it.`,
        ]),
    ...(tools === 0
      ? []
      : ["Tools are shown to the model by the base's chat template: choose a base whose template has them."]),
    ...(parallel === undefined
      ? []
      : ["parallel_tool_calls is nothing that trainers know: ask for it when you serve."]),
  ];
}

import type { ExportMethod, Style } from "./trainer.ts";

/** A value with where it is from. */
export interface Noted<Value> {
  readonly value: Value;
  readonly why: string;
}

/** What is known before the data is written. */
export interface RecipeInputs {
  readonly pipeline: string;
  readonly method: ExportMethod;
  readonly style: Style;
  /** Of the weights: a name at Hugging Face, or a folder. */
  readonly base: string;
  /** As the pipeline and its target write them, `auto` left out. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  /** Passes over the data where none are written. */
  readonly automaticEpochs: number;
  readonly seed: Noted<number>;
  /** Tokens of the longest example, as they are counted for the base of the pipeline's target. */
  readonly longestTokens: number;
  readonly encoding: string;
}

/** Rows of the files that were written. */
export interface RowCounts {
  readonly training: number;
  readonly validation: number;
}

/** All that a trainer's config is made from. */
export interface Recipe extends Pick<RecipeInputs, "pipeline" | "method" | "style" | "base" | "seed"> {
  readonly rows: RowCounts;
  /** First digits of the sha256 of the training rows. */
  readonly dataId: string;
  readonly epochs: Noted<number>;
  readonly learningRate: Noted<number>;
  readonly beta: Noted<number>;
  readonly maxLength: Noted<number>;
  readonly batch: Batch;
  readonly lora: Lora;
  /** Steps of the optimizer in which the learning rate rises, on one GPU. */
  readonly warmupSteps: number;
}

export interface Batch {
  /** Rows at once on each GPU. */
  readonly perDevice: number;
  readonly accumulation: number;
  /** Rows of one step on one GPU. */
  readonly effective: number;
  readonly why: string;
}

/** Share of all steps. */
export const warmupShare = 0.03;

export interface Lora {
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
}

/** As in TRL's own examples, where a target names no numbers of its own. */
const usualLora: Lora = { rank: 16, alpha: 32, dropout: 0.05 };

export function recipeOf(inputs: RecipeInputs, rows: RowCounts, dataId: string): Recipe {
  const { pipeline, method, style, base, seed } = inputs;
  const epochs = epochsOf(inputs);
  const maxLength = maxLengthOf(inputs);
  const batch = batchOf(inputs, rows.training, maxLength.value);
  const steps = Math.ceil(rows.training / batch.effective) * epochs.value;
  return {
    pipeline,
    method,
    style,
    base,
    seed,
    rows,
    dataId,
    epochs,
    learningRate: learningRateOf(inputs),
    beta: betaOf(inputs),
    maxLength,
    batch,
    lora: {
      rank: given(inputs, "lora_r") ?? usualLora.rank,
      alpha: given(inputs, "lora_alpha") ?? usualLora.alpha,
      dropout: given(inputs, "lora_dropout") ?? usualLora.dropout,
    },
    warmupSteps: Math.max(1, Math.round(steps * warmupShare)),
  };
}

const given = ({ hyperparameters }: RecipeInputs, name: string): number | undefined => {
  const value = hyperparameters[name];
  return typeof value === "number" ? value : undefined;
};

function epochsOf(inputs: RecipeInputs): Noted<number> {
  const written = given(inputs, "n_epochs");
  return written === undefined
    ? { value: inputs.automaticEpochs, why: "n_epochs is auto; OpenAI's rule for so many examples" }
    : { value: written, why: "n_epochs of the pipeline" };
}

function learningRateOf(inputs: RecipeInputs): Noted<number> {
  const written = given(inputs, "learning_rate");
  if (written !== undefined) return { value: written, why: "learning_rate of the pipeline" };
  const rate =
    inputs.method === "dpo"
      ? { value: 0.00001, why: "ten times TRL's default for DPO of all weights, as is usual for LoRA" }
      : { value: 0.0002, why: "that of TRL's own LoRA example; its default, 2e-5, is for training all weights" };
  const multiplied = inputs.hyperparameters["learning_rate_multiplier"] !== undefined;
  return multiplied ? { ...rate, why: `${rate.why}. learning_rate_multiplier is not converted` } : rate;
}

function betaOf(inputs: RecipeInputs): Noted<number> {
  const written = given(inputs, "beta");
  return written === undefined
    ? { value: 0.1, why: "beta is auto; the trainer's default" }
    : { value: written, why: "beta of the pipeline" };
}

/** Twice the longest example: other tokenizers make more tokens of some texts, and templates add their own. */
function maxLengthOf({ longestTokens, encoding }: RecipeInputs): Noted<number> {
  const step = 256;
  return {
    value: Math.max(512, Math.ceil((longestTokens * 2) / step) * step),
    why: `the longest example has ${longestTokens} tokens of ${encoding}; the base's tokenizer may make more`,
  };
}

/** About so many steps an epoch, if the pipeline names no batch. */
const automaticSteps = 64;
const mostAutomatic = 16;

function batchOf(inputs: RecipeInputs, rows: number, maxLength: number): Batch {
  const written = given(inputs, "batch_size");
  const power = Math.round(Math.log2(Math.max(1, rows / automaticSteps)));
  const effective = written ?? Math.min(mostAutomatic, 2 ** power);
  const fits = maxLength <= 2048 ? [4, 2] : maxLength <= 8192 ? [2] : [];
  const perDevice = fits.find((count) => effective % count === 0) ?? 1;
  return {
    perDevice,
    accumulation: effective / perDevice,
    effective,
    why:
      written === undefined
        ? `batch_size is auto; about ${automaticSteps} steps an epoch, from 1 to ${mostAutomatic} rows`
        : "batch_size of the pipeline",
  };
}

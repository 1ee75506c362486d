import type { ChatMessage, SamplingSettings, Usage } from "../core/chat.ts";
import type { Sha256 } from "../core/hash.ts";

/** Names of the base models that are built in. */
export type BaseName = "ftpipe-mini" | "ftpipe-nano";

/** A base by name, or a tuned model by the absolute path of its file. */
export type ModelRef = { readonly base: BaseName } | { readonly file: string };

/** One training line. Loss is taken on assistant messages whose weight is not 0. */
export interface TrainingExample {
  readonly messages: readonly ChatMessage[];
}

export interface Hyperparameters {
  readonly n_epochs: number;
  readonly batch_size: number;
  readonly learning_rate_multiplier: number;
}

export interface TrainRequest {
  /** What is trained: a base, or a tuned model that is trained further. */
  readonly model: ModelRef;
  readonly training: readonly TrainingExample[];
  readonly validation: readonly TrainingExample[];
  readonly hyperparameters: Hyperparameters;
  readonly seed: number;
  /** Where checkpoints and the final weights go; the folder exists. */
  readonly directory: string;
}

export interface StepMetrics {
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** Mean cross-entropy in nats over the trained tokens of this step's batch. */
  readonly trainLoss: number;
  /** Share of trained tokens whose likeliest prediction was right. */
  readonly trainAccuracy: number;
  /** Over the whole validation set; at the end of an epoch. */
  readonly validationLoss?: number;
  readonly validationAccuracy?: number;
  /** Trained and read tokens a second since the last step; not reproducible, never stored in the lock. */
  readonly tokensPerSecond: number;
}

export interface Checkpoint {
  readonly step: number;
  /** Absolute path of a model file. */
  readonly file: string;
  readonly metrics: StepMetrics;
}

export interface TrainResult {
  readonly file: string;
  /** Of the file's bytes: equal requests give equal bytes on every machine. */
  readonly sha256: Sha256;
  /** Tokens of all training examples times epochs, as providers bill them. */
  readonly trainedTokens: number;
}

export interface TrainHooks {
  readonly onStep?: (metrics: StepMetrics) => void;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  readonly signal?: AbortSignal;
}

export interface CompletionRequest {
  readonly model: ModelRef;
  readonly messages: readonly ChatMessage[];
  readonly sampling: SamplingSettings;
}

export interface Completion {
  readonly content: string;
  readonly finishReason: "stop" | "length";
  readonly usage: Usage;
}

/** An example that the model can't take, by its index from 0. */
export interface ExampleFault {
  readonly index: number;
  readonly message: string;
}

export interface BaseModel {
  readonly name: BaseName;
  readonly parameters: number;
  /** Most tokens of a chat, prompt and answer together. */
  readonly context: number;
  readonly description: string;
}

/**
 * The built-in engine: trains and runs small transformer language models in worker threads. It knows
 * nothing of HTTP, files of a pipeline, or jobs.
 */
export interface Engine {
  /** Raised whenever equal requests give other bits than before. */
  readonly version: string;
  readonly bases: readonly BaseModel[];
  /** Examples that do not fit the context or hold nothing to learn from. */
  validate(model: ModelRef, examples: readonly TrainingExample[]): Promise<readonly ExampleFault[]>;
  /**
   * Fills `auto` by OpenAI's published rule for epochs and the engine's own for the rest.
   * @param given Only what the caller set.
   */
  resolveHyperparameters(model: ModelRef, examples: number, given: Partial<Hyperparameters>): Hyperparameters;
  /**
   * Trains to the end. Goes on from the newest checkpoint that it finds in `directory`, to the same bits.
   * @throws DOMException AbortError when the signal is aborted; what was saved stays.
   */
  train(request: TrainRequest, hooks?: TrainHooks): Promise<TrainResult>;
  /** @throws Error when the prompt alone does not fit the context. */
  complete(request: CompletionRequest): Promise<Completion>;
  /** Ends the worker threads. */
  close(): Promise<void>;
}

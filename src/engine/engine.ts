import type { ResponseFormat, SamplingSettings, TextMessage, Usage } from "../core/chat.ts";
import type { Sha256 } from "../core/hash.ts";

/** Names of the base models that are built in. */
export type BaseName = "ftpipe-mini" | "ftpipe-nano";

/** A base by name, or a tuned model by the absolute path of its file. */
export type ModelRef = { readonly base: BaseName } | { readonly file: string };

/** One line of supervised training. Loss is taken on assistant messages whose weight is not 0. */
export interface TrainingExample {
  readonly messages: readonly TextMessage[];
}

/** One line of direct preference optimisation: two answers to the same chat, which is context only. */
export interface PreferenceExample {
  readonly input: readonly TextMessage[];
  readonly preferred: string;
  readonly rejected: string;
}

export interface Hyperparameters {
  readonly n_epochs: number;
  readonly batch_size: number;
  readonly learning_rate_multiplier: number;
}

export interface DpoHyperparameters extends Hyperparameters {
  /** How closely the model is held to what it was: the higher, the closer. Above 0, at most 2. */
  readonly beta: number;
}

/**
 * `supervised` learns the answers of chats. `dpo`, direct preference optimisation, learns which of two answers is
 * the better one; it is meant for a model that was tuned to give such answers before.
 */
export type TrainRequest = SupervisedRequest | DpoRequest;

export interface SupervisedRequest extends RequestOf<TrainingExample, Hyperparameters> {
  readonly method?: "supervised";
}

export interface DpoRequest extends RequestOf<PreferenceExample, DpoHyperparameters> {
  readonly method: "dpo";
}

/** What becomes of an example longer than the model's context: it is refused, or only its beginning is learnt from. */
export type OverContext = "refuse" | "cut";

interface RequestOf<Example, Settings> {
  /** What is trained: a base, or a tuned model that is trained further. */
  readonly model: ModelRef;
  readonly training: readonly Example[];
  readonly validation: readonly Example[];
  readonly hyperparameters: Settings;
  /** Default: refuse. */
  readonly overContext?: OverContext | undefined;
  readonly seed: number;
  /** Where checkpoints and the final weights go; the folder exists. */
  readonly directory: string;
}

export interface StepMetrics {
  /** From 1. */
  readonly step: number;
  readonly totalSteps: number;
  /** Mean over this step's batch: of the trained tokens' cross-entropy in nats; in dpo, of the pairs' loss. */
  readonly trainLoss: number;
  /**
   * Share of trained tokens whose likeliest prediction was right; in dpo, of pairs whose preferred answer has
   * gained more on the rejected one than it has in the model that training started from.
   */
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
  /** Tokens of all training examples times epochs, as providers bill them; of a pair, the chat and both answers. */
  readonly trainedTokens: number;
}

export interface TrainHooks {
  readonly onStep?: (metrics: StepMetrics) => void;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
  readonly signal?: AbortSignal;
}

export interface CompletionRequest {
  readonly model: ModelRef;
  readonly messages: readonly TextMessage[];
  readonly sampling: Omit<SamplingSettings, "response_format">;
  /** The form that the answer must have; default: any text. */
  readonly responseFormat?: ResponseFormat;
}

export interface Completion {
  readonly content: string;
  readonly finishReason: "stop" | "length";
  readonly usage: Usage;
}

export interface CompletionHooks {
  /** Gets the answer piece by piece, as it is written; all pieces together are its content. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Ends the work on an answer that nobody waits for. */
  readonly signal?: AbortSignal | undefined;
}

/** An example that the model can't take, or not whole, by its index from 0. */
export interface ExampleFault {
  readonly index: number;
  readonly message: string;
  /** Its beginning is learnt from; without this, nothing of it is. */
  readonly cut?: true;
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
  /** Examples that do not fit the context or hold nothing to learn from. @param overContext Default: refuse. */
  validate(
    model: ModelRef,
    examples: readonly (TrainingExample | PreferenceExample)[],
    overContext?: OverContext,
  ): Promise<readonly ExampleFault[]>;
  /**
   * Fills `auto` by OpenAI's published rule for epochs and the engine's own for the rest.
   * @param given Only what the caller set.
   */
  resolveHyperparameters(model: ModelRef, examples: number, given: Partial<Hyperparameters>): Hyperparameters;
  /** The same for `dpo`. @param examples Pairs of answers. */
  resolveDpoHyperparameters(model: ModelRef, examples: number, given: Partial<DpoHyperparameters>): DpoHyperparameters;
  /**
   * Trains to the end. Goes on from the state that it finds in `directory`, to the same bits.
   * @throws DOMException AbortError when the signal is aborted, with the state saved after the step under way.
   */
  train(request: TrainRequest, hooks?: TrainHooks): Promise<TrainResult>;
  /**
   * Finds what is wrong with a request before it tells of any text.
   * @throws Error when the prompt alone does not fit the context.
   * @throws FtpipeError RESPONSE_FORMAT_INVALID when the format can't be honoured, or no answer in it is short enough.
   * @throws DOMException AbortError when the signal is aborted.
   */
  complete(request: CompletionRequest, hooks?: CompletionHooks): Promise<Completion>;
  /** Ends the worker threads. */
  close(): Promise<void>;
}

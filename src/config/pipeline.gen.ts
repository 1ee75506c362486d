/* Generated from schemas/ by schemas/generate.ts, defaults filled in. Do not edit. */

export type Source = never;
export type Rule = never;
export type Share =
  | number
  | {
      /**
       * A file of the same type as the source, relative to this file.
       */
      path: string;
    };
export type Target = never;
export type Assertion = never;

/**
 * A fine-tuning pipeline: where rows come from, how they become chat messages, which rules the data must meet, how to train, how to judge the result.
 */
export interface Pipeline {
  /**
   * Version of this file format.
   */
  version: 1;
  /**
   * Unique in the repository; names the build folder and the lock. Lower-case letters, digits and hyphens.
   */
  name: string;
  /**
   * What the pipeline is for, in one line.
   */
  description?: string;
  source: Source;
  dataset: Dataset;
  training: Training;
  /**
   * Where to train, by a name of your own: a provider, a base model, settings.
   */
  targets: {
    [k: string]: Target;
  };
  /**
   * The target that a run without --target takes; needed when there are several.
   */
  default_target?: string;
  evaluation: Evaluation;
}
/**
 * How a row becomes training examples, and what they must meet.
 */
export interface Dataset {
  /**
   * Seeds {{pick}}, {{shuffle}} and the split. Another seed draws anew everywhere.
   */
  seed: number;
  /**
   * The chat of one example, rendered for each row. Leave out for a source of ready-made messages.
   */
  messages: Message[];
  /**
   * Examples per row. {{pick}} and {{shuffle}} draw anew for each; equal ones collapse.
   */
  variants: number;
  /**
   * Rules on top of the format that OpenAI's API demands, which is always checked.
   */
  rules: Rule[];
  split: Split;
}
/**
 * One message: a role, and either `content` or `template`.
 */
export interface Message {
  /**
   * Who speaks.
   */
  role: "system" | "user" | "assistant";
  /**
   * A Handlebars template, inline.
   */
  content?: string;
  /**
   * The path of a Handlebars template, relative to this file.
   */
  template?: string;
  /**
   * Assistant messages only: 0 keeps the message as context and does not train on it.
   */
  weight?: 0 | 1;
}
/**
 * Rows held out from training. By a hash of the row's key (or group), so that adding rows moves no other.
 */
export interface Split {
  validation: Share;
  test: Share;
  /**
   * A column; rows with the same value stay in one split.
   */
  group_by?: string;
}
/**
 * Settings of the fine-tuning job.
 */
export interface Training {
  /**
   * supervised: learn to give the assistant's messages.
   */
  method: "supervised";
  /**
   * Becomes part of the tuned model's name.
   */
  suffix?: string;
  /**
   * Seeds the training, where the provider honours it.
   */
  seed?: number;
  hyperparameters: Hyperparameters;
}
/**
 * auto, or left out: the provider chooses.
 */
export interface Hyperparameters {
  /**
   * Passes over the training data, 1 to 50, or auto.
   */
  n_epochs?: number | string;
  /**
   * Examples per step, 1 to 256, or auto.
   */
  batch_size?: number | string;
  /**
   * Factor on the provider's own learning rate, above 0, or auto.
   */
  learning_rate_multiplier?: number | string;
  /**
   * Absolute learning rate, for providers that take one; never converted.
   */
  learning_rate?: number;
}
/**
 * How the tuned model is judged, beside its base.
 */
export interface Evaluation {
  /**
   * What answers the same cases: base (the untuned model), previous (the model accepted last).
   */
  compare: ("base" | "previous")[];
  defaults: Sampling;
  /**
   * Cases, each with its assertions.
   *
   * @minItems 1
   */
  tests: Test[];
  /**
   * Rules that pass or fail the run. Without any, a run is not gated.
   */
  gate: GateRule[];
}
/**
 * How answers are sampled.
 */
export interface Sampling {
  /**
   * 0: always the likeliest token.
   */
  temperature: number;
  /**
   * Share of probability mass that is sampled from.
   */
  top_p?: number;
  /**
   * Most tokens of an answer.
   */
  max_tokens: number;
  /**
   * Seeds the sampling, where the provider honours it.
   */
  seed?: number;
  /**
   * Texts that end an answer.
   *
   * @maxItems 4
   */
  stop?: string[];
}
/**
 * One case (`vars`, `prompt` or `messages`), or one per held-out row (`from`).
 */
export interface Test {
  /**
   * Shown in the report.
   */
  description?: string;
  /**
   * Stands for a row: the messages before the assistant's last are rendered from it.
   */
  vars?: {};
  /**
   * One case for each held-out row; {{expected}} is its answer.
   */
  from?: "split.test" | "split.validation";
  /**
   * A user message, sent after the data's one system message.
   */
  prompt?: string;
  /**
   * The chat to send, as it is.
   *
   * @minItems 1
   */
  messages?: CaseMessage[];
  /**
   * What the answer must meet; all of it.
   *
   * @minItems 1
   */
  assert: Assertion[];
}
export interface CaseMessage {
  /**
   * Who speaks.
   */
  role: "system" | "user" | "assistant";
  /**
   * A template over the case's vars.
   */
  content: string;
}
/**
 * One bound on one metric.
 */
export interface GateRule {
  /**
   * pass_rate, accuracy (needs a one_of rule), or the `metric` of an assertion.
   */
  metric: string;
  /**
   * Least value, as a share: 0.8 is 80 %.
   */
  minimum?: number;
  /**
   * Greatest value, as a share.
   */
  maximum?: number;
  /**
   * Compare with this model instead of a fixed value.
   */
  against?: "base" | "previous";
  /**
   * Least gain over `against`: 0.2 is 20 points.
   */
  minimum_gain?: number;
  /**
   * Greatest loss against `against`: 0.02 is 2 points.
   */
  maximum_drop?: number;
}

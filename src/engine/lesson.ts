import { FtpipeError } from "../core/errors.ts";
import type { EncodedExamples } from "./examples.ts";
import type { LabelSlot } from "./labels.ts";
import type { ExampleStores } from "./shard.ts";
import type { MeanLoss, StepSettings, Team } from "./team.ts";

/** What a method makes of a request: its examples in tokens, and how a step learns from them. */
export interface Lesson {
  readonly stores: ExampleStores;
  /** Sequences of a full batch. */
  readonly batchSequences: number;
  /** Tokens of all training examples, counted once. */
  readonly tokens: number;
  /** Kept beside the weights: where answers hold one of a few labels. */
  readonly labels: readonly LabelSlot[] | undefined;
  /** Learning rate at its peak. */
  readonly peakRate: number;
  /** Tokens that a step on these examples trains on and reads. */
  tokensOf(examples: readonly number[]): number;
  /** To be called before anything is learnt: the memory holds the weights that the training starts from. */
  begin(team: Team, signal: AbortSignal | undefined): Promise<Learner>;
}

export interface Learner {
  /** One step on these examples of the request. */
  step(examples: readonly number[], settings: StepSettings): Promise<MeanLoss>;
  /** Over all validation examples; undefined if there are none. */
  evaluate(): Promise<MeanLoss | undefined>;
}

/** @throws FtpipeError EXAMPLE_INVALID that names the first example that the model can't take. */
export function refuseFaults({ faults }: EncodedExamples, name: "training" | "validation" | "replayed"): void {
  const refused = faults.filter(({ cut }) => cut === undefined);
  const [fault] = refused;
  if (fault === undefined) return;
  const more = refused.length > 1 ? ` ${refused.length} examples can't be used in all.` : "";
  throw new FtpipeError("EXAMPLE_INVALID", `Line ${fault.index + 1} of the ${name} examples: ${fault.message}${more}`);
}

/** @throws DOMException AbortError. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new DOMException("The training was stopped.", "AbortError");
}

import type { Problem } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import type { AtomicWriter } from "../core/ports.ts";

/** A file that a stage made. It lies in the cache under its stage's key. */
export interface Artifact {
  /** Absolute; not part of any hash. */
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/** What a stage yields: a JSON value, small, and files. Both are hashed. */
export interface StageOutput<Value = unknown, File extends string = string> {
  readonly value: Value;
  readonly files: Readonly<Record<File, Artifact>>;
}

/** Live news from a running stage, for those who watch. Not part of its output. */
export interface StageProgress {
  /** One line that replaces the one before, such as `step 84/123  loss 0.41`. */
  readonly message: string;
  /** Whole facts to keep in a log, such as a created job's id; default false: only shown live. */
  readonly keep?: boolean;
  /** The same as data, for `--json`. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface StageContext<World, Inputs> {
  readonly world: World;
  readonly inputs: Inputs;
  /** Opens a file of this stage's output. @param name Such as `train.jsonl`. */
  readonly create: (name: string) => Promise<OutputFile>;
  /** Makes a finished file of another stage this one's, under this name; where it was, it is no more. */
  readonly adopt: (name: string, file: Artifact) => Promise<Artifact>;
  readonly progress: (progress: StageProgress) => void;
  /** Warnings are collected, shown with the stage, and kept with its output. Errors are thrown. */
  readonly warn: (problem: Problem) => void;
  readonly signal: AbortSignal;
}

export interface OutputFile {
  write: AtomicWriter["write"];
  /** Ends the file. It becomes part of the output when the stage returns it. */
  finish(): Promise<Artifact>;
  /** Throws the file away, if it is not finished. The runner does so for a stage that fails. */
  discard(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: the types of a stage's neighbours are inferred where it is defined; a list of stages holds them all.
export type AnyStage<World> = Stage<World, any, any, any>;

export type OutputsOf<Needs> = {
  readonly [K in keyof Needs]: Needs[K] extends Stage<infer _World, infer _Needs, infer Value, infer File>
    ? StageOutput<Value, File>
    : never;
};

/**
 * A step of the graph. `settings` and `inputs` are all that its result depends on: they are its record,
 * which is hashed for the cache key and written to the lock.
 */
export interface Stage<World, Needs, Value, File extends string> {
  readonly name: string;
  /** Raised when the code gives another result for equal inputs. Local stages only: a paid stage never re-runs because of it. */
  readonly version: number;
  /** `local` stages are free and run by themselves; `remote` ones call a provider. */
  readonly effect: "local" | "remote";
  readonly needs: Needs;
  /** What a stage with nothing to do for this target yields, and why; undefined if it runs. */
  readonly skip?: (world: World) => { readonly because: string; readonly value: Value } | undefined;
  /** All settings that the result depends on, as JSON. */
  readonly settings: (world: World, inputs: OutputsOf<Needs>) => unknown | Promise<unknown>;
  /** sha256 by name of what the result depends on; default: of each need's whole output. */
  readonly inputs?: (inputs: OutputsOf<Needs>) => Readonly<Record<string, Sha256>>;
  /** False for a stage whose work is its side effect, so that it runs each time. Default true. */
  readonly keeps?: boolean;
  /** Whether the value alone will do when its files are not on this machine. Default false. */
  readonly filesOptional?: boolean;
  readonly run: (
    context: StageContext<World, OutputsOf<Needs>>,
  ) => Promise<{ readonly value: Value; readonly files: Readonly<Record<File, Artifact>> }>;
  /** The result in one line, for people. */
  readonly describe: (value: Value, world: World) => StageSummary;
}

export interface StageSummary {
  /** Such as `304 examples from 152 rows × 2`. */
  readonly text: string;
  /** A second column: a path, an id, a price. */
  readonly note?: string;
}

/** Binds the type of the world once, so that stages infer the rest. */
export function stageFactory<World>() {
  return function defineStage<const Needs, Value, File extends string = never>(
    stage: Stage<World, Needs, Value, File>,
  ): Stage<World, Needs, Value, File> {
    return stage;
  };
}

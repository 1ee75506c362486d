import type { LoadedPipeline } from "../config/loaded.ts";
import type { Pipeline } from "../config/pipeline.gen.ts";
import type { Sha256 } from "../core/hash.ts";
import type { Once } from "../core/once.ts";
import type { Ports } from "../core/ports.ts";
import type { ExampleContent } from "../dataset/example.ts";
import type { Account } from "../providers/account.ts";
import type { Capabilities, Connection, ProviderDefinition, TargetSettings } from "../providers/provider.ts";
import type { FileHashes } from "../run/file-hashes.ts";
import type { Journal } from "../run/journal.ts";
import type { Lock } from "../run/lock.ts";
import { type Artifact, stageFactory } from "../run/stage.ts";

/** The target that this run trains. */
export interface SelectedTarget {
  readonly name: string;
  readonly settings: TargetSettings;
  readonly provider: ProviderDefinition;
  readonly capabilities: Capabilities;
}

/** The weights of a tuned model, by what made them. */
export interface LocalModel {
  readonly sha256: string;
  /** Version of the engine that trained it: another version may give other bits. */
  readonly engineVersion: string;
}

export interface LimitFault {
  readonly message: string;
  /** Its beginning will be trained on. */
  readonly cut: boolean;
}

export interface ModelLimits {
  /** Part of what a result depends on. */
  readonly version: string;
  /** Why each of the examples can't be trained on, or only in part; undefined for one that can. */
  readonly faults: (examples: readonly ExampleContent[]) => Promise<readonly (LimitFault | undefined)[]>;
}

/** All that stages may use. Settings that a result depends on must be named in the stage's `settings`. */
export interface World {
  readonly loaded: LoadedPipeline;
  readonly pipeline: Pipeline;
  readonly target: SelectedTarget;
  readonly ports: Ports;
  /** Of the data files. */
  readonly fileHashes: FileHashes;
  /** Most threads of local work. They change its speed only. */
  readonly workers: number;
  /** Whether the data's tokens will be asked for, so that they are best counted while they are made. */
  readonly measures: boolean;
  /** The provider, connected at the first call; local stages never call it. */
  readonly connection: () => Promise<Connection>;
  /** The whole account, opened when it is asked for; undefined where the provider lists nothing. */
  readonly account: () => Promise<Account | undefined>;
  /** @param listener Told until when all requests wait, milliseconds since 1970, whenever the provider asks for a long pause. */
  readonly hearHolds: (listener: (until: number) => void) => void;
  /** Where reports of this run go: `.ftpipe/runs/<id>`. */
  readonly runDirectory: string;
  /** A model to judge in place of the one that this run would train (`ftpipe eval --model`). */
  readonly modelOverride: string | undefined;
  /**
   * Which attempt of equal inputs this run is about: the latest in the lock, one more with `--new-attempt`, else 1.
   * @param fingerprintOf The fingerprint that the inputs have at an attempt.
   */
  readonly attemptOf: (fingerprintOf: (attempt: number) => Sha256) => number;
  /** Changes the lock file as it is now: runs of other targets write to it too. */
  readonly updateLock: (change: (lock: Lock) => Lock) => Promise<void>;
  /** Records beside the lock which rows its models were made from. @param manifest Of this run's split. */
  readonly keepRows: (manifest: Artifact) => Promise<void>;
  /**
   * Proves that what a job leaves behind can be written, and holds some room for it.
   * @throws FtpipeError FILE_UNWRITABLE
   */
  readonly holdRoom: () => Promise<void>;
  /** Write-ahead intents of everything that is created at a provider. */
  readonly journal: Journal;
  /** Whether the run only goes on with what was begun, and creates no job that was not. */
  readonly resumes: boolean;
  /** Names the lock that this process holds for its pipeline and target, on this machine. */
  readonly lockName: string;
  /** What the base model of this target can't take, told before anything is sent; undefined where only the provider knows. */
  readonly limits: ModelLimits | undefined;
  /** Whether a job's model has no weights any more, so that the job is as good as never run. */
  readonly modelLost: (model: string) => Promise<boolean>;
  /** Shares work between the targets of a pipeline. */
  readonly once: Once;
  /** Weights of the built-in engine's tuned models on this machine. */
  readonly localModel: (model: string) => Promise<LocalModel | undefined>;
  /** Longest wait for a job, milliseconds; undefined: as long as it takes. */
  readonly waitTimeoutMs: number | undefined;
  /**
   * The model that a tuned model is compared with: the one accepted before it, on whatever target. For a model
   * that is judged already, the one that it was judged against, so that its verdict stays what it was.
   */
  readonly predecessorOf: (tuned: string) => Predecessor | undefined;
}

export interface Predecessor {
  readonly model: string;
  readonly target: SelectedTarget;
  /** Of the run that judged it, as the lock has it. */
  readonly evidence?: string | undefined;
}

export const defineStage = stageFactory<World>();

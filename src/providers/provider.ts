import type { ChatMessage, SamplingSettings, ToolSettings, Usage } from "../core/chat.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import type { OptionsSchema } from "../core/options-schema.ts";
import type { ByteRange, Ports } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import type { Account } from "./account.ts";

export type TrainingMethod = "supervised" | "dpo" | "reinforcement";

/** Hyperparameters that a method has of its own, wherever it is offered. */
export const methodHyperparameters: Readonly<Record<TrainingMethod, readonly string[]>> = {
  supervised: [],
  dpo: ["beta"],
  reinforcement: ["reasoning_effort", "compute_multiplier", "eval_interval", "eval_samples"],
};

/** What a provider wants of the data for one of its methods. */
export interface MethodLimits {
  readonly mostExamples?: number;
  readonly mostValidationExamples?: number;
  /** Whether a job is not much use, or refused, without held-out examples. */
  readonly wantsValidation?: boolean;
}

/** What a provider can do, as data: stages and checks read it, nobody asks for a provider by name. */
export interface Capabilities {
  /** Whether it can train at all; one that can't is only asked. */
  readonly trains: boolean;
  /** Whether what answers is no model that could be accepted, as an echo is. Default: false. */
  readonly isNoModel?: boolean;
  readonly methods: readonly TrainingMethod[];
  /** Whether training costs money, so that consent is needed. */
  readonly paid: boolean;
  /** Whether the untuned base answers chats. */
  readonly baseChat: "direct" | "none";
  /** Whether `seed` and `metadata` of a job are honoured. */
  readonly seed: boolean;
  /** Whether a tuned model answers only once it is deployed, which ftpipe does not do. */
  readonly needsDeploy: boolean;
  /** The name under which the untuned base answers, where it is another than the one that is trained. */
  readonly baseName?: string | undefined;
  /** Whether a job can be paused and resumed. */
  readonly pauses: boolean;
  /** Whether models from the midst of training are kept, and worth a look. */
  readonly checkpoints: boolean;
  /** Hyperparameters that a job may set, whatever its method; `methodHyperparameters` come on top. */
  readonly hyperparameters: readonly string[];
  readonly roles: readonly string[];
  /** Whether examples may declare tools and call them, and whether users may show images. */
  readonly tools: boolean;
  readonly images: boolean;
  /** Most training examples that may hold images; undefined: not known, or without limit. */
  readonly mostImageExamples?: number | undefined;
  /** Fewest training examples that a job takes; undefined: not known. */
  readonly fewestExamples?: number | undefined;
  /** Most training examples that a job takes; undefined: not known, or without limit. */
  readonly mostExamples?: number | undefined;
  /** On top, by method. */
  readonly limitsOfMethod?: Readonly<Partial<Record<TrainingMethod, MethodLimits>>> | undefined;
  /** Greatest size of an uploaded file, bytes; undefined: not known. */
  readonly maxFileBytes?: number | undefined;
  /** Files larger than `above` go up in parts of `bytes`; undefined: every file in one request. */
  readonly uploadParts?: { readonly above: number; readonly bytes: number } | undefined;
  /** Tokens of an example that are trained on: what is longer is cut at its end. Undefined: not known. */
  readonly maxTokensPerExample?: number | undefined;
  /** Longest suffix, characters. */
  readonly maxSuffix: number;
  /** Milliseconds between two looks at a job: grows from the first to the second. */
  readonly poll: { readonly fromMs: number; readonly toMs: number };
  /** How something is found again whose answer was lost. */
  readonly lookUp: LookUp;
  /** Whether the job lives on when ftpipe ends. */
  readonly jobsOutliveProcess: boolean;
  /** Most chat requests at once. */
  readonly maxConcurrency: number;
  /** Name of the parameter that limits an answer's length. */
  readonly maxTokensParameter: "max_tokens" | "max_completion_tokens";
}

/** What a provider offers to find again what it was asked to make. */
export interface LookUp {
  /**
   * Where a job carries its fingerprint: in its metadata, or the first 12 digits at the end of its suffix. none: what
   * became of a request whose answer was lost can't be known, and it is never sent again.
   */
  readonly jobBy: "metadata" | "suffix" | "none";
  /** Seconds until what was accepted is in the list for sure. */
  readonly listLagSeconds: number;
  /** Seconds after its end within which a request that nobody waits for any more may still be accepted. */
  readonly lateSeconds: number;
}

/** Of a service that says nothing of it: together 200 seconds (simulated: `docs/exactly-once.md`). */
export const carefulLookUp: LookUp = { jobBy: "metadata", listLagSeconds: 80, lateSeconds: 120 };

/** Milliseconds after a request's end until all that it made is listed. */
export function settleMs({ listLagSeconds, lateSeconds }: LookUp): number {
  return (listLagSeconds + lateSeconds) * 1000;
}

/** Milliseconds that a request that creates a job may take. */
export const createDeadlineMs = 120_000;

/** Milliseconds that an upload may take: a second more for each 256 KiB. */
export function uploadDeadlineMs(bytes: number): number {
  return 60_000 + Math.ceil(bytes / 262_144) * 1000;
}

/** Milliseconds that the request may take that makes a file: of an upload in parts, that is the last one. */
export function fileDeadlineMs(bytes: number, { uploadParts: parts }: Pick<Capabilities, "uploadParts">): number {
  return parts !== undefined && bytes > parts.above ? createDeadlineMs : uploadDeadlineMs(bytes);
}

/** A file on the way to a provider. */
export interface FileToSend {
  /** At the provider. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: Sha256;
  /** Here, for messages. */
  readonly path: string;
  /** Its bytes, anew for each request. */
  readonly read: (range: ByteRange) => AsyncIterable<Uint8Array>;
}

export interface RemoteFile {
  readonly id: string;
}

/** What is sent to start a job. Keys are as on the wire. */
export interface TrainingSpec {
  readonly method: TrainingMethod;
  readonly model: string;
  readonly trainingFile: string;
  readonly validationFile?: string | undefined;
  /** As written in the pipeline, `auto` left out. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  /** What the method takes beside them, such as the grader of reinforcement. */
  readonly methodFields?: Readonly<Record<string, unknown>> | undefined;
  readonly seed?: number | undefined;
  readonly suffix?: string | undefined;
  /** The provider's own fields, into the request as they stand. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** The same, for those that the fingerprint is not of. Metadata goes beside ftpipe's. */
  readonly labels?: Readonly<Record<string, unknown>> | undefined;
  /** Sent as metadata `ftpipe_fp`, looked for by `find`. */
  readonly fingerprint: Sha256;
}

/** The provider's job. `status` is open: an unknown word counts as running. */
export interface RemoteJob {
  readonly id: string;
  readonly status: string;
  readonly state: "waiting" | "running" | "succeeded" | "failed" | "cancelled";
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly model: string | undefined;
  readonly error: string | undefined;
  readonly trainedTokens: number | undefined;
  /** As the provider resolved them; empty until then. */
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** Ids of files with its metrics; none until it has ended. */
  readonly resultFiles: readonly string[];
  /** The provider's answer as it came, for the evidence. */
  readonly raw?: unknown;
}

/** What is measured at a step of training. Losses in nats. */
export interface JobMetrics {
  readonly step: number;
  readonly totalSteps?: number | undefined;
  readonly trainLoss?: number | undefined;
  readonly validationLoss?: number | undefined;
  readonly trainAccuracy?: number | undefined;
}

/** A model that the provider kept from the midst of training; it answers under its own name. */
export interface Checkpoint {
  readonly id: string;
  readonly step: number;
  readonly model: string;
  readonly metrics: JobMetrics | undefined;
}

export interface JobEvent {
  readonly id: string;
  readonly level: string;
  readonly message: string;
  readonly metrics?: JobMetrics;
}

/** With the tools that the model may call. */
export interface ChatRequest extends ToolSettings {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly sampling: SamplingSettings;
}

export interface ChatAnswer {
  /** What it says; calls of tools as JSON (`messageText`). */
  readonly content: string;
  readonly finishReason: string;
  readonly usage: Usage | undefined;
}

/** Of a call that creates something. */
export interface CreateOptions {
  /** Ends a wait for the server to have room; never a request that has left. */
  readonly signal?: AbortSignal | undefined;
  /** Ends a request that has left: what became of it is then not known. */
  readonly ending?: AbortSignal | undefined;
  /**
   * Called right before a request that leaves late, because the server had no room (429): what is written down of
   * it, its deadline above all, is of an earlier time. If it rejects, nothing is sent.
   */
  readonly beforeSend?: (() => Promise<void>) | undefined;
}

/**
 * A provider with its address and key. Every method rejects with FtpipeError only: CREDENTIALS_REJECTED,
 * PERMISSION_DENIED, QUOTA_EXCEEDED, TRAINING_CLOSED, NETWORK, PROVIDER_UNAVAILABLE, PROVIDER_ANSWER,
 * PROVIDER_REJECTED, MODEL_GONE, JOB_GONE. Creating calls (`upload`, `create`) are sent once and reject
 * with CREATE_AMBIGUOUS when nobody can know whether they took effect, as when their signal is aborted. `upload`
 * rejects with STATE_DAMAGED or FILE_UNREADABLE too, and has then sent nothing whole.
 */
export interface Connection {
  findFile(name: string, bytes: number, signal?: AbortSignal): Promise<RemoteFile | undefined>;
  upload(file: FileToSend, options?: CreateOptions): Promise<RemoteFile>;
  /** All jobs with that fingerprint, whatever became of them, oldest first. */
  find(fingerprint: Sha256, signal?: AbortSignal): Promise<readonly RemoteJob[]>;
  create(spec: TrainingSpec, options?: CreateOptions): Promise<RemoteJob>;
  read(jobId: string, signal?: AbortSignal): Promise<RemoteJob>;
  /** Events after the one with that id, oldest first. */
  events(jobId: string, after: string | undefined, signal?: AbortSignal): Promise<readonly JobEvent[]>;
  cancel(jobId: string, signal?: AbortSignal): Promise<RemoteJob>;
  /** Both only where `pauses` says so. */
  pause(jobId: string, signal?: AbortSignal): Promise<RemoteJob>;
  resume(jobId: string, signal?: AbortSignal): Promise<RemoteJob>;
  /** Those that the provider kept of a job that succeeded, by step. */
  checkpoints(jobId: string, signal?: AbortSignal): Promise<readonly Checkpoint[]>;
  /** The steps of a file that `resultFiles` names. */
  results(fileId: string, signal?: AbortSignal): Promise<readonly JobMetrics[]>;
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatAnswer>;
}

/** The settings of a target that all providers share; a provider's own options come on top. */
export interface TargetSettings {
  readonly provider: string;
  readonly model: string;
  readonly [option: string]: unknown;
}

/** An engine and server on this machine, handed in by the composition root; only `local` uses it. */
export interface LocalServer {
  readonly baseUrl: string;
  readonly key: Secret;
  readonly fetch: typeof globalThis.fetch;
}

export interface ConnectContext {
  readonly ports: Ports;
  /** Opens the built-in server; only for a provider that asks for it. */
  readonly local: () => Promise<LocalServer>;
  /** Told until when all requests wait, milliseconds since 1970, where the provider asked for a long pause. */
  readonly onHold?: ((until: number) => void) | undefined;
}

export interface OptionFault {
  /** JSON pointer within the target, without its first slash. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** Default: PIPELINE_INVALID. */
  readonly code?: ErrorCode;
}

/** A provider: one file in this folder and one line in `index.ts`. */
export interface ProviderDefinition {
  readonly name: string;
  readonly summary: string;
  /** Options of a target beside `provider`, `model`, `hyperparameters`, `suffix`, `seed`. */
  readonly options: OptionsSchema;
  readonly capabilities: (target: TargetSettings) => Capabilities;
  /** What of the target's settings tells one account from another, for the fingerprint: origin, organisation, project. */
  readonly identity: (target: TargetSettings) => Readonly<Record<string, string>>;
  /** Fields of a job's request that only this provider knows, by the target's options; part of the fingerprint. */
  readonly jobFields?: (target: TargetSettings) => Readonly<Record<string, unknown>>;
  /** The same for fields that the model does not depend on, such as labels; not part of the fingerprint. */
  readonly jobLabels?: (target: TargetSettings) => Readonly<Record<string, unknown>>;
  /** Hyperparameters from the target's options, beside those that every provider may have. */
  readonly ownHyperparameters?: (target: TargetSettings) => Readonly<Record<string, number | string | boolean>>;
  /** What is wrong with options that meet the schema. */
  readonly optionFaults?: (target: TargetSettings) => readonly OptionFault[];
  /** @throws FtpipeError CREDENTIALS_MISSING, HOST_UNTRUSTED, KEY_NOT_ALLOWED before anything is sent. */
  readonly connect: (target: TargetSettings, context: ConnectContext) => Promise<Connection>;
  /** Opens the whole account; undefined where the provider lists nothing. @throws as `connect`. */
  readonly openAccount?: (target: TargetSettings, context: ConnectContext) => Promise<Account>;
}

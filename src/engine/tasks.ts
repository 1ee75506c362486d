import { type ErrorCode, FtpipeError } from "../core/errors.ts";
import type { Completion, CompletionRequest } from "./engine.ts";
import type { TrainingMemory } from "./shard.ts";

/** What a worker thread can be asked to do: the message that asks, and the answer. */
export interface Tasks {
  /** Makes a training's memory known to the thread; replaces the one before. */
  readonly begin: { readonly input: TrainingMemory; readonly output: undefined };
  /** Lets go of the training's memory. */
  readonly end: { readonly input: undefined; readonly output: undefined };
  readonly gradient: {
    readonly input: { readonly examples: readonly number[]; readonly scale: number };
    readonly output: undefined;
  };
  readonly reduce: { readonly input: undefined; readonly output: undefined };
  readonly update: {
    readonly input: { readonly rate: number; readonly clip: number; readonly step: number };
    readonly output: undefined;
  };
  readonly evaluate: { readonly input: undefined; readonly output: undefined };
  readonly complete: { readonly input: CompletionRequest & { readonly seed: number }; readonly output: Completion };
}

export type TaskName = keyof Tasks;

export interface TaskMessage<Name extends TaskName = TaskName> {
  readonly task: Name;
  readonly input: Tasks[Name]["input"];
}

export type TaskReply = { readonly output: unknown } | { readonly error: ThrownError };

/** An error as it travels between threads, which keep neither its class nor its fields. */
export interface ThrownError {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
}

export function packError(error: unknown): ThrownError {
  if (error instanceof FtpipeError)
    return { code: error.code, message: error.message, hint: error.hint, stack: error.stack };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: undefined, message, hint: undefined, stack };
}

export function unpackError({ code, message, hint, stack }: ThrownError): Error {
  const error = code === undefined ? new Error(message) : new FtpipeError(code, message, { hint });
  if (stack !== undefined) error.stack = stack;
  return error;
}

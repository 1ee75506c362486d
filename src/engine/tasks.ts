import { type ErrorCode, FtpipeError } from "../core/errors.ts";
import type { Batch, TrainingMemory, UpdateStep } from "./shard.ts";

/** What a worker thread can be asked to do: the message that asks, and the answer. */
export interface Tasks {
  /** Makes a training's memory known to the thread; replaces the one before. */
  readonly begin: {
    readonly input: { readonly memory: TrainingMemory; readonly thread: number };
    readonly output: undefined;
  };
  /** Lets go of the training's memory. */
  readonly end: { readonly input: undefined; readonly output: undefined };
  readonly gradient: { readonly input: Batch; readonly output: undefined };
  readonly reduce: { readonly input: undefined; readonly output: undefined };
  readonly update: { readonly input: UpdateStep; readonly output: undefined };
  readonly measure: { readonly input: readonly number[] | "validation"; readonly output: undefined };
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

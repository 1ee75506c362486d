import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { type TaskName, type TaskReply, type Tasks, unpackError } from "./tasks.ts";

/** A worker thread that does one task at a time. Idle, it does not keep the process alive. */
export interface Thread {
  /** @throws What the task threw, or the error that ended the thread. */
  call<Name extends TaskName>(task: Name, input: Tasks[Name]["input"]): Promise<Tasks[Name]["output"]>;
  /** Whether the thread has ended; it does not come back. */
  readonly ended: boolean;
  /** Stops the thread at once; a task under way is rejected. */
  end(): Promise<void>;
}

interface Pending {
  readonly resolve: (output: never) => void;
  readonly reject: (error: Error) => void;
}

/** The same ending as this file's: .ts from source, .js from the built package. */
const defaultProgram = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** @param program A module that answers each `TaskMessage` by one `TaskReply`. */
export function startThread(program = defaultProgram): Thread {
  // Flags of the main program, such as --input-type or --inspect, are not the thread's business.
  const worker = new Worker(program, { execArgv: [] });
  let pending: Pending | undefined;
  let ended = false;
  const settle = (act: (pending: Pending) => void): void => {
    const waiting = pending;
    pending = undefined;
    worker.unref();
    if (waiting !== undefined) act(waiting);
  };
  worker.unref();
  worker.on("message", (reply: TaskReply) => {
    settle(({ resolve, reject }) => {
      if ("error" in reply) reject(unpackError(reply.error));
      else resolve(reply.output as never);
    });
  });
  worker.on("error", (error) => {
    ended = true;
    const cause = error instanceof Error ? error : new Error(String(error));
    settle(({ reject }) => reject(new Error(`A worker thread of the engine failed: ${cause.message}`, { cause })));
  });
  worker.on("exit", (code) => {
    ended = true;
    settle(({ reject }) =>
      reject(new Error(`A worker thread of the engine ended in the midst of a task (exit code ${code}).`)),
    );
  });
  return {
    call: (task, input) =>
      new Promise((resolve, reject) => {
        if (ended) throw new Error("this worker thread has ended");
        if (pending !== undefined) throw new Error("this worker thread is busy");
        worker.postMessage({ task, input });
        worker.ref();
        pending = { resolve: resolve as Pending["resolve"], reject };
      }),
    get ended() {
      return ended;
    },
    async end() {
      ended = true;
      await worker.terminate();
    },
  };
}

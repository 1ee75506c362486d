import { moduleBeside, type Peer, type PeerEvents, startHere, startPeer, startWorker } from "../core/peer.ts";
import { runTasks } from "./task-program.ts";
import { type TaskMessage, type TaskName, type TaskReply, type Tasks, unpackError } from "./tasks.ts";

/** A thread that does one task at a time. Idle, it does not keep the process alive. */
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

/** @param program A module in place of the engine's, which answers each `TaskMessage` by one `TaskReply`. */
export function startThread(program?: URL): Thread {
  return createThread((events) =>
    program === undefined
      ? startPeer({ module: moduleBeside("worker", import.meta.url), program: runTasks }, events)
      : startWorker(program, events),
  );
}

/** The tasks in this thread, where no other can be had. */
export function startThreadHere(): Thread {
  return createThread((events) => startHere(runTasks, events));
}

function createThread(start: (events: PeerEvents<TaskReply>) => Peer<TaskMessage>): Thread {
  let pending: Pending | undefined;
  let ended = false;
  const settle = (act: (pending: Pending) => void): void => {
    const waiting = pending;
    pending = undefined;
    peer.unref();
    if (waiting !== undefined) act(waiting);
  };
  const peer = start({
    onReply(reply) {
      settle(({ resolve, reject }) => {
        if ("error" in reply) reject(unpackError(reply.error));
        else resolve(reply.output as never);
      });
    },
    onError(cause) {
      ended = true;
      settle(({ reject }) => reject(new Error(`A worker thread of the engine failed: ${cause.message}`, { cause })));
    },
    onExit(code) {
      ended = true;
      settle(({ reject }) =>
        reject(new Error(`A worker thread of the engine ended in the midst of a task (exit code ${code}).`)),
      );
    },
  });
  return {
    call: (task, input) =>
      new Promise((resolve, reject) => {
        if (ended) throw new Error("this worker thread has ended");
        if (pending !== undefined) throw new Error("this worker thread is busy");
        peer.post({ task, input } as TaskMessage);
        peer.ref();
        pending = { resolve: resolve as Pending["resolve"], reject };
      }),
    get ended() {
      return ended;
    },
    async end() {
      ended = true;
      await peer.end();
    },
  };
}

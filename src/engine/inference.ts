import { randomInt } from "node:crypto";
import type { Completion, CompletionRequest } from "./engine.ts";
import { startThread, type Thread } from "./thread.ts";

/** Answers chats in worker threads; what does not find a free one waits its turn. */
export interface InferencePool {
  complete(request: CompletionRequest): Promise<Completion>;
  close(): Promise<void>;
}

/** @param size Most threads; each is started when it is first needed. */
export function createInferencePool(size: number): InferencePool {
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  const waiting: PromiseWithResolvers<Thread>[] = [];
  let closed = false;

  const acquire = async (): Promise<Thread> => {
    if (closed) throw closedError();
    const free = idle.pop();
    if (free !== undefined) return free;
    if (all.size < size) {
      const thread = startThread();
      all.add(thread);
      return thread;
    }
    const turn = Promise.withResolvers<Thread>();
    waiting.push(turn);
    return turn.promise;
  };

  const release = (used: Thread): void => {
    let thread = used;
    if (thread.ended) {
      all.delete(thread);
      if (waiting.length === 0) return;
      thread = startThread();
      all.add(thread);
    }
    const next = waiting.shift();
    if (next === undefined) idle.push(thread);
    else next.resolve(thread);
  };

  return {
    async complete(request) {
      const seed = request.sampling.seed ?? randomInt(2 ** 32);
      const thread = await acquire();
      try {
        return await thread.call("complete", { ...request, seed });
      } finally {
        release(thread);
      }
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(closedError());
      await Promise.all([...all].map((thread) => thread.end()));
    },
  };
}

function closedError(): Error {
  return new Error("The engine was closed.");
}

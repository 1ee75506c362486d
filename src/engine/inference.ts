import { randomInt } from "node:crypto";
import type { Answer, Question } from "./answering.ts";
import type { Completion, CompletionHooks, CompletionRequest } from "./engine.ts";
import type { Peer, PeerEvents } from "./peer.ts";
import { unpackError } from "./tasks.ts";

/** Answers chats in another thread, up to eight of a model together; more wait their turn. */
export interface Inference {
  complete(request: CompletionRequest, hooks?: CompletionHooks): Promise<Completion>;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (completion: Completion) => void;
  readonly reject: (error: Error) => void;
  readonly onText: ((text: string) => void) | undefined;
}

/**
 * The thread starts with the first question, and again with the next one should it ever die.
 * @param startPeer Starts it.
 */
export function createInference(startPeer: (events: PeerEvents<Answer>) => Peer<Question>): Inference {
  const pending = new Map<number, Pending>();
  let peer: Peer<Question> | undefined;
  let closed = false;
  let lastId = 0;

  const settle = (id: number, act: (waiting: Pending) => void): void => {
    const waiting = pending.get(id);
    pending.delete(id);
    // An idle thread must not keep the program alive.
    if (pending.size === 0) peer?.unref();
    if (waiting !== undefined) act(waiting);
  };
  const failAll = (error: Error): void => {
    peer = undefined;
    for (const id of [...pending.keys()]) settle(id, ({ reject }) => reject(error));
  };
  const start = (): Peer<Question> =>
    startPeer({
      onReply(answer) {
        if (answer.kind === "text") pending.get(answer.id)?.onText?.(answer.text);
        else if (answer.kind === "done") settle(answer.id, ({ resolve }) => resolve(answer.completion));
        else settle(answer.id, ({ reject }) => reject(unpackError(answer.error)));
      },
      onError: (cause) => failAll(new Error(`The thread that answers chats failed: ${cause.message}`, { cause })),
      onExit: (code) => failAll(new Error(`The thread that answers chats ended (exit code ${code}).`)),
    });

  return {
    complete: (request, { onText, signal } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) throw closedError();
        signal?.throwIfAborted();
        peer ??= start();
        const asked = peer;
        const id = ++lastId;
        const onAbort = (): void => {
          asked.post({ kind: "cancel", id } satisfies Question);
          settle(id, (waiting) => waiting.reject(new DOMException("The answer is no longer wanted.", "AbortError")));
        };
        const done = (): void => signal?.removeEventListener("abort", onAbort);
        pending.set(id, {
          resolve: (completion) => {
            done();
            resolve(completion);
          },
          reject: (error) => {
            done();
            reject(error);
          },
          onText,
        });
        signal?.addEventListener("abort", onAbort);
        asked.ref();
        const seed = request.sampling.seed ?? randomInt(2 ** 32);
        asked.post({
          kind: "ask",
          id,
          request: { ...request, seed },
          stream: onText !== undefined,
        } satisfies Question);
      }),
    async close() {
      closed = true;
      const ending = peer;
      failAll(closedError());
      await ending?.end();
    },
  };
}

function closedError(): Error {
  return new Error("The engine was closed.");
}

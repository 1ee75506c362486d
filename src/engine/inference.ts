import { randomInt } from "node:crypto";
import type { Peer, PeerEvents } from "../core/peer.ts";
import type { Answer, Question } from "./answering.ts";
import type { Completion, CompletionHooks, CompletionRequest } from "./engine.ts";
import { unpackError } from "./tasks.ts";

/** Answers chats in other threads, each up to eight of a model together; more wait their turn. */
export interface Inference {
  complete(request: CompletionRequest, hooks?: CompletionHooks): Promise<Completion>;
  close(): Promise<void>;
}

interface Pending {
  readonly resolve: (completion: Completion) => void;
  readonly reject: (error: Error) => void;
  readonly onText: ((text: string) => void) | undefined;
}

/** A thread that answers. */
interface Answerer {
  readonly peer: Peer<Question>;
  /** By id: whom it is to answer. */
  readonly pending: Map<number, Pending>;
}

export interface InferenceOptions {
  /** Most threads. One is started when a chat comes and all others are at work, and again should one ever die. */
  readonly threads: number;
  readonly startPeer: (events: PeerEvents<Answer>) => Peer<Question>;
}

export function createInference({ threads, startPeer }: InferenceOptions): Inference {
  const answerers = new Set<Answerer>();
  let closed = false;
  let lastId = 0;

  const settle = ({ peer, pending }: Answerer, id: number, act: (waiting: Pending) => void): void => {
    const waiting = pending.get(id);
    pending.delete(id);
    // An idle thread must not keep the program alive.
    if (pending.size === 0) peer.unref();
    if (waiting !== undefined) act(waiting);
  };
  const drop = (answerer: Answerer, error: Error): void => {
    answerers.delete(answerer);
    for (const id of [...answerer.pending.keys()]) settle(answerer, id, ({ reject }) => reject(error));
  };
  const start = (): Answerer => {
    const pending = new Map<number, Pending>();
    const peer = startPeer({
      onReply(answer) {
        if (answer.kind === "text") pending.get(answer.id)?.onText?.(answer.text);
        else if (answer.kind === "done") settle(answerer, answer.id, ({ resolve }) => resolve(answer.completion));
        else settle(answerer, answer.id, ({ reject }) => reject(unpackError(answer.error)));
      },
      onError: (cause) => drop(answerer, new Error(`A thread that answers chats failed: ${cause.message}`, { cause })),
      onExit: (code) => drop(answerer, new Error(`A thread that answers chats ended (exit code ${code}).`)),
    });
    const answerer: Answerer = { peer, pending };
    answerers.add(answerer);
    return answerer;
  };
  /** The one with the least to do. */
  const choose = (): Answerer => {
    const [idlest] = [...answerers].sort((a, b) => a.pending.size - b.pending.size);
    if (idlest === undefined || (idlest.pending.size > 0 && answerers.size < threads)) return start();
    return idlest;
  };

  return {
    complete: (request, { onText, signal } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) throw closedError();
        signal?.throwIfAborted();
        const answerer = choose();
        const { peer, pending } = answerer;
        const id = ++lastId;
        const onAbort = (): void => {
          peer.post({ kind: "cancel", id } satisfies Question);
          settle(answerer, id, (waiting) =>
            waiting.reject(new DOMException("The answer is no longer wanted.", "AbortError")),
          );
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
        peer.ref();
        const seed = request.sampling.seed ?? randomInt(2 ** 32);
        peer.post({
          kind: "ask",
          id,
          request: { ...request, seed },
          stream: onText !== undefined,
        } satisfies Question);
      }),
    async close() {
      closed = true;
      const ending = [...answerers];
      for (const answerer of ending) drop(answerer, closedError());
      await Promise.all(ending.map(({ peer }) => peer.end()));
    },
  };
}

function closedError(): Error {
  return new Error("The engine was closed.");
}

import type { Completion, CompletionHooks } from "../engine/engine.ts";
import { serverError } from "./api-error.ts";
import { wireUsage } from "./wire.ts";

export interface StreamOptions {
  /** What every chunk carries: id, created, model, system_fingerprint. */
  readonly head: object;
  readonly includeUsage: boolean;
  /** Of the request: who aborts it wants no answer. */
  readonly signal: AbortSignal;
  readonly complete: (hooks: CompletionHooks) => Promise<Completion>;
  /** Takes what goes wrong when the answer has begun. */
  readonly report: (error: unknown) => void;
}

/**
 * An answer as server-sent events, while it is written. A client that leaves ends the work on it.
 * @throws What `complete` throws before any text: then nothing has been sent.
 */
export async function streamChat({ head, includeUsage, signal, complete, report }: StreamOptions): Promise<Response> {
  const left = new AbortController();
  const unwanted = AbortSignal.any([signal, left.signal]);
  const { readable, send, close, fail } = eventStream((reason) => left.abort(reason));
  const chunk = (delta: object, finish: string | null) =>
    send({
      ...head,
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...(includeUsage ? { usage: null } : {}),
    });
  const begun = Promise.withResolvers<void>();
  let hasBegun = false;
  const begin = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    chunk({ role: "assistant", content: "", refusal: null }, null);
    begun.resolve();
  };
  let told = 0;
  const onText = (content: string): void => {
    if (content === "" || unwanted.aborted) return;
    begin();
    chunk({ content }, null);
    told += content.length;
  };
  const finish = (completion: Completion): void => {
    if (unwanted.aborted) {
      fail(unwanted.reason);
      return;
    }
    onText(completion.content.slice(told)); // an engine may answer in one piece
    begin();
    chunk({}, completion.finishReason);
    if (includeUsage)
      send({ ...head, object: "chat.completion.chunk", choices: [], usage: wireUsage(completion.usage) });
    close("[DONE]");
  };
  const abandon = (error: unknown): void => {
    if (!hasBegun) begun.reject(error);
    else if (unwanted.aborted) fail(error);
    else {
      report(error);
      // The status has been sent; the API tells of an error in the stream.
      close(JSON.stringify(serverError()));
    }
  };
  complete({ onText, signal: unwanted }).then(finish, abandon);
  await begun.promise;
  return new Response(readable, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}

/** @param onCancel Called when nobody reads any more. */
function eventStream(onCancel: (reason: unknown) => void) {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const readable = new ReadableStream<Uint8Array>({
    start: (made) => {
      controller = made;
    },
    cancel: onCancel,
  });
  const event = (data: string) => controller?.enqueue(encoder.encode(`data: ${data}\n\n`));
  return {
    readable,
    send: (data: object) => event(JSON.stringify(data)),
    /** Sends this as the last event. */
    close: (data: string) => {
      event(data);
      controller?.close();
    },
    fail: (error: unknown) => controller?.error(error),
  };
}

import type { CompletionRequest, Engine } from "../../../src/engine/engine.ts";
import { scriptedEngine } from "./scripted-engine.ts";

interface Speech {
  readonly pieces: readonly string[];
  /** The answer stands still before this piece, until it is released or no longer wanted. */
  readonly standBefore?: number;
  /** What goes wrong after the last piece. */
  readonly failure?: Error;
}

export interface SpeakingEngine extends Engine {
  readonly asked: CompletionRequest[];
  release(): void;
  /** Resolves once an answer was no longer wanted. */
  readonly abandoned: Promise<void>;
}

/** An engine that answers every chat with the same pieces, told one by one. */
export function speakingEngine({ pieces, standBefore, failure }: Speech): SpeakingEngine {
  const gate = Promise.withResolvers<void>();
  const abandoned = Promise.withResolvers<void>();
  const asked: CompletionRequest[] = [];
  return {
    ...scriptedEngine(),
    asked,
    release: gate.resolve,
    abandoned: abandoned.promise,
    complete: async (request, { onText, signal } = {}) => {
      asked.push(request);
      signal?.addEventListener("abort", () => abandoned.resolve());
      const aborted = new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      for (const [index, piece] of pieces.entries()) {
        if (index === standBefore) await Promise.race([gate.promise, aborted]);
        signal?.throwIfAborted();
        onText?.(piece);
        await Promise.resolve();
      }
      if (failure !== undefined) throw failure;
      const usage = { prompt_tokens: 7, completion_tokens: pieces.length };
      return { content: pieces.join(""), finishReason: "stop", usage };
    },
  };
}

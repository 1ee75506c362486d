import { setImmediate } from "node:timers";
import type { PeerProgram } from "../core/peer.ts";
import type { FileSystem } from "../core/ports.ts";
import { tokenizerOf } from "./bases.ts";
import { createDecoder } from "./decoder.ts";
import type { Completion, ModelRef } from "./engine.ts";
import { loadModel } from "./model-file.ts";
import { createReply, type ReplySource, type SeededRequest } from "./reply.ts";
import { createScheduler, type Job, type Scheduler } from "./scheduler.ts";
import { packError, type ThrownError } from "./tasks.ts";

/** Models kept in memory: base and tuned side by side, and one to spare. */
const keptModels = 3;
/** Chats that are answered together; more wait. */
const slots = 8;
/** Tokens of a step, prompts included. */
const stepRows = 64;

/** What the answering thread is asked, and what it says. */
export type Question =
  | { readonly kind: "ask"; readonly id: number; readonly request: SeededRequest; readonly stream: boolean }
  | { readonly kind: "cancel"; readonly id: number };

export type Answer =
  | { readonly kind: "text"; readonly id: number; readonly text: string }
  | { readonly kind: "done"; readonly id: number; readonly completion: Completion }
  | { readonly kind: "failed"; readonly id: number; readonly error: ThrownError };

interface Speaker extends ReplySource {
  readonly scheduler: Scheduler;
}

/** Answers chats as they come, those of one model together. Between steps other work gets its turn. */
export function createAnswering(files: FileSystem): PeerProgram<Question, Answer> {
  return (post) => answerAll(files, post);
}

function answerAll(files: FileSystem, post: (answer: Answer) => void): (question: Question) => void {
  // A Map remembers insertion order: the first is the one unused for longest.
  const speakers = new Map<string, Promise<Speaker>>();
  const running = new Set<Scheduler>();
  const cancels = new Map<number, () => void>();
  let scheduled = false;

  const speakerOf = async (model: ModelRef): Promise<Speaker> => {
    const key = await modelKey(model, files);
    const speaker = speakers.get(key) ?? loadSpeaker(model, files);
    speakers.delete(key);
    speakers.set(key, speaker);
    speaker.catch(() => speakers.delete(key)); // its caller hears of the failure; the next one tries again
    for (const oldest of speakers.keys()) {
      if (speakers.size <= keptModels) break;
      speakers.delete(oldest);
    }
    return speaker;
  };

  const run = (): void => {
    scheduled = false;
    for (const scheduler of running) {
      scheduler.step();
      if (!scheduler.busy()) running.delete(scheduler);
    }
    if (running.size > 0) wake();
  };
  const wake = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(run);
  };

  const ask = async ({ id, request, stream }: Question & { kind: "ask" }): Promise<void> => {
    let cancelled = false;
    cancels.set(id, () => {
      cancelled = true;
    });
    try {
      const { scheduler, ...speaker } = await speakerOf(request.model);
      if (cancelled) return;
      const reply = createReply(speaker, request, stream ? (text) => post({ kind: "text", id, text }) : undefined);
      const job: Job = {
        reply,
        onDone: () => {
          cancels.delete(id);
          post({ kind: "done", id, completion: reply.completion() });
        },
      };
      cancels.set(id, () => scheduler.remove(job));
      scheduler.add(job);
      running.add(scheduler);
      wake();
    } catch (error) {
      cancels.delete(id);
      post({ kind: "failed", id, error: packError(error) });
    }
  };

  return (question) => {
    if (question.kind === "ask") void ask(question);
    else {
      cancels.get(question.id)?.();
      cancels.delete(question.id);
    }
  };
}

/** Another file under the same name is another model. */
async function modelKey(model: ModelRef, files: FileSystem): Promise<string> {
  if ("base" in model) return model.base;
  const stat = await files.stat(model.file);
  return `${model.file}\0${stat?.bytes}\0${stat?.modifiedMs}`;
}

async function loadSpeaker(model: ModelRef, files: FileSystem): Promise<Speaker> {
  const { base, parameters, header } = await loadModel(model, files);
  return {
    scheduler: createScheduler(createDecoder(base.shape, parameters, { slots, rows: stepRows })),
    tokenizer: tokenizerOf(base),
    context: base.shape.context,
    labels: header?.labels,
  };
}

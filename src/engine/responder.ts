import type { FileSystem } from "../core/ports.ts";
import { tokenizerOf } from "./bases.ts";
import { createDecoder } from "./decoder.ts";
import type { Completion, CompletionRequest, ModelRef } from "./engine.ts";
import { generate, type Speaker } from "./generate.ts";
import { loadModel } from "./model-file.ts";

/** Models kept in memory by each thread: base and tuned side by side, and one to spare. */
const keptModels = 3;

/** Answers chats, keeping the last models that it used. */
export function createResponder(
  files: FileSystem,
): (request: CompletionRequest & { readonly seed: number }) => Promise<Completion> {
  // A Map remembers insertion order: the first is the one unused for longest.
  const speakers = new Map<string, Speaker>();

  const speakerOf = async (model: ModelRef): Promise<Speaker> => {
    const key = await modelKey(model, files);
    const speaker = speakers.get(key) ?? (await loadSpeaker(model, files));
    speakers.delete(key);
    speakers.set(key, speaker);
    for (const oldest of speakers.keys()) {
      if (speakers.size <= keptModels) break;
      speakers.delete(oldest);
    }
    return speaker;
  };

  return async ({ model, messages, sampling, seed }) =>
    generate(await speakerOf(model), messages, { ...sampling, seed });
}

/** Another file under the same name is another model. */
async function modelKey(model: ModelRef, files: FileSystem): Promise<string> {
  if ("base" in model) return model.base;
  const stat = await files.stat(model.file);
  return `${model.file}\0${stat?.bytes}\0${stat?.modifiedMs}`;
}

async function loadSpeaker(model: ModelRef, files: FileSystem): Promise<Speaker> {
  const { base, parameters } = await loadModel(model, files);
  return {
    decoder: createDecoder(base.shape, parameters),
    tokenizer: tokenizerOf(base),
    context: base.shape.context,
  };
}

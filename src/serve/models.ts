import { dirname, join } from "node:path";
import type { FileSystem } from "../core/ports.ts";
import type { ModelRef } from "../engine/engine.ts";
import { isBase } from "./bases.ts";
import type { Layout } from "./layout.ts";
import type { Store, StoredModel } from "./store.ts";

interface ModelContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
}

/** Where a model's weights are; undefined if there is no such model, or its weights are gone. */
export async function modelRef(id: string, { store, places, files }: ModelContext): Promise<ModelRef | undefined> {
  if (isBase(id)) return { base: id };
  const model = store.models.get(id);
  if (model === undefined) return undefined;
  const file = join(places.root, model.file);
  return (await files.stat(file)) === undefined ? undefined : { file };
}

/** Removes a tuned model and its weights. A checkpoint loses its weights file only; its job's folder stays. */
export async function removeModel(model: StoredModel, { store, places, files }: ModelContext): Promise<void> {
  store.models.remove(model.id);
  const file = join(places.root, model.file);
  await files.remove(model.kind === "model" ? dirname(file) : file);
}

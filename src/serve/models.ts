import { dirname, join } from "node:path";
import type { Clock, FileSystem } from "../core/ports.ts";
import type { ModelRef } from "../engine/engine.ts";
import { type ApiError, deprecatedModel, unknownModel } from "./api-error.ts";
import { isBase } from "./bases.ts";
import type { Layout } from "./layout.ts";
import type { OwnModel, Store, StoredModel } from "./store.ts";
import type { ModelObject } from "./wire.ts";

interface ModelContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
  readonly clock: Pick<Clock, "now">;
}

/** Where a model's weights are; undefined if there is no such model, it is shut down, or its weights are gone. */
export async function modelRef(id: string, context: ModelContext): Promise<ModelRef | undefined> {
  const name = answererOf(id, context);
  if (name === undefined) return undefined;
  if (isBase(name)) return { base: name };
  const model = ownModel(name, context);
  if (model === undefined) return undefined;
  const file = join(context.places.root, model.file);
  return (await context.files.stat(file)) === undefined ? undefined : { file };
}

/** The base at the root of a model; undefined if there is no such model, or it is shut down. */
export function baseOf(id: string, context: Pick<ModelContext, "store" | "clock">): string | undefined {
  const name = answererOf(id, context);
  if (name === undefined) return undefined;
  return isBase(name) ? name : ownModel(name, context)?.base;
}

/** What a chat with a model that does not answer is refused with. */
export function goneModel(id: string, { store }: Pick<ModelContext, "store">): ApiError {
  return store.models.get(id)?.past === true ? deprecatedModel(id) : unknownModel(id);
}

/** The name of the model whose weights answer for this one: of a seed's, another. */
function answererOf(id: string, { store, clock }: Pick<ModelContext, "store" | "clock">): string | undefined {
  const model = store.models.get(id);
  if (model?.past === undefined) return id;
  return isShutDown(model.wire, clock.now()) ? undefined : model.servedBy;
}

function ownModel(id: string, { store }: Pick<ModelContext, "store">): OwnModel | undefined {
  const model = store.models.get(id);
  return model?.past === undefined ? model : undefined;
}

const isShutDown = ({ shutdown_date }: ModelObject, now: number): boolean =>
  shutdown_date != null && Date.parse(shutdown_date) <= now;

/** Removes a tuned model and its weights. A checkpoint loses its weights file only; its job's folder stays. */
export async function removeModel(model: StoredModel, { store, places, files }: ModelContext): Promise<void> {
  store.models.remove(model.id);
  if (model.past !== undefined) return;
  const file = join(places.root, model.file);
  await files.remove(model.kind === "model" ? dirname(file) : file);
}

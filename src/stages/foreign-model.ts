import { hashJson, type Sha256 } from "../core/hash.ts";
import { accountOf, untrained } from "./upload.ts";
import type { SelectedTarget, World } from "./world.ts";

/** The model that a target answers with that somebody else trained. */
export function servedModel({ settings }: SelectedTarget): string {
  const named = settings["tuned_model"];
  return typeof named === "string" ? named : settings.model;
}

/** A model that a run judges and accepts without having trained it: one attempt, told by what is asked where. */
export interface ForeignModel {
  readonly model: string;
  readonly attempt: 1;
  readonly fingerprint: Sha256;
}

/** Undefined where the run trains, judges a model that is only named on the command line, or where there is no model at all. */
export function foreignModel(world: World): ForeignModel | undefined {
  const { target, modelOverride } = world;
  if (target.capabilities.trains || target.capabilities.isNoModel === true || modelOverride !== undefined)
    return undefined;
  const model = servedModel(target);
  return { model, attempt: 1, fingerprint: hashJson({ account: accountOf(world), model }) };
}

/** Whether the lock keeps what the run comes to, so that a second one has nothing to do. */
export function keepsVerdict(world: World): boolean {
  return untrained(world) === undefined || foreignModel(world) !== undefined;
}

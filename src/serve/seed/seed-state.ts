import type { CheckpointObject, EventObject, ModelObject, PastJobObject } from "../wire.ts";

/** An account's past, as a server that had it would tell of it. `docs/serve.md` says what each part means. */
export interface SeedState {
  readonly files?: readonly SeedFile[];
  readonly jobs?: readonly SeedJob[];
  readonly models?: readonly SeedModel[];
}

/** A file with one of the three: `content`, `content_base64`, `path`; or one that was deleted, which is not there. */
export interface SeedFile {
  readonly id: string;
  readonly filename: string;
  readonly purpose: string;
  readonly created_at?: number;
  readonly expires_at?: number | null;
  readonly content?: string;
  readonly content_base64?: string;
  /** Relative to the seed. */
  readonly path?: string;
  readonly deleted?: true;
}

/** A job as it was answered; `events` and `checkpoints` are lists of their own. */
export interface SeedJob extends Omit<PastJobObject, "object"> {
  readonly object?: "fine_tuning.job";
  readonly events?: readonly SeedEvent[];
  readonly checkpoints?: readonly SeedCheckpoint[];
  /** Whatever else the API once answered. */
  readonly [field: string]: unknown;
}

export type SeedEvent = Partial<EventObject> & Pick<EventObject, "message">;

export type SeedCheckpoint = Partial<CheckpointObject> &
  Pick<CheckpointObject, "step_number" | "fine_tuned_model_checkpoint">;

export interface SeedModel extends Partial<Omit<ModelObject, "id">> {
  readonly id: string;
  /** A base or a model that is trained here; chats go to it. */
  readonly served_by?: string;
}

/** A seed and the folder that its paths start from. */
export interface Seed {
  readonly state: SeedState;
  readonly folder: string;
}

import type { Usage } from "../core/chat.ts";
import type { DpoHyperparameters, Hyperparameters } from "../engine/engine.ts";

/** The objects of the API as they go over the wire, and as the store keeps them. Times are seconds since 1970. */

export interface FileObject {
  readonly object: "file";
  readonly id: string;
  readonly purpose: string;
  readonly filename: string;
  readonly bytes: number;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly status: "processed";
  readonly status_details: null;
}

/** A file that is sent in parts. */
export interface UploadObject {
  readonly id: string;
  readonly object: "upload";
  /** That the file is to have. */
  readonly bytes: number;
  readonly created_at: number;
  readonly filename: string;
  readonly purpose: string;
  readonly status: "pending" | "completed" | "cancelled" | "expired";
  readonly expires_at: number;
  /** Null until it is completed. */
  readonly file: FileObject | null;
}

export interface PartObject {
  readonly id: string;
  readonly object: "upload.part";
  readonly created_at: number;
  readonly upload_id: string;
}

export type JobStatus = "validating_files" | "queued" | "running" | "paused" | "succeeded" | "failed" | "cancelled";

/** Settings as a job shows them: `auto` until its files are checked. */
type OrAuto<Settings> = { readonly [Name in keyof Settings]: number | "auto" };
export type WireHyperparameters = OrAuto<Hyperparameters>;
export type WireDpoHyperparameters = OrAuto<DpoHyperparameters>;

export type WireMethod =
  | { readonly type: "supervised"; readonly supervised: { readonly hyperparameters: WireHyperparameters } }
  | { readonly type: "dpo"; readonly dpo: { readonly hyperparameters: WireDpoHyperparameters } };

export interface JobError {
  readonly code: string;
  readonly message: string;
  readonly param: string | null;
}

export interface JobObject {
  readonly object: "fine_tuning.job";
  readonly id: string;
  readonly model: string;
  readonly created_at: number;
  readonly finished_at: number | null;
  readonly fine_tuned_model: string | null;
  readonly organization_id: string;
  readonly result_files: readonly string[];
  readonly status: JobStatus;
  readonly validation_file: string | null;
  readonly training_file: string;
  /** The older place of the supervised ones; null for other methods. */
  readonly hyperparameters: WireHyperparameters | null;
  readonly trained_tokens: number | null;
  /** Empty, not null, while all is well: so the live API answers. */
  readonly error: JobError | Readonly<Record<string, never>>;
  readonly user_provided_suffix: string | null;
  readonly seed: number;
  readonly estimated_finish: null;
  readonly integrations: readonly [];
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly usage_metrics: null;
  readonly shared_with_openai: false;
  readonly eval_id: null;
  readonly method: WireMethod;
}

/** A job that was not made here, as it was once answered: fields of its time may be missing, others be there. */
export interface PastJobObject
  extends Pick<JobObject, "object" | "id" | "model" | "created_at" | "status" | "training_file"> {
  readonly validation_file?: string | null;
  readonly finished_at?: number | null;
  readonly fine_tuned_model?: string | null;
  readonly metadata?: Readonly<Record<string, string>> | null;
}

export interface EventObject {
  readonly object: "fine_tuning.job.event";
  readonly id: string;
  readonly created_at: number;
  readonly level: "info" | "warn" | "error";
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly type: "message" | "metrics" | "moderation_checks";
}

export interface CheckpointObject {
  readonly object: "fine_tuning.job.checkpoint";
  readonly id: string;
  readonly created_at: number;
  readonly fine_tuned_model_checkpoint: string;
  readonly fine_tuning_job_id: string;
  readonly step_number: number;
  readonly metrics: Readonly<Record<string, number | null>>;
}

export interface ModelObject {
  readonly id: string;
  readonly object: "model";
  readonly created: number;
  readonly owned_by: string;
  /** The day, `YYYY-MM-DD`, from which it no longer answers. */
  readonly shutdown_date?: string | null;
}

/** A page of a list, with the cursors that the API gives. */
export function page<T extends { readonly id: string }>(data: readonly T[], hasMore: boolean): object {
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: hasMore,
  };
}

/** Whether a job has come to its end. */
export const hasEnded = ({ status }: Pick<JobObject, "status">): boolean =>
  status === "succeeded" || status === "failed" || status === "cancelled";

/** Usage with its sum, as chats have it. */
export const wireUsage = ({ prompt_tokens, completion_tokens }: Usage) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});

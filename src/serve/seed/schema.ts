const text = { type: "string", minLength: 1 } as const;
/** Ids are names of files on the disk. */
const id = { type: "string", pattern: "^[A-Za-z0-9_-]{1,100}$" } as const;
const textOrNull = { type: ["string", "null"] } as const;
/** Seconds since 1970; to the year 9999. */
const time = { type: "integer", minimum: 0, maximum: 253_402_300_799 } as const;
const timeOrNull = { ...time, type: ["integer", "null"] } as const;

const file = {
  type: "object",
  required: ["id", "filename", "purpose"],
  additionalProperties: false,
  properties: {
    id,
    filename: text,
    purpose: text,
    created_at: time,
    expires_at: timeOrNull,
    content: { type: "string" },
    content_base64: { type: "string", pattern: "^[A-Za-z0-9+/\\s]*={0,2}\\s*$" },
    path: text,
    deleted: { const: true },
  },
};

const event = {
  type: "object",
  required: ["message"],
  properties: {
    object: { const: "fine_tuning.job.event" },
    id: text,
    created_at: time,
    level: { enum: ["info", "warn", "error"] },
    message: { type: "string" },
    data: { type: ["object", "null"] },
    type: { enum: ["message", "metrics", "moderation_checks"] },
  },
};

const checkpoint = {
  type: "object",
  required: ["step_number", "fine_tuned_model_checkpoint"],
  properties: {
    object: { const: "fine_tuning.job.checkpoint" },
    id: text,
    created_at: time,
    fine_tuned_model_checkpoint: text,
    fine_tuning_job_id: text,
    step_number: { type: "integer", minimum: 0 },
    metrics: { type: "object", additionalProperties: { type: ["number", "null"] } },
  },
};

/** What a client can't do without; all else of a job is taken as it is. */
const job = {
  type: "object",
  required: ["id", "model", "created_at", "status", "training_file"],
  properties: {
    object: { const: "fine_tuning.job" },
    id,
    model: text,
    created_at: time,
    status: { enum: ["validating_files", "queued", "running", "paused", "succeeded", "failed", "cancelled"] },
    training_file: text,
    validation_file: textOrNull,
    finished_at: timeOrNull,
    fine_tuned_model: textOrNull,
    result_files: { type: "array", items: text },
    metadata: { type: ["object", "null"], additionalProperties: { type: "string" } },
    events: { type: "array", items: event },
    checkpoints: { type: "array", items: checkpoint },
  },
};

const model = {
  type: "object",
  required: ["id"],
  additionalProperties: false,
  properties: {
    id: text,
    object: { const: "model" },
    created: time,
    owned_by: text,
    shutdown_date: { type: ["string", "null"], format: "date" },
    served_by: text,
  },
};

/** Of the file that `ftpipe serve --seed-state` reads. */
export const seedSchema = {
  type: "object",
  additionalProperties: false,
  properties: {
    files: { type: "array", items: file },
    jobs: { type: "array", items: job },
    models: { type: "array", items: model },
  },
};

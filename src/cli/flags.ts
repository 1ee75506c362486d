export interface FlagSpec {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** The value's name in the help, for flags that take one. */
  readonly value?: string;
  readonly summary: string;
}

export type FlagTable = Readonly<Record<string, FlagSpec>>;

/** Flags that every command takes. */
export const commonFlags: FlagTable = {
  json: { type: "boolean", summary: "print one JSON document (run: one event a line)" },
  "env-file": {
    type: "string",
    value: "FILE",
    summary: "read environment variables from a file; no .env is read by itself",
  },
  "no-color": { type: "boolean", summary: "plain text; NO_COLOR does the same" },
  verbose: { type: "boolean", short: "v", summary: "one line a fact, and why each stage runs or does not" },
  help: { type: "boolean", short: "h", summary: "show this help" },
};

/** Flags of commands that read a pipeline. */
export const pipelineFlags: FlagTable = {
  target: {
    type: "string",
    short: "t",
    value: "NAME",
    summary: "the target; default: default_target, or the only one",
  },
  set: { type: "string", multiple: true, value: "KEY.PATH=VALUE", summary: "override a value of the pipeline file" },
  workers: {
    type: "string",
    value: "N",
    summary: "threads that count tokens; default: one a core, at most 4. The result is the same",
  },
  rehash: { type: "boolean", summary: "read the data and the cache whole, although their stamps are unchanged" },
};

/** Flags of commands that run stages. */
export const runFlags: FlagTable = {
  until: { type: "string", value: "STAGE", summary: "stop after this stage" },
  force: {
    type: "string",
    multiple: true,
    value: "STAGE",
    summary: "run a stage although nothing changed; for training: --new-attempt",
  },
};

/** Flags of commands that may ask. */
export const askingFlags: FlagTable = {
  yes: { type: "boolean", short: "y", summary: "agree to what it costs without being asked" },
  "max-cost": { type: "string", value: "USD", summary: "refuse if it would cost more, or if its price is not known" },
  "no-input": { type: "boolean", summary: "never ask; what needs an answer is refused" },
};

/** Flags of commands that wait for a job. */
export const waitingFlags: FlagTable = {
  frozen: { type: "boolean", summary: "fail if the lock would change" },
  timeout: { type: "string", value: "90m", summary: "longest wait for the job, which keeps running (exit 10)" },
  "on-interrupt": {
    type: "string",
    value: "keep|cancel",
    summary: "what becomes of the job when the run is interrupted; default: keep",
  },
};

import type { Problem } from "../core/errors.ts";

/** What a run would do, as `ftpipe plan --json` prints it. */
export interface PlanDocument {
  readonly plan_version: 1;
  readonly pipeline: string;
  /** As people type it. */
  readonly file: string;
  readonly target: { readonly name: string; readonly provider: string; readonly model: string; readonly paid: boolean };
  /** What the data is compared with; null if there is nothing yet. */
  readonly before: PlanBefore | null;
  readonly data: PlanData;
  readonly stages: readonly PlanStage[];
  /** Null for a target that does not train. */
  readonly training: PlanTraining | null;
  readonly tokens: {
    readonly training: number;
    readonly validation: number;
    readonly test: number;
    /** Whether they were counted in the model's own encoding. */
    readonly exact: boolean;
    readonly encoding: string;
  };
  readonly evaluation: PlanEvaluation;
  readonly cost: PlanCost;
  /** What a run creates at the provider; null if it creates nothing. */
  readonly creates: PlanCreates | null;
  readonly warnings: readonly Problem[];
  /** For `ftpipe run --plan-hash`. */
  readonly plan_hash: string;
  /** What does just this, as a shell takes it. */
  readonly command: string;
}

export interface PlanBefore {
  readonly target: string;
  readonly model: string;
  readonly accepted: boolean;
  /** The git revision whose lock it stands in; null for the lock as it lies there. */
  readonly revision: string | null;
  /** Null where the record of its rows is missing. */
  readonly rows: number | null;
}

export interface PlanData {
  readonly rows: number;
  readonly examples: { readonly training: number; readonly validation: number; readonly test: number };
  /** Null if there is nothing to compare with. */
  readonly changes: PlanChanges | null;
  /** Examples that rules left out. */
  readonly dropped: readonly { readonly rule: string; readonly examples: number; readonly of: number }[];
  readonly samples: readonly PlanSample[];
}

/** Rows; one that moved to another split counts as nothing else. */
export interface PlanChanges {
  /** False: estimates, from a share of the rows. */
  readonly exact: boolean;
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly moved: number;
}

/** A row as it was and as it is; null where it was not, is not, or where its old text is not at hand. */
export interface PlanSample {
  readonly change: "added" | "removed" | "changed" | "moved";
  /** Its place, such as `data/products.csv:12`. */
  readonly row: string;
  /** `training`, or `training → test`. */
  readonly split: string;
  readonly before: readonly PlanMessage[] | null;
  readonly after: readonly PlanMessage[] | null;
}

export interface PlanMessage {
  /** Of a preference, the last two are `preferred` and `rejected`. */
  readonly role: string;
  readonly content: string;
}

export interface PlanStage {
  readonly name: string;
  readonly action: "reuse" | "run" | "skip";
  readonly because: string;
}

export interface PlanTraining {
  readonly method: string;
  /** As they are sent; what is not named, the provider chooses. */
  readonly hyperparameters: Readonly<Record<string, number | string | boolean>>;
  /** As the price counts them. */
  readonly epochs: number;
  /** False: as the provider usually chooses. */
  readonly epochs_given: boolean;
  readonly seed: number | null;
  readonly suffix: string | null;
  readonly attempt: number;
}

export interface PlanEvaluation {
  readonly cases: number;
  /** Over all models. */
  readonly questions: number;
  readonly models: readonly string[];
}

/** US dollars; null where a price is not known. */
export interface PlanCost {
  /** Of what would run now; 0 if that is free. */
  readonly usd: number | null;
  readonly training_usd: number | null;
  /** At most: answers end sooner. */
  readonly evaluation_usd: number | null;
  readonly price: { readonly date: string; readonly source: string } | null;
  /** The lowest of `--max-cost`, `limits.max_cost` and the trust file's. */
  readonly limit: { readonly usd: number; readonly from: string } | null;
}

export interface PlanCreates {
  /** Address of the provider, or its name. */
  readonly at: string;
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Null if no job is created. */
  readonly job: {
    readonly model: string;
    readonly suffix: string | null;
    readonly metadata: Readonly<Record<string, string>>;
  } | null;
}

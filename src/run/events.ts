import type { Problem } from "../core/errors.ts";
import type { PlannedStage } from "./plan.ts";

/** All that happens in a run. Screens, `--json` and the run's log are made of these and nothing else. */
export type RunEvent =
  | {
      readonly type: "run_started";
      readonly run: string;
      readonly pipeline: string;
      readonly target: string;
      readonly model: string;
    }
  /** What the remote stages are about to do, and why. */
  | { readonly type: "planned"; readonly stages: readonly PlannedStage[] }
  | { readonly type: "stage_started"; readonly stage: string }
  | {
      readonly type: "stage_progress";
      readonly stage: string;
      readonly message: string;
      readonly keep: boolean;
      readonly data?: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "warning"; readonly stage?: string; readonly problem: Problem }
  | {
      readonly type: "stage_finished";
      readonly stage: string;
      /** `reused`: taken from the cache or the lock; `skipped`: this target has no such step. */
      readonly action: "ran" | "reused" | "skipped";
      readonly text: string;
      readonly note?: string;
      readonly milliseconds: number;
    }
  | { readonly type: "stage_failed"; readonly stage: string; readonly code: string; readonly message: string }
  | {
      readonly type: "run_finished";
      readonly run: string;
      readonly verdict?: string;
      readonly model?: string;
      readonly milliseconds: number;
    };

export type Emit = (event: RunEvent) => void;

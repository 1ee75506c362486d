import { decide, type Gate } from "../evaluation/gate.ts";
import { evaluate } from "./evaluate.ts";
import { defineStage } from "./world.ts";

export type GateValue = Gate;

/** Decides whether the model is good enough. A failed gate is a result, not an error: the report comes after it, then the exit code. */
export const gate = defineStage({
  name: "gate",
  version: 1,
  effect: "local",
  needs: { evaluate },
  settings: ({ pipeline }) => ({ rules: pipeline.evaluation.gate }),
  run: async ({
    world,
    inputs: { evaluate: evaluation },
  }): Promise<{ value: GateValue; files: Record<never, never> }> => {
    const { shares, paired, subjects } = evaluation.value;
    const value = decide({
      rules: world.pipeline.evaluation.gate,
      shares,
      paired,
      hasPrevious: subjects.previous !== undefined,
    });
    return { value, files: {} };
  },
  describe: ({ verdict, reason }) => ({ text: verdict === "not_gated" ? "not gated" : verdict, note: reason }),
});

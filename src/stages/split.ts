import { thousands } from "../core/units.ts";
import type { Artifact } from "../run/stage.ts";
import { checks } from "./checks.ts";
import { fromPass } from "./data-pass.ts";
import { localSettings } from "./local-settings.ts";
import type { SplitValue } from "./pass-outcomes.ts";
import { type SplitFile, splitFileNames } from "./split-writer.ts";
import { defineStage } from "./world.ts";

/** Parts the examples into training, validation and test, and writes them as the API takes them. */
export const split = defineStage({
  name: "split",
  version: 3,
  effect: "local",
  needs: { checks },
  settings: localSettings.split,
  run: async (context) => {
    const { value, files: made } = await fromPass("split", context, context.inputs.checks.value.from);
    const files: Partial<Record<SplitFile, Artifact>> = {};
    for (const [label, artifact] of Object.entries(made)) {
      const file = label as SplitFile;
      files[file] = await context.adopt(splitFileNames[file], artifact);
    }
    return { value, files: files as Record<SplitFile, Artifact> };
  },
  describe: ({ training, validation, test }: SplitValue) => {
    const parts = [
      ["training", training],
      ["validation", validation],
      ["test", test],
    ] as const;
    const shown = parts.filter(([name, { examples }]) => name === "training" || examples > 0);
    return {
      text: `${shown.map(([name, { examples }]) => `${name} ${thousands(examples)}`).join(" · ")} examples`,
    };
  },
});

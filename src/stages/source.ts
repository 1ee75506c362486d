import { plural, thousands } from "../core/units.ts";
import { fromPass } from "./data-pass.ts";
import { localSettings } from "./local-settings.ts";
import type { SourceValue } from "./pass-outcomes.ts";
import { defineStage } from "./world.ts";

/** Reads the rows: of the source's file, and of the splits that have a file of their own. */
export const source = defineStage({
  name: "source",
  version: 2,
  effect: "local",
  needs: {},
  settings: localSettings.source,
  run: async (context) => ({ value: (await fromPass("source", context, undefined)).value, files: {} }),
  describe: ({ rows, filtered = 0, validation = 0, test = 0, path }: SourceValue) => {
    const extra = [
      validation > 0 ? `${validation} for validation` : "",
      test > 0 ? `${test} for the test` : "",
      filtered > 0 ? `${thousands(filtered)} left out by where` : "",
    ].filter((text) => text !== "");
    return { text: [plural(rows, "row"), ...extra].join(", "), note: path };
  },
});

import { plural } from "../core/units.ts";
import { fromPass } from "./data-pass.ts";
import { localSettings } from "./local-settings.ts";
import type { DatasetValue } from "./pass-outcomes.ts";
import { source } from "./source.ts";
import { defineStage } from "./world.ts";

/** Turns each row into examples, by the templates. */
export const dataset = defineStage({
  name: "dataset",
  version: 2,
  effect: "local",
  needs: { source },
  settings: localSettings.dataset,
  run: async (context) => ({
    value: (await fromPass("dataset", context, context.inputs.source.value.from)).value,
    files: {},
  }),
  describe: ({ examples, rows, variants, ties = 0 }: DatasetValue) => {
    const times = variants === 1 ? "" : ` × ${variants}`;
    const left = ties === 0 ? "" : `, ${plural(ties, "tie")} dropped`;
    return { text: `${plural(examples, "example")} from ${plural(rows, "row")}${times}${left}` };
  },
});

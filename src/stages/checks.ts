import { plural } from "../core/units.ts";
import { fromPass } from "./data-pass.ts";
import { dataset } from "./dataset.ts";
import { localSettings } from "./local-settings.ts";
import type { ChecksValue } from "./pass-outcomes.ts";
import { defineStage } from "./world.ts";

/** Judges every example: the API's format, nothing empty, no duplicates, the pipeline's rules. */
export const checks = defineStage({
  name: "checks",
  version: 2,
  effect: "local",
  needs: { dataset },
  settings: localSettings.checks,
  run: async (context) => ({
    value: (await fromPass("checks", context, context.inputs.dataset.value.from)).value,
    files: {},
  }),
  describe: ({ checks: count, warnings, dropped, redacted }: ChecksValue, { loaded }) => {
    const lost = dropped.map(({ rule, examples }) => `${examples} dropped by ${rule}`);
    if (redacted !== undefined) lost.push(`${redacted} redacted`);
    const warned = warnings === 0 ? [] : [plural(warnings, "warning")];
    return {
      text: [`all ${count} passed`, ...warned, ...lost].join(", "),
      ...(warnings === 0 ? {} : { note: `ftpipe check ${loaded.displayFile}` }),
    };
  },
});

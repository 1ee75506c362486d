import { monitorEventLoopDelay } from "node:perf_hooks";
import type { BenchSettings, Outcome } from "./measurement.ts";
import { tunedEpochs, withReviewer } from "./reviewer-model.ts";

/** Milliseconds between two looks at the event loop, which are part of every delay that it reports. */
const resolution = 5;

/** How long tuning the reviewer keeps the main thread from other work, from the call to the weights on the disk. */
export async function benchMainThread(settings: BenchSettings): Promise<Outcome> {
  const delay = monitorEventLoopDelay({ resolution });
  await withReviewer(settings, async ({ tune }) => {
    delay.enable();
    await tune();
    delay.disable();
  });
  return {
    measurements: [
      {
        name: "longest block of the main thread",
        unit: "ms",
        values: [delay.max / 1e6],
        bound: { direction: "at most", floor: 50 },
        remark: `${tunedEpochs} epochs of the reviewer; 99 of 100 looks within ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
      },
    ],
  };
}

import { availableParallelism } from "node:os";
import { type BenchSettings, inTurns, type Outcome, rate, speedups, timed } from "./measurement.ts";
import { makeRows } from "./rows.ts";
import { withTrainer } from "./trainer.ts";

const batch = { rows: 8, length: 128 };

/** Training on two threads over one. */
export async function benchThreads({ quick, loadBefore }: BenchSettings): Promise<Outcome> {
  if (availableParallelism() < 2) return { skipped: "this machine has one core." };
  const rows = await makeRows(batch.rows, batch.length);
  const [two = [], one = []] = await withTrainer({ threads: 2, rows }, (stepOnTwo) =>
    withTrainer({ threads: 1, rows }, (stepOnOne) =>
      inTurns([() => timed(stepOnTwo), () => timed(stepOnOne)], { rounds: quick ? 3 : 41, warmUp: 3 }),
    ),
  );
  const tokens = batch.rows * batch.length;
  const quiet = loadBefore > 0.5 ? ": not from a quiet machine" : "";
  return {
    measurements: [
      {
        name: "2 threads over 1",
        unit: "ratio",
        values: speedups(two, one),
        bound: { direction: "at least", floor: 1.6 },
        remark: `${rate(tokens, two)} tokens/s over ${rate(tokens, one)}; load before ${loadBefore.toFixed(2)}${quiet}`,
      },
    ],
  };
}

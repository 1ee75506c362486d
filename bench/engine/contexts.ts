import { type BenchSettings, inTurns, type Measurement, type Outcome, rate, speedups, timed } from "./measurement.ts";
import { makeRows } from "./rows.ts";
import { withTrainer } from "./trainer.ts";

/** Tokens of a usual example. */
const usualLength = 97;

/** Training with a context of 512 tokens against one of 256, on one thread. */
export async function benchContexts(settings: BenchSettings): Promise<Outcome> {
  return {
    measurements: [
      await compare("rows as long as the context", { long: [4, 512], short: [8, 256] }, settings),
      await compare(`rows of ${usualLength} tokens`, { long: [16, usualLength], short: [16, usualLength] }, settings),
    ],
  };
}

type Rows = readonly [count: number, length: number];

/** Both sides get the same number of tokens. */
async function compare(
  name: string,
  { long, short }: { readonly long: Rows; readonly short: Rows },
  { quick }: BenchSettings,
): Promise<Measurement> {
  const [longRows, shortRows] = [await makeRows(...long), await makeRows(...short)];
  const [slow = [], fast = []] = await withTrainer({ threads: 1, rows: longRows, context: 512 }, (stepLong) =>
    withTrainer({ threads: 1, rows: shortRows, context: 256 }, (stepShort) =>
      inTurns([() => timed(stepLong), () => timed(stepShort)], { rounds: quick ? 2 : 15, warmUp: 2 }),
    ),
  );
  const tokens = long[0] * long[1];
  return {
    name: `context 512 over 256, ${name}`,
    unit: "ratio",
    values: speedups(slow, fast),
    remark: `${rate(tokens, slow)} tokens/s over ${rate(tokens, fast)}`,
  };
}

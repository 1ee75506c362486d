import { jaxVersion, loadJax } from "./jax.ts";
import { createJaxStep } from "./jax-step.ts";
import { type BenchSettings, inTurns, type Outcome, rate, speedups, timed } from "./measurement.ts";
import { makeRows } from "./rows.ts";
import { miniShape, withTrainer } from "./trainer.ts";

const batch = { rows: 8, length: 128 };

/** A training step of the 1 M parameter model on one thread against the same step in @jax-js/jax, which has one in Node. */
export async function benchTraining({ quick }: BenchSettings): Promise<Outcome> {
  const jax = await loadJax();
  if (typeof jax === "string") return { skipped: jax };
  const rows = await makeRows(batch.rows, batch.length);
  const jaxStep = createJaxStep(jax, miniShape, rows);
  const firstLoss = await jaxStep();
  let lastLoss = firstLoss;
  const theirStep = async (): Promise<void> => {
    lastLoss = await jaxStep();
  };
  const [own = [], theirs = []] = await withTrainer({ threads: 1, rows }, (takeStep) =>
    inTurns([() => timed(takeStep), () => timed(theirStep)], { rounds: quick ? 3 : 21, warmUp: 2 }),
  );
  // On one and the same batch: a step that does not learn is not the same step.
  if (!(lastLoss < firstLoss)) throw new Error(`@jax-js/jax did not learn: loss ${firstLoss}, then ${lastLoss}`);
  const tokens = batch.rows * batch.length;
  return {
    measurements: [
      {
        name: `1 thread over @jax-js/jax ${jaxVersion}`,
        unit: "ratio",
        values: speedups(own, theirs),
        bound: { direction: "at least", floor: 5 },
        remark: `${rate(tokens, own)} tokens/s over ${rate(tokens, theirs)}`,
      },
    ],
  };
}

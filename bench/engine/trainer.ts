import { baseOf } from "../../src/engine/bases.ts";
import { type SequenceStore, sequenceCount } from "../../src/engine/examples.ts";
import { initialize, type ModelShape, viewParameters } from "../../src/engine/parameters.ts";
import { createRandom } from "../../src/engine/random.ts";
import { allocateMemory } from "../../src/engine/shard.ts";
import { createTeamPool } from "../../src/engine/team.ts";
import { noRows } from "./rows.ts";

/** Takes one step, forward, backward and Adam, on all rows. */
export type TakeStep = () => Promise<void>;

export interface TrainerSettings {
  readonly threads: number;
  readonly rows: SequenceStore;
  /** Most tokens of a row, as the memory is laid out for it; default: what the rows have. */
  readonly context?: number;
}

export const miniShape: ModelShape = baseOf("ftpipe-mini").shape;

/** Lends a model of ftpipe-mini's size, with its threads, to `work`. */
export async function withTrainer<Result>(
  { threads, rows, context }: TrainerSettings,
  work: (takeStep: TakeStep) => Promise<Result>,
): Promise<Result> {
  const shape = { ...miniShape, context: context ?? miniShape.context };
  const pool = createTeamPool(threads);
  const batchSize = sequenceCount(rows);
  const memory = allocateMemory(
    shape,
    { training: rows, validation: noRows },
    {
      threads: pool.sizeFor(batchSize),
      batchSize,
      ...(context === undefined ? {} : { capacity: { rows: 1024, longest: context } }),
    },
  );
  initialize(shape, viewParameters(shape, memory.parameters), createRandom(1));
  const examples = Array.from({ length: batchSize }, (_, row) => row);
  let step = 0;
  try {
    return await pool.run(memory, (team) =>
      work(async () => {
        step++;
        await team.step(examples, { rate: 1e-3, step });
      }),
    );
  } finally {
    await pool.close();
  }
}

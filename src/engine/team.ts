import { sequenceAt, sequenceCount, trainedCount } from "./examples.ts";
import { gradientClip } from "./optimizer.ts";
import { shardCount, type TrainingMemory } from "./shard.ts";
import type { TaskName, Tasks } from "./tasks.ts";
import { startThread, type Thread } from "./thread.ts";

/** Mean loss in nats and share of right predictions over trained tokens. */
export interface MeanLoss {
  readonly loss: number;
  readonly accuracy: number;
}

/** Threads that train one model together. The caller owns the clock and the order of the batches. */
export interface Team {
  /** One step of gradient descent. @param rate Learning rate. @param step From 1. */
  step(examples: readonly number[], settings: { readonly rate: number; readonly step: number }): Promise<MeanLoss>;
  /** Over the whole validation set. */
  evaluate(): Promise<MeanLoss>;
}

/** Starts threads, lends them to one training after the other, ends them. */
export interface TeamPool {
  /** Runs `work` with a team. One training at a time. @param batchSize More threads than that would have nothing to do. */
  run<Result>(memory: TrainingMemory, batchSize: number, work: (team: Team) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export function createTeamPool(size: number): TeamPool {
  let threads: Thread[] = [];
  let closed = false;

  const endAll = async (): Promise<void> => {
    const ending = threads;
    threads = [];
    await Promise.all(ending.map((thread) => thread.end()));
  };

  return {
    async run(memory, batchSize, work) {
      if (closed) throw new Error("The engine was closed.");
      const wanted = Math.min(size, batchSize, shardCount);
      while (threads.length < wanted) threads.push(startThread());
      const members = threads.slice(0, wanted);
      const callAll: CallAll = async (task, input) => {
        await Promise.all(members.map((thread) => thread.call(task, input)));
      };
      try {
        await callAll("begin", memory);
        const result = await work(createTeam(memory, callAll));
        await callAll("end", undefined);
        return result;
      } catch (error) {
        // Some threads may still be at work on this training's memory: the next one gets new ones.
        await endAll();
        throw error;
      }
    },
    async close() {
      closed = true;
      await endAll();
    },
  };
}

type CallAll = <Name extends TaskName>(task: Name, input: Tasks[Name]["input"]) => Promise<void>;

function createTeam(memory: TrainingMemory, callAll: CallAll): Team {
  const { training, validation, nextPiece, shardSums, chunkSquares, validationSums } = memory;
  const counts = Int32Array.from({ length: sequenceCount(training) }, (_, index) =>
    trainedCount(sequenceAt(training, index)),
  );
  /** All threads take part until the task's pieces are done. */
  const together: CallAll = async (task, input) => {
    Atomics.store(nextPiece, 0, 0);
    await callAll(task, input);
  };
  return {
    async step(examples, { rate, step }) {
      const trained = examples.reduce((sum, example) => sum + counts[example]!, 0);
      await together("gradient", { examples, scale: 1 / trained });
      await together("reduce", undefined);
      const norm = Math.sqrt(chunkSquares.reduce((sum, squares) => sum + squares, 0));
      await together("update", { rate, step, clip: norm > gradientClip ? gradientClip / norm : 1 });
      return { loss: sumEvery(shardSums, 2, 0) / trained, accuracy: sumEvery(shardSums, 2, 1) / trained };
    },
    async evaluate() {
      if (sequenceCount(validation) === 0) throw new Error("there is nothing to validate on");
      await together("evaluate", undefined);
      const trained = sumEvery(validationSums, 3, 2);
      return { loss: sumEvery(validationSums, 3, 0) / trained, accuracy: sumEvery(validationSums, 3, 1) / trained };
    },
  };
}

/** The sum of one column of a row-major table. */
function sumEvery(table: Float64Array, columns: number, column: number): number {
  let sum = 0;
  for (let at = column; at < table.length; at += columns) sum += table[at]!;
  return sum;
}

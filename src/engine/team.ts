import { sequenceAt, sequenceCount, trainedCount } from "./examples.ts";
import { gradientClip } from "./optimizer.ts";
import { type Batch, shardCount, type TrainingMemory, type UpdateStep } from "./shard.ts";
import type { TaskName, Tasks } from "./tasks.ts";
import { startThread, type Thread } from "./thread.ts";

/** Mean loss in nats and share of right predictions over trained tokens. */
export interface MeanLoss {
  readonly loss: number;
  readonly accuracy: number;
}

/** A step's learning rates and number. */
export type StepSettings = Omit<UpdateStep, "clip">;

/** Training examples that are learnt from beside those of a step. */
export interface Replay {
  readonly examples: readonly number[];
  /** What their mean loss counts against a step's own. */
  readonly weight: number;
}

/** Threads that train one model together. The caller owns the clock and the order of the batches. */
export interface Team {
  /**
   * One step of gradient descent on the examples' mean loss, with that of `replay` added by its weight.
   * @returns That of the examples alone.
   */
  step(examples: readonly number[], settings: StepSettings, replay?: Replay): Promise<MeanLoss>;
  /** One step of gradient descent on the sum of the examples' losses, each times its scale. */
  descend(batch: Batch, settings: StepSettings): Promise<void>;
  /** Over the whole validation set. */
  evaluate(): Promise<MeanLoss>;
  /**
   * The losses of these training examples, or of all validation examples, each the sum over its trained tokens: minus
   * the logarithm of their probability. Learns nothing.
   */
  measure(examples: readonly number[] | "validation"): Promise<readonly number[]>;
}

/** Starts threads, lends them to one training after the other, ends them. */
export interface TeamPool {
  /** Threads that a training of that batch size gets: more would have nothing to do. */
  sizeFor(batchSize: number): number;
  /** Runs `work` with a team, one thread for each of the memory's spaces. One training at a time. */
  run<Result>(memory: TrainingMemory, work: (team: Team) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** @param size Most threads. @param start Starts one. */
export function createTeamPool(size: number, start: () => Thread = startThread): TeamPool {
  let threads: Thread[] = [];
  let closed = false;

  const endAll = async (): Promise<void> => {
    const ending = threads;
    threads = [];
    await Promise.all(ending.map((thread) => thread.end()));
  };

  return {
    sizeFor: (batchSize) => Math.min(size, batchSize, shardCount),
    async run(memory, work) {
      if (closed) throw new Error("The engine was closed.");
      const wanted = memory.spaces.length;
      while (threads.length < wanted) threads.push(start());
      const members = threads.slice(0, wanted);
      const callAll: CallAll = async (task, input) => {
        await Promise.all(members.map((thread) => thread.call(task, input)));
      };
      try {
        await Promise.all(members.map((thread, index) => thread.call("begin", { memory, thread: index })));
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
  const { training, validation, nextPiece, trainingSums, validationSums, chunkSquares } = memory;
  const counts = Int32Array.from({ length: sequenceCount(training) }, (_, index) =>
    trainedCount(sequenceAt(training, index)),
  );
  /** All threads take part until the task's pieces are done. */
  const together: CallAll = async (task, input) => {
    Atomics.store(nextPiece, 0, 0);
    await callAll(task, input);
  };
  const allValidation = Array.from({ length: sequenceCount(validation) }, (_, index) => index);
  const descend = async (batch: Batch, settings: StepSettings): Promise<void> => {
    await together("gradient", batch);
    await together("reduce", undefined);
    const norm = Math.sqrt(chunkSquares.reduce((sum, squares) => sum + squares, 0));
    await together("update", { ...settings, clip: norm > gradientClip ? gradientClip / norm : 1 });
  };
  return {
    async step(examples, settings, replay = { examples: [], weight: 0 }) {
      // Two means, not one: where answers are a word and replayed ones a paragraph, one would be about these alone.
      const scalesOf = (chosen: readonly number[], weight: number): readonly number[] => {
        const trained = chosen.reduce((sum, example) => sum + counts[example]!, 0);
        return chosen.map(() => weight / trained);
      };
      const scales = [...scalesOf(examples, 1), ...scalesOf(replay.examples, replay.weight)];
      await descend({ examples: [...examples, ...replay.examples], scales }, settings);
      return meanLoss(trainingSums, examples);
    },
    descend,
    async evaluate() {
      if (allValidation.length === 0) throw new Error("there is nothing to validate on");
      await together("measure", "validation");
      return meanLoss(validationSums, allValidation);
    },
    async measure(examples) {
      await together("measure", examples);
      const [sums, measured] = examples === "validation" ? [validationSums, allValidation] : [trainingSums, examples];
      return measured.map((example) => sums[example * 3]!);
    },
  };
}

/** @param sums (examples, 3): loss, right predictions, trained tokens. */
function meanLoss(sums: Float64Array, examples: readonly number[]): MeanLoss {
  const total = (column: number): number => examples.reduce((sum, example) => sum + sums[example * 3 + column]!, 0);
  const trained = total(2);
  return { loss: total(0) / trained, accuracy: total(1) / trained };
}

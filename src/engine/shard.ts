import { createWorkspace } from "./activations.ts";
import { evaluateSequence, type Runner, trainSequence } from "./backward.ts";
import { type SequenceStore, sequenceAt, sequenceCount, sharedIntegers } from "./examples.ts";
import { adamStep } from "./optimizer.ts";
import { type ModelShape, type Parameters, parameterCount, viewParameters } from "./parameters.ts";

/**
 * The bits of a training must not depend on the number of threads. So a batch is cut into a fixed number of
 * shards, each summed into a gradient of its own, and the shards are added in order; the gradient's length is
 * summed over a fixed number of chunks. Which thread takes which shard or chunk is then of no account.
 */
export const shardCount = 4;
const chunkCount = 64;

/** All memory of a training, shared by its threads. */
export interface TrainingMemory {
  readonly shape: ModelShape;
  readonly training: SequenceStore;
  readonly validation: SequenceStore;
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** One for each shard; the first then holds the sum. Zero between steps. */
  readonly gradients: readonly Float32Array[];
  /** (1): the next shard, chunk or example that no thread has taken yet. */
  readonly nextPiece: Int32Array;
  /** (shards, 2): loss and right predictions of each shard. */
  readonly shardSums: Float64Array;
  /** (chunks): sum of squares of the gradient's chunks. */
  readonly chunkSquares: Float64Array;
  /** (validation examples, 3): loss, right predictions, trained tokens. */
  readonly validationSums: Float64Array;
}

export function allocateMemory(
  shape: ModelShape,
  examples: { readonly training: SequenceStore; readonly validation: SequenceStore },
): TrainingMemory {
  const weights = (): Float32Array =>
    new Float32Array(new SharedArrayBuffer(parameterCount(shape) * Float32Array.BYTES_PER_ELEMENT));
  const sums = (count: number): Float64Array =>
    new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
  return {
    shape,
    ...examples,
    parameters: weights(),
    firstMoment: weights(),
    secondMoment: weights(),
    gradients: Array.from({ length: shardCount }, weights),
    nextPiece: sharedIntegers(1),
    shardSums: sums(shardCount * 2),
    chunkSquares: sums(chunkCount),
    validationSums: sums(sequenceCount(examples.validation) * 3),
  };
}

/** What one thread does in a step. Each part takes pieces until none are left, then returns. */
export interface ShardWorker {
  /** Fills the shards' gradients and sums. @param examples The batch: indexes into the training examples. */
  gradient(examples: readonly number[], scale: number): void;
  /** Adds the shards' gradients into the first, clears the others, and fills `chunkSquares`. */
  reduce(): void;
  update(step: { readonly rate: number; readonly clip: number; readonly step: number }): void;
  /** Fills `validationSums`. */
  evaluate(): void;
}

export function createShardWorker(memory: TrainingMemory): ShardWorker {
  const { shape, training, validation, gradients, shardSums, chunkSquares, validationSums } = memory;
  const runner: Runner = {
    shape,
    parameters: viewParameters(shape, memory.parameters),
    workspace: createWorkspace(shape),
  };
  const views = gradients.map((gradient): Parameters => viewParameters(shape, gradient));
  return {
    gradient(examples, scale) {
      eachPiece(memory, shardCount, (shard) => {
        let loss = 0;
        let correct = 0;
        for (let i = shard; i < examples.length; i += shardCount) {
          const sums = trainSequence(runner, sequenceAt(training, examples[i]!), { gradient: views[shard]!, scale });
          loss += sums.loss;
          correct += sums.correct;
        }
        shardSums.set([loss, correct], shard * 2);
      });
    },
    reduce() {
      eachPiece(memory, chunkCount, (chunk) => {
        const [from, to] = chunkBounds(memory, chunk);
        chunkSquares[chunk] = sumShards(gradients.map((gradient) => gradient.subarray(from, to)));
      });
    },
    update(settings) {
      eachPiece(memory, chunkCount, (chunk) => {
        const [from, to] = chunkBounds(memory, chunk);
        const range = {
          parameters: memory.parameters.subarray(from, to),
          gradient: gradients[0]!.subarray(from, to),
          firstMoment: memory.firstMoment.subarray(from, to),
          secondMoment: memory.secondMoment.subarray(from, to),
        };
        adamStep(range, settings);
      });
    },
    evaluate() {
      eachPiece(memory, sequenceCount(validation), (example) => {
        const { loss, correct, trained } = evaluateSequence(runner, sequenceAt(validation, example));
        validationSums.set([loss, correct, trained], example * 3);
      });
    },
  };
}

function eachPiece({ nextPiece }: TrainingMemory, count: number, work: (piece: number) => void): void {
  for (let piece = Atomics.add(nextPiece, 0, 1); piece < count; piece = Atomics.add(nextPiece, 0, 1)) work(piece);
}

function chunkBounds({ parameters }: TrainingMemory, chunk: number): readonly [from: number, to: number] {
  const length = Math.ceil(parameters.length / chunkCount);
  return [Math.min(chunk * length, parameters.length), Math.min((chunk + 1) * length, parameters.length)];
}

/** Adds all to the first, in order, and clears the others. @returns The sum of squares of the result. */
function sumShards([first, ...others]: readonly Float32Array[]): number {
  let squares = 0;
  for (let i = 0; i < first!.length; i++) {
    let sum = first![i]!;
    for (const other of others) {
      sum += other[i]!;
      other[i] = 0;
    }
    first![i] = sum;
    squares += first![i]! * first![i]!;
  }
  return squares;
}

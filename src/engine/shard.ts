import { type Capacity, createWorkspace, type Workspace } from "./activations.ts";
import { evaluatePack, trainPack } from "./backward.ts";
import { type SequenceStore, sequenceAt, sequenceCount } from "./examples.ts";
import type { Runner } from "./forward.ts";
import type { LossSums } from "./head.ts";
import { type SharedArena, sharedArena } from "./kernels/arena.ts";
import { scratchLength, wasmKernels } from "./kernels/wasm.ts";
import { adamRanges, createMuonSpace, type MuonSpace, muonMatrices, muonStep } from "./muon.ts";
import { adamSettings } from "./optimizer.ts";
import { cutIntoPacks } from "./pack.ts";
import { type ModelShape, type Parameters, parameterCount, viewParameters } from "./parameters.ts";

/**
 * The bits of a training must not depend on the number of threads. So a batch is cut into a fixed number of
 * shards, each summed into a gradient of its own, and the shards are added in order; the gradient's length is
 * summed over a fixed number of chunks. Which thread takes which shard or chunk is then of no account.
 */
export const shardCount = 4;
const chunkCount = 64;

/** Most rows that are run together: enough for long products, few enough for the caches. */
const mostRows = 1024;

/** All memory of a training, shared by its threads. */
export interface TrainingMemory {
  readonly shape: ModelShape;
  /** Holds the arrays below, save the examples'. */
  readonly memory: WebAssembly.Memory;
  readonly training: SequenceStore;
  readonly validation: SequenceStore;
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
  /** One for each shard, at equal distances; the first then holds the sum. Zero between steps. */
  readonly gradients: readonly Float32Array[];
  /** (1): the next shard, chunk or pack that no thread has taken yet. */
  readonly nextPiece: Int32Array;
  /** (chunks): sum of squares of the gradient's chunks. */
  readonly chunkSquares: Float64Array;
  /** (examples, 3): loss, right predictions, trained tokens of each, as last seen. */
  readonly trainingSums: Float64Array;
  readonly validationSums: Float64Array;
  /** Space of one thread each. */
  readonly spaces: readonly ThreadSpace[];
}

interface ThreadSpace {
  readonly workspace: Workspace;
  readonly scratch: Float32Array;
  readonly muon: MuonSpace;
}

export interface ExampleStores {
  readonly training: SequenceStore;
  readonly validation: SequenceStore;
}

/** @param threads So many can work on it. @param capacity By default what these examples need. */
export function allocateMemory(
  shape: ModelShape,
  examples: ExampleStores,
  { threads, batchSize, capacity }: { threads: number; batchSize: number; capacity?: Capacity },
): TrainingMemory {
  const arena = sharedArena();
  const count = parameterCount(shape);
  const weights = (): Float32Array => arena.floats(count);
  const needed = capacity ?? capacityFor(examples, batchSize);
  return {
    shape,
    memory: arena.memory,
    ...examples,
    parameters: weights(),
    firstMoment: weights(),
    secondMoment: weights(),
    gradients: Array.from({ length: shardCount }, weights),
    nextPiece: arena.integers(1),
    chunkSquares: doubles(chunkCount),
    ...sumsFor(examples),
    spaces: Array.from({ length: Math.min(threads, shardCount) }, () => createSpace(shape, arena, needed)),
  };
}

/** The same memory with other examples, which must fit the capacity that it was made for. */
export function withExamples(memory: TrainingMemory, examples: ExampleStores): TrainingMemory {
  return { ...memory, ...examples, ...sumsFor(examples) };
}

function sumsFor({ training, validation }: ExampleStores): Pick<TrainingMemory, "trainingSums" | "validationSums"> {
  return {
    trainingSums: doubles(sequenceCount(training) * 3),
    validationSums: doubles(sequenceCount(validation) * 3),
  };
}

function capacityFor({ training, validation }: ExampleStores, batchSize: number): Capacity {
  const longest = Math.max(1, longestOf(training), longestOf(validation));
  const rows = Math.min(Math.ceil(batchSize / shardCount) * longest, Math.max(mostRows, longest));
  return { rows, longest };
}

function longestOf({ starts }: SequenceStore): number {
  let longest = 0;
  for (let i = 1; i < starts.length; i++) longest = Math.max(longest, starts[i]! - starts[i - 1]!);
  return longest;
}

function createSpace(shape: ModelShape, arena: SharedArena, capacity: Capacity): ThreadSpace {
  const { vocabulary, width, hidden } = shape;
  const widest = Math.max(vocabulary, 3 * width, hidden, capacity.longest);
  return {
    workspace: createWorkspace(shape, arena, capacity),
    scratch: arena.floats(scratchLength(widest)),
    muon: createMuonSpace(shape, arena),
  };
}

function doubles(count: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
}

/** Examples of a step, and what each of their tokens' losses counts in the gradient. */
export interface Batch {
  readonly examples: readonly number[];
  readonly scales: readonly number[];
}

export interface UpdateStep {
  /** Learning rate of Adam. */
  readonly rate: number;
  /** Learning rate of Muon for the weights between layers; without it, Adam trains those too. */
  readonly muonRate?: number | undefined;
  /** What the gradient is multiplied by. */
  readonly clip: number;
  /** Of Adam; without it, its usual one. */
  readonly epsilon?: number | undefined;
  /** From 1. */
  readonly step: number;
}

/** What one thread does in a step. Each part takes pieces until none are left, then returns. */
export interface ShardWorker {
  /** Fills the shards' gradients and the examples' sums. */
  gradient(batch: Batch): void;
  /** Adds the shards' gradients into the first, clears the others, and fills `chunkSquares`. */
  reduce(): void;
  update(step: UpdateStep): void;
  /** Fills the sums of these training examples, or of all validation examples, and changes nothing else. */
  measure(examples: readonly number[] | "validation"): void;
}

/** @param thread From 0 to below the number of spaces. */
export function createShardWorker(memory: TrainingMemory, thread: number): ShardWorker {
  const { shape, training, validation, gradients, chunkSquares } = memory;
  const { workspace, scratch, muon } = memory.spaces[thread]!;
  const kernels = wasmKernels(memory.memory, scratch);
  const parameters = viewParameters(shape, memory.parameters);
  const runner: Runner = { shape, parameters, workspace, kernels };
  const views = gradients.map((gradient): Parameters => viewParameters(shape, gradient));
  const packsOf = (store: SequenceStore, examples: readonly number[]) => {
    const sequences = examples.map((example) => sequenceAt(store, example));
    let done = 0;
    return cutIntoPacks(sequences, workspace.capacity).map((pack) => {
      const from = done;
      done += pack.sequences.length;
      return { pack, from };
    });
  };
  return {
    gradient({ examples, scales }) {
      eachPiece(memory, shardCount, (shard) => {
        const places = examples.map((_, place) => place).filter((place) => place % shardCount === shard);
        const own = places.map((place) => examples[place]!);
        for (const { pack, from } of packsOf(training, own)) {
          const taken = places.slice(from, from + pack.sequences.length).map((place) => scales[place]!);
          const sums = trainPack(runner, pack, { gradient: views[shard]!, scales: taken });
          for (const [index, sum] of sums.entries()) keepSums(memory.trainingSums, own[from + index]!, sum);
        }
      });
    },
    reduce() {
      eachPiece(memory, chunkCount, (chunk) => {
        const [from, to] = chunkBounds(memory, chunk);
        chunkSquares[chunk] = kernels.sumShards(gradients.map((gradient) => gradient.subarray(from, to)));
      });
    },
    update({ muonRate, ...step }) {
      const settings = adamSettings(step);
      const adam = (from: number, to: number): void => {
        const cut = (all: Float32Array): Float32Array => all.subarray(from, to);
        const { parameters: weights, firstMoment, secondMoment } = memory;
        kernels.adam(
          {
            parameters: cut(weights),
            gradient: cut(gradients[0]!),
            firstMoment: cut(firstMoment),
            secondMoment: cut(secondMoment),
          },
          settings,
        );
      };
      if (muonRate === undefined) {
        eachPiece(memory, chunkCount, (chunk) => adam(...chunkBounds(memory, chunk)));
        return;
      }
      const ranges = adamRanges(shape, memory.parameters);
      const matrices = muonMatrices(shape, memory.parameters);
      const slopes = muonMatrices(shape, gradients[0]!);
      const moments = muonMatrices(shape, memory.firstMoment);
      eachPiece(memory, matrices.length + ranges.length, (piece) => {
        const range = ranges[piece - matrices.length];
        if (range !== undefined) adam(...range);
        else {
          const tensors = { weights: matrices[piece]!, gradient: slopes[piece]!, moment: moments[piece]! };
          muonStep(kernels, muon, tensors, muonRate);
        }
      });
    },
    measure(chosen) {
      const [store, sums] =
        chosen === "validation" ? [validation, memory.validationSums] : [training, memory.trainingSums];
      const examples =
        chosen === "validation" ? Array.from({ length: sequenceCount(validation) }, (_, i) => i) : chosen;
      const packs = packsOf(store, examples);
      eachPiece(memory, packs.length, (piece) => {
        const { pack, from } = packs[piece]!;
        for (const [index, sum] of evaluatePack(runner, pack).entries()) keepSums(sums, examples[from + index]!, sum);
      });
    },
  };
}

function keepSums(table: Float64Array, example: number, { loss, correct, trained }: LossSums): void {
  table.set([loss, correct, trained], example * 3);
}

function eachPiece({ nextPiece }: TrainingMemory, count: number, work: (piece: number) => void): void {
  for (let piece = Atomics.add(nextPiece, 0, 1); piece < count; piece = Atomics.add(nextPiece, 0, 1)) work(piece);
}

function chunkBounds({ parameters }: TrainingMemory, chunk: number): readonly [from: number, to: number] {
  const length = Math.ceil(parameters.length / chunkCount);
  return [Math.min(chunk * length, parameters.length), Math.min((chunk + 1) * length, parameters.length)];
}

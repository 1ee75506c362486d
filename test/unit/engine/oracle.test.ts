import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageFile } from "../../../src/core/assets.ts";
import { createWorkspace } from "../../../src/engine/activations.ts";
import { evaluatePack, trainPack } from "../../../src/engine/backward.ts";
import { type Arena, heapArena, sharedArena } from "../../../src/engine/kernels/arena.ts";
import type { Kernels } from "../../../src/engine/kernels/kernels.ts";
import { columnsOf, type Floats, matrix, transposed } from "../../../src/engine/kernels/matrix.ts";
import { plainKernels } from "../../../src/engine/kernels/plain.ts";
import { scratchLength, wasmKernels } from "../../../src/engine/kernels/wasm.ts";
import { createMuonSpace, muonMatrices, muonStep } from "../../../src/engine/muon.ts";
import { adamSettings } from "../../../src/engine/optimizer.ts";
import { packOf, type Sequence } from "../../../src/engine/pack.ts";
import { initialize, type ModelShape, parameterCount, viewParameters } from "../../../src/engine/parameters.ts";
import { createRandom } from "../../../src/engine/random.ts";

/** WebAssembly in 32 bits beside plain TypeScript in 64: what both are asked, both must answer nearly alike. */
interface Side {
  readonly arena: Arena;
  readonly kernels: Kernels;
}

function sides(): readonly [wasm: Side, plain: Side] {
  const shared = sharedArena();
  const kernels = wasmKernels(shared.memory, shared.floats(scratchLength(1024)));
  return [
    { arena: shared, kernels },
    { arena: heapArena(Float64Array), kernels: plainKernels() },
  ];
}

const filled = ({ arena }: Side, values: ArrayLike<number>): Floats => {
  const array = arena.floats(values.length);
  array.set(values);
  return array;
};
const numbers = (count: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, () => random.normal());
};

/** Largest difference, in parts of the largest value. */
function distance([one, other]: readonly Floats[]): number {
  const size = Math.max(1e-6, ...Array.from(other!, Math.abs));
  return Math.max(...Array.from(one!, (value, i) => Math.abs(value - other![i]!))) / size;
}

test("the bundled kernels are those whose sha256 is written beside them", () => {
  const binary = readFileSync(packageFile("assets/engine.wasm"));
  const digest = createHash("sha256").update(binary).digest("hex");
  expect(readFileSync(packageFile("assets/engine.wasm.sha256"), "utf8")).toBe(`${digest}  engine.wasm\n`);
});

describe("matrix products of random shapes", () => {
  const random = createRandom(21);
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 64, 129, 130, 255, 257, 300];
  const cases = Array.from({ length: 60 }, () => ({
    M: sizes[random.below(sizes.length)]!,
    K: sizes[random.below(sizes.length)]!,
    N: sizes[random.below(sizes.length)]!,
    flip: random.below(4),
    accumulate: random.below(2) === 1,
  }));

  test.each(cases)("(%o)", ({ M, K, N, flip, accumulate }) => {
    const results = sides().map((side) => {
      const left = filled(side, numbers(M * K, 1));
      const right = filled(side, numbers(K * N, 2));
      const out = filled(side, numbers(M * (N + 3), 3));
      side.kernels.multiply(
        columnsOf(matrix(out, M, N + 3), 2, N),
        flip % 2 === 0 ? matrix(left, M, K) : transposed(matrix(left, K, M)),
        flip < 2 ? matrix(right, K, N) : transposed(matrix(right, N, K)),
        accumulate,
      );
      return out;
    });
    expect(distance(results)).toBeLessThan(1e-5);
  });
});

describe("a whole model", () => {
  const shapes: readonly ModelShape[] = [
    { vocabulary: 61, width: 32, layers: 2, heads: 2, hidden: 64, context: 160 },
    { vocabulary: 261, width: 16, layers: 1, heads: 1, hidden: 20, context: 160 },
    { vocabulary: 90, width: 32, layers: 3, heads: 4, hidden: 128, context: 160 },
  ];
  const random = createRandom(22);
  const sequence = (length: number): Sequence => {
    const tokens = Int32Array.from({ length }, (_, i) =>
      i === 0 ? 0 : i === 9 ? 1 : i === 30 ? 2 : 4 + random.below(40),
    );
    return { tokens, targets: Int32Array.from(tokens, (_, i) => (i > 30 ? (tokens[i + 1] ?? 3) : -1)) };
  };

  test.each(shapes)("loses as much and learns the same (%o)", (shape) => {
    // One sequence longer than a block of attention, one shorter than any answer.
    const pack = packOf([sequence(70), sequence(150), sequence(20)]);
    const count = parameterCount(shape);
    const start = new Float32Array(count);
    initialize(shape, viewParameters(shape, start), random);
    start.forEach((value, i) => {
      start[i] = value + 0.05 * random.normal();
    });
    const results = sides().map((side) => {
      const parameters = viewParameters(shape, filled(side, start));
      const gradient = viewParameters(shape, side.arena.floats(count));
      const workspace = createWorkspace(shape, side.arena, { rows: 240, longest: 150 });
      const runner = { shape, parameters, kernels: side.kernels, workspace };
      const sums = trainPack(runner, pack, { gradient, scales: [0.02, -0.01, 0.5] });
      const again = evaluatePack(runner, pack);
      return { sums, again, gradient: gradient.all };
    });
    const [wasm, plain] = results as [(typeof results)[0], (typeof results)[0]];
    wasm.sums.forEach(({ loss, correct, trained }, index) => {
      expect(loss).toBeCloseTo(plain.sums[index]!.loss, 3);
      expect([correct, trained]).toEqual([plain.sums[index]!.correct, plain.sums[index]!.trained]);
    });
    expect(wasm.again).toEqual(wasm.sums); // nothing of a run is left for the next
    expect(distance([wasm.gradient, plain.gradient])).toBeLessThan(1e-4);
  });

  test("takes the same steps of Adam, shards summed first", () => {
    const count = 1003;
    const results = sides().map((side) => {
      const shards = [1, 2, 3, 4].map((seed) => filled(side, numbers(count, seed)));
      const squares = side.kernels.sumShards(shards);
      const range = {
        parameters: filled(side, numbers(count, 9)),
        gradient: shards[0]!,
        firstMoment: side.arena.floats(count),
        secondMoment: side.arena.floats(count),
      };
      for (const step of [1, 2]) {
        side.kernels.adam(range, adamSettings({ rate: 0.01, clip: 0.3, step }));
        range.gradient.set(numbers(count, 20 + step));
      }
      return {
        squares,
        weights: range.parameters,
        cleared: shards.slice(1).every((shard) => shard.every((x) => x === 0)),
      };
    });
    expect(results[0]!.squares / results[1]!.squares).toBeCloseTo(1, 6);
    expect(distance(results.map(({ weights }) => weights))).toBeLessThan(1e-5);
    expect(results.map(({ cleared }) => cleared)).toEqual([true, true]);
  });

  test("takes the same step of Muon, whose directions have singular values near 1", () => {
    const shape = { vocabulary: 61, width: 32, layers: 1, heads: 2, hidden: 64, context: 16 };
    const count = parameterCount(shape);
    const results = sides().map((side) => {
      const [weights, gradient, moment] = [
        side.arena.floats(count),
        filled(side, numbers(count, 2)),
        side.arena.floats(count),
      ];
      const [all, slopes, moments] = [weights, gradient, moment].map((array) => muonMatrices(shape, array));
      const space = createMuonSpace(shape, side.arena);
      all!.forEach((matrixOfWeights, i) => {
        muonStep(side.kernels, space, { weights: matrixOfWeights, gradient: slopes![i]!, moment: moments![i]! }, 1);
      });
      return { weights, outward: all![5]! };
    });
    expect(distance(results.map(({ weights }) => weights))).toBeLessThan(1e-3);
    // (F,C): its columns are nearly orthonormal, times sqrt(F / C).
    const { outward } = results[1]!;
    const columnSquares = Array.from({ length: 32 }, (_, column) => {
      let sum = 0;
      for (let r = 0; r < 64; r++) sum += outward.data[outward.offset + r * 32 + column]! ** 2;
      return sum / 2;
    });
    for (const square of columnSquares) expect(square).toBeGreaterThan(0.3);
    for (const square of columnSquares) expect(square).toBeLessThan(1.6);
  });
});

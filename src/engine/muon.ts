import type { Arena } from "./kernels/arena.ts";
import type { Kernels } from "./kernels/kernels.ts";
import { columnsOf, type Floats, type Matrix, matrix, transposed } from "./kernels/matrix.ts";
import { type ModelShape, type Parameters, pointerWidth, viewParameters } from "./parameters.ts";

/**
 * Muon (Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"): momentum whose direction
 * is made nearly orthogonal by five Newton-Schulz steps. For the weights between layers of a base model that is
 * trained from nothing, where it needs fewer tokens than Adam; everything else keeps Adam.
 */
const momentum = 0.95;
const iterations = 5;
const [a, b, c] = [3.4445, -4.775, 2.0315];
const weightDecay = 0.01;

/** Space for one thread. */
export interface MuonSpace {
  /** (C,F) three times, and (C,C) twice. */
  readonly direction: Floats;
  readonly next: Floats;
  readonly square: Floats;
  readonly polynomial: Floats;
}

export function createMuonSpace({ width: C, hidden: F }: ModelShape, arena: Arena): MuonSpace {
  const longest = Math.max(C, F);
  return {
    direction: arena.floats(C * longest),
    next: arena.floats(C * longest),
    square: arena.floats(C * C),
    polynomial: arena.floats(C * C),
  };
}

/** Where Muon's matrices lie in an array of all parameters: queries, keys and values count as three. */
export function muonMatrices(shape: ModelShape, all: Floats): readonly Matrix[] {
  const { width: C, hidden: F } = shape;
  const { layers, pointerQuery, pointerKey } = viewParameters(shape, all);
  const pointers = [pointerQuery, pointerKey].map((tensor) => matrix(tensor, C, pointerWidth(shape)));
  const between = layers.flatMap((layer) => {
    const projections = matrix(layer.queryKeyValue, C, 3 * C);
    return [
      ...[0, C, 2 * C].map((first) => columnsOf(projections, first, C)),
      matrix(layer.attentionOutput, C, C),
      matrix(layer.hiddenIn, C, F),
      matrix(layer.hiddenOut, F, C),
    ];
  });
  return [...between, ...pointers];
}

/** What Adam keeps, as runs of neighbouring parameters: [from, to). */
export function adamRanges(shape: ModelShape, all: Floats): readonly (readonly [from: number, to: number])[] {
  const parameters: Parameters = viewParameters(shape, all);
  const kept = [
    parameters.embedding,
    ...parameters.layers.flatMap(({ attentionGain, keyShift, hiddenGain }) => [attentionGain, keyShift, hiddenGain]),
    parameters.finalGain,
    parameters.copyWeights,
    parameters.copyBias,
    parameters.pointerGate,
    parameters.pointerGateBias,
  ];
  return kept.map((tensor) => {
    const from = (tensor.byteOffset - all.byteOffset) / all.BYTES_PER_ELEMENT;
    return [from, from + tensor.length] as const;
  });
}

/** One step for one matrix; clears its gradient. All four have one shape. */
export function muonStep(
  kernels: Kernels,
  { direction, next, square, polynomial }: MuonSpace,
  { weights, gradient, moment }: { weights: Matrix; gradient: Matrix; moment: Matrix },
  rate: number,
): void {
  // The wide form: products of its rows are the smaller square.
  const wide = (whole: Matrix): Matrix => (whole.rows > whole.columns ? transposed(whole) : whole);
  const [w, g, m] = [wide(weights), wide(gradient), wide(moment)];
  const { rows, columns } = w;
  let norm = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = m.offset + i * m.rowStride + j * m.columnStride;
      const from = g.offset + i * g.rowStride + j * g.columnStride;
      const slope = g.data[from]!;
      g.data[from] = 0;
      const kept = momentum * m.data[at]! + slope;
      m.data[at] = kept;
      const value = slope + momentum * kept;
      direction[i * columns + j] = value;
      norm += value * value;
    }
  }
  const scale = 1 / (Math.sqrt(norm) + 1e-7);
  for (let i = 0; i < rows * columns; i++) direction[i] = direction[i]! * scale;
  const X = matrix(direction, rows, columns);
  const A = matrix(square, rows, rows);
  const B = matrix(polynomial, rows, rows);
  for (let step = 0; step < iterations; step++) {
    kernels.multiply(A, X, transposed(X));
    kernels.multiply(B, A, A);
    for (let i = 0; i < rows * rows; i++) polynomial[i] = b * square[i]! + c * polynomial[i]!;
    kernels.multiply(matrix(next, rows, columns), B, X);
    for (let i = 0; i < rows * columns; i++) direction[i] = a * direction[i]! + next[i]!;
  }
  const size = rate * Math.sqrt(Math.max(1, weights.rows / weights.columns));
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const at = w.offset + i * w.rowStride + j * w.columnStride;
      const value = w.data[at]!;
      w.data[at] = value - size * direction[i * columns + j]! - rate * weightDecay * value;
    }
  }
}

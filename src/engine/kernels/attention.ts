import { exponential } from "./elementary.ts";
import type { Attention } from "./kernels.ts";
import { columnsOf, type Floats, matrix, transposed } from "./matrix.ts";
import type { Multiply } from "./multiply.ts";

/** `Kernels.attend`, in whole matrices. */
export function attendPlainly(
  multiply: Multiply,
  attended: Floats,
  { queryKeyValue, weights, rows: N, heads, headWidth }: Attention,
): void {
  const C = heads * headWidth;
  const projections = matrix(queryKeyValue, N, 3 * C);
  for (let h = 0; h < heads; h++) {
    const scores = matrix(weights.subarray(h * N * N, (h + 1) * N * N), N, N);
    const queries = columnsOf(projections, h * headWidth, headWidth);
    const keys = columnsOf(projections, C + h * headWidth, headWidth);
    const values = columnsOf(projections, 2 * C + h * headWidth, headWidth);
    multiply(scores, queries, transposed(keys));
    causalSoftmax(scores.data, N, 1 / Math.sqrt(headWidth));
    multiply(columnsOf(matrix(attended, N, C), h * headWidth, headWidth), scores, values);
  }
}

/** `Kernels.attendBackward`, in whole matrices. */
export function attendPlainlyBackward(
  multiply: Multiply,
  dQueryKeyValue: Floats,
  { dAttended, dWeights }: { dAttended: Floats; dWeights: Floats },
  { queryKeyValue, weights, rows: N, heads, headWidth }: Attention,
): void {
  const C = heads * headWidth;
  const projections = matrix(queryKeyValue, N, 3 * C);
  const dProjections = matrix(dQueryKeyValue, N, 3 * C);
  const dScores = matrix(dWeights, N, N);
  for (let h = 0; h < heads; h++) {
    const [query, key, value] = [0, C, 2 * C].map((third) => third + h * headWidth) as [number, number, number];
    const dHead = columnsOf(matrix(dAttended, N, C), h * headWidth, headWidth);
    const attention = matrix(weights.subarray(h * N * N, (h + 1) * N * N), N, N);
    multiply(columnsOf(dProjections, value, headWidth), transposed(attention), dHead);
    multiply(dScores, dHead, transposed(columnsOf(projections, value, headWidth)));
    causalSoftmaxBackward(dWeights, attention.data, N, 1 / Math.sqrt(headWidth));
    multiply(columnsOf(dProjections, query, headWidth), dScores, columnsOf(projections, key, headWidth));
    multiply(columnsOf(dProjections, key, headWidth), transposed(dScores), columnsOf(projections, query, headWidth));
  }
}

/** Turns scores into causal attention weights in place: row t keeps 0 ... t, scaled, softmax; the rest is 0. scores: (N,N). */
function causalSoftmax(scores: Floats, rows: number, scale: number): void {
  for (let t = 0; t < rows; t++) {
    const row = scores.subarray(t * rows, (t + 1) * rows);
    softmax(row.subarray(0, t + 1), scale);
    row.fill(0, t + 1);
  }
}

/** In place, of values times scale. */
export function softmax(values: Floats, scale: number): void {
  let most = -Infinity;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]! * scale);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = exponential(values[i]! * scale - most);
    values[i] = weight;
    sum += weight;
  }
  for (let i = 0; i < values.length; i++) values[i] = values[i]! / sum;
}

/** Turns dWeights: (N,N) into dScores in place. weights: (N,N) from `causalSoftmax`. */
function causalSoftmaxBackward(dWeights: Floats, weights: Floats, rows: number, scale: number): void {
  for (let t = 0; t < rows; t++) {
    const row = t * rows;
    let mean = 0;
    for (let i = 0; i <= t; i++) mean += dWeights[row + i]! * weights[row + i]!;
    for (let i = 0; i <= t; i++) dWeights[row + i] = weights[row + i]! * (dWeights[row + i]! - mean) * scale;
    for (let i = t + 1; i < rows; i++) dWeights[row + i] = 0;
  }
}

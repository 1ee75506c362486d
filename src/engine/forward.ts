import type { LayerActivations, Workspace } from "./activations.ts";
import { causalSoftmax, normalize, rotate } from "./kernels/layers.ts";
import { columnsOf, type Floats, matrix, transposed } from "./kernels/matrix.ts";
import type { LayerParameters, ModelShape, Parameters } from "./parameters.ts";

/**
 * Runs tokens through all layers; the result is `workspace.final`: (N,C), one row for each token.
 * A decoder-only transformer: RMS norm, rotary positions, keys shifted towards their predecessor, squared
 * rectifier (So et al. 2021), no biases.
 */
export function forward(shape: ModelShape, parameters: Parameters, tokens: Int32Array, workspace: Workspace): void {
  const { width: C } = shape;
  const N = tokens.length;
  const { layers, output, final, finalInverse } = workspace;
  const first = layers[0]?.input ?? output;
  for (let t = 0; t < N; t++) {
    const from = tokens[t]! * C;
    for (let c = 0; c < C; c++) first[t * C + c] = parameters.embedding[from + c]!;
  }
  parameters.layers.forEach((layer, index) => {
    const activations = layers[index]!;
    attend(shape, { layer, activations, workspace, N });
    think(shape, { layer, activations, workspace, N }, layers[index + 1]?.input ?? output);
  });
  normalize(final, finalInverse, { x: output, gain: parameters.finalGain, rows: N });
}

interface LayerRun {
  readonly layer: LayerParameters;
  readonly activations: LayerActivations;
  readonly workspace: Workspace;
  /** Rows in use. */
  readonly N: number;
}

/** activations.middle = input + attention(norm(input)). */
function attend({ width: C, heads }: ModelShape, { layer, activations, workspace, N }: LayerRun): void {
  const { multiply, rotations: table } = workspace;
  const { input, attentionInput, attentionInverse, queryKeyValue, plainKeys, weights, attended, middle } = activations;
  const headWidth = C / heads;
  normalize(attentionInput, attentionInverse, { x: input, gain: layer.attentionGain, rows: N });
  const projections = matrix(queryKeyValue, N, 3 * C);
  multiply(projections, matrix(attentionInput, N, C), matrix(layer.queryKeyValue, C, 3 * C));
  shiftKeys(queryKeyValue, plainKeys, layer.keyShift, N);
  const rotation = { stride: 3 * C, rows: N, heads, headWidth, table, position: 0, direction: 1 } as const;
  rotate(queryKeyValue, { ...rotation, start: 0 });
  rotate(queryKeyValue, { ...rotation, start: C });
  for (let h = 0; h < heads; h++) {
    const queries = columnsOf(projections, h * headWidth, headWidth);
    const keys = columnsOf(projections, C + h * headWidth, headWidth);
    const values = columnsOf(projections, 2 * C + h * headWidth, headWidth);
    const scores = matrix(weights[h]!, N, N);
    multiply(scores, queries, transposed(keys));
    causalSoftmax(scores.data, N, 1 / Math.sqrt(headWidth));
    multiply(columnsOf(matrix(attended, N, C), h * headWidth, headWidth), scores, values);
  }
  copyRows(middle, input, N * C);
  multiply(matrix(middle, N, C), matrix(attended, N, C), matrix(layer.attentionOutput, C, C), true);
}

/** next = middle + feedForward(norm(middle)). */
function think(
  { width: C, hidden: F }: ModelShape,
  { layer, activations, workspace, N }: LayerRun,
  next: Floats,
): void {
  const { multiply } = workspace;
  const { middle, hiddenInput, hiddenInverse, hiddenBefore, hiddenAfter } = activations;
  normalize(hiddenInput, hiddenInverse, { x: middle, gain: layer.hiddenGain, rows: N });
  multiply(matrix(hiddenBefore, N, F), matrix(hiddenInput, N, C), matrix(layer.hiddenIn, C, F));
  for (let i = 0; i < N * F; i++) {
    const positive = Math.max(hiddenBefore[i]!, 0);
    hiddenAfter[i] = positive * positive;
  }
  copyRows(next, middle, N * C);
  multiply(matrix(next, N, C), matrix(hiddenAfter, N, F), matrix(layer.hiddenOut, F, C), true);
}

/** key'[t] = key[t] + shift * (key[t-1] - key[t]) in the middle third of each row; key[-1] is 0. */
function shiftKeys(queryKeyValue: Floats, plainKeys: Floats, shift: Floats, N: number): void {
  const C = shift.length;
  for (let t = 0; t < N; t++) {
    for (let c = 0; c < C; c++) {
      const at = t * 3 * C + C + c;
      const key = queryKeyValue[at]!;
      plainKeys[t * C + c] = key;
      const before = t === 0 ? 0 : plainKeys[(t - 1) * C + c]!;
      queryKeyValue[at] = key + shift[c]! * (before - key);
    }
  }
}

function copyRows(to: Floats, from: Floats, count: number): void {
  for (let i = 0; i < count; i++) to[i] = from[i]!;
}

import type { LayerActivations, Workspace } from "./activations.ts";
import { forward } from "./forward.ts";
import { type LossSums, type Sequence, takeLoss } from "./head.ts";
import { causalSoftmaxBackward, normalizeBackward, rotate } from "./kernels/layers.ts";
import { columnsOf, matrix, transposed } from "./kernels/matrix.ts";
import type { LayerParameters, ModelShape, Parameters } from "./parameters.ts";

/** A model with the memory to run it in. */
export interface Runner {
  readonly shape: ModelShape;
  readonly parameters: Parameters;
  readonly workspace: Workspace;
}

/** Loss of a sequence without its gradient. */
export function evaluateSequence({ shape, parameters, workspace }: Runner, sequence: Sequence): LossSums {
  forward(shape, parameters, sequence.tokens, workspace);
  return takeLoss(shape, { parameters, scale: 1 }, { sequence, workspace });
}

/**
 * Loss of a sequence; its gradient times `scale` is added to `gradient`.
 * @param scale 1 / trained tokens of the batch, for the gradient of the batch's mean loss.
 */
export function trainSequence(
  { shape, parameters, workspace }: Runner,
  sequence: Sequence,
  { gradient, scale }: { gradient: Parameters; scale: number },
): LossSums {
  const { width: C } = shape;
  const N = sequence.tokens.length;
  const { layers, output, finalInverse, dStream, dRows } = workspace;
  forward(shape, parameters, sequence.tokens, workspace);
  const sums = takeLoss(shape, { parameters, gradient, scale }, { sequence, workspace });
  dStream.fill(0, 0, N * C);
  normalizeBackward(dStream, gradient.finalGain, {
    dOut: dRows,
    x: output,
    gain: parameters.finalGain,
    inverse: finalInverse,
    rows: N,
  });
  for (let index = layers.length - 1; index >= 0; index--) {
    const run = { layer: parameters.layers[index]!, slope: gradient.layers[index]!, activations: layers[index]!, N };
    thinkBackward(shape, workspace, run);
    attendBackward(shape, workspace, run);
  }
  for (let t = 0; t < N; t++) {
    const to = sequence.tokens[t]! * C;
    for (let c = 0; c < C; c++) gradient.embedding[to + c] = gradient.embedding[to + c]! + dStream[t * C + c]!;
  }
  return sums;
}

interface LayerRun {
  readonly layer: LayerParameters;
  /** The gradient of `layer`, added to. */
  readonly slope: LayerParameters;
  readonly activations: LayerActivations;
  /** Rows in use. */
  readonly N: number;
}

/** dStream: gradient of the layer's output on entry, of `middle` on return. */
function thinkBackward({ width: C, hidden: F }: ModelShape, workspace: Workspace, run: LayerRun): void {
  const { layer, slope, activations, N } = run;
  const { multiply, dStream, dRows, dHidden } = workspace;
  const { middle, hiddenInput, hiddenInverse, hiddenBefore, hiddenAfter } = activations;
  const dOut = matrix(dStream, N, C);
  const dBefore = matrix(dHidden, N, F);
  multiply(matrix(slope.hiddenOut, F, C), transposed(matrix(hiddenAfter, N, F)), dOut, true);
  multiply(dBefore, dOut, transposed(matrix(layer.hiddenOut, F, C)));
  for (let i = 0; i < N * F; i++) dHidden[i] = dHidden[i]! * 2 * Math.max(hiddenBefore[i]!, 0);
  multiply(matrix(slope.hiddenIn, C, F), transposed(matrix(hiddenInput, N, C)), dBefore, true);
  multiply(matrix(dRows, N, C), dBefore, transposed(matrix(layer.hiddenIn, C, F)));
  const normalized = { dOut: dRows, x: middle, gain: layer.hiddenGain, inverse: hiddenInverse, rows: N };
  normalizeBackward(dStream, slope.hiddenGain, normalized);
}

/** dStream: gradient of `middle` on entry, of the layer's input on return. */
function attendBackward({ width: C, heads }: ModelShape, workspace: Workspace, run: LayerRun): void {
  const { layer, slope, activations, N } = run;
  const { multiply, rotations: table, dStream, dRows, dQueryKeyValue, dWeights } = workspace;
  const { input, attentionInput, attentionInverse, queryKeyValue, weights, attended } = activations;
  const headWidth = C / heads;
  const dMiddle = matrix(dStream, N, C);
  const dAttended = matrix(dRows, N, C);
  multiply(matrix(slope.attentionOutput, C, C), transposed(matrix(attended, N, C)), dMiddle, true);
  multiply(dAttended, dMiddle, transposed(matrix(layer.attentionOutput, C, C)));
  const projections = matrix(queryKeyValue, N, 3 * C);
  const dProjections = matrix(dQueryKeyValue, N, 3 * C);
  const dScores = matrix(dWeights, N, N);
  for (let h = 0; h < heads; h++) {
    const [query, key, value] = [0, C, 2 * C].map((third) => third + h * headWidth) as [number, number, number];
    const dHead = columnsOf(dAttended, h * headWidth, headWidth);
    const attention = matrix(weights[h]!, N, N);
    multiply(columnsOf(dProjections, value, headWidth), transposed(attention), dHead);
    multiply(dScores, dHead, transposed(columnsOf(projections, value, headWidth)));
    causalSoftmaxBackward(dWeights, { weights: attention.data, rows: N, scale: 1 / Math.sqrt(headWidth) });
    multiply(columnsOf(dProjections, query, headWidth), dScores, columnsOf(projections, key, headWidth));
    multiply(columnsOf(dProjections, key, headWidth), transposed(dScores), columnsOf(projections, query, headWidth));
  }
  const rotation = { stride: 3 * C, rows: N, heads, headWidth, table, position: 0, direction: -1 } as const;
  rotate(dQueryKeyValue, { ...rotation, start: 0 });
  rotate(dQueryKeyValue, { ...rotation, start: C });
  shiftKeysBackward(workspace, run);
  multiply(matrix(slope.queryKeyValue, C, 3 * C), transposed(matrix(attentionInput, N, C)), dProjections, true);
  multiply(matrix(dRows, N, C), dProjections, transposed(matrix(layer.queryKeyValue, C, 3 * C)));
  const normalized = { dOut: dRows, x: input, gain: layer.attentionGain, inverse: attentionInverse, rows: N };
  normalizeBackward(dStream, slope.attentionGain, normalized);
}

/** Turns the gradient of shifted keys into that of plain keys, in place, and adds to that of the shift. */
function shiftKeysBackward({ dQueryKeyValue }: Workspace, { layer, slope, activations, N }: LayerRun): void {
  const { keyShift } = layer;
  const { plainKeys } = activations;
  const C = keyShift.length;
  for (let t = 0; t < N; t++) {
    for (let c = 0; c < C; c++) {
      const at = t * 3 * C + C + c;
      const before = t === 0 ? 0 : plainKeys[(t - 1) * C + c]!;
      slope.keyShift[c] = slope.keyShift[c]! + dQueryKeyValue[at]! * (before - plainKeys[t * C + c]!);
      const fromNext = t + 1 < N ? keyShift[c]! * dQueryKeyValue[at + 3 * C]! : 0;
      dQueryKeyValue[at] = dQueryKeyValue[at]! * (1 - keyShift[c]!) + fromNext;
    }
  }
}

import { eachAttention, eachSequence, forward, type LayerRun, type Runner, rotateQueriesAndKeys } from "./forward.ts";
import { type LossSums, takeLoss } from "./head.ts";
import { matrix, transposed } from "./kernels/matrix.ts";
import { type Pack, rowCount } from "./pack.ts";
import type { LayerParameters, Parameters } from "./parameters.ts";

/** Losses of a pack's sequences without their gradient. */
export function evaluatePack(runner: Runner, pack: Pack): readonly LossSums[] {
  forward(runner, pack);
  return takeLoss(runner, pack);
}

/**
 * Losses of a pack's sequences; the gradient of their sum, each times its scale, is added to `gradient`.
 * @param scales For each sequence what its tokens' losses count: 1 / trained tokens of the batch, for the gradient of the mean.
 */
export function trainPack(
  runner: Runner,
  pack: Pack,
  { gradient, scales }: { gradient: Parameters; scales: readonly number[] },
): readonly LossSums[] {
  const { shape, parameters, kernels, workspace } = runner;
  const { width: C } = shape;
  const N = rowCount(pack);
  const { layers, output, finalInverse, dStream, dRows } = workspace;
  forward(runner, pack);
  const sums = takeLoss(runner, pack, { gradient, scales });
  dStream.fill(0, 0, N * C);
  kernels.normalizeBackward(dStream, gradient.finalGain, dRows, {
    x: output,
    gain: parameters.finalGain,
    inverse: finalInverse,
    rows: N,
  });
  for (let index = layers.length - 1; index >= 0; index--) {
    const run = {
      layer: parameters.layers[index]!,
      slope: gradient.layers[index]!,
      activations: layers[index]!,
      pack,
    };
    thinkBackward(runner, run);
    attendBackward(runner, run);
  }
  kernels.scatterRows(gradient.embedding, dStream, workspace.tokens.subarray(0, N), C);
  return sums;
}

interface LayerRunBackward extends LayerRun {
  /** The gradient of `layer`, added to. */
  readonly slope: LayerParameters;
}

/** Passes dStream back through `think`. */
function thinkBackward(
  { shape, kernels, workspace }: Runner,
  { layer, slope, activations, pack }: LayerRunBackward,
): void {
  const { width: C, hidden: F } = shape;
  const { dStream, dRows, dHidden } = workspace;
  const { middle, hiddenInput, hiddenInverse, hiddenBefore, hiddenAfter } = activations;
  const { multiply } = kernels;
  const N = rowCount(pack);
  const dNext = matrix(dStream, N, C);
  const dBefore = matrix(dHidden, N, F);
  multiply(matrix(slope.hiddenOut, F, C), transposed(matrix(hiddenAfter, N, F)), dNext, true);
  multiply(dBefore, dNext, transposed(matrix(layer.hiddenOut, F, C)));
  kernels.rectifyBackward(dHidden, hiddenBefore, N * F);
  multiply(matrix(slope.hiddenIn, C, F), transposed(matrix(hiddenInput, N, C)), dBefore, true);
  multiply(matrix(dRows, N, C), dBefore, transposed(matrix(layer.hiddenIn, C, F)));
  const normalized = { x: middle, gain: layer.hiddenGain, inverse: hiddenInverse, rows: N };
  kernels.normalizeBackward(dStream, slope.hiddenGain, dRows, normalized);
}

/** Passes dStream back through `attend`. */
function attendBackward(runner: Runner, { layer, slope, activations, pack }: LayerRunBackward): void {
  const { shape, kernels, workspace } = runner;
  const { width: C } = shape;
  const { dStream, dRows, dQueryKeyValue, dWeights } = workspace;
  const { input, attentionInput, attentionInverse, plainKeys, attended } = activations;
  const { multiply } = kernels;
  const N = rowCount(pack);
  const dMiddle = matrix(dStream, N, C);
  multiply(matrix(slope.attentionOutput, C, C), transposed(matrix(attended, N, C)), dMiddle, true);
  multiply(matrix(dRows, N, C), dMiddle, transposed(matrix(layer.attentionOutput, C, C)));
  eachAttention(shape, activations, pack, (attention, { start }) => {
    const slopes = { dAttended: dRows.subarray(start * C), dWeights };
    kernels.attendBackward(dQueryKeyValue.subarray(start * 3 * C), slopes, attention);
  });
  rotateQueriesAndKeys(runner, { data: dQueryKeyValue, pack, direction: -1 });
  eachSequence(pack, ({ start, rows }) => {
    const keys = plainKeys.subarray(start * C);
    kernels.shiftKeysBackward(dQueryKeyValue.subarray(start * 3 * C), slope.keyShift, {
      keys,
      shift: layer.keyShift,
      rows,
    });
  });
  const dProjections = matrix(dQueryKeyValue, N, 3 * C);
  multiply(matrix(slope.queryKeyValue, C, 3 * C), transposed(matrix(attentionInput, N, C)), dProjections, true);
  multiply(matrix(dRows, N, C), dProjections, transposed(matrix(layer.queryKeyValue, C, 3 * C)));
  const normalized = { x: input, gain: layer.attentionGain, inverse: attentionInverse, rows: N };
  kernels.normalizeBackward(dStream, slope.attentionGain, dRows, normalized);
}

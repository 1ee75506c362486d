import type { LayerActivations, Workspace } from "./activations.ts";
import type { Attention, Kernels } from "./kernels/kernels.ts";
import { type Floats, matrix } from "./kernels/matrix.ts";
import { type Pack, rowCount } from "./pack.ts";
import type { LayerParameters, ModelShape, Parameters } from "./parameters.ts";

/** A model with what it takes to run it. */
export interface Runner {
  readonly shape: ModelShape;
  readonly parameters: Parameters;
  readonly kernels: Kernels;
  readonly workspace: Workspace;
}

/** One layer of a run. */
export interface LayerRun {
  readonly layer: LayerParameters;
  readonly activations: LayerActivations;
  readonly pack: Pack;
}

/**
 * Runs a pack of N rows through all layers; the result is `workspace.final`: (N,C), one row for each token.
 * A decoder-only transformer: RMS norm, rotary positions, keys shifted towards their predecessor, squared
 * rectifier, no biases.
 */
export function forward(runner: Runner, pack: Pack): void {
  const { shape, parameters, kernels, workspace } = runner;
  const N = rowCount(pack);
  if (N > workspace.capacity) throw new Error(`a pack of ${N} rows is too large for ${workspace.capacity}`);
  const { layers, output, final, finalInverse } = workspace;
  for (const [index, { tokens }] of pack.sequences.entries()) workspace.tokens.set(tokens, pack.starts[index]);
  const first = layers[0]?.input ?? output;
  kernels.gatherRows(first, parameters.embedding, workspace.tokens.subarray(0, N), shape.width);
  parameters.layers.forEach((layer, index) => {
    const run: LayerRun = { layer, activations: layers[index]!, pack };
    attend(runner, run);
    think(runner, run, layers[index + 1]?.input ?? output);
  });
  kernels.normalize(final, { x: output, gain: parameters.finalGain, inverse: finalInverse, rows: N });
}

/** activations.middle = input + attention(norm(input)). */
function attend({ shape, kernels, workspace }: Runner, { layer, activations, pack }: LayerRun): void {
  const { width: C } = shape;
  const { input, attentionInput, attentionInverse, queryKeyValue, plainKeys, attended, middle } = activations;
  const N = rowCount(pack);
  kernels.normalize(attentionInput, { x: input, gain: layer.attentionGain, inverse: attentionInverse, rows: N });
  kernels.multiply(
    matrix(queryKeyValue, N, 3 * C),
    matrix(attentionInput, N, C),
    matrix(layer.queryKeyValue, C, 3 * C),
  );
  eachSequence(pack, ({ start, rows }) => {
    kernels.shiftKeys(queryKeyValue.subarray(start * 3 * C), plainKeys.subarray(start * C), layer.keyShift, rows);
  });
  rotateQueriesAndKeys({ shape, kernels, workspace }, { data: queryKeyValue, pack, direction: 1 });
  eachAttention(shape, activations, pack, (attention, { start }) => {
    kernels.attend(attended.subarray(start * C), attention);
  });
  middle.set(input.subarray(0, N * C));
  kernels.multiply(matrix(middle, N, C), matrix(attended, N, C), matrix(layer.attentionOutput, C, C), true);
}

/** next = middle + feedForward(norm(middle)). */
function think({ shape, kernels }: Runner, { layer, activations, pack }: LayerRun, next: Floats): void {
  const { width: C, hidden: F } = shape;
  const { middle, hiddenInput, hiddenInverse, hiddenBefore, hiddenAfter } = activations;
  const N = rowCount(pack);
  kernels.normalize(hiddenInput, { x: middle, gain: layer.hiddenGain, inverse: hiddenInverse, rows: N });
  kernels.multiply(matrix(hiddenBefore, N, F), matrix(hiddenInput, N, C), matrix(layer.hiddenIn, C, F));
  kernels.rectify(hiddenAfter, hiddenBefore, N * F);
  next.set(middle.subarray(0, N * C));
  kernels.multiply(matrix(next, N, C), matrix(hiddenAfter, N, F), matrix(layer.hiddenOut, F, C), true);
}

/** Where a sequence lies in its pack. */
export interface SequencePlace {
  readonly index: number;
  readonly start: number;
  readonly rows: number;
}

export function eachSequence({ sequences, starts }: Pack, act: (place: SequencePlace) => void): void {
  for (const [index, { tokens }] of sequences.entries()) act({ index, start: starts[index]!, rows: tokens.length });
}

/** The attention of each sequence, with views of its part of the activations. */
export function eachAttention(
  { width: C, heads }: ModelShape,
  { queryKeyValue, weights }: LayerActivations,
  pack: Pack,
  act: (attention: Attention, place: SequencePlace) => void,
): void {
  let used = 0;
  eachSequence(pack, (place) => {
    const { start, rows } = place;
    const size = heads * rows * rows;
    const attention = {
      queryKeyValue: queryKeyValue.subarray(start * 3 * C, (start + rows) * 3 * C),
      weights: weights.subarray(used, used + size),
      rows,
      heads,
      headWidth: C / heads,
    };
    used += size;
    act(attention, place);
  });
}

/** Turns the first two thirds of each row of data: (N,3C), by its position within its sequence. */
export function rotateQueriesAndKeys(
  { shape: { width: C, heads }, kernels, workspace }: Pick<Runner, "shape" | "kernels" | "workspace">,
  { data, pack, direction }: { data: Floats; pack: Pack; direction: 1 | -1 },
): void {
  eachSequence(pack, ({ start, rows }) => {
    for (const third of [0, C]) {
      kernels.rotate(data, {
        start: start * 3 * C + third,
        stride: 3 * C,
        rows,
        heads,
        headWidth: C / heads,
        table: workspace.rotations,
        direction,
      });
    }
  });
}

import { copyKinds } from "./copying.ts";
import type { Floats } from "./kernels/matrix.ts";
import type { RandomStream } from "./random.ts";

/** The size of a model. */
export interface ModelShape {
  /** V: number of distinct tokens. */
  readonly vocabulary: number;
  /** C: numbers that stand for a token between layers. */
  readonly width: number;
  readonly layers: number;
  /** Attention heads; width / heads is even. */
  readonly heads: number;
  /** F: width of the feed-forward part. */
  readonly hidden: number;
  /** T: most tokens of a chat. */
  readonly context: number;
}

export interface LayerParameters {
  /** (C) */
  readonly attentionGain: Floats;
  /** (C,3C): queries, keys, values side by side. */
  readonly queryKeyValue: Floats;
  /** (C): how far each key channel is moved towards the key of the token before. */
  readonly keyShift: Floats;
  /** (C,C) */
  readonly attentionOutput: Floats;
  /** (C) */
  readonly hiddenGain: Floats;
  /** (C,F) */
  readonly hiddenIn: Floats;
  /** (F,C) */
  readonly hiddenOut: Floats;
}

/** All weights of a model as views of one array; gradients and moments have the same form. */
export interface Parameters {
  readonly all: Floats;
  /** (V,C): also turns the last layer's output into logits. */
  readonly embedding: Floats;
  readonly layers: readonly LayerParameters[];
  /** (C) */
  readonly finalGain: Floats;
  /** (K,C), K = copyKinds: how far each kind of suggestion is trusted, by the state. */
  readonly copyWeights: Floats;
  /** (K) */
  readonly copyBias: Floats;
  /** (C,D), D = pointerWidth: what a state looks for among the tokens so far. */
  readonly pointerQuery: Floats;
  /** (C,D): what a token is found by. */
  readonly pointerKey: Floats;
  /** (C) and (1): how much a state trusts what it has found. */
  readonly pointerGate: Floats;
  readonly pointerGateBias: Floats;
}

/** D: numbers by which the pointer head compares a state with the tokens so far. */
export function pointerWidth({ width }: Pick<ModelShape, "width">): number {
  return width / 2;
}

/** What scores are multiplied by, as attention's are. */
export function pointerScale(shape: Pick<ModelShape, "width">): number {
  return 1 / Math.sqrt(pointerWidth(shape));
}

/** Views of an array that holds `parameterCount(shape)` numbers. */
export function viewParameters(shape: ModelShape, all: Floats): Parameters {
  const { vocabulary: V, width: C, hidden: F } = shape;
  let used = 0;
  const take = (count: number): Floats => {
    used += count;
    return all.subarray(used - count, used);
  };
  const parameters = {
    all,
    embedding: take(V * C),
    layers: Array.from({ length: shape.layers }, () => ({
      attentionGain: take(C),
      queryKeyValue: take(C * 3 * C),
      keyShift: take(C),
      attentionOutput: take(C * C),
      hiddenGain: take(C),
      hiddenIn: take(C * F),
      hiddenOut: take(F * C),
    })),
    finalGain: take(C),
    copyWeights: take(copyKinds * C),
    copyBias: take(copyKinds),
    pointerQuery: take(C * pointerWidth(shape)),
    pointerKey: take(C * pointerWidth(shape)),
    pointerGate: take(C),
    pointerGateBias: take(1),
  };
  if (used !== all.length) throw new Error(`the shape has ${used} parameters, the array ${all.length}`);
  return parameters;
}

export function parameterCount(shape: ModelShape): number {
  const { vocabulary: V, width: C, layers, hidden: F } = shape;
  const layer = C + 3 * C * C + C + C * C + C + 2 * C * F;
  return V * C + layers * layer + C + copyKinds * (C + 1) + 2 * C * pointerWidth(shape) + C + 1;
}

/** Fills the weights of an untrained model. */
export function initialize(shape: ModelShape, parameters: Parameters, random: RandomStream): void {
  const { width: C, hidden: F, heads, layers } = shape;
  const headWidth = C / heads;
  const fill = (tensor: Floats, deviation: number): void => {
    for (let i = 0; i < tensor.length; i++) tensor[i] = random.normal() * deviation;
  };
  // What a layer adds is scaled down by depth, so that the sum over layers keeps its size.
  const depth = Math.sqrt(2 * layers);
  fill(parameters.embedding, 0.06);
  for (const layer of parameters.layers) {
    layer.attentionGain.fill(1);
    fill(layer.queryKeyValue, 0.7 / Math.sqrt(C));
    // Every other head starts by looking for what came after a token like this one: copying needs just that.
    for (let c = 0; c < C; c++) layer.keyShift[c] = Math.floor(c / headWidth) % 2;
    fill(layer.attentionOutput, 0.7 / Math.sqrt(C) / depth);
    layer.hiddenGain.fill(1);
    fill(layer.hiddenIn, 0.7 / Math.sqrt(C));
    fill(layer.hiddenOut, 0.7 / Math.sqrt(F) / depth);
  }
  parameters.finalGain.fill(1);
  parameters.copyWeights.fill(0);
  parameters.copyBias.fill(0);
  fill(parameters.pointerQuery, 0.7 / Math.sqrt(C));
  fill(parameters.pointerKey, 0.7 / Math.sqrt(C));
  parameters.pointerGate.fill(0);
  // With a gate of 0 it would not learn where to point.
  parameters.pointerGateBias.fill(1);
}

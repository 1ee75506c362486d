import { rotationTable } from "./kernels/layers.ts";
import type { Floats } from "./kernels/matrix.ts";
import { createMultiply, type Multiply } from "./kernels/multiply.ts";
import type { ModelShape } from "./parameters.ts";

/** What a layer computed on the way forward and needs on the way back. Only the first N rows are in use. */
export interface LayerActivations {
  /** (T,C): the stream as it entered the layer. */
  readonly input: Floats;
  /** (T,C) and (T): the input normalised, and 1 / rms. */
  readonly attentionInput: Floats;
  readonly attentionInverse: Floats;
  /** (T,3C): queries and keys (shifted and rotated), values. */
  readonly queryKeyValue: Floats;
  /** (T,C): keys before they were shifted. */
  readonly plainKeys: Floats;
  /** One (N,N) for each head: attention weights. */
  readonly weights: readonly Floats[];
  /** (T,C): the heads' answers side by side. */
  readonly attended: Floats;
  /** (T,C): the stream after attention. */
  readonly middle: Floats;
  readonly hiddenInput: Floats;
  readonly hiddenInverse: Floats;
  /** (T,F): before and after the squared rectifier. */
  readonly hiddenBefore: Floats;
  readonly hiddenAfter: Floats;
}

/** The memory that one thread needs to run a sequence forward and back; it is used again for the next. */
export interface Workspace {
  readonly multiply: Multiply;
  readonly rotations: Float64Array;
  readonly layers: readonly LayerActivations[];
  /** (T,C): the stream after the last layer. */
  readonly output: Floats;
  readonly final: Floats;
  readonly finalInverse: Floats;
  /** (T,C), (T,V): the rows on which loss is taken, and their logits, later their gradients. */
  readonly picked: Floats;
  readonly logits: Floats;
  /** Gradients: the stream (T,C), a row's worth (T,C), (T,3C), (T,F), (T,T). */
  readonly dStream: Floats;
  readonly dRows: Floats;
  readonly dQueryKeyValue: Floats;
  readonly dHidden: Floats;
  readonly dWeights: Floats;
}

/** @param precision The array type; 64 bits only in tests. */
export function createWorkspace(
  shape: ModelShape,
  precision: typeof Float32Array | typeof Float64Array = Float32Array,
): Workspace {
  const { context: T, width: C, hidden: F, vocabulary: V, heads } = shape;
  const floats = (count: number): Floats => new precision(count);
  return {
    multiply: createMultiply(),
    rotations: rotationTable(T, C / heads),
    layers: Array.from({ length: shape.layers }, () => ({
      input: floats(T * C),
      attentionInput: floats(T * C),
      attentionInverse: floats(T),
      queryKeyValue: floats(T * 3 * C),
      plainKeys: floats(T * C),
      weights: Array.from({ length: heads }, () => floats(T * T)),
      attended: floats(T * C),
      middle: floats(T * C),
      hiddenInput: floats(T * C),
      hiddenInverse: floats(T),
      hiddenBefore: floats(T * F),
      hiddenAfter: floats(T * F),
    })),
    output: floats(T * C),
    final: floats(T * C),
    finalInverse: floats(T),
    picked: floats(T * C),
    logits: floats(T * V),
    dStream: floats(T * C),
    dRows: floats(T * C),
    dQueryKeyValue: floats(T * 3 * C),
    dHidden: floats(T * F),
    dWeights: floats(T * T),
  };
}

import type { Arena } from "./kernels/arena.ts";
import type { Floats } from "./kernels/matrix.ts";
import { rotationTable } from "./kernels/rotation.ts";
import { type ModelShape, pointerWidth } from "./parameters.ts";

/** What a layer computed on the way forward and needs on the way back. Only the first N rows are in use. */
export interface LayerActivations {
  /** (R,C): the stream as it entered the layer. */
  readonly input: Floats;
  /** (R,C) and (R): the input normalised, and 1 / rms. */
  readonly attentionInput: Floats;
  readonly attentionInverse: Floats;
  /** (R,3C): queries and keys (shifted and rotated), values. */
  readonly queryKeyValue: Floats;
  /** (R,C): keys before they were shifted. */
  readonly plainKeys: Floats;
  /** Attention weights, one (heads,n,n) after the other for sequences of n rows; at most heads * R * T numbers. */
  readonly weights: Floats;
  /** (R,C): the heads' answers side by side. */
  readonly attended: Floats;
  /** (R,C): the stream after attention. */
  readonly middle: Floats;
  readonly hiddenInput: Floats;
  readonly hiddenInverse: Floats;
  /** (R,F): before and after the squared rectifier. */
  readonly hiddenBefore: Floats;
  readonly hiddenAfter: Floats;
}

/** The memory that one thread needs to run a pack of sequences forward and back; it is used again for the next. */
export interface Workspace {
  /** R: most rows of a pack. */
  readonly capacity: number;
  /** (T, headWidth), from `rotationTable`. */
  readonly rotations: Floats;
  readonly layers: readonly LayerActivations[];
  /** (R): the pack's tokens. */
  readonly tokens: Int32Array;
  /** (R,C): the stream after the last layer. */
  readonly output: Floats;
  readonly final: Floats;
  readonly finalInverse: Floats;
  /** The rows on which loss is taken: their positions (R), what should come next (R), what each counts (R). */
  readonly positions: Int32Array;
  readonly targets: Int32Array;
  readonly scales: Floats;
  /** (R): the row of each position, -1 for none. */
  readonly rowOf: Int32Array;
  readonly losses: Floats;
  readonly correct: Int32Array;
  /** (R,C), (R,V): states and logits of those rows; the logits later hold their gradients. */
  readonly picked: Floats;
  readonly logits: Floats;
  /** (V) zeros and (2T) space, for the copy head. */
  readonly marks: Int32Array;
  readonly lists: Int32Array;
  /** (R,D): what the picked rows look for, and what every row is found by; (R): how far they trust it. */
  readonly pointerQueries: Floats;
  readonly pointerKeys: Floats;
  readonly pointerGates: Floats;
  /** Shares of tokens, one (picked rows, rows) after the other for the sequences; at most R * T numbers. */
  readonly pointerShares: Floats;
  /** Gradients: the stream (R,C), picked rows (R,C), a row's worth (R,C), (R,3C), (R,F), (T,T), (R,D), (R,D), (R). */
  readonly dStream: Floats;
  readonly dPicked: Floats;
  readonly dRows: Floats;
  readonly dQueryKeyValue: Floats;
  readonly dHidden: Floats;
  readonly dWeights: Floats;
  readonly dPointerQueries: Floats;
  readonly dPointerKeys: Floats;
  readonly dPointerGates: Floats;
}

/** How much a workspace can hold. */
export interface Capacity {
  /** R: most rows of a pack. */
  readonly rows: number;
  /** T: most rows of a sequence; at most R. */
  readonly longest: number;
}

export function createWorkspace(shape: ModelShape, arena: Arena, { rows: R, longest: T }: Capacity): Workspace {
  const { width: C, hidden: F, vocabulary: V, heads } = shape;
  const D = pointerWidth(shape);
  const { floats, integers } = arena;
  const rotations = floats(T * (C / heads));
  rotations.set(rotationTable(T, C / heads));
  return {
    capacity: R,
    rotations,
    layers: Array.from({ length: shape.layers }, () => ({
      input: floats(R * C),
      attentionInput: floats(R * C),
      attentionInverse: floats(R),
      queryKeyValue: floats(R * 3 * C),
      plainKeys: floats(R * C),
      weights: floats(heads * R * T),
      attended: floats(R * C),
      middle: floats(R * C),
      hiddenInput: floats(R * C),
      hiddenInverse: floats(R),
      hiddenBefore: floats(R * F),
      hiddenAfter: floats(R * F),
    })),
    tokens: integers(R),
    output: floats(R * C),
    final: floats(R * C),
    finalInverse: floats(R),
    positions: integers(R),
    targets: integers(R),
    scales: floats(R),
    rowOf: integers(R),
    losses: floats(R),
    correct: integers(R),
    picked: floats(R * C),
    logits: floats(R * V),
    marks: integers(V),
    lists: integers(2 * T),
    pointerQueries: floats(R * D),
    pointerKeys: floats(R * D),
    pointerGates: floats(R),
    pointerShares: floats(R * T),
    dStream: floats(R * C),
    dPicked: floats(R * C),
    dRows: floats(R * C),
    dQueryKeyValue: floats(R * 3 * C),
    dHidden: floats(R * F),
    dWeights: floats(T * T),
    dPointerQueries: floats(R * D),
    dPointerKeys: floats(R * D),
    dPointerGates: floats(R),
  };
}

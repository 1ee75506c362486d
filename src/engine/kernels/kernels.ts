import type { Floats } from "./matrix.ts";
import type { Multiply } from "./multiply.ts";

/** What `normalize` computed from. x: (rows,C), gain: (C), inverse: (rows), 1 / rms of each row. */
export interface Normalized {
  readonly x: Floats;
  readonly gain: Floats;
  readonly inverse: Floats;
  readonly rows: number;
}

/** Where the vectors lie that are rotated: row t at `start + t * stride`, its heads side by side; the first at position 0. */
export interface Rotation {
  readonly start: number;
  readonly stride: number;
  readonly rows: number;
  readonly heads: number;
  readonly headWidth: number;
  /** (T, headWidth), from `rotationTable`. */
  readonly table: Floats;
  /** 1 turns forward, -1 back: a rotation's transpose is its inverse, so gradients turn back. */
  readonly direction: 1 | -1;
}

/** Attention of one sequence of N rows. queryKeyValue: (N,3C), rotated; weights: (heads,N,N). */
export interface Attention {
  readonly queryKeyValue: Floats;
  readonly weights: Floats;
  readonly rows: number;
  readonly heads: number;
  readonly headWidth: number;
}

/** The copy head over one sequence of N tokens, R of which predict. */
export interface CopyHead {
  /** (N) */
  readonly tokens: Int32Array;
  /** (N): the row of logits that a position predicts with; -1 for none. */
  readonly rowOf: Int32Array;
  /** (R,C): the states that predict. */
  readonly states: Floats;
  /** (K,C) and (K), K = copyKinds. */
  readonly weights: Floats;
  readonly bias: Floats;
  /** (V): zero before and after. */
  readonly marks: Int32Array;
  /** At least (2N): space. */
  readonly lists: Int32Array;
}

/** The pointer head over one sequence of N tokens, R of which predict. */
export interface PointerRows {
  /** (N) */
  readonly tokens: Int32Array;
  /** (R): positions of the rows that predict, the sequence's first being at `start`. */
  readonly positions: Int32Array;
  readonly start: number;
  /** (R,N): how well each row's query meets each token's key; then each token's share of the row, the sum being 1. */
  readonly scores: Floats;
  /** (R): what a share of 1 raises a logit by. */
  readonly gates: Floats;
  /** What scores are multiplied by. */
  readonly scale: number;
  /** V */
  readonly columns: number;
}

/** states: (R,C), weights: (C), bias: (1). */
export interface GateSource {
  readonly states: Floats;
  readonly weights: Floats;
  readonly bias: Floats;
  readonly rows: number;
}

export interface CrossEntropyRows {
  /** (R): tokens that should come next. */
  readonly targets: Int32Array;
  /** (R): what each row's loss counts in the gradient. */
  readonly scales: Floats;
  /** (R): filled with each row's loss in nats. */
  readonly losses: Floats;
  /** (R): filled with 1 where the likeliest token was the right one, else 0. */
  readonly correct: Int32Array;
  readonly rows: number;
  /** V */
  readonly columns: number;
}

/** A run of neighbouring parameters with all that a step needs; the arrays have equal length. */
export interface ParameterRange {
  readonly parameters: Floats;
  /** Cleared by the step. */
  readonly gradient: Floats;
  readonly firstMoment: Floats;
  readonly secondMoment: Floats;
}

/** Settings of a step of Adam. */
export interface AdamSettings {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** 1 / (1 - beta^step) */
  readonly correction1: number;
  readonly correction2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** What the gradient is multiplied by. */
  readonly clip: number;
}

/**
 * The arithmetic of the engine. WebAssembly does it at run time (`wasm.ts`); plain TypeScript of the same order of
 * things (`plain.ts`) is what tests hold it against, in 64 bits where gradients are proved.
 */
export interface Kernels {
  readonly multiply: Multiply;
  /** Root-mean-square normalisation (Zhang and Sennrich 2019): out = x / rms(x) * gain, row by row; fills `inverse`. */
  normalize(out: Floats, normalized: Normalized): void;
  /** Adds to dx: (rows,C) and dGain: (C) what dOut: (rows,C) passes back. */
  normalizeBackward(dx: Floats, dGain: Floats, dOut: Floats, normalized: Normalized): void;
  /** Rotates each pair (i, i + headWidth / 2) of every head by its position's angle, in place (Su et al. 2021). */
  rotate(data: Floats, rotation: Rotation): void;
  /** One sequence: key'[t] = key[t] + shift * (key[t-1] - key[t]) in the middle third of each row; `keys`: (N,C) gets the plain ones. */
  shiftKeys(queryKeyValue: Floats, keys: Floats, shift: Floats, rows: number): void;
  /** Turns the gradient of shifted keys into that of plain keys, in place, and adds to dShift. */
  shiftKeysBackward(dQueryKeyValue: Floats, dShift: Floats, known: { keys: Floats; shift: Floats; rows: number }): void;
  /** Causal attention; fills attended: (N,C) and `weights`, which are 0 right of the diagonal or not touched. */
  attend(attended: Floats, attention: Attention): void;
  /** Fills dQueryKeyValue: (N,3C). dAttended: (N,C), dWeights: (N,N) space. */
  attendBackward(dQueryKeyValue: Floats, slopes: { dAttended: Floats; dWeights: Floats }, attention: Attention): void;
  /** out = max(x, 0)^2 (So et al. 2021). */
  rectify(out: Floats, x: Floats, count: number): void;
  /** d *= 2 max(x, 0), in place. */
  rectifyBackward(d: Floats, x: Floats, count: number): void;
  /** out[t] = table[indexes[t]] for rows of C numbers. */
  gatherRows(out: Floats, table: Floats, indexes: Int32Array, width: number): void;
  /** table[indexes[t]] += from[t], in the order of t. */
  scatterRows(table: Floats, from: Floats, indexes: Int32Array, width: number): void;
  /** logits: (R,V) become scale * (softmax - onehot(target)). */
  crossEntropy(logits: Floats, rows: CrossEntropyRows): void;
  /** Raises, in logits: (R,V), the tokens that the context suggests. */
  copyLogits(logits: Floats, head: CopyHead): void;
  /** Adds to dStates: (R,C), dWeights: (K,C), dBias: (K); dLogits: (R,V). */
  copyLogitsBackward(
    slopes: { dLogits: Floats; dStates: Floats; dWeights: Floats; dBias: Floats },
    head: CopyHead,
  ): void;
  /** Turns scores into shares by softmax over each row's tokens so far, and adds gate * share to their logits: (R,V). */
  pointLogits(logits: Floats, pointer: PointerRows): void;
  /** Turns shares into the gradient of the scores and fills dGates: (R); dLogits: (R,V). */
  pointLogitsBackward(slopes: { dLogits: Floats; dGates: Floats }, pointer: PointerRows): void;
  /** gates[r] = weights . states[r] + bias. */
  pointerGates(gates: Floats, from: GateSource): void;
  /** Adds what dGates: (R) pass back to dStates: (R,C), dWeights: (C), dBias: (1). */
  pointerGatesBackward(
    slopes: { dGates: Floats; dStates: Floats; dWeights: Floats; dBias: Floats },
    from: GateSource,
  ): void;
  /** Adds all arrays to the first, in order, and clears the others. @returns The sum of squares of the result. */
  sumShards(shards: readonly Floats[]): number;
  /** Adam (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). */
  adam(range: ParameterRange, settings: AdamSettings): void;
}

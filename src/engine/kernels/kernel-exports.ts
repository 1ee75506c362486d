/** A byte address in the kernels' memory. */
export type Pointer = number;

/** What `assembly/index.ts` exports; its comments say what each does. */
export interface KernelExports {
  multiply(
    ...args: readonly [
      rows: number,
      columns: number,
      inner: number,
      left: Pointer,
      leftRowStride: number,
      leftColumnStride: number,
      right: Pointer,
      rightRowStride: number,
      rightColumnStride: number,
      out: Pointer,
      outStride: number,
      accumulate: boolean,
      scratch: Pointer,
    ]
  ): void;
  packWeights(
    to: Pointer,
    right: Pointer,
    rowStride: number,
    columnStride: number,
    inner: number,
    columns: number,
  ): void;
  multiplyPacked(
    ...args: readonly [
      rows: number,
      columns: number,
      inner: number,
      left: Pointer,
      packed: Pointer,
      out: Pointer,
      accumulate: boolean,
      scratch: Pointer,
    ]
  ): void;
  normalize(out: Pointer, inverse: Pointer, x: Pointer, gain: Pointer, rows: number, width: number): void;
  normalizeBackward(
    ...args: readonly [
      dx: Pointer,
      dGain: Pointer,
      dOut: Pointer,
      x: Pointer,
      gain: Pointer,
      inverse: Pointer,
      rows: number,
      width: number,
    ]
  ): void;
  rotate(
    ...args: readonly [
      data: Pointer,
      stride: number,
      rows: number,
      heads: number,
      headWidth: number,
      table: Pointer,
      direction: number,
    ]
  ): void;
  shiftKeys(queryKeyValue: Pointer, keys: Pointer, shift: Pointer, rows: number, width: number): void;
  shiftKeysBackward(
    dQueryKeyValue: Pointer,
    dShift: Pointer,
    keys: Pointer,
    shift: Pointer,
    rows: number,
    width: number,
  ): void;
  attend(
    ...args: readonly [
      attended: Pointer,
      weights: Pointer,
      queryKeyValue: Pointer,
      rows: number,
      heads: number,
      headWidth: number,
      scratch: Pointer,
    ]
  ): void;
  attendBackward(
    ...args: readonly [
      dQueryKeyValue: Pointer,
      dAttended: Pointer,
      dWeights: Pointer,
      weights: Pointer,
      queryKeyValue: Pointer,
      rows: number,
      heads: number,
      headWidth: number,
      scratch: Pointer,
    ]
  ): void;
  attendStep(
    ...args: readonly [
      attended: Pointer,
      projections: Pointer,
      keys: Pointer,
      values: Pointer,
      plainKey: Pointer,
      shift: Pointer,
      angles: Pointer,
      position: number,
      heads: number,
      headWidth: number,
      scores: Pointer,
    ]
  ): void;
  rectify(out: Pointer, x: Pointer, count: number): void;
  rectifyBackward(d: Pointer, x: Pointer, count: number): void;
  gatherRows(out: Pointer, table: Pointer, indexes: Pointer, rows: number, width: number): void;
  scatterRows(table: Pointer, from: Pointer, indexes: Pointer, rows: number, width: number): void;
  crossEntropy(
    ...args: readonly [
      logits: Pointer,
      targets: Pointer,
      scales: Pointer,
      losses: Pointer,
      correct: Pointer,
      rows: number,
      columns: number,
    ]
  ): void;
  copyLogits(
    ...args: readonly [
      tokens: Pointer,
      count: number,
      rowOf: Pointer,
      states: Pointer,
      logits: Pointer,
      weights: Pointer,
      bias: Pointer,
      width: number,
      vocabulary: number,
      marks: Pointer,
      lists: Pointer,
    ]
  ): void;
  copyLogitsBackward(
    ...args: readonly [
      tokens: Pointer,
      count: number,
      rowOf: Pointer,
      states: Pointer,
      logits: Pointer,
      weights: Pointer,
      bias: Pointer,
      width: number,
      vocabulary: number,
      marks: Pointer,
      lists: Pointer,
      dStates: Pointer,
      dWeights: Pointer,
      dBias: Pointer,
    ]
  ): void;
  pointLogits(
    ...args: readonly [
      logits: Pointer,
      scores: Pointer,
      gates: Pointer,
      tokens: Pointer,
      positions: Pointer,
      rows: number,
      count: number,
      start: number,
      scale: number,
      vocabulary: number,
    ]
  ): void;
  pointLogitsBackward(
    ...args: readonly [
      logits: Pointer,
      shares: Pointer,
      gates: Pointer,
      dGates: Pointer,
      tokens: Pointer,
      positions: Pointer,
      rows: number,
      count: number,
      start: number,
      scale: number,
      vocabulary: number,
    ]
  ): void;
  pointStep(
    ...args: readonly [
      logits: Pointer,
      scores: Pointer,
      query: Pointer,
      keys: Pointer,
      gate: Pointer,
      tokens: Pointer,
      known: number,
      width: number,
      scale: number,
    ]
  ): void;
  pointerGates(gates: Pointer, states: Pointer, weights: Pointer, bias: Pointer, rows: number, width: number): void;
  pointerGatesBackward(
    ...args: readonly [
      dGates: Pointer,
      states: Pointer,
      weights: Pointer,
      dStates: Pointer,
      dWeights: Pointer,
      dBias: Pointer,
      rows: number,
      width: number,
    ]
  ): void;
  sumShards(first: Pointer, stride: number, shards: number, count: number): number;
  adam(
    ...args: readonly [
      parameters: Pointer,
      gradient: Pointer,
      firstMoment: Pointer,
      secondMoment: Pointer,
      count: number,
      rate: number,
      beta1: number,
      beta2: number,
      correction1: number,
      correction2: number,
      epsilon: number,
      weightDecay: number,
      clip: number,
    ]
  ): void;
}

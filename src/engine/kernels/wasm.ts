import { readFileSync } from "node:fs";
import { packageFile } from "../../core/assets.ts";
import type { Kernels } from "./kernels.ts";
import type { Floats } from "./matrix.ts";

type Pointer = number;

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

let compiled: WebAssembly.Module | undefined;

/** The kernels over a memory; the module is compiled once a thread. */
export function instantiateKernels(memory: WebAssembly.Memory): KernelExports {
  compiled ??= new WebAssembly.Module(readFileSync(packageFile("assets/engine.wasm")));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelExports;
}

const tileRows = 4;
const tileColumns = 8;
const blockDepth = 256;
const blockRows = 128;

/** Numbers of scratch space for products of up to so many columns; as `multiply.ts` of the assembly lays it out. */
export function scratchLength(columns: number): number {
  const padded = Math.ceil(columns / tileColumns) * tileColumns;
  return blockDepth * (padded + blockRows) + tileRows * tileColumns;
}

/** Byte address of an array, or of one of its elements. */
export function addressOf(array: Floats | Int32Array, element = 0): Pointer {
  return array.byteOffset + element * array.BYTES_PER_ELEMENT;
}

/**
 * The kernels in WebAssembly. All arrays they get must be 32-bit ones of this memory (`sharedArena`).
 * @param scratch Space for packed panels, one for each thread: `scratchLength(widest product)` numbers.
 */
export function wasmKernels(memory: WebAssembly.Memory, scratch: Floats): Kernels {
  const wasm = instantiateKernels(memory);
  const space = addressOf(scratch);
  const at = addressOf;
  return {
    multiply(out, left, right, accumulate = false) {
      const { rows: M, columns: K } = left;
      const N = right.columns;
      if (right.rows !== K || out.rows !== M || out.columns !== N || out.columnStride !== 1) {
        throw new Error(`cannot multiply (${M},${K}) by (${right.rows},${N}) into (${out.rows},${out.columns})`);
      }
      wasm.multiply(
        M,
        N,
        K,
        at(left.data, left.offset),
        left.rowStride,
        left.columnStride,
        at(right.data, right.offset),
        right.rowStride,
        right.columnStride,
        at(out.data, out.offset),
        out.rowStride,
        accumulate,
        space,
      );
    },
    normalize(out, { x, gain, inverse, rows }) {
      wasm.normalize(at(out), at(inverse), at(x), at(gain), rows, gain.length);
    },
    normalizeBackward(dx, dGain, dOut, { x, gain, inverse, rows }) {
      wasm.normalizeBackward(at(dx), at(dGain), at(dOut), at(x), at(gain), at(inverse), rows, gain.length);
    },
    rotate(data, { start, stride, rows, heads, headWidth, table, direction }) {
      wasm.rotate(at(data, start), stride, rows, heads, headWidth, at(table), direction);
    },
    shiftKeys(queryKeyValue, keys, shift, rows) {
      wasm.shiftKeys(at(queryKeyValue), at(keys), at(shift), rows, shift.length);
    },
    shiftKeysBackward(dQueryKeyValue, dShift, { keys, shift, rows }) {
      wasm.shiftKeysBackward(at(dQueryKeyValue), at(dShift), at(keys), at(shift), rows, shift.length);
    },
    attend(attended, { queryKeyValue, weights, rows, heads, headWidth }) {
      wasm.attend(at(attended), at(weights), at(queryKeyValue), rows, heads, headWidth, space);
    },
    attendBackward(dQueryKeyValue, { dAttended, dWeights }, { queryKeyValue, weights, rows, heads, headWidth }) {
      wasm.attendBackward(
        at(dQueryKeyValue),
        at(dAttended),
        at(dWeights),
        at(weights),
        at(queryKeyValue),
        rows,
        heads,
        headWidth,
        space,
      );
    },
    rectify: (out, x, count) => wasm.rectify(at(out), at(x), count),
    rectifyBackward: (d, x, count) => wasm.rectifyBackward(at(d), at(x), count),
    gatherRows(out, table, indexes, width) {
      wasm.gatherRows(at(out), at(table), at(indexes), indexes.length, width);
    },
    scatterRows(table, from, indexes, width) {
      wasm.scatterRows(at(table), at(from), at(indexes), indexes.length, width);
    },
    crossEntropy(logits, { targets, scales, losses, correct, rows, columns }) {
      wasm.crossEntropy(at(logits), at(targets), at(scales), at(losses), at(correct), rows, columns);
    },
    copyLogits(logits, { tokens, rowOf, states, weights, bias, marks, lists }) {
      const width = weights.length / bias.length;
      wasm.copyLogits(
        at(tokens),
        tokens.length,
        at(rowOf),
        at(states),
        at(logits),
        at(weights),
        at(bias),
        width,
        marks.length,
        at(marks),
        at(lists),
      );
    },
    copyLogitsBackward({ dLogits, dStates, dWeights, dBias }, { tokens, rowOf, states, weights, bias, marks, lists }) {
      const width = weights.length / bias.length;
      wasm.copyLogitsBackward(
        at(tokens),
        tokens.length,
        at(rowOf),
        at(states),
        at(dLogits),
        at(weights),
        at(bias),
        width,
        marks.length,
        at(marks),
        at(lists),
        at(dStates),
        at(dWeights),
        at(dBias),
      );
    },
    pointLogits(logits, { tokens, positions, start, scores, gates, scale, columns }) {
      wasm.pointLogits(
        at(logits),
        at(scores),
        at(gates),
        at(tokens),
        at(positions),
        positions.length,
        tokens.length,
        start,
        scale,
        columns,
      );
    },
    pointLogitsBackward({ dLogits, dGates }, { tokens, positions, start, scores, gates, scale, columns }) {
      wasm.pointLogitsBackward(
        at(dLogits),
        at(scores),
        at(gates),
        at(dGates),
        at(tokens),
        at(positions),
        positions.length,
        tokens.length,
        start,
        scale,
        columns,
      );
    },
    pointerGates(gates, { states, weights, bias, rows }) {
      wasm.pointerGates(at(gates), at(states), at(weights), at(bias), rows, weights.length);
    },
    pointerGatesBackward({ dGates, dStates, dWeights, dBias }, { states, weights, rows }) {
      const width = weights.length;
      wasm.pointerGatesBackward(at(dGates), at(states), at(weights), at(dStates), at(dWeights), at(dBias), rows, width);
    },
    sumShards(shards) {
      const [first, second] = shards;
      const stride = second === undefined ? 0 : (at(second) - at(first!)) / Float32Array.BYTES_PER_ELEMENT;
      return wasm.sumShards(at(first!), stride, shards.length, first!.length);
    },
    adam(
      { parameters, gradient, firstMoment, secondMoment },
      { rate, beta1, beta2, correction1, correction2, epsilon, weightDecay, clip },
    ) {
      wasm.adam(
        at(parameters),
        at(gradient),
        at(firstMoment),
        at(secondMoment),
        parameters.length,
        rate,
        beta1,
        beta2,
        correction1,
        correction2,
        epsilon,
        weightDecay,
        clip,
      );
    },
  };
}

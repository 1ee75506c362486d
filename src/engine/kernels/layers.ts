import { cosine, exponential, sine } from "./elementary.ts";
import type { Floats } from "./matrix.ts";

const epsilon = 1e-6;

/**
 * Root-mean-square normalisation (Zhang and Sennrich 2019): out = x / rms(x) * gain, row by row.
 * @param out (T,C) @param inverse (T), 1 / rms of each row, kept for the backward pass @param x (T,C) @param gain (C)
 */
export function normalize(
  out: Floats,
  inverse: Floats,
  { x, gain, rows }: { x: Floats; gain: Floats; rows: number },
): void {
  const C = gain.length;
  for (let t = 0; t < rows; t++) {
    const row = t * C;
    let squares = 0;
    for (let c = 0; c < C; c++) squares += x[row + c]! * x[row + c]!;
    const scale = 1 / Math.sqrt(squares / C + epsilon);
    inverse[t] = scale;
    for (let c = 0; c < C; c++) out[row + c] = x[row + c]! * scale * gain[c]!;
  }
}

/** Adds to dx: (T,C) and dGain: (C) what dOut: (T,C) passes back through `normalize`. */
export function normalizeBackward(
  dx: Floats,
  dGain: Floats,
  { dOut, x, gain, inverse, rows }: { dOut: Floats; x: Floats; gain: Floats; inverse: Floats; rows: number },
): void {
  const C = gain.length;
  for (let t = 0; t < rows; t++) {
    const row = t * C;
    const scale = inverse[t]!;
    let projection = 0;
    for (let c = 0; c < C; c++) projection += x[row + c]! * dOut[row + c]! * gain[c]!;
    projection *= (scale * scale * scale) / C;
    for (let c = 0; c < C; c++) {
      const value = x[row + c]!;
      const slope = dOut[row + c]!;
      dx[row + c] = dx[row + c]! + slope * gain[c]! * scale - value * projection;
      dGain[c] = dGain[c]! + slope * value * scale;
    }
  }
}

/**
 * Cosines and sines of rotary positions (Su et al. 2021), base 10000.
 * @returns (T, headWidth): for each position headWidth / 2 cosines, then as many sines.
 */
export function rotationTable(positions: number, headWidth: number): Float64Array {
  const half = headWidth / 2;
  const table = new Float64Array(positions * headWidth);
  for (let i = 0; i < half; i++) {
    const angle = exponential((-i / half) * Math.LN10 * 4);
    const stepCosine = cosine(angle);
    const stepSine = sine(angle);
    let c = 1;
    let s = 0;
    for (let t = 0; t < positions; t++) {
      table[t * headWidth + i] = c;
      table[t * headWidth + half + i] = s;
      [c, s] = [c * stepCosine - s * stepSine, s * stepCosine + c * stepSine];
    }
  }
  return table;
}

/** Where the vectors lie that are rotated: row t at `start + t * stride`, its heads side by side. */
export interface Rotation {
  readonly start: number;
  readonly stride: number;
  readonly rows: number;
  readonly heads: number;
  readonly headWidth: number;
  /** From `rotationTable`. */
  readonly table: Float64Array;
  /** Position of the first row. */
  readonly position: number;
  /** 1 turns forward, -1 back: a rotation's transpose is its inverse, so gradients turn back. */
  readonly direction: 1 | -1;
}

/** Rotates each pair (i, i + headWidth / 2) of every head by its position's angle, in place. */
export function rotate(
  data: Floats,
  { start, stride, rows, heads, headWidth, table, position, direction }: Rotation,
): void {
  const half = headWidth / 2;
  for (let t = 0; t < rows; t++) {
    const angles = (position + t) * headWidth;
    for (let h = 0; h < heads; h++) {
      const head = start + t * stride + h * headWidth;
      for (let i = 0; i < half; i++) {
        const c = table[angles + i]!;
        const s = direction * table[angles + half + i]!;
        const a = data[head + i]!;
        const b = data[head + half + i]!;
        data[head + i] = a * c - b * s;
        data[head + half + i] = a * s + b * c;
      }
    }
  }
}

/** Turns scores into causal attention weights in place: row t keeps 0 ... t, scaled, softmax; the rest is 0. scores: (T,T). */
export function causalSoftmax(scores: Floats, rows: number, scale: number): void {
  for (let t = 0; t < rows; t++) {
    const row = t * rows;
    let most = -Infinity;
    for (let i = 0; i <= t; i++) most = Math.max(most, scores[row + i]! * scale);
    let sum = 0;
    for (let i = 0; i <= t; i++) {
      const weight = exponential(scores[row + i]! * scale - most);
      scores[row + i] = weight;
      sum += weight;
    }
    for (let i = 0; i <= t; i++) scores[row + i] = scores[row + i]! / sum;
    for (let i = t + 1; i < rows; i++) scores[row + i] = 0;
  }
}

/** Turns dWeights: (T,T) into dScores in place. weights: (T,T) from `causalSoftmax`. */
export function causalSoftmaxBackward(
  dWeights: Floats,
  { weights, rows, scale }: { weights: Floats; rows: number; scale: number },
): void {
  for (let t = 0; t < rows; t++) {
    const row = t * rows;
    let mean = 0;
    for (let i = 0; i <= t; i++) mean += dWeights[row + i]! * weights[row + i]!;
    for (let i = 0; i <= t; i++) dWeights[row + i] = weights[row + i]! * (dWeights[row + i]! - mean) * scale;
    for (let i = t + 1; i < rows; i++) dWeights[row + i] = 0;
  }
}

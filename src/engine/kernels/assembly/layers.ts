import { addScaled, dot, softmax, sumLanes } from "./elementary";
import { multiply } from "./multiply";

const epsilon: f32 = 1e-6;

/** out = x / rms(x) * gain, row by row; inverse: (rows) gets 1 / rms. width is a multiple of 4. */
export function normalize(out: usize, inverse: usize, x: usize, gain: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let t = 0; t < rows; t++) {
    const scale: f32 = <f32>1 / sqrt<f32>(dot(x, x, width) / <f32>width + epsilon);
    store<f32>(inverse + ((<usize>t) << 2), scale);
    const s = f32x4.splat(scale);
    for (let c: usize = 0; c < bytes; c += 16) {
      v128.store(out + c, f32x4.mul(f32x4.mul(v128.load(x + c), s), v128.load(gain + c)));
    }
    x += bytes;
    out += bytes;
  }
}

/** Adds to dx: (rows, width) and dGain: (width) what dOut: (rows, width) passes back through `normalize`. */
export function normalizeBackward(
  dx: usize,
  dGain: usize,
  dOut: usize,
  x: usize,
  gain: usize,
  inverse: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  for (let t = 0; t < rows; t++) {
    const scale = load<f32>(inverse + ((<usize>t) << 2));
    let sum = f32x4.splat(0);
    for (let c: usize = 0; c < bytes; c += 16) {
      sum = f32x4.add(sum, f32x4.mul(f32x4.mul(v128.load(x + c), v128.load(dOut + c)), v128.load(gain + c)));
    }
    const projection = f32x4.splat((sumLanes(sum) * scale * scale * scale) / <f32>width);
    const s = f32x4.splat(scale);
    for (let c: usize = 0; c < bytes; c += 16) {
      const value = v128.load(x + c);
      const slope = f32x4.mul(v128.load(dOut + c), s);
      const change = f32x4.sub(f32x4.mul(slope, v128.load(gain + c)), f32x4.mul(value, projection));
      v128.store(dx + c, f32x4.add(v128.load(dx + c), change));
      v128.store(dGain + c, f32x4.add(v128.load(dGain + c), f32x4.mul(slope, value)));
    }
    x += bytes;
    dx += bytes;
    dOut += bytes;
  }
}

/** Rotates the pairs (i, i + headWidth / 2) of each head of one row. angles: headWidth / 2 cosines, then sines. */
export function rotateRow(data: usize, heads: i32, headWidth: i32, angles: usize, direction: f32): void {
  const half = (<usize>headWidth >> 1) << 2;
  const turn = f32x4.splat(direction);
  for (let h = 0; h < heads; h++) {
    for (let i: usize = 0; i < half; i += 16) {
      const cosine = v128.load(angles + i);
      const sine = f32x4.mul(turn, v128.load(angles + half + i));
      const a = v128.load(data + i);
      const b = v128.load(data + half + i);
      v128.store(data + i, f32x4.sub(f32x4.mul(a, cosine), f32x4.mul(b, sine)));
      v128.store(data + half + i, f32x4.add(f32x4.mul(a, sine), f32x4.mul(b, cosine)));
    }
    data += (<usize>headWidth) << 2;
  }
}

/** Rotates the vectors of rows that lie `stride` numbers apart, the first at position 0. */
export function rotate(
  data: usize,
  stride: i32,
  rows: i32,
  heads: i32,
  headWidth: i32,
  table: usize,
  direction: f32,
): void {
  for (let t = 0; t < rows; t++) {
    rotateRow(data, heads, headWidth, table, direction);
    data += (<usize>stride) << 2;
    table += (<usize>headWidth) << 2;
  }
}

/**
 * One sequence: key'[t] = key[t] + shift * (key[t-1] - key[t]) in the middle third of each row, key[-1] = 0.
 * keys: (rows, width) gets the keys as they were.
 */
export function shiftKeys(queryKeyValue: usize, keys: usize, shift: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  const stride = bytes * 3;
  const zero = f32x4.splat(0);
  let data = queryKeyValue + bytes;
  for (let t = 0; t < rows; t++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const key = v128.load(data + c);
      v128.store(keys + c, key);
      const before = t == 0 ? zero : v128.load(keys - bytes + c);
      v128.store(data + c, f32x4.add(key, f32x4.mul(v128.load(shift + c), f32x4.sub(before, key))));
    }
    data += stride;
    keys += bytes;
  }
}

/** One sequence: gradient of shifted keys to that of plain keys, in place; adds to dShift. */
export function shiftKeysBackward(
  dQueryKeyValue: usize,
  dShift: usize,
  keys: usize,
  shift: usize,
  rows: i32,
  width: i32,
): void {
  const bytes = (<usize>width) << 2;
  const stride = bytes * 3;
  const zero = f32x4.splat(0);
  let data = dQueryKeyValue + bytes;
  for (let t = 0; t < rows; t++) {
    for (let c: usize = 0; c < bytes; c += 16) {
      const slope = v128.load(data + c);
      const before = t == 0 ? zero : v128.load(keys - bytes + c);
      const moved = f32x4.mul(slope, f32x4.sub(before, v128.load(keys + c)));
      v128.store(dShift + c, f32x4.add(v128.load(dShift + c), moved));
      const s = v128.load(shift + c);
      const next = t + 1 < rows ? v128.load(data + stride + c) : zero;
      v128.store(data + c, f32x4.add(f32x4.sub(slope, f32x4.mul(slope, s)), f32x4.mul(s, next)));
    }
    data += stride;
    keys += bytes;
  }
}

/** Rows of scores that are computed together: what lies right of a block's last row is never touched. */
const blockRows: i32 = 64;

/**
 * Causal attention of one sequence. queryKeyValue: (rows, 3 width), rotated; weights: (heads, rows, rows), 0
 * right of the diagonal's block; attended: (rows, width).
 */
export function attend(
  attended: usize,
  weights: usize,
  queryKeyValue: usize,
  rows: i32,
  heads: i32,
  headWidth: i32,
  scratch: usize,
): void {
  const width = heads * headWidth;
  const stride = 3 * width;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>headWidth);
  for (let h = 0; h < heads; h++) {
    const query = queryKeyValue + ((<usize>(h * headWidth)) << 2);
    const key = query + ((<usize>width) << 2);
    const value = key + ((<usize>width) << 2);
    for (let i0 = 0; i0 < rows; i0 += blockRows) {
      const tall = min(blockRows, rows - i0);
      const seen = i0 + tall;
      const block = weights + ((<usize>i0 * rows) << 2);
      const queries = query + ((<usize>i0 * stride) << 2);
      multiply(tall, seen, headWidth, queries, stride, 1, key, 1, stride, block, rows, false, scratch);
      for (let t = 0; t < tall; t++) softmaxRow(block + ((<usize>t * rows) << 2), i0 + t + 1, seen, scale);
      const out = attended + ((<usize>(i0 * width + h * headWidth)) << 2);
      multiply(tall, headWidth, seen, block, rows, 1, value, stride, 1, out, width, false, scratch);
    }
    weights += (<usize>rows * rows) << 2;
  }
}

/** Softmax of the first `seen` of `all` scores, times scale; the rest becomes 0. */
function softmaxRow(scores: usize, seen: i32, all: i32, scale: f32): void {
  softmax(scores, seen, scale);
  for (let i = seen; i < all; i++) store<f32>(scores + ((<usize>i) << 2), 0);
}

/**
 * Gradient of `attend`: fills dQueryKeyValue: (rows, 3 width). dAttended: (rows, width);
 * dWeights: (rows, rows), space.
 */
export function attendBackward(
  dQueryKeyValue: usize,
  dAttended: usize,
  dWeights: usize,
  weights: usize,
  queryKeyValue: usize,
  rows: i32,
  heads: i32,
  headWidth: i32,
  scratch: usize,
): void {
  const width = heads * headWidth;
  const stride = 3 * width;
  const third = (<usize>width) << 2;
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>headWidth);
  for (let h = 0; h < heads; h++) {
    const head = (<usize>(h * headWidth)) << 2;
    const query = queryKeyValue + head;
    const key = query + third;
    const value = key + third;
    const dQuery = dQueryKeyValue + head;
    const dKey = dQuery + third;
    const dValue = dKey + third;
    for (let i0 = 0; i0 < rows; i0 += blockRows) {
      const tall = min(blockRows, rows - i0);
      const seen = i0 + tall;
      const before = (<usize>i0 * stride) << 2;
      const block = weights + ((<usize>i0 * rows) << 2);
      const dBlock = dWeights + ((<usize>i0 * rows) << 2);
      const dOut = dAttended + ((<usize>(i0 * width)) << 2) + head;
      multiply(tall, seen, headWidth, dOut, width, 1, value, 1, stride, dBlock, rows, false, scratch);
      for (let t = 0; t < tall; t++) {
        const row = (<usize>t * rows) << 2;
        softmaxRowBackward(dBlock + row, block + row, i0 + t + 1, seen, scale);
      }
      multiply(tall, headWidth, seen, dBlock, rows, 1, key, stride, 1, dQuery + before, stride, false, scratch);
      // Earlier rows' keys and values were seen by this block too; its own rows are met here for the first time.
      const own = before;
      if (i0 > 0) {
        multiply(i0, headWidth, tall, dBlock, 1, rows, query + before, stride, 1, dKey, stride, true, scratch);
        multiply(i0, headWidth, tall, block, 1, rows, dOut, width, 1, dValue, stride, true, scratch);
      }
      const corner = (<usize>i0) << 2;
      multiply(
        tall,
        headWidth,
        tall,
        dBlock + corner,
        1,
        rows,
        query + before,
        stride,
        1,
        dKey + own,
        stride,
        false,
        scratch,
      );
      multiply(tall, headWidth, tall, block + corner, 1, rows, dOut, width, 1, dValue + own, stride, false, scratch);
    }
    weights += (<usize>rows * rows) << 2;
  }
}

/** dWeights to dScores in place. */
function softmaxRowBackward(d: usize, weights: usize, seen: i32, all: i32, scale: f32): void {
  let mean: f32 = 0;
  for (let i = 0; i < seen; i++) mean += load<f32>(d + ((<usize>i) << 2)) * load<f32>(weights + ((<usize>i) << 2));
  let i = 0;
  for (; i + 4 <= seen; i += 4) {
    const at = (<usize>i) << 2;
    const slope = f32x4.sub(v128.load(d + at), f32x4.splat(mean));
    v128.store(d + at, f32x4.mul(f32x4.mul(v128.load(weights + at), slope), f32x4.splat(scale)));
  }
  for (; i < seen; i++) {
    const at = (<usize>i) << 2;
    store<f32>(d + at, load<f32>(weights + at) * (load<f32>(d + at) - mean) * scale);
  }
  for (let i = seen; i < all; i++) store<f32>(d + ((<usize>i) << 2), 0);
}

/** out = max(x, 0)^2; count is a multiple of 4. */
export function rectify(out: usize, x: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = x + ((<usize>count) << 2);
  while (x < end) {
    const positive = f32x4.max(v128.load(x), zero);
    v128.store(out, f32x4.mul(positive, positive));
    x += 16;
    out += 16;
  }
}

/** d *= 2 max(x, 0), in place; count is a multiple of 4. */
export function rectifyBackward(d: usize, x: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const two = f32x4.splat(2);
  const end = x + ((<usize>count) << 2);
  while (x < end) {
    const positive = f32x4.max(v128.load(x), zero);
    v128.store(d, f32x4.mul(f32x4.mul(v128.load(d), positive), two));
    x += 16;
    d += 16;
  }
}

/** out[t] = table[indexes[t]]; rows of `width` numbers. */
export function gatherRows(out: usize, table: usize, indexes: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let t = 0; t < rows; t++) {
    memory.copy(out, table + <usize>load<i32>(indexes + ((<usize>t) << 2)) * bytes, bytes);
    out += bytes;
  }
}

/** table[indexes[t]] += rows[t], in the order of t. */
export function scatterRows(table: usize, from: usize, indexes: usize, rows: i32, width: i32): void {
  const bytes = (<usize>width) << 2;
  for (let t = 0; t < rows; t++) {
    addScaled(table + <usize>load<i32>(indexes + ((<usize>t) << 2)) * bytes, from, 1, width);
    from += bytes;
  }
}

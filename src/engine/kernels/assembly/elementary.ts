/**
 * Elementary functions from additions and multiplications alone: IEEE 754 fixes those to the bit, and strict
 * simd128 has no fused multiply-add, so every machine gives the same bits.
 */

/** e to the power of four numbers, relative error below 3e-7; each is clamped to -80 ... 80. After Cephes' expf. */
// @ts-expect-error: decorator
@inline
export function exponential4(value: v128): v128 {
  const x = f32x4.min(f32x4.max(value, f32x4.splat(-80)), f32x4.splat(80));
  // Adding and taking away 1.5 * 2^23 rounds to a whole number.
  const magic = f32x4.splat(12582912);
  const shifted = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), magic);
  const whole = f32x4.sub(shifted, magic);
  // ln 2 in two parts; the first has so few bits that its product with a small integer is exact.
  let r = f32x4.sub(x, f32x4.mul(whole, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(whole, f32x4.splat(-2.1219444e-4)));
  let sum = f32x4.splat(1.9875691e-4);
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(1.3981999e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(8.3334519e-3));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(4.1665795e-2));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.16666666));
  sum = f32x4.add(f32x4.mul(sum, r), f32x4.splat(0.5));
  sum = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r), f32x4.splat(1));
  // The last bits of what was rounded are the whole number itself.
  const power = i32x4.shl(i32x4.add(i32x4.sub(shifted, magic), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

export function exponential(x: f32): f32 {
  return f32x4.extract_lane(exponential4(f32x4.splat(x)), 0);
}

/** Natural logarithm of a positive number, absolute error below 1e-6. */
export function logarithm(x: f32): f32 {
  const bits = reinterpret<i32>(x);
  let exponent = ((bits >> 23) & 255) - 127;
  let m = reinterpret<f32>((bits & 0x7fffff) | 0x3f800000);
  if (m > 1.4142135) {
    m *= 0.5;
    exponent++;
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), |s| below 0.172.
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  const series: f32 = 1 + s2 * (0.33333334 + s2 * (0.2 + s2 * (0.14285715 + s2 * 0.11111111)));
  return <f32>exponent * 0.6931472 + 2 * s * series;
}

// @ts-expect-error: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Inner product; count is a multiple of 4. */
// @ts-expect-error: decorator
@inline
export function dot(a: usize, b: usize, count: i32): f32 {
  let sum = f32x4.splat(0);
  const end = a + (<usize>count << 2);
  while (a < end) {
    sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  return sumLanes(sum);
}

/** to += factor * from; count is a multiple of 4. */
// @ts-expect-error: decorator
@inline
export function addScaled(to: usize, from: usize, factor: f32, count: i32): void {
  const f = f32x4.splat(factor);
  const end = to + (<usize>count << 2);
  while (to < end) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(f, v128.load(from))));
    to += 16;
    from += 16;
  }
}

/** values *= factor. */
export function multiplyBy(values: usize, count: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  const end = values + (<usize>count << 2);
  for (; values + 16 <= end; values += 16) v128.store(values, f32x4.mul(v128.load(values), f));
  for (; values < end; values += 4) store<f32>(values, load<f32>(values) * factor);
}

/** Softmax of scores * scale, in place; at least one score. */
export function softmax(scores: usize, count: i32, scale: f32): void {
  multiplyBy(scores, count, scale);
  const most = maximum(scores, count);
  const top = f32x4.splat(most);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = scores + (<usize>i << 2);
    v128.store(at, exponential4(f32x4.sub(v128.load(at), top)));
  }
  for (; i < count; i++) {
    const at = scores + (<usize>i << 2);
    store<f32>(at, exponential(load<f32>(at) - most));
  }
  let sum: f32 = 0;
  for (i = 0; i < count; i++) sum += load<f32>(scores + (<usize>i << 2));
  const one: f32 = 1;
  multiplyBy(scores, count, one / sum);
}

/** The largest of at least one number. */
export function maximum(values: usize, count: i32): f32 {
  const end = values + (<usize>count << 2);
  let most4 = f32x4.splat(-Infinity);
  for (; values + 16 <= end; values += 16) most4 = f32x4.pmax(most4, v128.load(values));
  let most = max(
    max(f32x4.extract_lane(most4, 0), f32x4.extract_lane(most4, 1)),
    max(f32x4.extract_lane(most4, 2), f32x4.extract_lane(most4, 3)),
  );
  for (; values < end; values += 4) most = max(most, load<f32>(values));
  return most;
}

/**
 * out[t] = scale * (query . rows[t]), as `dot` has it. query: (width), rows: (count, width), `stride` bytes apart.
 * Four at a time, since one alone would wait for its own sum.
 */
export function dots(out: usize, query: usize, rows: usize, stride: usize, count: i32, width: i32, scale: f32): void {
  const bytes = <usize>width << 2;
  let t = 0;
  for (; t + 4 <= count; t += 4) {
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    const row1 = rows + stride;
    const row2 = row1 + stride;
    const row3 = row2 + stride;
    for (let i: usize = 0; i < bytes; i += 16) {
      const q = v128.load(query + i);
      a = f32x4.add(a, f32x4.mul(q, v128.load(rows + i)));
      b = f32x4.add(b, f32x4.mul(q, v128.load(row1 + i)));
      c = f32x4.add(c, f32x4.mul(q, v128.load(row2 + i)));
      d = f32x4.add(d, f32x4.mul(q, v128.load(row3 + i)));
    }
    const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    const low = f32x4.add(v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5), v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
    const high = f32x4.add(v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5), v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
    v128.store(out + (<usize>t << 2), f32x4.mul(f32x4.add(low, high), f32x4.splat(scale)));
    rows = row3 + stride;
  }
  for (; t < count; t++) {
    store<f32>(out + (<usize>t << 2), dot(query, rows, width) * scale);
    rows += stride;
  }
}

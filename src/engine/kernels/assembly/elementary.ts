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
  const whole = f32x4.sub(f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), magic), magic);
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
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
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

/**
 * Elementary functions from additions and multiplications alone. IEEE 754 fixes those to the bit, which it
 * does not do for `Math.exp`, `Math.cos` and `Math.pow`: equal inputs must train to equal weights on every machine.
 */

const log2e = Math.LOG2E;
// ln 2 in two parts; the first has so few bits that its product with a small integer is exact.
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 2^-1022 ... 2^1023, by exponent + 1022. Doubled step by step: `**` is not bound to be exact. */
const powersOfTwo = new Float64Array(2046);
for (let index = 0, power = Number.MIN_VALUE * 2 ** 52; index < 2046; index++, power *= 2) powersOfTwo[index] = power;

/** e to the power of x, relative error below 1e-13; x is clamped to -700 ... 700. */
export function exponential(x: number): number {
  const clamped = Math.min(Math.max(x, -700), 700);
  const exponent = Math.floor(clamped * log2e + 0.5);
  const r = clamped - exponent * ln2High - exponent * ln2Low; // |r| <= ln(2) / 2
  // Taylor's series to the 11th power by Horner's rule; the rest is below 1e-14.
  let sum = 1 + r / 11;
  sum = 1 + (sum * r) / 10;
  sum = 1 + (sum * r) / 9;
  sum = 1 + (sum * r) / 8;
  sum = 1 + (sum * r) / 7;
  sum = 1 + (sum * r) / 6;
  sum = 1 + (sum * r) / 5;
  sum = 1 + (sum * r) / 4;
  sum = 1 + (sum * r) / 3;
  sum = 1 + (sum * r) / 2;
  sum = 1 + sum * r;
  return sum * powersOfTwo[exponent + 1022]!;
}

/** Cosine of an angle of 0 to π, absolute error below 1e-9. */
export function cosine(angle: number): number {
  return series(angle, 0);
}

/** Sine of an angle of 0 to π, absolute error below 1e-9. */
export function sine(angle: number): number {
  return series(angle, 1);
}

/** Taylor's series of cosine (from the 0th power) or sine (from the 1st). */
function series(angle: number, firstPower: 0 | 1): number {
  let term = firstPower === 0 ? 1 : angle;
  let sum = term;
  for (let power = firstPower + 2; power <= 24; power += 2) {
    term = (-term * angle * angle) / (power * (power - 1));
    sum += term;
  }
  return sum;
}

/** base to a whole power, at least 0. */
export function wholePower(base: number, power: number): number {
  let result = 1;
  let square = base;
  for (let rest = power; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}

/** ln(1 + e^x), relative error below 1e-12: minus the logarithm of the sigmoid of -x. */
export function softPlus(x: number): number {
  // ln(1 + u) for u = e^-|x| of 0 ... 1 is 2 artanh(s), s = u / (2 + u) of 0 ... 1/3, by its series in s.
  const u = exponential(-Math.abs(x));
  const s = u / (2 + u);
  let sum = 0;
  for (let power = 27; power >= 1; power -= 2) sum = sum * s * s + 1 / power;
  return Math.max(x, 0) + 2 * s * sum;
}

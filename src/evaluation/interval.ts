/** The 97.5 % point of the standard normal distribution, for two-sided 95 % intervals. */
const z = 1.959963984540054;

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval of a proportion, 95 %.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
 * @param passed Of `total`, which is above 0.
 */
export function wilsonInterval(passed: number, total: number): Interval {
  const share = passed / total;
  const centre = (share + (z * z) / (2 * total)) / (1 + (z * z) / total);
  const half = (z / (1 + (z * z) / total)) * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  // At the ends the exact bound is 0 or 1; rounding must not leave a trace of it.
  return { low: passed === 0 ? 0 : centre - half, high: passed === total ? 1 : centre + half };
}

/** The same cases, asked of two models: how many both passed, only the one, only the other, neither. */
export interface Pairs {
  readonly both: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/**
 * 95 % interval of the difference of two pass rates (first minus second) over the same cases: square-and-add
 * of Wilson's intervals with the correlation of the pairs, which stays inside -1 to 1 and holds its level
 * with few cases and with rates of 0 or 1, where the usual standard error is zero.
 * Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions
 * based on paired data", Statistics in Medicine 17 (1998) 2635-2650, method 10.
 * @returns undefined if there are no pairs.
 */
export function pairedDifference(pairs: Pairs): (Interval & { readonly difference: number }) | undefined {
  const { both, onlyFirst, onlySecond, neither } = pairs;
  const total = both + onlyFirst + onlySecond + neither;
  if (total === 0) return undefined;
  const first = both + onlyFirst;
  const second = both + onlySecond;
  const [p, q] = [first / total, second / total];
  const [ofFirst, ofSecond] = [wilsonInterval(first, total), wilsonInterval(second, total)];
  const correlation = pairCorrelation(pairs, total);
  const spread = (a: number, b: number) => Math.sqrt(Math.max(0, a * a + b * b - 2 * correlation * a * b));
  const difference = p - q;
  return {
    difference,
    low: Math.max(-1, difference - spread(p - ofFirst.low, ofSecond.high - q)),
    high: Math.min(1, difference + spread(ofFirst.high - p, q - ofSecond.low)),
  };
}

/** The phi coefficient, drawn towards zero by half a pair; 0 where a margin is empty. */
function pairCorrelation({ both, onlyFirst, onlySecond, neither }: Pairs, total: number): number {
  const margins = (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
  if (margins === 0) return 0;
  const product = both * neither - onlyFirst * onlySecond;
  const corrected = product > 0 ? Math.max(0, product - total / 2) : product;
  return corrected / Math.sqrt(margins);
}

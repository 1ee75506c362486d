import { describe, expect, test } from "vitest";
import { pairedDifference, wilsonInterval } from "../../../src/evaluation/interval.ts";

describe("Wilson's interval", () => {
  test("gives the published values", () => {
    // Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
    for (const [passed, total, low, high] of [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ] as const) {
      const interval = wilsonInterval(passed, total);
      expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
    }
  });

  test("ends exactly at 0 and 1 where none or all passed", () => {
    expect(wilsonInterval(0, 7).low).toBe(0);
    expect(wilsonInterval(7, 7).high).toBe(1);
  });
});

describe("the interval of a paired difference", () => {
  test("gives the published value", () => {
    // Fagerland, Lydersen, Laake, "Recommended tests and confidence intervals for paired binomial proportions",
    // Statistics in Medicine 33 (2014): airway hyper-responsiveness before and after a transplant, Newcombe's interval.
    const result = pairedDifference({ both: 1, onlyFirst: 1, onlySecond: 7, neither: 12 });
    expect(result?.difference).toBeCloseTo(-0.2857, 4);
    expect(result?.low).toBeCloseTo(-0.507, 3);
    expect(result?.high).toBeCloseTo(-0.026, 3);
  });

  test("turns round when the models change places", () => {
    const one = pairedDifference({ both: 5, onlyFirst: 9, onlySecond: 2, neither: 4 });
    const other = pairedDifference({ both: 5, onlyFirst: 2, onlySecond: 9, neither: 4 });
    expect(other?.low).toBeCloseTo(-(one?.high ?? 0), 12);
    expect(other?.high).toBeCloseTo(-(one?.low ?? 0), 12);
  });

  test("holds the difference and stays within -1 and 1, for every table of up to 7 pairs", () => {
    for (let both = 0; both <= 7; both++)
      for (let onlyFirst = 0; both + onlyFirst <= 7; onlyFirst++)
        for (let onlySecond = 0; both + onlyFirst + onlySecond <= 7; onlySecond++) {
          const result = pairedDifference({ both, onlyFirst, onlySecond, neither: 7 - both - onlyFirst - onlySecond });
          if (result === undefined) throw new Error("7 pairs have an interval");
          expect(result.low).toBeLessThanOrEqual(result.difference);
          expect(result.high).toBeGreaterThanOrEqual(result.difference);
          expect(result.low).toBeGreaterThanOrEqual(-1);
          expect(result.high).toBeLessThanOrEqual(1);
          expect(result.high - result.low).toBeGreaterThan(0);
        }
  });

  test("is none without pairs", () => {
    expect(pairedDifference({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 })).toBeUndefined();
  });
});

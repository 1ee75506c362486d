import { describe, expect, test } from "vitest";
import { inTurns, type Measurement, median, quantile, speedups, verdictOf } from "../../../bench/engine/measurement.ts";
import { reportLines } from "../../../bench/engine/report.ts";

const ratio = (values: readonly number[], bound?: Measurement["bound"]): Measurement => ({
  name: "ours over theirs",
  unit: "ratio",
  values,
  ...(bound === undefined ? {} : { bound }),
  remark: "2 over 1",
});

describe("the bench of the engine", () => {
  test("takes medians and quantiles between two values where none lies there", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 0, 30, 20], 0.1)).toBeCloseTo(3);
    expect(quantile([5], 0.9)).toBe(5);
    expect(() => median([])).toThrow(RangeError);
  });

  test("lets the sides take turns, in the reverse order every other round, and forgets warm-up rounds", async () => {
    const order: string[] = [];
    const side = (name: string) => () => order.push(name);
    expect(await inTurns([side("a"), side("b")], { rounds: 2, warmUp: 1 })).toEqual([
      [3, 6],
      [4, 5],
    ]);
    expect(order).toEqual(["b", "a", "a", "b", "b", "a"]);
  });

  test("compares the rounds one by one: twice the seconds is half as fast", () => {
    expect(speedups([1, 4], [2, 2])).toEqual([2, 0.5]);
  });

  test("judges by the median, in the direction of the bound", () => {
    const atLeast = { direction: "at least", floor: 0.38, aim: 0.46 } as const;
    expect(verdictOf(ratio([0.1, 0.46, 0.9], atLeast))).toBe("aim reached");
    expect(verdictOf(ratio([0.1, 0.38, 0.9], atLeast))).toBe("floor held");
    expect(verdictOf(ratio([0.1, 0.37, 0.9], atLeast))).toBe("MISSED");
    expect(verdictOf(ratio([20], { direction: "at most", floor: 20 }))).toBe("floor held");
    expect(verdictOf(ratio([20.1], { direction: "at most", floor: 20 }))).toBe("MISSED");
    expect(verdictOf(ratio([0.1]))).toBe("-");
  });

  test("prints floor and aim beside median and spread", () => {
    const lines = reportLines([
      ratio([0.4, 0.42, 0.44], { direction: "at least", floor: 0.38, aim: 0.46 }),
      { name: "job", unit: "s", values: [12.34], bound: { direction: "at most", floor: 20 }, remark: "2 cores" },
    ]);
    expect(lines).toEqual([
      "  measure           median    p10 – p90   floor     aim  verdict     of",
      "  ours over theirs  0.42 ×  0.40 – 0.44  ≥ 0.38  ≥ 0.46  floor held  2 over 1",
      "  job               12.3 s            -  ≤ 20.0       -  floor held  2 cores",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { softPlus } from "../../../src/engine/kernels/elementary.ts";
import { marginOf, pairsOf, preferenceLoss, preferenceScales } from "../../../src/engine/preference.ts";

describe("the loss of preference pairs", () => {
  // p(preferred) rose from 1/8 to 1/4, p(rejected) fell from 1/2 to 1/4: the odds of the pair grew by 4.
  const [reference] = pairsOf([Math.log(8), Math.log(2)]);
  const [now] = pairsOf([Math.log(4), Math.log(4)]);

  test("of one pair by hand: -log(4^beta / (1 + 4^beta))", () => {
    const margin = marginOf(now!, reference!);
    expect(margin).toBeCloseTo(Math.log(4), 12);
    expect(preferenceLoss([margin], 1)).toEqual({ loss: expect.closeTo(-Math.log(4 / 5), 12), accuracy: 1 });
    expect(preferenceLoss([margin], 0.5)).toEqual({ loss: expect.closeTo(-Math.log(2 / 3), 12), accuracy: 1 });
  });

  test("is ln 2 before anything is learnt, and no pair has gained yet", () => {
    expect(marginOf(reference!, reference!)).toBe(0);
    expect(preferenceLoss([0, 0], 0.1)).toEqual({ loss: expect.closeTo(Math.LN2, 12), accuracy: 0 });
  });

  test("of a batch is the mean, with the share of pairs that gained", () => {
    const { loss, accuracy } = preferenceLoss([2, -1, 3], 0.3);
    const byHand = [2, -1, 3].map((margin) => Math.log(1 + Math.exp(-0.3 * margin)));
    expect(loss).toBeCloseTo(byHand.reduce((sum, value) => sum + value, 0) / 3, 12);
    expect(accuracy).toBeCloseTo(2 / 3, 12);
  });

  test("has the scales as its slopes, by finite differences", () => {
    const before = pairsOf([3, 4, 10, 2, 5, 5]);
    const losses = [2.5, 4.5, 12, 1, 5, 4];
    const lossAt = (at: readonly number[]) =>
      preferenceLoss(
        pairsOf(at).map((pair, index) => marginOf(pair, before[index]!)),
        0.4,
      ).loss;
    const margins = pairsOf(losses).map((pair, index) => marginOf(pair, before[index]!));
    const step = 1e-5;
    const slopes = losses.map((_, index) => {
      const moved = (by: number) => losses.map((loss, at) => (at === index ? loss + by : loss));
      return (lossAt(moved(step)) - lossAt(moved(-step))) / (2 * step);
    });
    const scales = preferenceScales(margins, 0.4);
    scales.forEach((scale, index) => {
      expect(scale).toBeCloseTo(slopes[index]!, 8);
    });
  });

  test("pushes most where the rejected answer is ahead, and hardly where the pair lies far apart", () => {
    const [behind, , even, , ahead] = preferenceScales([-40, 0, 40], 0.5) as [number, number, number, number, number];
    expect(even).toBeCloseTo(0.5 / 2 / 3, 12);
    expect(behind).toBeCloseTo(0.5 / 3, 8);
    expect(ahead).toBeLessThan(1e-8);
    expect(ahead).toBeGreaterThan(0);
  });
});

test.each([-800, -30, -2, -1e-9, 0, 0.3, 1, 5, 40, 800])("softPlus(%d) is ln(1 + e^x)", (x) => {
  const exact = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  expect(Math.abs(softPlus(x) - exact)).toBeLessThanOrEqual(1e-12 * exact + 1e-300);
});

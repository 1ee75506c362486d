import { describe, expect, test } from "vitest";
import { digestOf } from "../../../src/core/hash.ts";
import { groupFraction, type Shares, splitByThreshold, splitPlanner } from "../../../src/dataset/split.ts";

function planSplit(groups: readonly string[], seed: number, shares: Shares) {
  const planner = splitPlanner(shares);
  for (const group of groups) planner.add(group, groupFraction(seed)(digestOf(group)));
  return planner.plan();
}

describe("splitting", () => {
  test("test takes the lowest hashes, then validation, then training", () => {
    const shares = { test: 0.1, validation: 0.2 };
    expect([0, 0.0999, 0.1, 0.2999, 0.3001, 0.999].map((fraction) => splitByThreshold(fraction, shares))).toEqual([
      "test",
      "test",
      "validation",
      "validation",
      "training",
      "training",
    ]);
  });

  test("shares are kept approximately", () => {
    const count = { test: 0, validation: 0, training: 0 };
    for (let row = 0; row < 20_000; row++)
      count[splitByThreshold(groupFraction(1)(digestOf(`row ${row}`)), { test: 0.1, validation: 0.05 })]++;
    expect(Math.abs(count.test - 2000)).toBeLessThan(170); // four standard deviations
    expect(Math.abs(count.validation - 1000)).toBeLessThan(125);
  });

  test("another seed gives another split", () => {
    expect(groupFraction(1)(digestOf("a"))).not.toBe(groupFraction(2)(digestOf("a")));
  });

  test("an empty split takes the training group that is nearest to it", () => {
    const groups = Array.from({ length: 20 }, (_, index) => `g${index}`);
    const sorted = [...groups].sort((a, b) => groupFraction(1)(digestOf(a)) - groupFraction(1)(digestOf(b)));
    const { moved, stillEmpty } = planSplit([...groups, ...groups], 1, { test: 1e-9, validation: 1e-9 });
    expect([...moved]).toEqual([
      [sorted[0], "test"],
      [sorted[1], "validation"],
    ]);
    expect(stillEmpty).toEqual([]);
  });

  test("a split without a share stays empty", async () => {
    expect(planSplit(["a", "b"], 1, { test: 0, validation: 0 }).moved.size).toBe(0);
  });

  test("the last group stays in training", async () => {
    const plan = planSplit(["a"], 1, { test: 1e-9, validation: 1e-9 });
    expect([plan.moved.size, plan.stillEmpty]).toEqual([0, ["test", "validation"]]);
  });
});

import { statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { baseFile, loadBase } from "../../../src/engine/base-file.ts";
import { baseOf } from "../../../src/engine/bases.ts";
import { fromHalf, toHalf } from "../../../src/engine/half.ts";
import { parameterCount } from "../../../src/engine/parameters.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { replayExamples, replayOf } from "../../../src/engine/replay.ts";

describe("numbers of 16 bits", () => {
  test("every finite half is a float and comes back as itself", () => {
    for (let half = 0; half < 0x10000; half++) {
      if ((half & 0x7c00) === 0x7c00) continue;
      expect(toHalf(fromHalf(half))).toBe(half);
    }
  });

  test("others are rounded to the nearest, ties to even", () => {
    const random = createRandom(1);
    for (let i = 0; i < 5000; i++) {
      const value = Math.fround(random.normal() * 2 ** (random.below(40) - 25));
      const half = toHalf(Math.abs(value));
      const [below, near, above] = [half - 1, half, half + 1].map((bits) => fromHalf(Math.max(0, bits)));
      const error = Math.abs(near! - Math.abs(value));
      expect(error).toBeLessThanOrEqual(Math.abs(below! - Math.abs(value)));
      expect(error).toBeLessThanOrEqual(Math.abs(above! - Math.abs(value)));
    }
    expect(toHalf(1 + 2 ** -11)).toBe(toHalf(1));
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(toHalf(1 + 2 ** -9));
    expect(toHalf(65_519)).toBe(toHalf(65_504));
    expect([toHalf(65_520), toHalf(-1e30), toHalf(Number.NaN)]).toEqual([0x7c00, 0xfc00, 0x7e00]);
  });
});

describe("the bundled base", () => {
  const mini = baseOf("ftpipe-mini");

  test("is smaller than 4 MB, and as many finite numbers as the model has", () => {
    expect(statSync(baseFile("ftpipe-mini")).size).toBeLessThan(4_000_000);
    const { all } = loadBase(mini).parameters;
    expect(all).toHaveLength(parameterCount(mini.shape));
    expect(all.every(Number.isFinite)).toBe(true);
    expect(Math.max(...all.subarray(0, 10_000).map(Math.abs))).toBeGreaterThan(0.1);
  });

  test("an untrained one is drawn from a fixed seed", () => {
    const nano = baseOf("ftpipe-nano");
    expect(loadBase(nano).parameters.all).toEqual(loadBase(nano).parameters.all);
    expect(replayExamples(nano)).toEqual([]);
  });

  test("has examples of its own training to replay", () => {
    const examples = replayExamples(mini);
    expect(examples.length).toBeGreaterThanOrEqual(200);
    for (const { messages } of examples) expect(messages.at(-1)?.role).toBe("assistant");
  });
});

describe("replayed examples", () => {
  const settings = { batchSize: 8, share: 0.25, examples: 10, seed: 3 };

  test("each comes once before any comes again", () => {
    const steps = Array.from({ length: 10 }, (_, index) => replayOf(index + 1, settings));
    expect(steps.every((step) => step.length === 2)).toBe(true);
    for (const round of [steps.slice(0, 5).flat(), steps.slice(5).flat()]) {
      expect(round.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(steps.slice(0, 5)).not.toEqual(steps.slice(5));
  });

  test("a step's follow from its number and the seed alone", () => {
    expect(replayOf(7, settings)).toEqual(replayOf(7, settings));
    expect(Array.from({ length: 5 }, (_, i) => replayOf(i + 1, { ...settings, seed: 4 }))).not.toEqual(
      Array.from({ length: 5 }, (_, i) => replayOf(i + 1, settings)),
    );
    expect(replayOf(1, { ...settings, examples: 0 })).toEqual([]);
  });
});

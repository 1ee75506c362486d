import { describe, expect, test } from "vitest";
import { createRandom, shuffledIndexes } from "../../../src/engine/random.ts";
import { sampleToken } from "../../../src/engine/sample.ts";

const logits = Float32Array.of(9, Math.log(0.1), Math.log(0.2), Math.log(0.3), Math.log(0.4));

/** Share of each token from 1 on, in that many draws; token 0 is out of bounds. */
function shares(temperature: number, topP: number, draws = 4000): readonly number[] {
  const random = createRandom(1);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < draws; i++) counts[sampleToken(logits, { temperature, topP, random }, { from: 1 })]! += 1;
  return counts.map((count) => count / draws);
}

describe("sampling a token", () => {
  test("temperature 0 takes the likeliest", () => {
    expect(shares(0, 1, 10)).toEqual([0, 0, 0, 0, 1]);
  });

  test("temperature 1 draws by probability, and never a token below the first", () => {
    [0, 0.1, 0.2, 0.3, 0.4].forEach((expected, token) => {
      expect(shares(1, 1)[token]).toBeCloseTo(expected, 1);
    });
  });

  test("a low temperature sharpens, a high one flattens", () => {
    expect(shares(0.2, 1)[4]).toBeGreaterThan(0.7);
    expect(shares(10, 1)[1]).toBeGreaterThan(0.2);
  });

  test("top_p keeps the fewest likely tokens that reach the share", () => {
    expect(shares(1, 0.6).map((share) => share > 0)).toEqual([false, false, false, true, true]);
    expect(shares(1, 0.71).map((share) => share > 0)).toEqual([false, false, true, true, true]);
  });

  test("only allowed tokens are drawn, however unlikely", () => {
    const random = createRandom(1);
    const allowed = Uint8Array.of(1, 1, 0, 1, 0);
    const draw = (temperature: number) => sampleToken(logits, { temperature, topP: 1, random }, { from: 1, allowed });
    expect(draw(0)).toBe(3);
    expect(new Set(Array.from({ length: 200 }, () => draw(5)))).toEqual(new Set([1, 3]));
    const none = new Uint8Array(5);
    expect(() => sampleToken(logits, { temperature: 0, topP: 1, random }, { from: 1, allowed: none })).toThrow(
      "no token",
    );
  });

  test("top_p 0 still leaves the likeliest", () => {
    expect(shares(1, 0)).toEqual([0, 0, 0, 0, 1]);
  });
});

describe("random numbers", () => {
  test("equal seeds give equal streams, others do not, beyond 32 bits too", () => {
    const stream = (...seeds: number[]): readonly number[] => {
      const random = createRandom(...seeds);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(stream(7, 1)).toEqual(stream(7, 1));
    const others = [stream(7), stream(7, 1), stream(7, 2), stream(1, 7), stream(7 + 2 ** 32), stream(-7)];
    expect(new Set(others.map(String)).size).toBe(others.length);
  });

  test("normal numbers have mean 0 and deviation 1", () => {
    const random = createRandom(2);
    const values = Array.from({ length: 5000 }, () => random.normal());
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)).toBeCloseTo(1, 1);
  });

  test("a shuffle holds every index once", () => {
    const order = shuffledIndexes(100, createRandom(3));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});

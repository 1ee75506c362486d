import { describe, expect, test } from "vitest";
import type { GateRule } from "../../../src/config/pipeline.gen.ts";
import { decide, gateError } from "../../../src/evaluation/gate.ts";
import type { Metrics, Share } from "../../../src/evaluation/metrics.ts";

const share = (passed: number, judged: number, errors = 0): Share => ({ passed, judged, errors });
type Rates = Partial<Record<"tuned" | "base" | "previous", Share>>;

const gateOf = (rules: readonly GateRule[], rates: Rates, hasPrevious = rates.previous !== undefined) =>
  decide({
    rules,
    shares: Object.fromEntries(
      Object.entries(rates).map(([name, rate]) => [name, { pass_rate: rate }]),
    ) as Metrics["shares"],
    hasPrevious,
  });

const atLeast = (minimum: number): GateRule => ({ metric: "pass_rate", minimum });

describe("a gate", () => {
  test("passes when every rule is met, and says what was measured", () => {
    const gate = gateOf([atLeast(0.8), { metric: "pass_rate", against: "base", minimum_gain: 0.2 }], {
      tuned: share(32, 34),
      base: share(0, 34),
    });
    expect(gate).toEqual({
      verdict: "passed",
      reason: "Every rule is met.",
      errors: 0,
      rules: [
        { text: "pass_rate ≥ 80 %", measured: "94.1 %", value: 32 / 34, bound: 0.8, state: "passed" },
        {
          text: "pass_rate: gain over base ≥ 20 points",
          measured: "+94.1 points",
          value: 32 / 34,
          bound: 0.2,
          state: "passed",
        },
      ],
    });
    expect(gateError(gate)).toBeUndefined();
  });

  test("fails when one rule is not met, whatever the others say", () => {
    const gate = gateOf([atLeast(0.1), atLeast(0.8)], { tuned: share(1, 2) });
    expect(gate).toMatchObject({ verdict: "failed", reason: "pass_rate ≥ 80 %: measured 50 %." });
    expect(gateError(gate)).toMatchObject({ code: "GATE_FAILED", exitCode: 3 });
  });

  test.each<[string, GateRule, Rates, boolean]>([
    ["a bound that is met exactly", atLeast(0.8), { tuned: share(8, 10) }, true],
    ["a hair below the bound", atLeast(0.8), { tuned: share(7999, 10_000) }, false],
    ["a maximum", { metric: "pass_rate", maximum: 0.5 }, { tuned: share(1, 2) }, true],
    ["more than a maximum", { metric: "pass_rate", maximum: 0.5 }, { tuned: share(6, 10) }, false],
    // 0.3 - 0.1 is a little less than 0.2 in binary.
    [
      "a gain met exactly",
      { metric: "pass_rate", against: "base", minimum_gain: 0.2 },
      { tuned: share(3, 10), base: share(1, 10) },
      true,
    ],
    [
      "a loss where a gain is asked",
      { metric: "pass_rate", against: "base", minimum_gain: 0 },
      { tuned: share(1, 10), base: share(2, 10) },
      false,
    ],
    [
      "a drop within the bound",
      { metric: "pass_rate", against: "previous", maximum_drop: 0.1 },
      { tuned: share(8, 10), previous: share(9, 10) },
      true,
    ],
    [
      "a drop beyond the bound",
      { metric: "pass_rate", against: "previous", maximum_drop: 0.1 },
      { tuned: share(7, 10), previous: share(9, 10) },
      false,
    ],
    [
      "a gain where a drop is allowed",
      { metric: "pass_rate", against: "previous", maximum_drop: 0 },
      { tuned: share(10, 10), previous: share(9, 10) },
      true,
    ],
  ])("decides %s", (_name, rule, rates, passes) => {
    expect(gateOf([rule], rates).verdict).toBe(passes ? "passed" : "failed");
  });

  test("judges each bound of a rule that has two", () => {
    const gate = gateOf([{ metric: "pass_rate", minimum: 0.2, maximum: 0.4 }], { tuned: share(1, 2) });
    expect(gate.rules.map(({ text, state }) => [text, state])).toEqual([
      ["pass_rate ≥ 20 %", "passed"],
      ["pass_rate ≤ 40 %", "failed"],
    ]);
  });

  test("never shows a value as its bound where it is below it", () => {
    expect(gateOf([atLeast(0.8)], { tuned: share(79_996, 100_000) }).rules[0]?.measured).toBe("79.9 %");
  });
});

describe("red stays red", () => {
  test("without rules a run is not gated, which is not passed", () => {
    expect(gateOf([], { tuned: share(10, 10) }).verdict).toBe("not_gated");
  });

  test("a metric that no case yields fails", () => {
    expect(gateOf([{ metric: "tone", minimum: 0 }], { tuned: share(10, 10) })).toMatchObject({
      verdict: "failed",
      rules: [{ measured: "no cases", value: null, state: "failed" }],
    });
    expect(gateOf([atLeast(0)], { tuned: share(0, 0) }).verdict).toBe("failed");
    expect(gateOf([atLeast(0)], {}).verdict).toBe("failed");
  });

  test("a comparison with a model that was not asked fails", () => {
    const rule: GateRule = { metric: "pass_rate", against: "base", minimum_gain: -1 };
    expect(gateOf([rule], { tuned: share(10, 10) })).toMatchObject({
      verdict: "failed",
      rules: [{ measured: "no cases of base" }],
    });
  });

  test("an error anywhere makes the verdict inconclusive, although every rule is met", () => {
    for (const rates of [{ tuned: share(99, 99, 1) }, { tuned: share(99, 99), base: share(9, 9, 1) }]) {
      const gate = gateOf([atLeast(0.5)], rates);
      expect(gate).toMatchObject({ verdict: "inconclusive", reason: "1 question ended in an error." });
      expect(gateError(gate)).toMatchObject({ code: "GATE_INCONCLUSIVE", exitCode: 12 });
    }
  });

  test("with errors, a rule fails only if it would have failed however they had come out", () => {
    expect(gateOf([atLeast(0.8)], { tuned: share(7, 9, 1) }).verdict).toBe("inconclusive");
    expect(gateOf([atLeast(0.8)], { tuned: share(6, 9, 1) }).verdict).toBe("failed");
    expect(gateOf([{ metric: "pass_rate", maximum: 0.2 }], { tuned: share(2, 9, 1) }).verdict).toBe("inconclusive");
    expect(gateOf([{ metric: "pass_rate", maximum: 0.2 }], { tuned: share(3, 9, 1) }).verdict).toBe("failed");
    const gain: GateRule = { metric: "pass_rate", against: "base", minimum_gain: 0.5 };
    expect(gateOf([gain], { tuned: share(8, 10), base: share(3, 9, 1) }).verdict).toBe("inconclusive");
    expect(gateOf([gain], { tuned: share(8, 10), base: share(4, 9, 1) }).verdict).toBe("failed");
  });

  test("errors end a run without a gate with exit 12 too", () => {
    const gate = gateOf([], { tuned: share(9, 9, 1) });
    expect(gate.verdict).toBe("not_gated");
    expect(gateError(gate)?.exitCode).toBe(12);
  });

  test("a rule against a predecessor that does not exist decides nothing, and does not pass alone", () => {
    const drop: GateRule = { metric: "pass_rate", against: "previous", maximum_drop: 0.02 };
    expect(gateOf([drop], { tuned: share(10, 10) }, false)).toMatchObject({
      verdict: "inconclusive",
      rules: [{ measured: "no predecessor", value: null, state: "no_predecessor" }],
    });
    expect(gateOf([drop, atLeast(0.8)], { tuned: share(10, 10) }, false)).toMatchObject({
      verdict: "passed",
      reason: "Every rule that could be judged is met; 1 had no predecessor.",
    });
    expect(gateOf([drop, atLeast(0.8)], { tuned: share(1, 10) }, false).verdict).toBe("failed");
  });
});

describe("a gate against recorded answers", () => {
  const rule: GateRule = { metric: "pass_rate", against: "recorded:old", maximum_drop: 0.1 };
  const shares = (recorded: Share | undefined): Metrics["shares"] => ({
    tuned: { pass_rate: share(5, 10) },
    ...(recorded === undefined ? {} : { "recorded:old": { pass_rate: recorded } }),
  });

  test("compares over the cases that have a recorded answer, and says how many", () => {
    // Over all ten cases the tuned model would be 50 points worse; over the recorded four it is not.
    const paired = { "recorded:old": { pass_rate: share(4, 4) } };
    const gate = decide({ rules: [rule], shares: shares(share(4, 4)), paired, hasPrevious: false });
    expect(gate).toMatchObject({ verdict: "passed", rules: [{ measured: "+0 points over 4 of 10 cases" }] });
    const worse = { "recorded:old": { pass_rate: share(1, 4) } };
    expect(decide({ rules: [rule], shares: shares(share(4, 4)), paired: worse, hasPrevious: false }).verdict).toBe(
      "failed",
    );
  });

  test("fails where none of the cases has one", () => {
    const gate = decide({ rules: [rule], shares: shares(undefined), hasPrevious: false });
    expect(gate).toMatchObject({ verdict: "failed", rules: [{ measured: "no cases of recorded:old" }] });
  });

  test("is inconclusive as long as an error could turn it", () => {
    const paired = { "recorded:old": { pass_rate: share(3, 3, 1) } };
    const gate = decide({ rules: [rule], shares: shares(share(4, 4)), paired, hasPrevious: false });
    expect(gate.rules[0]?.state).toBe("inconclusive");
  });
});

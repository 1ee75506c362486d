import { expect, test } from "vitest";
import { formatMatrix } from "../../../src/cli/matrix.ts";
import type { TargetReport } from "../../../src/stages/target-report.ts";

const report = (target: string, more: Partial<TargetReport> = {}): TargetReport => ({
  target,
  provider: "openai",
  model: "m",
  verdict: "ready",
  examples: { training: 1244, validation: 20, fewest: 10, most: null },
  files: { training: 980_000, validation: 2_000_000, most: null },
  longest: { tokens: 87, most: 4096 },
  tokens: 17_134,
  epochs: 3,
  usd: null,
  method: { given: "supervised", known: ["supervised"] },
  roles: { given: [], known: [] },
  hyperparameters: { given: [], known: [] },
  suffix: { length: 0, most: 64 },
  seed: { given: false, honoured: true },
  stops: [],
  problems: [],
  ...more,
});

const reports = [
  report("local"),
  report("other", { verdict: "refused", stops: ["does not take beta", "cuts 3 examples"] }),
  report("echo", { verdict: "untrained" }),
];
const paint = (_: string, text: string) => text;

test("a line for each target, under the names of its facts", () => {
  expect(formatMatrix(reports, { paint, width: 120 })).toBe(
    `          examples       file     longest        tokens
✔ local   1,244 (≥ 10)   2.0 MB   87 (≤ 4,096)   17,134 × 3   ready
✖ other   1,244 (≥ 10)   2.0 MB   87 (≤ 4,096)   17,134 × 3   does not take beta; cuts 3 examples
– echo    does not train: it is only asked`,
  );
});

test("what stops a target goes below its facts where the line would be wider than the terminal", () => {
  expect(formatMatrix(reports, { paint, width: 80 })).toBe(
    `          examples       file     longest        tokens
✔ local   1,244 (≥ 10)   2.0 MB   87 (≤ 4,096)   17,134 × 3   ready
✖ other   1,244 (≥ 10)   2.0 MB   87 (≤ 4,096)   17,134 × 3
    does not take beta
    cuts 3 examples
– echo    does not train: it is only asked`,
  );
});

test("a block for each target where not even the facts fit", () => {
  expect(formatMatrix(reports, { paint, width: 40 })).toBe(`✔ local
    ready
    examples  1,244 (≥ 10)
    file      2.0 MB
    longest   87 (≤ 4,096)
    tokens    17,134 × 3
✖ other
    does not take beta
    cuts 3 examples
    examples  1,244 (≥ 10)
    file      2.0 MB
    longest   87 (≤ 4,096)
    tokens    17,134 × 3
– echo
    does not train: it is only asked`);
});

test.each([36, 58, 59, 60, 61, 66, 67, 68, 80, 93, 94, 95, 96, 97, 98, 99])(
  "no line is wider than %i columns",
  (width) => {
    const lines = formatMatrix(reports, { paint, width }).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  },
);

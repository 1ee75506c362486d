import { expect, test } from "vitest";
import { errorDocument, formatProblems } from "../../../src/cli/print.ts";
import { FtpipeError, type Problem, problem } from "../../../src/core/errors.ts";

const terminal = { paint: (_: string, text: string) => text };

const row = (line: number, more: Partial<Problem> = {}): Problem => ({
  ...problem("error", "ROW_INVALID", `Cell ${line} is no number.`, {
    hint: "Correct the row.",
    location: { file: "rows.csv", line },
  }),
  ...more,
});
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index + 2));

test("a few of a code are told in full", () => {
  expect(formatProblems(rows(3), terminal)).toBe(`✖ ROW_INVALID  rows.csv:2  Cell 2 is no number.
    Correct the row.
✖ ROW_INVALID  rows.csv:3  Cell 3 is no number.
    Correct the row.
✖ ROW_INVALID  rows.csv:4  Cell 4 is no number.
    Correct the row.

3 errors.`);
});

test("many of a code stand under its title: their number, the first places, the hint once", () => {
  const problems = [...rows(11), problem("error", "KEY_MISSING", "There is no key.")];
  expect(formatProblems(problems, terminal)).toBe(`✖ ROW_INVALID  A row does not meet its schema: 11 times
    rows.csv:2  Cell 2 is no number.
    rows.csv:3  Cell 3 is no number.
    rows.csv:4  Cell 4 is no number.
    rows.csv:5  Cell 5 is no number.
    rows.csv:6  Cell 6 is no number.
    … and 6 more: --json lists all
    Correct the row.
✖ KEY_MISSING  There is no key.

12 errors.`);
});

test("hints that differ stand with what they are about, and all places are counted", () => {
  const places = {
    alsoAt: [
      { file: "rows.csv", line: 8 },
      { file: "rows.csv", line: 8 },
      { file: "rows.csv", line: 9 },
    ],
  };
  const problems = [row(2, { hint: "One." }), row(3, { ...places, unlisted: 1000 }), row(4), row(5)];
  expect(formatProblems(problems, terminal)).toBe(`✖ ROW_INVALID  A row does not meet its schema: 1,007 times
    rows.csv:2  Cell 2 is no number.
        One.
    rows.csv:3  Cell 3 is no number.   (+1,003 more: 8, 9)
        Correct the row.
    rows.csv:4  Cell 4 is no number.
        Correct the row.
    rows.csv:5  Cell 5 is no number.
        Correct the row.

4 errors.`);
});

test("faults that are each mended in their own way are told each, up to twenty", () => {
  const own = (count: number) => rows(count).map((one, index) => ({ ...one, hint: `Way ${index}.` }));
  const told = (count: number) => formatProblems(own(count), terminal).split("\n");
  expect(told(20).filter((line) => line.startsWith("    rows.csv:"))).toHaveLength(20);
  expect(told(25).filter((line) => line.startsWith("        Way "))).toHaveLength(20);
  expect(told(25)).toContain("    … and 5 more: --json lists all");
});

test("errors come first, and a code's errors are not counted with its warnings", () => {
  const warnings = rows(4).map((one) => ({ ...one, severity: "warning" as const }));
  const text = formatProblems([...warnings, ...rows(2)], terminal);
  expect(text.split("\n").filter((line) => /^[✖⚠]/.test(line))).toEqual([
    "✖ ROW_INVALID  rows.csv:2  Cell 2 is no number.",
    "✖ ROW_INVALID  rows.csv:3  Cell 3 is no number.",
    "⚠ ROW_INVALID  A row does not meet its schema: 4 times",
  ]);
  expect(text).toMatch(/\n\n2 errors, 4 warnings\.$/);
});

test("the JSON document keeps every problem, and what else is known", () => {
  const error = new FtpipeError("ROW_INVALID", "Many.", { problems: rows(30), data: { targets: [1] } });
  expect(errorDocument(error)).toMatchObject({ error: { exit_code: 2, problems: rows(30) }, targets: [1] });
});

import type { Failure, Row } from "./score.ts";
import type { Answer, Measure, Unit } from "./task.ts";

const decimals: Readonly<Record<Unit, number>> = { "%": 1, points: 1, F1: 3 };

const inUnit = (unit: Unit, score: number): string => score.toFixed(decimals[unit]);

/** Rows as lines: measure, prompts, floor, aim, base, baselines, each seed, mean ± standard error, verdict. */
export function tableLines(rows: readonly Row[], seeds: readonly number[]): readonly string[] {
  const baselines = [...new Set(rows.flatMap((row) => Object.keys(row.baselines)))];
  const head = [
    "measure",
    "unit",
    "prompts",
    "floor",
    "aim",
    "base",
    ...baselines,
    ...seeds.map((seed) => `seed ${seed}`),
  ];
  const cells = rows.map((row) => cellsOf(row, baselines));
  return aligned([[...head, "mean ± s.e.", "verdict"], ...cells]);
}

function cellsOf(row: Row, baselines: readonly string[]): readonly string[] {
  const { measure, prompts, aim, base, tuned, mean, standardError, verdict } = row;
  const number = (score: number | undefined): string => (score === undefined ? "-" : inUnit(measure.unit, score));
  const sign = measure.direction === "at least" ? "≥" : "≤";
  const bound = (value: number | undefined): string => (value === undefined ? "-" : `${sign} ${number(value)}`);
  return [
    measure.name,
    measure.unit,
    String(prompts),
    bound(measure.floor),
    bound(aim),
    number(base),
    ...baselines.map((name) => number(row.baselines[name])),
    ...tuned.map(number),
    standardError === undefined ? number(mean) : `${number(mean)} ± ${number(standardError)}`,
    verdict,
  ];
}

/** The first column to the left, the others to the right. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** How much of a prompt's end is shown, in characters. */
const tail = 160;

/** The first failures of a measure, each with what was asked, what is right and what came. */
export function failureLines(
  { name }: Measure,
  failures: readonly Failure[],
  { most, answers }: { readonly most: number; readonly answers: number },
): readonly string[] {
  if (failures.length === 0 || most === 0) return [];
  const shown = failures
    .slice(0, most)
    .flatMap(({ seed, answer }) => [
      `  seed ${seed}  …${ending(answer)}`,
      `    expected  ${answer.case.expected ?? textOf(answer.case.reference)}`,
      `    got       ${JSON.stringify(answer.content)}${answer.finishReason === "length" ? "  (cut off)" : ""}`,
    ]);
  return [`${name}: ${failures.length} of ${answers} answers fail`, ...shown];
}

function ending({ case: { messages } }: Answer): string {
  return JSON.stringify((messages.at(-1)?.content ?? "").slice(-tail)).slice(1, -1);
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

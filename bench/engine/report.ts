import { type Measurement, median, quantile, verdictOf } from "./measurement.ts";

/** The measurements as lines: median, spread, what it must reach and should reach, verdict, what it is made of. */
export function reportLines(measurements: readonly Measurement[]): readonly string[] {
  const head = ["measure", "median", "p10 – p90", "floor", "aim", "verdict", "of"];
  return aligned([head, ...measurements.map(cellsOf)]).map((line) => `  ${line}`);
}

function cellsOf(measurement: Measurement): readonly string[] {
  const { name, unit, values, bound, remark } = measurement;
  const digits = unit === "ratio" ? 2 : 1;
  const number = (value: number): string => value.toFixed(digits);
  const sign = bound?.direction === "at most" ? "≤" : "≥";
  const limit = (value: number | undefined): string => (value === undefined ? "-" : `${sign} ${number(value)}`);
  const spread = values.length === 1 ? "-" : `${number(quantile(values, 0.1))} – ${number(quantile(values, 0.9))}`;
  return [
    name,
    `${number(median(values))}${unit === "ratio" ? " ×" : ` ${unit}`}`,
    spread,
    limit(bound?.floor),
    limit(bound?.aim),
    verdictOf(measurement),
    remark,
  ];
}

/** Figures to the right; the first column and the last two to the left. */
function aligned(lines: readonly (readonly string[])[]): readonly string[] {
  const columns = lines[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((cells) => cells[column]?.length ?? 0)),
  );
  const isText = (column: number): boolean => column === 0 || column >= columns - 2;
  return lines.map((cells) =>
    cells
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

import { formatBytes, thousands } from "../core/units.ts";
import type { TargetReport } from "../stages/target-report.ts";
import { printable, type Terminal } from "./terminal.ts";

/** The facts that stand in a line of the matrix, each with its limit where one is known. */
const columns: readonly { readonly head: string; readonly cell: (report: TargetReport) => string }[] = [
  { head: "examples", cell: ({ examples }) => within(examples.training, examples.fewest, examples.most, thousands) },
  {
    head: "file",
    cell: ({ files }) => within(Math.max(files.training, files.validation), null, files.most, formatBytes),
  },
  {
    head: "longest",
    cell: ({ longest }) => within(longest.tokens, null, longest.most, thousands),
  },
  {
    head: "tokens",
    cell: ({ tokens, epochs }) => `${thousands(tokens)} × ${epochs}`,
  },
];

/**
 * The dataset against each target: a line for each with what could stop it, which goes below where it does not fit.
 * Where not even the facts fit the terminal, a block for each target with a line for each fact.
 */
export function formatMatrix(
  reports: readonly TargetReport[],
  { paint, width }: Pick<Terminal, "paint" | "width">,
): string {
  const rows = reports.map((report) => ({
    report,
    cells: columns.map(({ cell }) => (report.verdict === "untrained" ? "" : cell(report))),
  }));
  const nameWidth = Math.max(...reports.map(({ target }) => target.length));
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map(({ cells }) => (cells[index] as string).length)),
  );
  const line = (name: string, cells: readonly string[]) =>
    [name.padEnd(nameWidth), ...cells.map((cell, index) => cell.padEnd(widths[index] as number))].join(gap);
  const factsWidth = 2 + nameWidth + widths.reduce((sum, one) => sum + gap.length + one, 0);
  if (factsWidth > width) return rows.map(({ report, cells }) => block(report, cells, paint)).join("\n");
  const head = `  ${line(
    "",
    columns.map((column) => column.head),
  )}`;
  const lines = rows.map(({ report, cells }) => {
    const words = wordsOf(report);
    if (report.verdict === "untrained")
      return `${markOf(report, paint)} ${report.target.padEnd(nameWidth)}${gap}${words.join("; ")}`;
    const below = factsWidth + gap.length + words.join("; ").length > width;
    const facts = line(report.target, cells);
    const told = below
      ? [facts.trimEnd(), ...words.map((text) => `    ${text}`)]
      : [`${facts}${gap}${words.join("; ")}`];
    return `${markOf(report, paint)} ${printable(told.join("\n"))}`;
  });
  return [paint("dim", head.trimEnd()), ...lines].join("\n");
}

const gap = "   ";

function block(report: TargetReport, cells: readonly string[], paint: Terminal["paint"]): string {
  const facts = columns.flatMap(({ head }, index) =>
    cells[index] === "" ? [] : [`    ${head.padEnd(9)} ${cells[index]}`],
  );
  const words = wordsOf(report).map((text) => `    ${printable(text)}`);
  return [`${markOf(report, paint)} ${paint("bold", report.target)}`, ...words, ...facts].join("\n");
}

/** What could stop the target, each in a few words. */
function wordsOf({ verdict, stops }: TargetReport): readonly string[] {
  if (verdict === "untrained") return ["does not train: it is only asked"];
  return stops.length === 0 ? ["ready"] : stops;
}

function markOf({ verdict }: TargetReport, paint: Terminal["paint"]): string {
  const marks = {
    ready: paint("green", "✔"),
    warnings: paint("yellow", "⚠"),
    refused: paint("red", "✖"),
    untrained: paint("dim", "–"),
  };
  return marks[verdict];
}

/** `244 (≥ 10)` */
function within(value: number, least: number | null, most: number | null, format: (value: number) => string): string {
  if (least !== null && most !== null) return `${format(value)} (${format(least)} … ${format(most)})`;
  if (least !== null) return `${format(value)} (≥ ${format(least)})`;
  return most === null ? format(value) : `${format(value)} (≤ ${format(most)})`;
}

import type { JobMetrics } from "./provider.ts";
import { toMetrics } from "./wire-format.ts";

/**
 * The steps of a job's results file: CSV, which OpenAI serves as base64 and others as it is. Columns are named as
 * in the metrics of events; what a step does not have is left empty.
 * @returns Undefined for what is no such table.
 */
export function readResults(text: string): readonly JobMetrics[] | undefined {
  return tableOf(text) ?? tableOf(Buffer.from(text, "base64").toString("utf8"));
}

function tableOf(text: string): readonly JobMetrics[] | undefined {
  const [header = "", ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = header.split(",").map((name) => name.trim());
  if (!columns.includes("step")) return undefined;
  return lines.flatMap((line) => {
    const cells = line.split(",");
    const numbers = columns.flatMap((name, index) => {
      const cell = cells[index]?.trim() ?? "";
      const value = Number(cell);
      return cell === "" || Number.isNaN(value) ? [] : [[name, value] as const];
    });
    return toMetrics(Object.fromEntries(numbers)) ?? [];
  });
}

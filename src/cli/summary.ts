import { join } from "node:path";
import type { Session } from "../compose.ts";
import { displayPath } from "../core/paths.ts";
import { inOrder } from "../evaluation/evaluate.ts";
import type { Share } from "../evaluation/metrics.ts";
import type { EvaluateValue } from "../stages/evaluate.ts";
import { keepsVerdict } from "../stages/foreign-model.ts";
import type { GateValue } from "../stages/gate.ts";
import type { CommandContext } from "./commands.ts";
import type { Shown } from "./pipeline-command.ts";
import { readSamples, type Sample } from "./samples.ts";
import { printable, type Terminal } from "./terminal.ts";
import { duration } from "./views/view.ts";

/** What stays on the screen when a run is done: metrics, gate, one answer beside its base, what to do next. */
export async function summarize(
  { terminal, workingDirectory }: CommandContext,
  session: Session,
  { result, milliseconds }: Shown,
): Promise<string> {
  const { world } = session;
  const evaluated = result.outputs.get("evaluate");
  const gate = result.outputs.get("gate")?.value as GateValue | undefined;
  const blocks: string[] = [];
  if (evaluated !== undefined) blocks.push(metricsTable(evaluated.value as EvaluateValue, terminal));
  if (gate !== undefined) blocks.push(gateLines(gate, terminal));
  const results = evaluated?.files["results"];
  if (results !== undefined)
    blocks.push(...(await readSamples(results.path, world.ports.files)).map((sample) => sampleLines(sample, terminal)));
  const next: (readonly [string, string])[] = [];
  const { displayFile } = world.loaded;
  if (result.model !== undefined && result.outputs.has("report")) {
    const target = `--target ${world.target.name}`;
    next.push(["Model", result.model]);
    next.push([
      "Use it",
      `ftpipe chat ${displayFile} ${target}${world.target.provider.name === "local" ? "   or   ftpipe serve, and any OpenAI client" : ""}`,
    ]);
    next.push(["Report", displayPath(workingDirectory, join(world.runDirectory, "report.html"))]);
    if (keepsVerdict(world))
      next.push(["Commit", displayPath(workingDirectory, world.loaded.lockFile).replace(/\.yaml$/, ".*")]);
  } else if (!result.outputs.has("wait") && result.outputs.has("train")) {
    next.push(["Go on", `ftpipe resume ${displayFile} --target ${world.target.name}`]);
  } else if (!result.outputs.has("report")) {
    next.push(["Done", `up to ${[...result.outputs.keys()].at(-1)}`]);
  }
  blocks.push(next.map(([name, text]) => `${name.padEnd(8)} ${text}`).join("\n"));
  // The target stands in the last line as in the first: nobody takes the small engine's run for another's.
  const last = `${world.pipeline.name} → ${world.target.name}  ${duration(milliseconds)}`;
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n${last}`;
}

function metricsTable({ shares, comparisons, cases, subjects }: EvaluateValue, { paint }: Terminal): string {
  const names = inOrder(Object.keys(subjects));
  const metricNames = [...new Set(names.flatMap((name) => Object.keys(shares[name] ?? {})))];
  const width = Math.max(12, ...metricNames.map((name) => name.length + 2));
  const column = (name: string) => Math.max(9, name.length + 2);
  const head = `${"".padEnd(width)}${names.map((name) => name.padStart(column(name))).join("")}`;
  const rows = metricNames.map((metric) => {
    const cells = names.map((name) => percent(shares[name]?.[metric]).padStart(column(name))).join("");
    const comparison =
      metric === "pass_rate" ? (comparisons.find(({ against }) => against === "base") ?? comparisons[0]) : undefined;
    const interval =
      comparison === undefined
        ? ""
        : `    ${points(comparison.low)} … ${points(comparison.high)} points over ${comparison.against} (95 %, ${comparison.pairs} pairs)`;
    return `${metric.replaceAll("_", " ").padEnd(width)}${cells}${paint("dim", interval)}`;
  });
  return [paint("bold", head), ...rows, paint("dim", cases === 1 ? "1 case" : `${cases} cases`)].join("\n");
}

function gateLines({ verdict, rules, reason }: GateValue, { paint }: Terminal): string {
  if (verdict === "not_gated") return `gate  not gated: ${reason}`;
  const marks = {
    passed: paint("green", "✔"),
    failed: paint("red", "✖"),
    inconclusive: paint("yellow", "?"),
    no_predecessor: paint("dim", "–"),
  };
  const width = Math.max(...rules.map(({ text }) => text.length));
  const lines = rules.map(({ text, measured, state }) => `  ${marks[state]} ${text.padEnd(width)}   ${measured}`);
  const color = verdict === "passed" ? "green" : verdict === "failed" ? "red" : "yellow";
  return [`gate  ${paint(color, verdict)}`, ...lines].join("\n");
}

function sampleLines({ prompt, answers }: Sample, { paint, width }: Terminal): string {
  const named = Math.max(9, ...answers.map(({ subject }) => subject.length + 2));
  const line = (name: string, text: string) =>
    `  ${name.padEnd(named)}${clip(printable(text.replace(/\s+/g, " ").trim()), Math.max(40, Math.min(width, 160) - named - 3))}`;
  return [
    paint("dim", line("user", prompt)),
    ...answers.map(({ subject, text }) => line(subject, text === "" ? "(nothing)" : text)),
  ].join("\n");
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function percent(share: Share | undefined): string {
  if (share === undefined || share.judged === 0) return "–";
  return `${Math.round((100 * share.passed) / share.judged)} %`;
}

function points(difference: number): string {
  const rounded = Math.round(difference * 100);
  return `${rounded >= 0 ? "+" : "−"}${Math.abs(rounded)}`;
}

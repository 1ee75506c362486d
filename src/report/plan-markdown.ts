import { formatBytes, plural, thousands } from "../core/units.ts";
import { code, codeBlock, maxMarkdown, plain } from "./markdown-text.ts";
import type { PlanDocument, PlanSample } from "./plan-data.ts";
import { sampleDiff } from "./plan-diff.ts";
import {
  beforeWords,
  changeMarks,
  changesLine,
  droppedLines,
  examplesLine,
  isIdle,
  missingBefore,
  stagePrice,
  stageWork,
  totalLine,
  trainingLine,
} from "./plan-words.ts";

const mostWarnings = 10;
const mostDropped = 10;

/** Characters of a line of a sample. */
const sampleWidth = 240;

/**
 * The plan as a comment on a pull request. Texts of data, of files and of names stand in code only, so that they mention
 * nobody, load nothing and end nothing; the whole has at most 64 KiB, whatever the data.
 */
export function markdownPlan(plan: PlanDocument): string {
  for (let shown = plan.data.samples.length; shown > 0; shown--) {
    const text = page(plan, shown);
    if (Buffer.byteLength(text) <= maxMarkdown) return text;
  }
  return page(plan, 0);
}

function page(plan: PlanDocument, shown: number): string {
  const { pipeline, target } = plan;
  const parts = [
    `## ${code(pipeline)} → ${code(target.name)}: plan, ${plain(totalLine(plan))}`,
    `Base ${code(target.model)}, ${code(beforeWords(plan), 200)}`,
    dataLines(plan),
    isIdle(plan) ? "Nothing remote to do: a run calls nobody." : undefined,
    stagesTable(plan),
    created(plan),
    samples(plan.data.samples, shown),
    warnings(plan),
    `Approve just this:\n\n${codeBlock([plan.command], "sh")}`,
  ];
  return `${parts.filter((part) => part !== undefined && part !== "").join("\n\n")}\n`;
}

function dataLines(plan: PlanDocument): string {
  const changes = changesLine(plan);
  const dropped = droppedLines(plan);
  const lines = [
    ...(changes === undefined ? [] : [`**${plain(changes)}**`]),
    plain(examplesLine(plan)),
    ...dropped.slice(0, mostDropped).map(plain),
    ...(dropped.length > mostDropped ? [`… and ${dropped.length - mostDropped} more rules`] : []),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

function stagesTable(plan: PlanDocument): string {
  const rows = plan.stages.map(({ name, action, because }) => {
    const work = [stageWork(name, plan), stagePrice(name, plan)].filter((text) => text !== "").join(", ");
    const cells = [action === "run" ? `**${action}**` : action, plain(name), plain(work), code(because, 200)];
    return `| ${cells.join(" | ")} |`;
  });
  return ["| | stage | | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}

function created(plan: PlanDocument): string {
  const { creates } = plan;
  const training = trainingLine(plan);
  const trained = training === undefined ? [] : [`- training: ${code(training, 300)}`];
  const lines = [
    ...trained,
    ...(creates?.files ?? []).map(({ name, bytes }) => `- file ${code(name)}, ${formatBytes(bytes)}`),
    ...(creates?.job == null
      ? []
      : [`- job of ${code(creates.job.model)}, metadata ${code(metadataOf(creates.job.metadata), 200)}`]),
  ];
  if (creates === null || lines.length === 0) return "";
  return details(`What is created at ${escapeHtml(creates.at)}`, lines.join("\n"));
}

export function metadataOf(metadata: Readonly<Record<string, string>>): string {
  return Object.entries(metadata)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

function samples(all: readonly PlanSample[], shown: number): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, shown).flatMap((sample) => {
    const { change, row, split } = sample;
    const note = missingBefore(sample);
    return [
      `@@ ${changeMarks[change]} ${change}: ${row.replace(/[\p{Cc}\u2028\u2029]/gu, "\uFFFD").slice(0, sampleWidth)}, ${split}${note === "" ? "" : ` (${note})`} @@`,
      ...sampleDiff(sample, sampleWidth).map(({ mark, role, text }) => `${mark} ${role}: ${text}`),
    ];
  });
  const left = all.length - shown;
  const more = left === 0 ? "" : `\n\n${thousands(left)} more: \`ftpipe plan --samples\``;
  return details(`Some rows that changed: ${plural(shown, "row")}`, `${codeBlock(lines, "diff")}${more}`);
}

function warnings({ warnings: all }: PlanDocument): string {
  if (all.length === 0) return "";
  const lines = all.slice(0, mostWarnings).map(({ code: name, message }) => `- ${name}: ${code(message, 300)}`);
  const left = all.length - mostWarnings;
  if (left > 0) lines.push(`- … and ${thousands(left)} more: \`ftpipe check\``);
  return details(plural(all.length, "warning"), lines.join("\n"));
}

function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").slice(0, 200);
}

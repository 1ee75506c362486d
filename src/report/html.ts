import { createHash } from "node:crypto";
import { plural, thousands } from "../core/units.ts";
import { lossChart } from "./chart.ts";
import type { ConfusionTable, ReportData, RuleRow, Verdict } from "./data.ts";
import { answersSection } from "./html-answers.ts";
import { metricsSection } from "./html-metrics.ts";
import { html, type Markup } from "./markup.ts";
import { style } from "./style.ts";

/** Marks differ in shape as well as in colour. */
const verdictText: Readonly<Record<Verdict, string>> = {
  passed: "✔ Gate passed",
  failed: "✖ Gate failed",
  inconclusive: "? Gate inconclusive",
  not_gated: "Not gated",
};

const stateText: Readonly<Record<RuleRow["state"], string>> = {
  passed: "✔ met",
  failed: "✖ not met",
  inconclusive: "? undecided",
  no_predecessor: "– no predecessor",
};

/**
 * The report as one page that works from a file: no script, nothing loaded, one style sheet that the
 * content security policy allows by its hash. Everything that comes from data or models is escaped.
 */
export function htmlReport(data: ReportData): string {
  const styleHash = createHash("sha256").update(style).digest("base64");
  const { pipeline, target, verdict, reason } = data;
  const page = html`<main>
<header>
<p class="route">${data.pipeline.name} → ${target}</p>
<h1>${pipeline.description ?? pipeline.name}</h1>
<div class="verdict ${verdict}"><strong>${verdictText[verdict]}</strong><p>${reason}</p></div>
</header>
${rulesSection(data.rules)}
${metricsSection(data)}
${confusionSection(data.confusion)}
${answersSection(data)}
${trainingSection(data)}
${dataSection(data)}
${lineageSection(data)}
<footer>Written by ftpipe, ${data.writtenAt}. All answers: results.json beside this file.</footer>
</main>`;
  const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;
  const head = html`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${verdictText[verdict]}: ${pipeline.name} → ${target}</title>`;
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.markup}\n<style>${style}</style>\n</head>\n<body>\n${page.markup}\n</body>\n</html>\n`;
}

function rulesSection(rules: readonly RuleRow[]): Markup | undefined {
  if (rules.length === 0) return undefined;
  return html`<section id="gate"><h2>Gate</h2><div class="scroll"><table>
<thead><tr><th>Rule</th><th>Measured</th><th>Result</th></tr></thead>
<tbody>${rules.map(({ text, measured, state }) => html`<tr><th scope="row">${text}</th><td>${measured}</td><td class="state ${state}">${stateText[state]}</td></tr>`)}</tbody>
</table></div></section>`;
}

function confusionSection(confusion: ConfusionTable | undefined): Markup | undefined {
  if (confusion === undefined || confusion.expected.length === 0) return undefined;
  const { expected, predicted, counts } = confusion;
  const cell = (value: number, hit: boolean) =>
    html`<td class="number ${value === 0 ? "none" : hit ? "hit" : "miss"}">${value}</td>`;
  return html`<section id="labels"><h2>Labels</h2>
<p class="soft small">Rows: what was expected. Columns: what the tuned model answered.</p>
<div class="scroll"><table class="confusion">
<thead><tr><th></th>${predicted.map((label) => html`<th class="number">${label}</th>`)}</tr></thead>
<tbody>${expected.map((label, row) => html`<tr><th scope="row">${label}</th>${predicted.map((other, column) => cell(counts[row]?.[column] ?? 0, other === label))}</tr>`)}</tbody>
</table></div></section>`;
}

function trainingSection({ loss, lossPer, checkpoints }: ReportData): Markup {
  const chart = lossChart(loss, lossPer);
  const none = html`<p class="soft">No losses were kept: the provider reports none, or the model was trained on another machine.</p>`;
  return html`<section id="training"><h2>Training</h2><div class="scroll">${chart ?? none}</div>${checkpointTable(checkpoints)}</section>`;
}

function checkpointTable(checkpoints: ReportData["checkpoints"]): Markup | undefined {
  if (checkpoints.length === 0) return undefined;
  const loss = (value: number | undefined) =>
    html`<td class="number">${value === undefined ? "–" : value.toFixed(3)}</td>`;
  return html`<h3>Checkpoints</h3><div class="scroll"><table>
<thead><tr><th>Step</th><th>Model</th><th class="number">Loss</th><th class="number">Validation loss</th></tr></thead>
<tbody>${checkpoints.map(({ step, model, training, validation }) => html`<tr><th scope="row">${step}</th><td>${model}</td>${loss(training)}${loss(validation)}</tr>`)}</tbody>
</table></div>`;
}

function dataSection({ data }: ReportData): Markup | undefined {
  if (data.length === 0) return undefined;
  const hasTokens = data.some(({ tokens }) => tokens !== undefined);
  const tokenCell = (tokens: number | undefined) =>
    html`<td class="number">${tokens === undefined ? "–" : thousands(tokens)}</td>`;
  return html`<section id="data"><h2>Data</h2><div class="scroll"><table>
<thead><tr><th>Split</th><th class="number">Rows</th><th class="number">Examples</th>${hasTokens ? html`<th class="number">Tokens</th>` : undefined}</tr></thead>
<tbody>${data.map(({ split, rows, examples, tokens }) => html`<tr><th scope="row">${split}</th><td class="number">${thousands(rows)}</td><td class="number">${thousands(examples)}</td>${hasTokens ? tokenCell(tokens) : undefined}</tr>`)}</tbody>
</table></div></section>`;
}

function lineageSection({ lineage, command, cases }: ReportData): Markup {
  return html`<section id="lineage"><h2>Where it comes from</h2>
<dl>${lineage.map(([label, value]) => html`<dt>${label}</dt><dd class="mono">${value}</dd>`)}</dl>
<p class="soft small">To make it again and judge it by the same ${plural(cases.length, "case")}:</p>
<code class="command">${command}</code></section>`;
}

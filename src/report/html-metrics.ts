import { plural } from "../core/units.ts";
import { intervalChart } from "./chart.ts";
import type { MetricRow, ReportData } from "./data.ts";
import { html, type Markup } from "./markup.ts";
import { percent, points } from "./numbers.ts";

/** Every metric by model, and the differences of the pass rates with their intervals. */
export function metricsSection({ subjects, metrics, comparisons }: ReportData): Markup {
  const cell = ({ shares }: MetricRow, subject: string) => {
    const share = shares[subject];
    const strong = subject === "tuned" ? "strong" : "";
    if (share === undefined || share.judged + share.errors === 0) return html`<td class="number">–</td>`;
    const { passed, judged, errors } = share;
    const value = judged === 0 ? "no answers" : percent(passed / judged);
    const failed = errors === 0 ? "" : `, ${plural(errors, "error")}`;
    return html`<td class="number ${strong}">${value} <span class="of">${passed} of ${judged}${failed}</span></td>`;
  };
  return html`<section id="metrics"><h2>Metrics</h2><div class="scroll"><table>
<thead><tr><th>Metric</th>${subjects.map(({ name }) => html`<th class="number">${name}</th>`)}</tr></thead>
<tbody>${metrics.map((metric) => html`<tr><th scope="row">${metric.name.replaceAll("_", " ")}</th>${subjects.map(({ name }) => cell(metric, name))}</tr>`)}</tbody>
</table></div>
${comparisons.length === 0 ? undefined : comparisonTable(comparisons)}</section>`;
}

function comparisonTable(comparisons: ReportData["comparisons"]): Markup {
  const row = ({ against, pairs, difference, low, high, newlyFailing }: ReportData["comparisons"][number]) => html`<tr>
<th scope="row">tuned − ${against}</th><td class="number strong">${points(difference)} points</td>
<td>${points(low)} … ${points(high)} ${intervalChart({ low, high, difference })}</td>
<td class="number">${pairs}</td><td class="number">${newlyFailing.length === 0 ? "0" : html`<a href="#newly-failing">${newlyFailing.length}</a>`}</td></tr>`;
  return html`<h3 class="small soft">Difference of the pass rates</h3><div class="scroll"><table>
<thead><tr><th></th><th class="number">Difference</th><th>95 % interval</th><th class="number">Paired cases</th><th class="number">Newly failing</th></tr></thead>
<tbody>${comparisons.map(row)}</tbody></table></div>
<p class="soft small">The interval is Newcombe's for paired shares (1998, method 10): it says how sure so few cases can make one.</p>`;
}

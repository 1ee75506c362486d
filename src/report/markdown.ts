import { plural, thousands } from "../core/units.ts";
import { byInterest, type CaseRow, type ReportData, tunedAnswer, type Verdict } from "./data.ts";
import { code, maxMarkdown, plain } from "./markdown-text.ts";
import { percent, points } from "./numbers.ts";

const maxCases = 10;

const verdictText: Readonly<Record<Verdict, string>> = {
  passed: "✅ gate passed",
  failed: "❌ gate failed",
  inconclusive: "⚠️ gate inconclusive",
  not_gated: "not gated",
};

/**
 * A summary for a pull request: what was decided, the metrics, and the first failing cases. Texts of
 * data and models stand in code spans only, so that they mention nobody and load nothing.
 */
export function markdownReport(data: ReportData): string {
  const failing = byInterest(data).filter((row) => tunedAnswer(row)?.pass !== true);
  for (let shown = Math.min(maxCases, failing.length); shown > 0; shown--) {
    const text = page(data, failing, shown);
    if (text.length <= maxMarkdown) return text;
  }
  return page(data, failing, 0).slice(0, maxMarkdown);
}

function page(data: ReportData, failing: readonly CaseRow[], shown: number): string {
  const { pipeline, target, verdict, reason, command } = data;
  const parts = [
    `## ${code(pipeline.name)} → ${code(target)}: ${verdictText[verdict]}`,
    plain(reason),
    metricsTable(data),
    rulesTable(data),
    failing.length === 0 ? undefined : casesList(failing, shown),
    dataLine(data),
    ["<details><summary>Where it comes from</summary>", "", ...lineage(data), "", "</details>"].join("\n"),
    `Again: ${code(command)}`,
  ];
  return `${parts.filter((part) => part !== undefined && part !== "").join("\n\n")}\n`;
}

function metricsTable({ subjects, metrics, comparisons }: ReportData): string {
  const names = subjects.map(({ name }) => name);
  const intervals = comparisons.map(
    ({ against, difference, low, high, pairs }) =>
      `Pass rate, tuned − ${against}: **${points(difference)} points**, 95 % interval ${points(low)} … ${points(high)} (${plural(pairs, "paired case")})`,
  );
  const rows = metrics.map(({ name, shares }) => {
    const cells = names.map((subject) => {
      const share = shares[subject];
      if (share === undefined || share.judged + share.errors === 0) return "–";
      const value =
        share.judged === 0 ? "no answers" : `${percent(share.passed / share.judged)} (${share.passed}/${share.judged})`;
      return share.errors === 0 ? value : `${value}, ${plural(share.errors, "error")}`;
    });
    return `| ${name.replaceAll("_", " ")} | ${cells.join(" | ")} |`;
  });
  const head = [`| | ${names.join(" | ")} |`, `| --- |${names.map(() => " ---: |").join("")}`];
  return [[...head, ...rows].join("\n"), ...intervals].join("\n\n");
}

const stateMark = { passed: "✔", failed: "✖", inconclusive: "?", no_predecessor: "–" } as const;

function rulesTable({ rules }: ReportData): string {
  if (rules.length === 0) return "";
  const rows = rules.map(
    ({ text, measured, state }) => `| ${stateMark[state]} | ${plain(text)} | ${plain(measured)} |`,
  );
  return ["| | gate rule | measured |", "| --- | --- | ---: |", ...rows].join("\n");
}

function casesList(failing: readonly CaseRow[], shown: number): string {
  const rows = failing.slice(0, shown).map((row) => {
    const answer = tunedAnswer(row);
    const faults = answer?.assertions.filter(({ pass }) => !pass).map(({ type, reason }) => `${type}: ${reason}`) ?? [];
    const reason = answer?.error ?? faults.join(" ");
    return `| ${code(row.messages.at(-1)?.content ?? "", 160)} | ${code(answer?.text ?? "", 240)} | ${code(reason, 240)} |`;
  });
  const title = `<details${failing.length <= 3 ? " open" : ""}><summary>${plural(failing.length, "failing case")}</summary>`;
  const left = failing.length - shown;
  const more = left === 0 ? [] : ["", `${thousands(left)} more in \`report.html\`.`];
  return [
    title,
    "",
    "| asked | answered | why it fails |",
    "| --- | --- | --- |",
    ...rows,
    ...more,
    "",
    "</details>",
  ].join("\n");
}

function dataLine({ data }: ReportData): string {
  const parts = data.map(({ split, rows, examples, tokens }) => {
    const counted = tokens === undefined ? "" : `, ${thousands(tokens)} tokens`;
    return `${split} ${plural(examples, "example")} from ${plural(rows, "row")}${counted}`;
  });
  return parts.length === 0 ? "" : `Data: ${parts.join(" · ")}`;
}

function lineage({ lineage: facts }: ReportData): readonly string[] {
  return facts.map(([label, value]) => `- ${plain(label)}: ${code(value, 200)}`);
}

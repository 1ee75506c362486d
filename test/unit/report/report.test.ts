import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { lossChart, ticks } from "../../../src/report/chart.ts";
import { byInterest, type CaseRow, type ReportData } from "../../../src/report/data.ts";
import { htmlReport } from "../../../src/report/html.ts";
import { markdownReport } from "../../../src/report/markdown.ts";
import { maxMarkdown } from "../../../src/report/markdown-text.ts";
import { percent, points } from "../../../src/report/numbers.ts";
import { classification, sample } from "./sample.ts";

const hostile = `</code></style><script>alert(1)</script><img src="http://evil.example/x" onerror=alert(1)> & "q" 'a' \u001b[31m`;

/** Every text of the data replaced by hostile ones. */
const poisoned: ReportData = {
  ...sample,
  pipeline: { name: "reviewer", description: hostile },
  reason: hostile,
  rules: sample.rules.map((rule) => ({ ...rule, text: hostile, measured: hostile })),
  subjects: sample.subjects.map((subject) => ({ ...subject, model: hostile })),
  cases: sample.cases.map((row) => ({
    ...row,
    description: hostile,
    place: hostile,
    expected: hostile,
    messages: row.messages.map(({ role }) => ({ role, content: hostile })),
    answers: row.answers.map((answer) => ({
      ...answer,
      ...(answer.error === undefined ? { text: hostile } : { error: hostile }),
      assertions: answer.assertions.map((assertion) => ({ ...assertion, reason: hostile })),
    })),
  })),
  checkpoints: sample.checkpoints.map((checkpoint) => ({ ...checkpoint, model: hostile })),
  confusion: { expected: [hostile], predicted: [hostile, "(other)"], counts: [[1, 0]] },
  data: sample.data.map((row) => ({ ...row, split: hostile })),
  lineage: [["job", hostile]],
  command: hostile,
};

describe("report.html", () => {
  test("loads nothing and runs nothing: the policy allows its one style sheet, by hash", () => {
    const page = htmlReport(poisoned);
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page.replaceAll("&#39;", "'")).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form)\b/i);
    expect(page).not.toMatch(/<[^>]+\s(?:on\w+|style)\s*=/i);
    expect(page.match(/(?:href|src)="[^"]*"/g) ?? []).toEqual(['href="#newly-failing"']);
  });

  test("escapes every text that comes from data or models", () => {
    const page = htmlReport(poisoned);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toContain("<script");
    expect(page).not.toContain("\u001b");
    expect(page).toContain("&quot;q&quot; &#39;a&#39;");
  });

  test("has its tags in balance, whatever the texts are", () => {
    for (const data of [sample, classification, poisoned]) {
      const open: string[] = [];
      for (const [, slash, tag, selfClosed] of htmlReport(data).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*?(\/?)>/g)) {
        if (tag === "meta" || selfClosed === "/") continue;
        if (slash === "") open.push(tag as string);
        else expect(open.pop()).toBe(tag);
      }
      expect(open).toEqual([]);
    }
  });

  test("tells the verdict before the rules, the rules before the answers, failing answers first", () => {
    const page = htmlReport(sample);
    const places = [
      "✖ Gate failed",
      "pass_rate ≥ 80 %",
      "33.3 %",
      "1 case failing that base passes",
      "Prepare to be amazed",
      "1 case failing<",
      "The connection was closed.",
      "1 case passing",
      "It purrs like a kitten",
      'aria-label="Loss over steps',
      "41,208",
      "9f2c31d6",
      sample.command,
    ].map((text) => page.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test("says why an answer fails, that it was cut, and that there was none", () => {
    const page = htmlReport(sample);
    expect(page).toContain(
      "icontains: The answer does not contain &quot;noise-cancelling headphone&quot;, case aside.",
    );
    expect(page).toContain("The answer was cut at its limit of tokens.");
    expect(page).toContain("(no text)");
  });

  test("says so where no losses are known", () => {
    expect(htmlReport({ ...sample, loss: [] })).toContain("No losses were kept");
  });

  test("shows labels by what was expected and what was answered", () => {
    const page = htmlReport(classification);
    expect(page).toContain('<th scope="row">bug</th><td class="number none">0</td><td class="number hit">9</td>');
    expect(page).toContain('<td class="number miss">1</td>');
  });

  test("shows at most 400 cases, the failing ones for sure, and counts the others", () => {
    const [passing, failing] = [sample.cases[0] as CaseRow, sample.cases[1] as CaseRow];
    const cases = [...Array.from({ length: 500 }, (_, index) => ({ ...passing, id: `p${index}` })), failing];
    const page = htmlReport({ ...sample, cases });
    expect(page.match(/<article/g)).toHaveLength(400);
    expect(page).toContain("Prepare to be amazed");
    expect(page).toContain("101 more cases in results.json.");
  });
});

describe("report.md", () => {
  test("is short, with verdict, metrics, interval, rules and failing cases", () => {
    const text = markdownReport(sample);
    expect(text).toMatch(/^## `reviewer` → `local`: ❌ gate failed\n/);
    expect(text).toContain("| pass rate | 33.3 % (1/3) | 50 % (1/2), 1 error |");
    expect(text).toContain("Pass rate, tuned − base: **+50 points**, 95 % interval −16.9 … +90.6 (2 paired cases)");
    expect(text).toContain("| ✖ | pass\\_rate ≥ 80 % | 50 % |");
    expect(text).toContain("Prepare to be amazed by these speakers! They rock.");
    expect(text.length).toBeLessThan(3000);
  });

  test("fits a comment on a pull request, however many cases fail and however long they are", () => {
    const long = "`".repeat(300) + "|".repeat(300) + "word ".repeat(20_000);
    const failing = sample.cases[1] as CaseRow;
    const cases = Array.from({ length: 2000 }, (_, index) => ({
      ...failing,
      id: `f${index}`,
      messages: [{ role: "user", content: long }],
      answers: failing.answers.map((answer) => ({ ...answer, text: long })),
    }));
    const text = markdownReport({ ...sample, cases });
    expect(text.length).toBeLessThanOrEqual(maxMarkdown);
    expect(text).toContain("1,990 more in `report.html`.");
    const rows = markdownReport({
      ...sample,
      lineage: Array.from({ length: 3000 }, (_, index) => [`fact ${index}`, long]),
    });
    expect(rows.length).toBeLessThanOrEqual(maxMarkdown);
  });

  test("keeps texts of models in code spans, so that they mention nobody, load nothing and break no table", () => {
    const answer = 'a `code` ``x`` @everyone #1 | cell\n![x](http://evil.example) <img src="x">';
    const row = sample.cases[1] as CaseRow;
    const text = markdownReport({
      ...sample,
      cases: [
        {
          ...row,
          messages: [{ role: "user", content: "Hi" }],
          answers: row.answers.map((each) => ({ ...each, text: answer })),
        },
      ],
    });
    const line = text.split("\n").find((each) => each.includes("everyone")) ?? "";
    expect(line).toContain('```a `code` ``x`` @everyone #1 \\| cell ![x](http://evil.example) <img src="x">```');
    expect(line.replaceAll("\\|", "").match(/\|/g)).toHaveLength(4);
  });
});

describe("what a report is made of", () => {
  test("cases come by how much they deserve a look", () => {
    expect(byInterest(sample).map(({ id }) => id)).toEqual(["1:headphone", "2:lamp", "2:blender"]);
  });

  test("ticks are round, from 0, and reach the greatest value", () => {
    expect(ticks(5.31, 4)).toEqual([0, 2, 4, 6]);
    expect(ticks(0.83, 4)).toEqual([0, 0.5, 1]);
    expect(ticks(123, 8)).toEqual([0, 20, 40, 60, 80, 100, 120, 140]);
    expect(ticks(0, 4)).toEqual([0, 1]);
  });

  test("a chart needs two points, and averages what no screen can show", () => {
    expect(lossChart([], "token")).toBeUndefined();
    expect(lossChart([{ step: 1, training: 2 }], "token")).toBeUndefined();
    const many = Array.from({ length: 50_000 }, (_, index) => ({ step: index + 1, training: 5 - index / 20_000 }));
    expect(lossChart(many, "token")?.markup.length).toBeLessThan(12_000);
    expect(lossChart(many, "token")?.markup).toContain("nats per token");
    expect(lossChart(many, "pair")?.markup).toContain("nats per pair");
  });

  test("shares are never rounded to none or all", () => {
    expect([0, 0.0004, 0.333, 0.9996, 1].map(percent)).toEqual(["0 %", "0.1 %", "33.3 %", "99.9 %", "100 %"]);
    expect([0.94, -0.035, 0].map(points)).toEqual(["+94", "−3.5", "0"]);
  });
});

import { plural } from "../core/units.ts";
import { type AnswerRow, byInterest, type CaseRow, type ReportData, tunedAnswer } from "./data.ts";
import { html, type Markup } from "./markup.ts";

/** Most cases that the page shows; all are in results.json. */
const maxShown = 400;

/** The answers side by side, those that fail first and open, those that pass folded away. */
export function answersSection(data: ReportData): Markup {
  const shown = byInterest(data).slice(0, maxShown);
  const newly = new Set(data.comparisons.flatMap(({ newlyFailing }) => newlyFailing));
  const others = data.comparisons.filter(({ newlyFailing }) => newlyFailing.length > 0).map(({ against }) => against);
  const passes = (row: CaseRow) => tunedAnswer(row)?.pass === true;
  const groups = [
    {
      id: "newly-failing",
      title: `failing that ${others.join(" or ")} passes`,
      open: true,
      rows: shown.filter(({ id }) => newly.has(id)),
    },
    { id: "failing", title: "failing", open: true, rows: shown.filter((row) => !newly.has(row.id) && !passes(row)) },
    { id: "passing", title: "passing", open: shown.every(passes), rows: shown.filter(passes) },
  ].filter(({ rows }) => rows.length > 0);
  const hidden = data.cases.length - shown.length;
  const more = html`<p class="soft">${plural(hidden, "more case")} in results.json.</p>`;
  return html`<section id="answers"><h2>Answers</h2>
${groups.map(({ id, title, open, rows }) => group(id, `${plural(rows.length, "case")} ${title}`, open, rows))}
${hidden > 0 ? more : undefined}</section>`;
}

function group(id: string, title: string, open: boolean, rows: readonly CaseRow[]): Markup {
  const cards = rows.map(card);
  return open
    ? html`<details class="more" id="${id}" open><summary>${title}</summary>${cards}</details>`
    : html`<details class="more" id="${id}"><summary>${title}</summary>${cards}</details>`;
}

function card({ description, place, messages, expected, answers }: CaseRow): Markup {
  const last = messages.at(-1);
  const before = messages.slice(0, -1);
  const message = ({ role, content }: CaseRow["messages"][number]) =>
    html`<div class="message"><span class="role">${role}</span><span class="text">${content}</span></div>`;
  const context = html`<details><summary>${plural(before.length, "message")} before</summary>${before.map(message)}</details>`;
  const wanted = html`<div class="message"><span class="role">expected</span><span class="text soft">${expected}</span></div>`;
  return html`<article class="case">
<div class="head">${description === undefined ? undefined : html`<h3>${description}</h3>`}<span class="soft small mono">${place}</span></div>
<div class="prompt">${before.length === 0 ? undefined : context}${last === undefined ? undefined : message(last)}${expected === undefined ? undefined : wanted}</div>
<div class="answers">${answers.map(answer)}</div>
</article>
`;
}

function answer({ subject, pass, text, error, cut, assertions }: AnswerRow): Markup {
  if (error !== undefined) {
    return html`<div class="answer error"><h4><span>${subject}</span><span class="mark">? error</span></h4><p class="small">${error}</p></div>`;
  }
  const failed = assertions.filter((assertion) => !assertion.pass);
  const reasons = failed.map(({ type, reason }) => html`<li class="fail">✖ ${type}: ${reason}</li>`);
  const ended = html`<li>The answer was cut at its limit of tokens.</li>`;
  const silent = (text ?? "").trim() === "";
  return html`<div class="answer ${pass ? "pass" : "fail"}"><h4><span>${subject}</span><span class="mark">${pass ? "✔ passes" : "✖ fails"}</span></h4>
<div class="text">${silent ? html`<em class="soft">(no text)</em>` : text}</div>
${reasons.length > 0 || cut ? html`<ul class="reasons">${reasons}${cut ? ended : undefined}</ul>` : undefined}</div>`;
}

/** The page's only style sheet; its hash stands in the page's content security policy. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d1c1a; --soft: #5f5b55; --line: #e4e0d9; --tint: #f3f0ea;
  --good: #17663a; --good-tint: #e4f2e9; --bad: #a3261b; --bad-tint: #fbe9e6; --warn: #7a5200; --warn-tint: #faf0d7;
  --one: #2456a6; --two: #b2560d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #161718; --card: #1e2022; --ink: #e9e6e1; --soft: #a8a39b; --line: #34373a; --tint: #26292b;
    --good: #7fd3a0; --good-tint: #163425; --bad: #ff9a8d; --bad-tint: #42201c; --warn: #f0c667; --warn-tint: #3a2e12;
    --one: #8ab4f5; --two: #f2a35e;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1, h2, h3 { line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
h1 { font-size: 1.9rem; margin: 0; }
h2 { font-size: 1.2rem; margin: 3rem 0 0.9rem; padding-top: 1.1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
h3.small { margin: 1.6rem 0 0.2rem; }
p { margin: 0.4rem 0; }
a { color: var(--one); }
code, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.86em; overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.small { font-size: 0.86rem; }
header .route { color: var(--soft); margin: 0 0 0.3rem; }
.verdict { display: flex; gap: 1rem; align-items: baseline; flex-wrap: wrap; margin: 1.5rem 0 0; padding: 1rem 1.25rem; border-radius: 10px; background: var(--tint); }
.verdict strong { font-size: 1.25rem; }
.verdict p { margin: 0; }
.verdict.passed { background: var(--good-tint); } .verdict.passed strong { color: var(--good); }
.verdict.failed { background: var(--bad-tint); } .verdict.failed strong { color: var(--bad); }
.verdict.inconclusive { background: var(--warn-tint); } .verdict.inconclusive strong { color: var(--warn); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-size: 0.82rem; font-weight: 600; color: var(--soft); }
td.number, th.number { text-align: right; }
td.strong { font-weight: 650; }
td .of { color: var(--soft); font-weight: 400; font-size: 0.86rem; }
tbody th { color: var(--ink); font-size: 0.95rem; font-weight: 500; }
tbody tr:last-child > * { border-bottom: 0; }
.state { white-space: nowrap; font-weight: 600; }
.passed > .state, .state.passed { color: var(--good); } .state.failed { color: var(--bad); }
.state.inconclusive, .state.no_predecessor { color: var(--warn); }
.interval { width: 12.5rem; height: 1.25rem; vertical-align: middle; }
.grid { stroke: var(--line); stroke-width: 1; } .zero { stroke: var(--soft); stroke-width: 1; }
.range { stroke: var(--one); stroke-width: 3; stroke-linecap: round; } .point { fill: var(--one); }
.chart { width: 100%; min-width: 34rem; max-width: 54rem; height: auto; display: block; }
.chart text { font-size: 12px; fill: var(--soft); } .chart .series { font-weight: 600; }
path { fill: none; stroke-width: 2; stroke-linejoin: round; } path.training { stroke: var(--one); } path.validation { stroke: var(--two); }
circle.validation { fill: var(--two); } .chart text.training { fill: var(--one); } .chart text.validation { fill: var(--two); }
.case { background: var(--card); border: 1px solid var(--line); border-radius: 10px; margin: 0 0 1rem; padding: 1rem 1.25rem 1.1rem; break-inside: avoid; }
.case > .head { display: flex; gap: 0.75rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; }
.prompt { margin: 0.6rem 0 0.9rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.role { color: var(--soft); font-size: 0.86rem; line-height: 1.85; }
.message { display: grid; grid-template-columns: 5.5rem 1fr; gap: 0 0.5rem; margin: 0.15rem 0; }
.answers { display: grid; gap: 0.75rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); }
.answer { border-left: 3px solid var(--line); padding: 0 0 0 0.85rem; min-width: 0; }
.answer.pass { border-color: var(--good); } .answer.fail { border-color: var(--bad); } .answer.error { border-color: var(--warn); }
.answer h4 { margin: 0 0 0.3rem; font-size: 0.86rem; font-weight: 600; display: flex; gap: 0.6rem; }
.pass .mark { color: var(--good); } .fail .mark { color: var(--bad); } .error .mark { color: var(--warn); }
.reasons { margin: 0.5rem 0 0; padding: 0; list-style: none; font-size: 0.86rem; color: var(--soft); }
.reasons li { margin: 0.15rem 0; overflow-wrap: anywhere; } .reasons li.fail { color: var(--bad); }
details > summary { cursor: pointer; color: var(--soft); font-size: 0.9rem; }
details.more { margin: 0.4rem 0 1rem; } details.more > summary { padding: 0.4rem 0; color: var(--ink); font-weight: 600; }
td.hit { background: var(--good-tint); font-weight: 650; } td.miss { background: var(--bad-tint); } td.none { color: var(--soft); }
.confusion { width: auto; } .confusion th, .confusion td { padding: 0.4rem 0.9rem; } .confusion tbody th { padding-left: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.35rem 1.5rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.command { display: block; margin: 1rem 0 0; padding: 0.8rem 1rem; border-radius: 8px; background: var(--tint); overflow-x: auto; }
footer { margin-top: 3rem; color: var(--soft); font-size: 0.86rem; }
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem; } dl, .message { grid-template-columns: 1fr; } dd { margin-bottom: 0.5rem; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --tint: #f4f4f4; --good: #0b5a2c; --bad: #8d1a10; --one: #1c4a96; --two: #93450a; color-scheme: light; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } h2 { break-after: avoid; }
}
`;

import { describe, expect, test } from "vitest";
import { type BuildResult, buildOnce, told } from "./rig.ts";

type Message = { readonly role: string; readonly content: string; readonly weight?: number };
const chats = async (result: BuildResult): Promise<readonly (readonly Message[])[]> =>
  (await result.lines("train")).map((line) => line["messages"] as readonly Message[]);

const pipeline = (source: string, turns = "", more = "") => `
source: { type: csv, path: data.csv, ${source} }
dataset:
  seed: 1
  messages:
    - { role: system, content: "You help." }
    - { turns: { role: author, content: text, map: { customer: user, agent: assistant }${turns} } }
${more}`;

/** Four rows a ticket, those of all tickets mixed, the later ones first. */
const tickets = 12;
const turn = (ticket: number, at: number): string => {
  const author = at % 2 === 0 ? "customer" : "agent";
  return `t${ticket},${at},${author},"${author} ${at} of t${ticket}",lamp ${ticket}\n`;
};
const data = `ticket,sent_at,author,text,product\n${[3, 2, 1, 0]
  .flatMap((at) => Array.from({ length: tickets }, (_, ticket) => turn(ticket, at)))
  .join("")}`;

describe("a row for each turn", () => {
  test("becomes one example a group, its turns in their order, with the columns of the first", async () => {
    const result = await buildOnce({
      "pipeline.yaml": pipeline("group: { by: ticket, order_by: sent_at }"),
      "data.csv": data,
    });
    expect(result.problems).toEqual([]);
    expect(result.texts["source"]).toMatch(/^12 rows/);
    const all = await chats(result);
    expect(all).toHaveLength(tickets);
    expect(all[0]).toEqual([
      { role: "system", content: "You help." },
      { role: "user", content: "customer 0 of t0" },
      { role: "assistant", content: "agent 1 of t0" },
      { role: "user", content: "customer 2 of t0" },
      { role: "assistant", content: "agent 3 of t0" },
    ]);
  });

  test("learn: last keeps the answers before as context", async () => {
    const files = {
      "pipeline.yaml": pipeline("group: { by: ticket, order_by: sent_at }", ", learn: last"),
      "data.csv": data,
    };
    const [first] = await chats(await buildOnce(files));
    expect(first?.map(({ weight }) => weight)).toEqual([undefined, undefined, 0, undefined, undefined]);
  });

  test("a group that the customer ends is refused, unless its end is left out", async () => {
    const thanks = Array.from({ length: tickets }, (_, ticket) => turn(ticket, 4)).join("");
    const files = (turns: string) => ({
      "pipeline.yaml": pipeline("group: { by: ticket, order_by: sent_at }", turns),
      "data.csv": data + thanks,
    });
    expect((await buildOnce(files(""))).problems.map(({ code }) => code)).toEqual(["EXAMPLE_INVALID"]);
    const all = await chats(await buildOnce(files(", end: at_assistant")));
    expect(all.map((messages) => messages.at(-1)?.role)).toEqual(Array(tickets).fill("assistant"));
  });

  test("where leaves turns out, limit counts groups, and a group keeps to one split under its own key", async () => {
    const where = "where: [{ column: author, one_of: [customer, agent] }], limit: 11";
    const files = {
      "pipeline.yaml": pipeline(`group: { by: ticket, order_by: sent_at }, ${where}`),
      "data.csv": `${data}t0,9,robot,beep,lamp\n`,
    };
    const result = await buildOnce(files);
    expect(result.values["source"]).toMatchObject({ rows: 11, filtered: 1 });
    expect(await result.explain({ split: "training", line: 2 })).toMatchObject({ key: "t1", group: { value: "t1" } });
    const explained = await result.explain({ split: "training", line: 1 });
    expect(explained.variables).toMatchObject({ product: "lamp 0", sent_at: "0" });
    expect(explained.messages.map(({ template }) => template)).toEqual([
      "pipeline.yaml:8:32",
      ...Array(4).fill("pipeline.yaml:9:16"),
    ]);
  });

  test("numbers are put in order as numbers, other texts as texts, equal ones as they stand", async () => {
    const rows = (times: readonly string[]) =>
      Array.from({ length: 10 }, (_, group) =>
        times.map((time, at) => `g${group},${time},${at % 2 === 0 ? "customer" : "agent"},${time}-${at},x\n`).join(""),
      ).join("");
    const header = "ticket,sent_at,author,text,product\n";
    const order = async (times: readonly string[]) => {
      const yaml = pipeline("group: { by: ticket, order_by: sent_at }");
      const [first] = await chats(await buildOnce({ "pipeline.yaml": yaml, "data.csv": header + rows(times) }));
      return first?.slice(1).map(({ content }) => content);
    };
    expect(await order(["9", "10", "8", "11"])).toEqual(["8-2", "9-0", "10-1", "11-3"]);
    expect(await order(["2026-02", "2026-10", "2026-01", "2026-11"])).toEqual([
      "2026-01-2",
      "2026-02-0",
      "2026-10-1",
      "2026-11-3",
    ]);
    expect(await order(["1", "1", "1", "1"])).toEqual(["1-0", "1-1", "1-2", "1-3"]);
  });

  const broken: readonly (readonly [what: string, source: string, csv: string, expected: RegExp])[] = [
    [
      "a speaker that map does not know",
      "",
      data.replace(",agent,", ",agnet,"),
      /^TEMPLATE_INVALID data\.csv:\d+ The speaker of turn \d of "turns" is "agnet"/,
    ],
    [
      "an empty text",
      "",
      data.replace('"agent 3 of t3"', ""),
      /^TEMPLATE_EMPTY_CELL data\.csv:\d+ "text" of turn 1 of "turns" is empty/,
    ],
    [
      "a group without a name",
      "",
      `${data},1,agent,x,y\n`,
      /^KEY_MISSING data\.csv:50 The row has no group: "ticket" is empty/,
    ],
    [
      "a column of that name",
      "",
      data.replace("product", "turns"),
      /^PIPELINE_INVALID pipeline\.yaml:4:\d+ The source has a column "turns" of its own/,
    ],
    [
      "a column that is not there",
      ", order_by: sent",
      data,
      /^PIPELINE_INVALID pipeline\.yaml:4:\d+ The source has no column "sent"/,
    ],
  ];
  test.each(broken)("%s is told", async (_what, source, csv, expected) => {
    const { problems } = await buildOnce({
      "pipeline.yaml": pipeline(`group: { by: ticket${source} }`),
      "data.csv": csv,
    });
    expect(problems.map(told)[0]).toMatch(expected);
  });

  test("a row schema judges each turn", async () => {
    const schema = { type: "object", properties: { sent_at: { type: "integer", maximum: 2 } } };
    const files = {
      "pipeline.yaml": pipeline("group: { by: ticket, order_by: sent_at }, schema: row.json"),
      "row.json": JSON.stringify(schema),
      "data.csv": data,
    };
    const { problems } = await buildOnce(files);
    expect(problems.map(({ code, location }) => `${code} ${location?.line}`)[0]).toBe("ROW_INVALID 2");
  });
});

test("a column of JSON Lines may hold the turns", async () => {
  const rows = Array.from({ length: 10 }, (_, index) => ({
    thread: [
      { from: "user", says: `Question ${index}` },
      { from: "assistant", says: `Answer ${index}` },
    ],
  }));
  const yaml = `
source: { type: jsonl, path: data.jsonl }
dataset:
  messages: [{ turns: { column: thread, role: from, content: says } }]`;
  const jsonl = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const result = await buildOnce({ "pipeline.yaml": yaml, "data.jsonl": jsonl });
  expect(result.problems).toEqual([]);
  expect((await chats(result))[3]).toEqual([
    { role: "user", content: "Question 3" },
    { role: "assistant", content: "Answer 3" },
  ]);
});

const wrong: readonly (readonly [what: string, yaml: string, expected: RegExp])[] = [
  ["a role beside turns", "messages: [{ role: user, turns: { role: a, content: b } }]", /has no `role` of its own/],
  [
    "no role and no turns",
    "messages: [{ content: x }, { role: assistant, content: y }]",
    /messages\[0\] has no "role"/,
  ],
  [
    "two lists",
    "messages: [{ turns: { role: a, content: b } }, { turns: { role: a, content: b } }]",
    /more than one list of turns/,
  ],
];
test.each(wrong)("%s is told", async (_what, messages, expected) => {
  const yaml = `\nsource: { type: csv, path: data.csv }\ndataset:\n  ${messages}`;
  const { problems } = await buildOnce({ "pipeline.yaml": yaml, "data.csv": "a,b\n1,2\n" });
  expect(problems.map(({ message }) => message).join()).toMatch(expected);
});

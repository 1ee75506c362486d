import { describe, expect, test } from "vitest";
import { buildOnce, rigOfTest, told } from "./rig.ts";

const exact = '{ type: string_check, operation: eq, input: "{{sample.output_text}}", reference: "{{item.right}}" }';
const pipeline = (item: string, more = "", grader = exact) => `
source: { type: csv, path: data.csv, key: name }
dataset:
  seed: 3
  messages:
    - { role: system, content: "Be brief." }
    - { role: user, content: "Hello {{name}}" }
    - { role: assistant, content: "Hm?" }
    - { role: user, content: "Well?" }
  item: ${item}
${more}
training: { method: reinforcement, grader: ${grader} }
`;
const rows = (count: number, row: (index: number) => string = (index) => `Yes ${index},${index}`) =>
  `name,answer,count\n${Array.from({ length: count }, (_, index) => `n${index},${row(index)}\n`).join("")}`;
const project = (item: string, data: string, more = "", grader = exact) => ({
  "pipeline.yaml": pipeline(item, more, grader),
  "data.csv": data,
  "t/right.hbs": "{{answer}} of {{name}}\n",
});
const right = '{ right: "{{answer}}" }';

const prompt = (name: string) => [
  { role: "system", content: "Be brief." },
  { role: "user", content: `Hello ${name}` },
  { role: "assistant", content: "Hm?" },
  { role: "user", content: "Well?" },
];

describe("from rows to items", () => {
  test("lines are the API's: messages first, then the fields, texts and values of JSON", async () => {
    const item =
      '{ right: "{{answer}}", whole: { template: t/right.hbs }, order: { json: \'{ "count": {{count}}, "of": [{{json name}}] }\' } }';
    const result = await buildOnce(project(item, rows(12)));
    expect(result.problems).toEqual([]);
    expect((await result.text("train")).split("\n")[1]).toBe(
      '{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello n1"},{"role":"assistant","content":"Hm?"},{"role":"user","content":"Well?"}],' +
        '"right":"Yes 1","whole":"Yes 1 of n1","order":{"count":1,"of":["n1"]}}',
    );
  });

  test("an item may have no fields, for a grader that needs none", async () => {
    const blind = '{ type: string_check, operation: like, input: "{{sample.output_text}}", reference: "!" }';
    const files = project("{}", rows(12), "", blind);
    files["pipeline.yaml"] = files["pipeline.yaml"].replace("  item: {}\n", "");
    const result = await buildOnce(files);
    expect(result.problems).toEqual([]);
    expect((await result.lines("train"))[0]).toEqual({ messages: prompt("n0") });
  });

  test("variants draw fields anew, and differ if only a field does", async () => {
    const result = await buildOnce(project("{ right: \"{{pick 'a' 'b'}}\" }", rows(30), "  variants: 6"));
    expect(result.problems).toEqual([]);
    const lines = await result.lines("train");
    expect(lines.length).toBeGreaterThan(50);
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(new Set(lines.map((line) => line["right"]))).toEqual(new Set(["a", "b"]));
  });

  test("held-out rows are asked all of the messages, and expect nothing; cases know the item", async () => {
    const result = await buildOnce(project(right, rows(60), "  split: { validation: 0.2, test: 0.2 }"));
    expect(result.problems).toEqual([]);
    const held = await result.lines("heldOut");
    expect(held.length).toBeGreaterThan(5);
    for (const record of held) {
      const { name, answer, item } = record["vars"] as Record<string, string>;
      expect(record["messages"]).toEqual(prompt(name ?? ""));
      expect(item).toEqual({ right: answer });
      expect(record).not.toHaveProperty("expected");
    }
  });

  test("only messages are counted as tokens, and none of them is learnt", async () => {
    const count = async (item: string) => (await buildOnce(project(item, rows(12)))).values["estimate"] as object;
    const short = (await count(right)) as { tokens: unknown; trained: number };
    const long = (await count(
      '{ right: "{{answer}}", more: "a long text that only the grader reads" }',
    )) as typeof short;
    expect(long.tokens).toEqual(short.tokens);
    expect([short.trained, long.trained]).toEqual([0, 0]);
  });

  test("items of two rows that ask the same are told: the same item as a duplicate, another in held-out data as a leak", async () => {
    const files = (second: string) => ({
      ...project(right, rows(12), "  split: { test: { path: more.csv } }"),
      "pipeline.yaml": pipeline(right, "  split: { test: { path: more.csv } }").replace(", key: name", ""),
      "more.csv": `name,answer,count\nn3,${second},3\n`,
    });
    const same = await buildOnce(files("Yes 3"));
    expect(same.problems.map(({ code }) => code)).toContain("SPLIT_LEAKAGE");
    const other = await buildOnce(files("No"));
    expect(other.problems).toEqual([]);
    expect(other.warnings.map(told)).toEqual([expect.stringMatching(/^SPLIT_LEAKAGE more\.csv:2 The prompt stands/)]);
  });

  test("every row that lacks what the grader needs is told, once each", async () => {
    const item = '{ right: { json: \'{ {{#if (eq count "3")}}{{else}}"of": 1{{/if}} }\' } }';
    const result = await buildOnce(
      project(item, rows(12), "  variants: 3", exact.replace("item.right", "item.right.of")),
    );
    expect(result.problems.map(told)).toEqual(['ITEM_INVALID data.csv:5 The item has no "right.of".']);
  });

  test("faults of the grader's files and of the rows are told together", async () => {
    const grader = "{ type: python, source: grade.py }";
    const files = project('{ right: { json: "{{answer}}" } }', rows(12), "", grader);
    const result = await buildOnce({ ...files, "grade.py": "x = 1\n" });
    const codes = result.problems.map(({ code }) => code);
    expect(codes).toContain("PIPELINE_INVALID");
    expect(codes).toContain("ITEM_INVALID");
  });

  test("a changed program is checked again, and nothing else is made anew for it", async () => {
    const files = project(right, rows(12), "", "{ type: python, source: grade.py }");
    const rig = await rigOfTest({ ...files, "grade.py": "def grade(sample, item): return 1.0\n" });
    const first = await rig.build();
    expect((await rig.build()).actions["dataset"]).toBe("reused");
    await rig.write("grade.py", "def grade(sample, item): return 0.5\n");
    const second = await rig.build();
    expect(second.problems).toEqual([]);
    expect(second.actions["dataset"]).toBe("ran");
    expect(second.actions["source"]).toBe("reused");
    expect(await second.text("train")).toBe(await first.text("train"));
    await rig.write("grade.py", "def score(sample, item): return 0.5\n");
    expect((await rig.build()).problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/grade\.py does not define grade\(sample, item\)/),
    ]);
  });

  test("why names the template of each field", async () => {
    const result = await buildOnce(project('{ right: "{{answer}}", whole: { template: t/right.hbs } }', rows(12)));
    const { item, messages } = await result.explain({ split: "training", line: 3 });
    expect(messages).toHaveLength(4);
    expect(item).toEqual([
      { field: "right", value: "Yes 2", template: expect.stringMatching(/pipeline\.yaml:\d+:\d+$/) },
      { field: "whole", value: "Yes 2 of n2", template: "t/right.hbs" },
    ]);
  });
});

describe("what is private in an item", () => {
  const card = "4111111111111111";
  const item =
    '{ right: "{{answer}}", deep: { json: \'{ "{{answer}}": [{ "mail": {{json answer}} }], "card": {{count}} }\' } }';
  const data = rows(12, (index) => (index === 4 ? `jane.roe@mailbox.org,${card}` : `Yes ${index},${index}`));

  test("is found in every field, by the field's name, in keys and numbers too", async () => {
    const result = await buildOnce(project(item, data));
    expect(result.problems).toEqual([]);
    const found = result.warnings.filter(({ code }) => code === "PERSONAL_DATA").map(({ message }) => message);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^The item's field "right" holds an e-mail address.*"answer"/),
        expect.stringMatching(/^The item's field "deep" holds a payment card number/),
      ]),
    );
  });

  test("is replaced in every field, in what cases see too; fields keep their names", async () => {
    const more = "  privacy: { personal: redact }\n  split: { test: { path: more.csv } }";
    const files = project(item, data, more);
    const result = await buildOnce({ ...files, "more.csv": `name,answer,count\nz,kim.poe@mailbox.org,${card}\n` });
    expect(result.problems).toEqual([]);
    const texts = (await result.text("train")) + (await result.text("test")) + (await result.text("heldOut"));
    expect(texts).not.toMatch(/@mailbox|4111/);
    const redacted = (await result.lines("train"))[4] as Record<string, unknown>;
    expect(Object.keys(redacted)).toEqual(["messages", "right", "deep"]);
    expect(redacted["right"]).toMatch(/^\[.*\]$/);
    expect((await result.lines("train"))[5]).toMatchObject({ deep: { card: 5 } });
  });
});

describe("ready-made items", () => {
  const ready = (lines: readonly string[], grader = exact) => ({
    "pipeline.yaml": `source: { type: messages, path: data.jsonl }\ntraining: { method: reinforcement, grader: ${grader} }\ndataset: { split: { test: 0.2 } }\n`,
    "data.jsonl": `${lines.join("\n")}\n`,
  });
  const line = (index: number) =>
    JSON.stringify({
      messages: [{ role: "user", content: `Hello n${index}` }],
      right: `Yes ${index}`,
      n: { of: index },
    });
  const lines = Array.from({ length: 30 }, (_, index) => line(index));

  test("come out as they are, and their fields are the cases' item", async () => {
    const result = await buildOnce(ready(lines));
    expect(result.problems).toEqual([]);
    const written = [...(await result.text("train")).split("\n"), ...(await result.text("test")).split("\n")];
    expect(written.filter((text) => text !== "").sort()).toEqual([...lines].sort());
    for (const { vars, messages } of await result.lines("heldOut")) {
      const index = Number(/\d+$/.exec((messages as [{ content: string }])[0].content)?.[0]);
      expect(vars).toEqual({ item: { right: `Yes ${index}`, n: { of: index } } });
    }
  });

  test("values within fields are looked for line by line", async () => {
    const odd = lines.with(4, line(4).replace('"of"', '"off"'));
    const result = await buildOnce(ready(odd, exact.replace("item.right", "item.n.of")));
    expect(result.problems.map(told)).toEqual(['ITEM_INVALID data.jsonl:5 The item has no "n.of".']);
    expect(result.problems[0]?.hint).toContain('Did you mean "off"');
  });
});

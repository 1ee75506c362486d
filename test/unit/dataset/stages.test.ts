import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rigOfTest, told } from "./rig.ts";

const csv = (rows: number, from = 0) =>
  Array.from({ length: rows }, (_, index) => `p${from + index},c${(from + index) % 4}\n`).join("");
const pipeline = (dataset = "", source = "") => `
source: { type: csv, path: data.csv${source} }
dataset:
  seed: 3
  messages:
    - { role: system, content: "Be brief." }
    - { role: user, content: "Name {{name}}" }
    - { role: assistant, content: "{{pick 'Ah' 'Oh' 'Well' 'So'}}, {{name}} of {{kind}}" }
${dataset}`;
const simple = (dataset = "", rows = 40) => ({
  "pipeline.yaml": pipeline(dataset),
  "data.csv": `name,kind\n${csv(rows)}`,
});

describe("from rows to training files", () => {
  test("train.jsonl is canonical: compact, in the order of the rows, keys in OpenAI's order, a line feed after each", async () => {
    const rig = await rigOfTest({
      ...simple("", 12),
      "pipeline.yaml": `
source: { type: csv, path: data.csv, key: name }
dataset:
  messages:
    - { role: user, content: "é {{name}}" }
    - { role: assistant, weight: 0, content: "hm" }
    - { role: assistant, content: '"{{kind}}"' }`,
    });
    const result = await rig.build();
    expect(result.problems).toEqual([]);
    const text = await result.text("train");
    expect(text.split("\n")[0]).toBe(
      '{"messages":[{"role":"user","content":"é p0"},{"role":"assistant","content":"hm","weight":0},{"role":"assistant","content":"\\"c0\\""}]}',
    );
    expect(text.endsWith("}\n")).toBe(true);
    expect(text.split("\n")).toHaveLength(13);
    expect(result.values["split"]).toEqual({
      training: { examples: 12, rows: 12 },
      validation: { examples: 0, rows: 0 },
      test: { examples: 0, rows: 0 },
      columns: ["name", "kind"],
    });
  });

  test("held-out rows come once, with what a case needs", async () => {
    const result = await (await rigOfTest(simple("  variants: 3\n  split: { validation: 0.2, test: 0.2 }"))).build();
    expect(result.problems).toEqual([]);
    const held = await result.lines("heldOut");
    const {
      validation,
      test: tested,
      training,
    } = result.values["split"] as Record<string, { examples: number; rows: number }>;
    expect(held).toHaveLength((validation?.rows ?? 0) + (tested?.rows ?? 0));
    expect(validation).toEqual({ examples: validation?.rows, rows: validation?.rows });
    expect((training?.rows ?? 0) + held.length).toBe(40);
    const [first] = held as [Record<string, unknown>];
    const { name, kind } = first["vars"] as Record<string, string>;
    expect(first["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: `Name ${name}` },
    ]);
    expect(first["expected"]).toMatch(new RegExp(`^(Ah|Oh|Well|So), ${name} of ${kind}$`));
    expect([first["file"], first["line"]]).toEqual(["data.csv", Number(name?.slice(1)) + 2]);
  });

  test("the lines tell what was done", async () => {
    const { texts } = await (await rigOfTest(simple("  split: { test: 0.2 }"))).build();
    expect(texts).toEqual({
      source: "40 rows | data.csv",
      dataset: "40 examples from 40 rows",
      checks: "all 12 passed",
      split: expect.stringMatching(/^training \d+ · test \d+ examples$/),
      estimate: expect.stringMatching(/^\d+ tokens × 3 epochs \| free$/),
    });
  });

  test("a row's text and split stay when rows are added above, or edited", async () => {
    const settings = "  variants: 2\n  split: { validation: 0.2, test: 0.2 }";
    const rig = await rigOfTest({ ...simple(settings), "pipeline.yaml": pipeline(settings, ", key: name") });
    const before = await rig.build();
    await rig.write("data.csv", `name,kind\n${csv(7, 100)}${csv(40).replace("p3,c3", "p3,other")}`);
    const after = await rig.build();
    for (const file of ["train", "validation", "test"] as const) {
      const kept = (await before.text(file)).split("\n").filter((line) => !line.includes('"Name p3"'));
      expect((await after.text(file)).split("\n")).toEqual(expect.arrayContaining(kept));
    }
  });

  test("another seed draws anew", async () => {
    const rig = await rigOfTest(simple());
    const before = await rig.build();
    await rig.write("pipeline.yaml", pipeline().replace("seed: 3", "seed: 4"));
    expect(await (await rig.build()).text("train")).not.toBe(await before.text("train"));
  });

  test("rows of one group stay together", async () => {
    const data = Array.from({ length: 90 }, (_, n) => `p${n},c${n % 15}\n`).join("");
    const yaml = pipeline("  split: { validation: 0.3, test: 0.3, group_by: kind }");
    const result = await (await rigOfTest({ "pipeline.yaml": yaml, "data.csv": `name,kind\n${data}` })).build();
    expect(result.problems).toEqual([]);
    const kinds = async (file: "train" | "validation" | "test") => new Set((await result.text(file)).match(/of c\d+/g));
    const each = await Promise.all([kinds("train"), kinds("validation"), kinds("test")]);
    for (const found of each) expect(found.size).toBeGreaterThan(0);
    expect(each.reduce((sum, { size }) => sum + size, 0)).toBe(15);
  });

  test("a split may come from a file of its own", async () => {
    const rig = await rigOfTest({
      ...simple("  variants: 2\n  split: { validation: { path: val.csv }, test: 0.1 }"),
      "val.csv": `name,kind\n${csv(3, 900)}`,
    });
    const result = await rig.build();
    expect(result.problems).toEqual([]);
    expect((await result.text("validation")).match(/Name p\d+/g)).toEqual(["Name p900", "Name p901", "Name p902"]);
    expect(result.texts["source"]).toBe("40 rows, 3 for validation | data.csv");
  });

  test("ready-made messages are taken as they are", async () => {
    const line = (n: number) =>
      `{"messages":[{"role":"user","content":"q${n}"},{"role":"assistant","content":"a${n}","weight":1}]}\n`;
    const data = Array.from({ length: 12 }, (_, n) => line(n)).join("");
    const rig = await rigOfTest({ "pipeline.yaml": "source: { type: messages, path: d.jsonl }", "d.jsonl": data });
    const result = await rig.build();
    expect(result.problems).toEqual([]);
    expect(await result.text("train")).toBe(data);
  });
});

describe("the cache", () => {
  test("nothing changed, nothing runs", async () => {
    const rig = await rigOfTest(simple());
    await rig.build();
    expect(new Set(Object.values((await rig.build()).actions))).toEqual(new Set(["reused"]));
  });

  test("a comment in a template ends where the bytes are equal", async () => {
    const files = { "t/a.hbs": "{{> b}} {{name}}\n", "t/b.hbs": "Hm", "t/unused.hbs": "x" };
    const yaml = pipeline().replace(/content: "\{\{pick.*$/m, "template: t/a.hbs }");
    const rig = await rigOfTest({ ...simple(), ...files, "pipeline.yaml": yaml });
    await rig.build();
    await rig.write("t/unused.hbs", "y");
    expect((await rig.build()).actions["dataset"]).toBe("reused");
    await rig.write("t/b.hbs", "{{! note }}Hm");
    expect((await rig.build()).actions).toEqual({
      source: "reused",
      dataset: "ran",
      checks: "ran",
      split: "ran",
      estimate: "reused",
    });
  });

  test("several runs at once over one folder get in nobody's way", async () => {
    const rig = await rigOfTest(simple("", 60));
    const results = await Promise.all(Array.from({ length: 6 }, () => rig.build()));
    expect(results.flatMap(({ problems, warnings }) => [...problems, ...warnings])).toEqual([]);
    const texts = await Promise.all(results.map((result) => result.text("train")));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]?.split("\n")).toHaveLength(61);
  });

  test("another folder gives the same keys and bytes", async () => {
    const [one, two] = [await (await rigOfTest(simple())).build(), await (await rigOfTest(simple())).build()];
    expect(one.keys).toEqual(two.keys);
    expect(await one.text("train")).toBe(await two.text("train"));
  });
});

describe("what is wrong with rows and templates", () => {
  test("columns that are not there: in templates, key, group_by, allow_empty, all at once", async () => {
    const yaml = pipeline("  split: { test: 0.1, group_by: knd }", ", key: id, allow_empty: [nam]").replace(
      "Name {{name}}",
      "Name {{nme}}",
    );
    const { problems } = await (await rigOfTest({ ...simple(), "pipeline.yaml": yaml })).build();
    expect(problems.map(told)).toEqual([
      'KEY_MISSING pipeline.yaml:4:43 The source has no column "id".',
      'PIPELINE_INVALID pipeline.yaml:4:61 The source has no column "nam".',
      'PIPELINE_INVALID pipeline.yaml:11:33 The source has no column "knd".',
      'TEMPLATE_UNKNOWN_COLUMN pipeline.yaml:9:38 There is no column "nme".',
    ]);
    expect(problems[3]?.hint).toBe('Did you mean "name"? Columns: name, kind.');
  });

  test("rows that can't be read and templates that can't be rendered are told together", async () => {
    const yaml = pipeline("  split: { test: { path: test.csv } }").replace("Name {{name}}", "Name {{nme}}");
    const data = `name,kind\n${csv(12)}a,b,c\n`;
    const { problems } = await (await rigOfTest({ "pipeline.yaml": yaml, "data.csv": data, "test.csv": "" })).build();
    expect(problems.map(told)).toEqual([
      "ROW_RAGGED data.csv:14 3 cells, but the header has 2.",
      "SOURCE_EMPTY test.csv test.csv is empty.",
      'TEMPLATE_UNKNOWN_COLUMN pipeline.yaml:9:38 There is no column "nme".',
    ]);
  });

  test("an empty cell is told with the row and the template that needs it, each kind once", async () => {
    const data = `name,kind\n,c\n${csv(12)}x,\ny,\n`;
    const { problems } = await (await rigOfTest({ ...simple(), "data.csv": data })).build();
    expect(problems.map((problem) => [told(problem), problem.alsoAt?.map(({ line }) => line)])).toEqual([
      ['TEMPLATE_EMPTY_CELL data.csv:2 "name" is empty, but pipeline.yaml:9:38 needs it.', undefined],
      ['TEMPLATE_EMPTY_CELL data.csv:15 "kind" is empty, but pipeline.yaml:10:82 needs it.', [16]],
    ]);
  });

  test("a key twice, or none", async () => {
    const data = `name,kind\n${csv(12)}p3,x\n,y\n`;
    const yaml = pipeline("", ", key: name");
    const { problems } = await (await rigOfTest({ "pipeline.yaml": yaml, "data.csv": data })).build();
    expect(problems.map(told)).toEqual([
      'KEY_DUPLICATE data.csv:14 The key "p3" was used before, at data.csv:5.',
      'KEY_MISSING data.csv:15 The row has no key: "name" is empty.',
    ]);
  });

  test("what else is wrong with a row whose key came before", async () => {
    const data = `name,kind\n${csv(12)}p3,\n`;
    const yaml = pipeline("", ", key: name");
    const { problems } = await (await rigOfTest({ "pipeline.yaml": yaml, "data.csv": data })).build();
    expect(problems.map(({ code }) => code)).toEqual(["KEY_DUPLICATE", "TEMPLATE_EMPTY_CELL"]);
  });

  test("rows that break their schema; CSV cells are read as its types for the check only", async () => {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, kind: { type: "integer", minimum: 2 } },
      required: ["kind"],
    };
    const good = Array.from({ length: 12 }, (_, n) => `n${n},0${n}\n`.replace(",0", ","))
      .slice(2)
      .join("");
    const data = `name,kind\n${good}a,1\nb,x\nc,\n`;
    const rig = await rigOfTest({
      "pipeline.yaml": pipeline("", ", schema: row.json"),
      "data.csv": data,
      "row.json": JSON.stringify(schema),
    });
    expect((await rig.build()).problems.map(told)).toEqual([
      "ROW_INVALID data.csv:12 The row breaks its schema: /kind must be >= 2.",
      "ROW_INVALID data.csv:13 The row breaks its schema: /kind must be integer.",
      "ROW_INVALID data.csv:14 The row breaks its schema: the value must have required property 'kind'.",
    ]);
    await rig.write("data.csv", `name,kind\n${good}`);
    expect(await (await rig.build()).text("train")).toContain("n2 of 2");
  });

  test("a schema that is none", async () => {
    const rig = await rigOfTest({
      ...simple(),
      "pipeline.yaml": pipeline("", ", schema: row.json"),
      "row.json": '{"tpye":"object"}',
    });
    expect((await rig.build()).problems.map(told)).toEqual([
      expect.stringMatching(/^PIPELINE_INVALID pipeline\.yaml:4:\d+ row\.json is no usable JSON Schema: .*tpye/),
    ]);
  });

  test("templates that are not there, and faults in several, all at once", async () => {
    const yaml = `
source: { type: csv, path: data.csv }
dataset:
  messages:
    - { role: system, template: missing.hbs }
    - { role: user, template: t/a.hbs }
    - { role: assistant, content: "{{uper name}}" }`;
    const { problems } = await (
      await rigOfTest({ ...simple(), "pipeline.yaml": yaml, "t/a.hbs": "{{> open}}\r\n{{#each}}", "t/opening.hbs": "" })
    ).build();
    expect(problems.map(told)).toEqual([
      "TEMPLATE_NOT_FOUND pipeline.yaml:7:33 There is no file missing.hbs.",
      "TEMPLATE_INVALID t/a.hbs:2:1 The block each that opens here is never closed.",
      'TEMPLATE_INVALID pipeline.yaml:9:38 There is no helper "uper".',
    ]);
  });

  test("variants that say the same collapse, with a warning", async () => {
    const yaml = pipeline("  variants: 4").replace("{{pick 'Ah' 'Oh' 'Well' 'So'}}", "Ah");
    const { warnings, values, problems } = await (await rigOfTest({ ...simple(), "pipeline.yaml": yaml })).build();
    expect(problems).toEqual([]);
    expect(values["dataset"]).toMatchObject({ examples: 40, rows: 40, variants: 4, collapsed: 120 });
    expect(warnings.map(told)).toEqual(["EXAMPLE_VARIANTS_EQUAL data.csv:2 Variants of the row say the same."]);
    expect(warnings[0]?.alsoAt).toHaveLength(39);
  });
});

describe("what is wrong with examples", () => {
  const messages = (...lines: unknown[]) => ({
    "pipeline.yaml": "source: { type: messages, path: d.jsonl }",
    "d.jsonl": `${lines.map((line) => JSON.stringify({ messages: line })).join("\n")}\n`,
  });
  const user = { role: "user", content: "q" };
  const good = { role: "assistant", content: "a" };

  test("each rule of the API's format, all at once", async () => {
    const { problems } = await (
      await rigOfTest(
        messages(
          [],
          [user, "x"],
          [{ ...user, extra: 1 }, good],
          [{ role: "tool", content: "x" }, good],
          [user, { role: "assistant", content: null }],
          [{ ...user, weight: 1 }, good],
          [user, { ...good, weight: 2 }],
          [user, { ...good, weight: 0 }],
          [user, good, user],
          [{ ...user, content: " \n" }, good],
          [user, { role: "assistant", content: "half \ud83d" }],
        ),
      )
    ).build();
    expect(problems.map(told)).toEqual([
      "EXAMPLE_INVALID d.jsonl:1 The example has no messages.",
      "EXAMPLE_INVALID d.jsonl:2 The message 2 is no object.",
      'EXAMPLE_INVALID d.jsonl:3 The message 1 (user) has a key "extra".',
      "EXAMPLE_INVALID d.jsonl:4 The message 1 (tool) has no tool_call_id.",
      "EXAMPLE_INVALID d.jsonl:5 The content of message 2 (assistant) is null.",
      "EXAMPLE_INVALID d.jsonl:6 The message 1 (user) has a weight.",
      "EXAMPLE_INVALID d.jsonl:7 The weight of message 2 (assistant) is 2.",
      "EXAMPLE_INVALID d.jsonl:8 The example has no assistant's message to train on.",
      "EXAMPLE_INVALID d.jsonl:9 The last message is the user's, not the assistant's.",
      "EXAMPLE_EMPTY d.jsonl:10 The message 1 (user) is empty.",
      "EXAMPLE_INVALID d.jsonl:11 The message 2 (assistant) holds half of a surrogate pair.",
    ]);
  });

  test("examples of different rows that say the same are warned of, with both places", async () => {
    const { warnings, problems } = await (
      await rigOfTest({ ...simple(), "data.csv": `name,kind\n${csv(12)}p3,c3\n` })
    ).build();
    expect(problems).toEqual([]);
    expect(warnings.map(told)).toEqual([
      "EXAMPLE_DUPLICATE data.csv:14 The example says the same as that of data.csv:5.",
    ]);
  });

  test("rules stop, warn or drop, and what is dropped is counted", async () => {
    const rules = `  rules:
    - { type: not_matches, pattern: "p1[0-9]\\\\b", action: drop }
    - { type: matches, role: user, pattern: "^Name", action: error }
    - { type: max_words, value: 3, role: assistant, action: warn }
    - { type: one_of, values: [x], action: off }`;
    const { problems, warnings, values, texts } = await (await rigOfTest(simple(rules))).build();
    expect(problems).toEqual([]);
    expect(warnings.map(told)).toEqual(["RULE_BROKEN data.csv:2 The assistant's message has 4 words, more than 3."]);
    expect(values["checks"]).toMatchObject({
      checks: 15,
      clean: 13,
      warnings: 1,
      examples: 30,
      dropped: [{ rule: "not_matches", examples: 10 }],
    });
    expect(texts["checks"]).toBe("all 15 passed, 1 warning, 10 dropped by not_matches | ftpipe check pipeline.yaml");
  });

  test("a broken rule stops with every place, and names the rule", async () => {
    const { problems } = await (
      await rigOfTest(simple('  rules: [{ type: not_matches, pattern: "p[57]\\\\b" }]'))
    ).build();
    expect(problems.map(told)).toEqual(['RULE_BROKEN data.csv:7 The user\'s message matches /p[57]\\b/: "Name p5".']);
    expect([problems[0]?.alsoAt?.map(({ line }) => line), problems[0]?.hint]).toEqual([
      [9],
      "Rule not_matches at pipeline.yaml:11:11.",
    ]);
  });

  test("more drops than at_most allows are an error", async () => {
    const rule = (share: string) =>
      `  rules: [{ type: not_matches, pattern: "p1\\\\d", action: drop, at_most: ${share} }]`;
    const rig = await rigOfTest(simple(rule("25%")));
    expect((await rig.build()).problems).toEqual([]);
    await rig.write("pipeline.yaml", pipeline(rule("24.9%")));
    expect((await rig.build()).problems.map(told)).toEqual([
      "RULE_BROKEN pipeline.yaml:11:11 The rule not_matches drops 10 of 40 examples (25 %), but at most 24.9 % may be.",
    ]);
    await rig.write("pipeline.yaml", pipeline(rule("7%")));
    expect((await rig.build()).problems[0]?.message).toMatch(/, but at most 7 % may be\.$/);
  });

  test("a schema that a rule reads belongs to its key", async () => {
    const rules = "  rules: [{ type: json_schema, role: system, schema: s.json }]";
    const yaml = pipeline(rules).replace('"Be brief."', "'{\"a\":1}'");
    const rig = await rigOfTest({ ...simple(), "pipeline.yaml": yaml, "s.json": '{"type":"object"}' });
    expect((await rig.build()).problems).toEqual([]);
    await rig.write("s.json", '{"type":"array"}');
    expect((await rig.build()).problems.map(told)).toEqual([
      "RULE_BROKEN data.csv:2 The system's JSON breaks s.json: the value must be array.",
    ]);
  });
});

describe("what is wrong with a split", () => {
  test("fewer than ten training examples are an error that names the number", async () => {
    const { problems } = await (await rigOfTest(simple("", 9))).build();
    expect(problems.map(told)).toEqual([
      "EXAMPLES_TOO_FEW pipeline.yaml:4:28 Training has 9 examples (of 9 rows), but needs at least 10.",
    ]);
  });

  test("a split that no row fell into takes the nearest, and says so", async () => {
    const { warnings, values, problems } = await (
      await rigOfTest(simple("  split: { validation: 0.01, test: 0.01 }", 12))
    ).build();
    expect(problems).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(["SPLIT_EMPTY", "SPLIT_EMPTY"]);
    expect(values["split"]).toMatchObject({ training: { rows: 10 }, validation: { rows: 1 }, test: { rows: 1 } });
  });

  test("an example that stands in training and in a split's own file leaks", async () => {
    const rig = await rigOfTest({
      ...simple("  split: { test: { path: test.csv } }"),
      "test.csv": "name,kind\nnew,c\np7,c3\n",
    });
    const { problems } = await rig.build();
    expect(problems.map(told)).toEqual([
      "SPLIT_LEAKAGE test.csv:3 The example stands in training and in a held-out split: it says the same as that of data.csv:9.",
    ]);
  });

  test("a prompt with another answer in training is warned of", async () => {
    const rig = await rigOfTest({
      ...simple("  split: { test: { path: test.csv } }"),
      "test.csv": "name,kind\nnew,c\np7,other\n",
    });
    const { problems, warnings } = await rig.build();
    expect(problems).toEqual([]);
    expect(warnings.map(told)).toEqual([
      "SPLIT_LEAKAGE test.csv:3 The prompt stands in training and in a held-out split, with another answer: it is that of data.csv:9.",
    ]);
  });
});

describe("the estimate", () => {
  const target = (line: string) => `targets: { it: ${line} }`;

  test("counts as OpenAI bills, and prices a model of the list", async () => {
    const rig = await rigOfTest({
      ...simple(),
      "pipeline.yaml": pipeline(
        target("{ provider: openai, model: gpt-4.1-mini-2025-04-14, hyperparameters: { n_epochs: 2 } }"),
      ),
    });
    const { values, texts, problems } = await rig.build();
    expect(problems).toEqual([]);
    const { tokens, price, epochs } = values["estimate"] as {
      tokens: { training: number };
      price: { usd: number };
      epochs: number;
    };
    expect(epochs).toBe(2);
    expect(price).toMatchObject({ per_million: 5, usd: Math.round((5 * tokens.training * 2) / 100) / 10_000 });
    expect(texts["estimate"]).toMatch(
      /^[\d,]+ tokens × 2 epochs \| about \$0\.01, evaluation \$0\.01 \(price of \d{4}-\d\d-\d\d\)$/,
    );
  });

  test("tells what is learnt from what is only read, by the model's own encoding", async () => {
    const value = async (model: string) => {
      const yaml = pipeline(target(`{ provider: openai, model: ${model} }`));
      const { values, texts } = await (await rigOfTest({ ...simple(), "pipeline.yaml": yaml })).build();
      return { ...(values["estimate"] as { trained: number; tokens: { training: number } }), text: texts["estimate"] };
    };
    const known = await value("gpt-4.1-mini-2025-04-14");
    expect(known).toMatchObject({ encoding: { name: "o200k_base", exact: true } });
    expect(known.trained).toBeGreaterThan(0);
    expect(known.trained).toBeLessThan(known.tokens.training);
    expect(await value("gpt-3.5-turbo-0125")).toMatchObject({ encoding: { name: "cl100k_base", exact: true } });
    const other = await value("some-model");
    expect(other).toMatchObject({ encoding: { name: "o200k_base", exact: false } });
    expect(other.text).toMatch(/^about \d/);
  });

  test("takes the pipeline's own price before the list's", async () => {
    const own = "{ provider: openai, model: some-model, price: { training: 100, input: 0, output: 0 } }";
    const { values, texts } = await (await rigOfTest({ ...simple(), "pipeline.yaml": pipeline(target(own)) })).build();
    expect(values["estimate"]).toMatchObject({ price: { per_million: 100, source: "targets.it.price" } });
    expect(texts["estimate"]).toMatch(/about \$0\.\d\d, evaluation \$0\.00 \(price of the pipeline\)$/);
  });

  test("says so where no price is known", async () => {
    const rig = await rigOfTest({
      ...simple(),
      "pipeline.yaml": pipeline(target("{ provider: openai, model: some-model }")),
    });
    expect((await rig.build()).texts["estimate"]).toMatch(/ \| price unknown$/);
  });
});

describe("which rows are taken", () => {
  const rows = "name,kind\na,x\nb,y\nc,x\nd, \ne,xx\nf,y\n";
  const taken = async (source: string, data = rows, file = "data.csv") => {
    const yaml = pipeline("", source)
      .replace("of {{kind}}", "")
      .replace("csv, path: data.csv", file.endsWith("csv") ? `csv, path: ${file}` : `jsonl, path: ${file}`);
    const result = await (await rigOfTest({ "pipeline.yaml": yaml, [file]: data })).build("source");
    const names = result.problems.length > 0 ? [] : (await result.rows()).map(({ values }) => values["name"]);
    return { names: names.join(""), value: result.values["source"], problems: result.problems.map(told) };
  };

  test.each([
    ["{ column: kind, equals: x }", "ac"],
    ["{ column: kind, not_equals: x }", "bdef"],
    ["{ column: kind, one_of: [x, xx] }", "ace"],
    ["{ column: kind, not_empty: true }", "abcef"],
    ["{ column: kind, matches: '^x+$' }", "ace"],
    ["{ column: kind, equals: y }, { column: name, not_equals: b }", "f"],
  ])("where: [%s]", async (where, names) => {
    const result = await taken(`, where: [${where}]`);
    expect(result).toMatchObject({ names, problems: [], value: { rows: names.length, filtered: 6 - names.length } });
  });

  test("limit takes the first rows that meet where, and reads no further", async () => {
    const broken = `${rows}too,many,cells\n`;
    expect(await taken(", limit: 2", broken)).toMatchObject({ names: "ab", problems: [] });
    expect(await taken(", limit: 2, where: [{ column: kind, equals: y }]", broken)).toMatchObject({ names: "bf" });
    expect((await taken(", limit: 20")).names).toBe("abcdef");
  });

  test("values of JSON are compared as the texts that templates print", async () => {
    const data =
      '{"name":"a","n":1}\n{"name":"b","n":"1"}\n{"name":"c","n":true}\n{"name":"d"}\n{"name":"e","n":[1]}\n';
    const source = (where: string) => `, where: [${where}]`;
    const from = async (where: string) => (await taken(source(where), data, "data.jsonl")).names;
    expect(await from("{ column: n, equals: 1 }")).toBe("ab");
    expect(await from("{ column: n, equals: true }")).toBe("c");
    expect(await from("{ column: n, not_empty: true }")).toBe("abce");
    expect(await from("{ column: n, matches: '^\\[' }")).toBe("e");
  });

  test("where that no row meets, and a column that is not there", async () => {
    expect((await taken(", where: [{ column: kind, equals: z }]")).problems).toEqual([
      "SOURCE_EMPTY pipeline.yaml:4:45 None of the 6 rows meets source.where.",
    ]);
    expect((await taken(", where: [{ column: knd, equals: x }]")).problems).toEqual([
      'PIPELINE_INVALID pipeline.yaml:4:56 The source has no column "knd".',
    ]);
  });
});

describe("several files", () => {
  const files = (first: string, second: string) => ({
    "pipeline.yaml": pipeline().replace("data.csv", "data/*.csv"),
    "data/b.csv": second,
    "data/a.csv": first,
    "data/notes.txt": "none of these",
    "data/old/c.csv": "name,kind\nold,c0\n",
  });

  test("a star takes all that match, by name, each row with its own place", async () => {
    const rig = await rigOfTest(files(`name,kind\n${csv(20)}`, `kind,name\nc1,p3\nc0,p90\n`));
    const result = await rig.build();
    expect(result.problems).toEqual([]);
    const names = (await result.rows()).map(({ values }) => values["name"]);
    expect(names).toEqual([...Array.from({ length: 20 }, (_, index) => `p${index}`), "p3", "p90"]);
    expect(result.values["source"]).toMatchObject({ rows: 22, path: "data/a.csv and 1 more" });
  });

  test("two stars go into folders, braces name some, limit counts over all files", async () => {
    const rig = await rigOfTest(files("name,kind\na,x\n", "name,kind\nb,x\nc,x\n"));
    const taken = async (path: string) => {
      await rig.write("pipeline.yaml", pipeline().replace("data.csv", path));
      return (await (await rig.build("source")).rows()).map(({ values }) => values["name"]).join("");
    };
    expect(await taken('"data/**/*.csv"')).toBe("abcold");
    expect(await taken('"data/{b,a}.csv"')).toBe("abc");
    expect(await taken('"data/?.csv", limit: 2')).toBe("ab");
  });

  test("a file whose very name looks like a pattern is that file", async () => {
    const rig = await rigOfTest({ ...files("", ""), "data/[a].csv": "name,kind\nb,x\n" });
    await rig.write("pipeline.yaml", pipeline().replace("data.csv", '"data/[a].csv"'));
    expect((await (await rig.build("source")).rows()).map(({ values }) => values["name"])).toEqual(["b"]);
  });

  test("a pattern finds nothing outside the root, and no link leads it round in a circle", async () => {
    const rig = await rigOfTest(files("name,kind\na,x\n", "name,kind\nb,x\n"));
    await symlink("..", join(rig.directory, "data/round"));
    await rig.write("pipeline.yaml", pipeline().replace("data.csv", '"**/*.csv"'));
    expect((await (await rig.build("source")).rows()).map(({ values }) => values["name"])).toEqual(["a", "b", "old"]);
    await rig.write("pipeline.yaml", pipeline().replace("data.csv", '"../../**/*.csv"'));
    expect((await rig.build("source")).problems.map(({ code }) => code)).toEqual(["PATH_INVALID"]);
  });

  test("no file that matches, and a file with other columns", async () => {
    const rig = await rigOfTest(files("name,kind\na,x\n", "name,sort\nb,x\n"));
    expect((await rig.build("source")).problems.map(told)).toEqual([
      'SOURCE_INVALID data/b.csv:1 The header has no column "kind", which data/a.csv has.',
    ]);
    await rig.write("pipeline.yaml", pipeline().replace("data.csv", "data/*.tsv"));
    expect((await rig.build("source")).problems.map(told)).toEqual([
      "SOURCE_NOT_FOUND pipeline.yaml:4:28 No file matches data/*.tsv.",
    ]);
  });
});

describe("rules over the whole set", () => {
  const chats = Array.from({ length: 16 }, (_, index) => ({
    messages: [
      { role: "user", content: `q${index % 15}` },
      {
        role: "assistant",
        content: index === 3 ? "a long answer of more than ten words, which is not like the others" : `a${index}`,
      },
    ],
  }));
  const data = (rules: string) => ({
    "pipeline.yaml": `source: { type: messages, path: d.jsonl }\ndataset:\n  rules:\n${rules}`,
    "d.jsonl": `${chats.map((chat) => JSON.stringify(chat)).join("\n")}\n`,
  });

  test("say which example is at fault, and beside which; drop leaves it out", async () => {
    const strict = await (await rigOfTest(data("    - { type: contradictions }"))).build();
    expect(strict.problems.map(told)).toEqual(["RULE_BROKEN d.jsonl:16 The prompt has another answer at d.jsonl:1."]);
    const dropping = await (await rigOfTest(data("    - { type: contradictions, action: drop }"))).build();
    expect(dropping.problems).toEqual([]);
    expect(dropping.values["checks"]).toMatchObject({
      examples: 15,
      dropped: [{ rule: "contradictions", examples: 1 }],
    });
    expect(await dropping.text("train")).not.toContain('"a15"');
  });

  test("what is found at the end stands at the rule", async () => {
    const rules =
      "    - { type: length_profile, times: 4 }\n    - { type: openings, words: 1, maximum: 5%, action: warn }";
    const { problems } = await (await rigOfTest(data(rules))).build();
    expect(problems.map(told)).toEqual([
      "RULE_BROKEN pipeline.yaml:6:7 The rule length_profile: The longest has 14 words, at d.jsonl:4; one in two has at most 1, 95 % at most 14.",
    ]);
    const warned = await (await rigOfTest(data(rules.replace("times: 4", "times: 20")))).build();
    expect(warned.problems).toEqual([]);
    expect(warned.warnings).toEqual([]);
  });

  test("an example that another rule drops is no part of the set", async () => {
    const rules = "    - { type: not_matches, pattern: a15, action: drop }\n    - { type: contradictions }";
    const { problems } = await (await rigOfTest(data(rules))).build();
    expect(problems).toEqual([]);
  });
});

describe("secrets and personal data", () => {
  const token = ["ghp_", "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fLaB3d"].join("");
  const data = (privacy: string) => ({
    "pipeline.yaml": pipeline(`  split: { test: 0.2 }\n${privacy}`),
    "data.csv": `name,kind\n${csv(30)}ask a@firma.de,c1\nuse ${token},c2\n`,
  });

  test("a secret stops everything, personal data is told; by row and column, never the value", async () => {
    const { problems, warnings } = await (await rigOfTest(data(""))).build();
    expect(problems.map(told)).toEqual([
      `SECRET_IN_DATA data.csv:33 The user's message holds a GitHub token, from the column "name".`,
    ]);
    expect(warnings).toEqual([]); // the run ended before it told of them
    expect(JSON.stringify(problems)).not.toContain(token.slice(0, 12));
    const warned = await (await rigOfTest(data("  privacy: { secrets: warn }"))).build();
    expect(warned.problems).toEqual([]);
    expect(warned.warnings.map(({ code }) => code).sort()).toEqual(["PERSONAL_DATA", "SECRET_IN_DATA"]);
  });

  test("redact leaves neither in any file", async () => {
    const result = await (await rigOfTest(data("  privacy: { secrets: redact, personal: redact }"))).build();
    expect(result.problems).toEqual([]);
    expect(result.values["checks"]).toMatchObject({ redacted: 2 });
    const all = (
      await Promise.all((["train", "validation", "test", "heldOut"] as const).map((file) => result.text(file)))
    ).join("");
    expect(all).toContain("Name ask [email]");
    expect(all).toContain("Name use [secret]");
    expect(all).not.toMatch(/a@firma|ghp_/);
  });

  test("redact reaches into lists and objects of a row", async () => {
    const rows = Array.from({ length: 20 }, (_, index) => ({
      name: `n${index}`,
      thread: [{ author: "Ann", text: `Write to ann${index}@firma.de` }],
    }));
    const rig = await rigOfTest({
      "pipeline.yaml": `
source: { type: jsonl, path: data.jsonl }
dataset:
  messages:
    - { role: user, content: "{{#each thread}}{{author}}: {{text}}{{/each}}" }
    - { role: assistant, content: "Yes, {{name}}" }
  privacy: { personal: redact }
  split: { validation: 0.3 }`,
      "data.jsonl": rows.map((row) => `${JSON.stringify(row)}\n`).join(""),
    });
    const result = await rig.build();
    expect(result.problems).toEqual([]);
    const [heldOut] = await result.lines("heldOut");
    expect(heldOut?.["vars"]).toMatchObject({ thread: [{ author: "Ann", text: "Write to [email]" }] });
    expect(await result.text("heldOut")).not.toContain("@firma");
  });
});

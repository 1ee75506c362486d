import { describe, expect, test } from "vitest";
import { buildOnce, rigOfTest, told } from "./rig.ts";

const byColumn = '{ column: better, choices: { a: "{{one}}", "the other": { template: t/other.hbs } }, tie: drop }';
const pipeline = (preference: string, dataset = "", training = "training: { method: dpo }") => `
source: { type: csv, path: data.csv, key: name }
dataset:
  seed: 3
  messages:
    - { role: system, content: "Be brief." }
    - { role: user, content: "Hello {{name}}" }
    - { role: assistant, content: "Hm?" }
    - { role: user, content: "Well?" }
  preference: ${preference}
${dataset}
${training}
`;
const rows = (count: number, row: (index: number) => string = () => "Yes,No,a") =>
  `name,one,two,better\n${Array.from({ length: count }, (_, index) => `n${index},${row(index)}\n`).join("")}`;
const project = (preference: string, data: string, dataset = "") => ({
  "pipeline.yaml": pipeline(preference, dataset),
  "data.csv": data,
  "t/other.hbs": "{{two}} of {{name}}\n",
});

const input = (name: string) => [
  { role: "system", content: "Be brief." },
  { role: "user", content: `Hello ${name}` },
  { role: "assistant", content: "Hm?" },
  { role: "user", content: "Well?" },
];

describe("from rows with two answers to training files", () => {
  test("lines are the API's, keys in its order; the column decides which answer is preferred", async () => {
    const data = rows(12, (index) => (index % 2 === 0 ? `Yes ${index},No,a` : `Yes ${index},"No ""no""",the other`));
    const result = await buildOnce(project(byColumn, data));
    expect(result.problems).toEqual([]);
    const [first, second] = (await result.text("train")).split("\n");
    expect(first).toBe(
      '{"input":{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello n0"},{"role":"assistant","content":"Hm?"},{"role":"user","content":"Well?"}]},' +
        '"preferred_output":[{"role":"assistant","content":"Yes 0"}],"non_preferred_output":[{"role":"assistant","content":"No of n0"}]}',
    );
    expect(JSON.parse(second ?? "")).toEqual({
      input: { messages: input("n1") },
      preferred_output: [{ role: "assistant", content: 'No "no" of n1' }],
      non_preferred_output: [{ role: "assistant", content: "Yes 1" }],
    });
    expect(result.values["dataset"]).toEqual({
      from: expect.any(String),
      examples: 12,
      rows: 12,
      variants: 1,
      collapsed: 0,
    });
  });

  test("without a column the first answer is preferred in every row", async () => {
    const result = await buildOnce(project('{ preferred: "{{one}}", rejected: { template: t/other.hbs } }', rows(12)));
    expect(result.problems).toEqual([]);
    for (const line of await result.lines("train")) {
      expect(line["preferred_output"]).toEqual([{ role: "assistant", content: "Yes" }]);
      expect(line["non_preferred_output"]).toEqual([{ role: "assistant", content: expect.stringMatching(/^No of n/) }]);
    }
  });

  test("ties are left out and counted, each row once: by a word, by an empty cell, by equal answers", async () => {
    const ties = ["Yes,No,tie", "Yes,No,", "Yes,No,  ", "No of n3,No,a", "Yes,No,draw"];
    const words = byColumn.replace("tie: drop", "tie: drop, tie_values: [tie, draw]");
    const data = rows(17, (index) => ties[index] ?? "Yes,No,a");
    const result = await buildOnce(project(words, data, "  variants: 2"));
    expect(result.problems).toEqual([]);
    expect(result.values["dataset"]).toMatchObject({ rows: 17, ties: 5, examples: 12 });
    expect(result.texts["dataset"]).toBe("12 examples from 17 rows × 2, 5 ties dropped");
    expect(await result.text("train")).not.toMatch(/Hello n[0-4]"/);
  });

  test("only the variants whose answers are equal are left out", async () => {
    const drawn = "{ preferred: \"{{pick 'Yes' 'No'}}\", rejected: \"No\", tie: drop }";
    const result = await buildOnce(project(drawn, rows(40), "  variants: 8"));
    expect(result.problems).toEqual([]);
    const lines = await result.lines("train");
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines) expect(line["preferred_output"]).toEqual([{ role: "assistant", content: "Yes" }]);
    expect(result.values["dataset"]).toMatchObject({ examples: lines.length, ties: expect.any(Number) });
  });

  test("held-out rows expect the preferred answer, and are asked all of the messages", async () => {
    const data = rows(60, (index) => (index % 2 === 0 ? "Yes,No,a" : "Yes,No,the other"));
    const result = await buildOnce(project(byColumn, data, "  split: { validation: 0.2, test: 0.2 }"));
    expect(result.problems).toEqual([]);
    const held = await result.lines("heldOut");
    expect(held.length).toBeGreaterThan(5);
    for (const { vars, messages, expected } of held) {
      const { name, better } = vars as Record<string, string>;
      expect(messages).toEqual(input(name ?? ""));
      expect(expected).toBe(better === "a" ? "Yes" : `No of ${name}`);
    }
    const written = [...(await result.lines("validation")), ...(await result.lines("test"))];
    expect(written).toHaveLength(held.length);
    for (const line of written)
      expect(Object.keys(line)).toEqual(["input", "preferred_output", "non_preferred_output"]);
  });

  test("the estimate counts the prompt once and both answers, which are what is learnt", async () => {
    const result = await buildOnce(
      project(
        '{ preferred: Yes, rejected: "No no no no" }',
        rows(12, () => "x,x,a"),
      ),
    );
    const plain = await buildOnce({
      "pipeline.yaml": pipeline("", "", "")
        .replace("  preference: \n", "")
        .replace(
          '- { role: user, content: "Well?" }',
          '- { role: user, content: "Well?" }\n    - { role: assistant, content: Yes }',
        ),
      "data.csv": rows(12, () => "x,x,a"),
    });
    expect([...result.problems, ...plain.problems]).toEqual([]);
    const tokensOf = ({ values }: typeof result) =>
      values["estimate"] as { tokens: { training: number }; trained: number; longest: number };
    const [pairs, chats] = [tokensOf(result), tokensOf(plain)];
    expect(pairs.tokens.training).toBe(chats.tokens.training + 12 * (4 + 4));
    expect(pairs.trained).toBe(12 * (1 + 4));
    expect(pairs.longest).toBe(chats.longest + 3);
  });

  test("why names the templates of both answers, whichever is preferred", async () => {
    const data = rows(12, (index) => (index === 1 ? "Yes,No,the other" : "Yes,No,a"));
    const rules =
      "  rules: [{ type: max_tokens, value: 10, action: warn }, { type: max_words, value: 1, action: warn }]";
    const result = await buildOnce(project(byColumn, data, rules));
    const [first, second] = [
      await result.explain({ split: "training", line: 1 }),
      await result.explain({ split: "training", line: 2 }),
    ];
    expect(first.messages.at(-1)).toEqual({ role: "assistant", content: "Yes", template: "pipeline.yaml:12:47" });
    expect(first.rejected).toEqual({ role: "assistant", content: "No of n0", template: "t/other.hbs" });
    expect(second.messages.at(-1)).toMatchObject({ content: "No of n1", template: "t/other.hbs" });
    expect(second.rejected).toMatchObject({ content: "Yes", template: "pipeline.yaml:12:47" });
    expect(first.messages).toHaveLength(5);
    expect(first.rules.map(({ fault }) => fault)).toEqual([
      expect.stringMatching(/^The text has \d+ tokens/),
      expect.any(String),
    ]);
  });
});

describe("what is checked of preferences", () => {
  test("ties and cells that name no choice, all at once, each with its row", async () => {
    const cells = ["Yes,No,b", "Yes,No,A", "Yes,No,", "Yes,No,tie", "No of n4,No,a", "Yes,No,"];
    const refusing = byColumn.replace(", tie: drop", "");
    const { problems } = await buildOnce(
      project(
        refusing,
        rows(20, (index) => cells[index] ?? "Yes,No,a"),
      ),
    );
    expect(problems.map(told)).toEqual([
      'PREFERENCE_INVALID data.csv:2 The column "better" says "b", which is neither of the two choices.',
      'PREFERENCE_INVALID data.csv:3 The column "better" says "A", which is neither of the two choices.',
      'PREFERENCE_INVALID data.csv:4 Neither answer is preferred: the column "better" is empty.',
      'PREFERENCE_INVALID data.csv:5 Neither answer is preferred: the column "better" says "tie".',
      "PREFERENCE_INVALID data.csv:6 Neither answer is preferred: both say the same.",
    ]);
    expect(problems[1]?.hint).toBe('Did you mean "a"? It may say: a, the other, tie.');
    expect(problems[2]?.alsoAt).toEqual([expect.objectContaining({ line: 7 })]);
  });

  test("a column that is misspelt is told once, and not with every row that lacks it", async () => {
    const { problems } = await buildOnce(
      project('{ column: beter, choices: { a: "{{one}}", b: "{{two}}" } }', rows(14)),
    );
    expect(problems.map(told)).toEqual(['PIPELINE_INVALID pipeline.yaml:12:25 The source has no column "beter".']);
    expect(problems[0]?.hint).toContain('Did you mean "better"?');
  });

  test("values of JSON choose by their text; a list chooses nothing", async () => {
    const data = Array.from({ length: 12 }, (_, index) => ({
      q: `q${index}`,
      pick: index === 4 ? [1] : (index % 2) + 1,
    }));
    const yaml = `
source: { type: jsonl, path: data.jsonl }
dataset:
  messages: [{ role: user, content: "{{q}}" }]
  preference: { column: pick, choices: { "1": first, "2": second } }
training: { method: dpo }`;
    const { problems } = await buildOnce({
      "pipeline.yaml": yaml,
      "data.jsonl": data.map((row) => `${JSON.stringify(row)}\n`).join(""),
    });
    expect(problems.map(told)).toEqual([
      'PREFERENCE_INVALID data.jsonl:5 The column "pick" holds a list or an object, which is neither of the two choices.',
    ]);
  });

  test("rules look at the preferred answer; max_tokens and template_residue at both", async () => {
    const data = rows(14, (index) => {
      if (index === 2) return "Yes,TODO,a";
      if (index === 3) return "Yes,No no no no no no no no no no no,a";
      return index === 4 ? "long preferred words,No,a" : "Yes,No,a";
    });
    const rules =
      "  rules: [{ type: max_words, role: assistant, value: 2 }, { type: max_tokens, value: 17 }, { type: template_residue }]";
    const { problems } = await buildOnce(project(byColumn, data, rules));
    expect(problems.map(told)).toEqual([
      'RULE_BROKEN data.csv:4 With the rejected answer: The assistant\'s message holds what a template leaves behind: "TODO".',
      expect.stringMatching(
        /^RULE_BROKEN data.csv:5 With the rejected answer: The text has \d+ tokens, more than 17\.$/,
      ),
      expect.stringMatching(/^RULE_BROKEN data.csv:6 .*3 words/),
    ]);
  });

  test("equal examples of two rows are warned of; the same prompt with other answers is no duplicate", async () => {
    const yaml = pipeline('{ preferred: "{{one}}", rejected: "{{two}}" }').replace("Hello {{name}}", "Hello");
    const data = rows(14, (index) => (index < 2 ? "Yes,No,a" : index === 2 ? "Yes,Never,a" : `Yes ${index},No,a`));
    const { warnings, problems } = await buildOnce({ "pipeline.yaml": yaml, "data.csv": data });
    expect(problems).toEqual([]);
    expect(warnings.map(told)).toEqual([
      "EXAMPLE_DUPLICATE data.csv:3 The example says the same as that of data.csv:2.",
    ]);
  });

  test("a held-out prompt that training has seen is warned of, a whole pair is an error", async () => {
    const yaml = (two: string) =>
      pipeline(`{ preferred: "{{one}}", rejected: "${two}" }`, "  split: { test: 0.3 }").replace(
        "Hello {{name}}",
        "Hello",
      );
    const asked = await buildOnce({
      "pipeline.yaml": yaml("{{two}}"),
      "data.csv": rows(30, (index) => `Yes,No ${index},a`),
    });
    expect(asked.problems).toEqual([]);
    expect(asked.warnings.map(({ code, message }) => [code, message.slice(0, 10)])).toContainEqual([
      "SPLIT_LEAKAGE",
      "The prompt",
    ]);
    const whole = await buildOnce({ "pipeline.yaml": yaml("No"), "data.csv": rows(30) });
    expect(whole.problems.map(({ code }) => code)).toContain("SPLIT_LEAKAGE");
  });

  test("secrets and personal data are looked for in both answers, and redacted in both and in the row", async () => {
    const data = rows(30, (index) => (index === 3 ? "mail a@firma.de,mail b@firma.de,a" : `Yes ${index},No,a`));
    const redact = "  split: { test: 0.5 }\n  privacy: { personal: redact }";
    const answers = '{ preferred: "{{one}}", rejected: "{{two}} now" }';
    const result = await buildOnce(project(answers, data, redact));
    expect(result.problems).toEqual([]);
    expect(result.values["checks"]).toMatchObject({ redacted: 1 });
    const all = (await Promise.all((["train", "test", "heldOut"] as const).map((file) => result.text(file)))).join("");
    expect(all).toContain('"mail [email]"');
    expect(all).toContain('"mail [email] now"');
    expect(all).not.toContain("firma");
    const warned = await buildOnce(project(answers, data));
    expect(warned.warnings.map(({ message }) => message)).toEqual([
      'The assistant\'s message holds an e-mail address, from the column "one".',
    ]);
    expect(warned.warnings[0]?.location).toMatchObject({ line: 5 });
  });

  test("answers that only differ in what is redacted are refused", async () => {
    const data = rows(14, (index) => (index === 3 ? "a@firma.de,b@firma.de,a" : "Yes,No,a"));
    const answers = '{ preferred: "{{one}}", rejected: "{{two}}", tie: drop }';
    const { problems } = await buildOnce(project(answers, data, "  privacy: { personal: redact }"));
    expect(problems.map(told)).toEqual([
      "PREFERENCE_INVALID data.csv:5 With secrets and personal data replaced, both answers say the same.",
    ]);
  });
});

describe("what a preference is made from", () => {
  test("is part of the stage's record: an edited answer builds anew, and so does another action on ties", async () => {
    const rig = await rigOfTest(project(byColumn, rows(14)));
    const first = await rig.build();
    expect((await rig.build()).actions).toMatchObject({ dataset: "reused", split: "reused" });
    await rig.write("t/other.hbs", "{{two}}, {{name}}\n");
    const edited = await rig.build();
    expect(edited.actions).toMatchObject({ source: "reused", dataset: "ran", split: "ran" });
    expect(await edited.text("train")).not.toBe(await first.text("train"));
    await rig.write("pipeline.yaml", pipeline(byColumn.replace("tie: drop", "tie: refuse")));
    expect((await rig.build()).actions).toMatchObject({ source: "reused", dataset: "ran" });
  });
});

describe("ready-made preferences", () => {
  const line = (index: number, more: object = {}) => ({
    input: { messages: [{ role: "user", content: `q${index}` }] },
    preferred_output: [{ role: "assistant", content: "good" }],
    non_preferred_output: [{ role: "assistant", content: "bad" }],
    ...more,
  });
  const files = (lines: readonly object[], method = "dpo") => ({
    "pipeline.yaml": `source: { type: messages, path: d.jsonl }\ndataset: { split: { test: 0.2 } }\ntraining: { method: ${method} }`,
    "d.jsonl": lines.map((one) => `${JSON.stringify(one)}\n`).join(""),
  });

  test("go through as they are", async () => {
    const lines = Array.from({ length: 30 }, (_, index) => line(index));
    const result = await buildOnce(files(lines));
    expect(result.problems).toEqual([]);
    const written = [...(await result.lines("train")), ...(await result.lines("test"))];
    const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
    expect(sorted(written)).toEqual(sorted(lines));
    for (const held of await result.lines("heldOut")) expect(held["expected"]).toBe("good");
    expect((await result.explain({ split: "training", line: 1 })).rejected).toMatchObject({
      content: "bad",
      template: undefined,
    });
  });

  test("are of the method dpo, and chats are not: each is refused beside the other, with what to write", async () => {
    const chat = {
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: "a" },
      ],
    };
    const lines = [line(0), chat, ...Array.from({ length: 12 }, (_, index) => line(index + 2))];
    const ofDpo = await buildOnce(files(lines));
    expect(ofDpo.problems.map(told)).toEqual([
      'EXAMPLE_INVALID d.jsonl:2 The line is a chat of "messages", and training.method is dpo.',
    ]);
    expect(ofDpo.problems[0]?.hint).toContain("non_preferred_output");
    const supervised = await buildOnce(files(lines, "supervised"));
    expect(supervised.problems.map(told)).toEqual([
      "EXAMPLE_INVALID d.jsonl:1 The line is a preference, and training.method is supervised.",
    ]);
    expect(supervised.problems[0]?.hint).toContain("method: dpo");
    expect(supervised.problems[0]?.alsoAt).toHaveLength(12);
  });

  test("the messages in them are judged as those of chats are", async () => {
    const { problems } = await buildOnce(
      files([
        line(0, { input: { messages: [{ role: "tool", content: "x" }] } }),
        line(1, { preferred_output: [{ role: "assistant", content: " " }] }),
        line(2, { non_preferred_output: [{ role: "assistant", content: " " }] }),
        line(3, { non_preferred_output: [{ role: "assistant", content: "half \ud83d" }] }),
        line(4, { input: { messages: [{ role: "user", content: 7 }] } }),
      ]),
    );
    expect(problems.map(told)).toEqual([
      "EXAMPLE_INVALID d.jsonl:1 The message 1 (tool) has no tool_call_id.",
      "EXAMPLE_EMPTY d.jsonl:2 The message 2 (assistant) is empty.",
      "EXAMPLE_EMPTY d.jsonl:3 The rejected answer is empty.",
      "EXAMPLE_INVALID d.jsonl:4 The rejected answer holds half of a surrogate pair.",
      "EXAMPLE_INVALID d.jsonl:5 The content of message 1 (user) is no text.",
    ]);
  });
});

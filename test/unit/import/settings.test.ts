import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FtpipeError } from "../../../src/core/errors.ts";
import { isAzdJob, readAzdJob } from "../../../src/import/azd.ts";
import { isPromptfoo, namesIn, readPromptfoo } from "../../../src/import/promptfoo.ts";
import { withTests } from "../../../src/import/test-text.ts";

describe("a promptfoo config", () => {
  const read = (yaml: string) => readPromptfoo(parse(yaml) as Record<string, unknown>);

  test("gives its deterministic assertions, those of defaultTest too, under the same names", () => {
    const { tests, left, prompt } = read(`
prompts: ["Review {{product}}."]
defaultTest: { vars: { shop: ours }, assert: [{ type: not-contains, value: "As an AI" }] }
tests:
  - description: A lamp
    vars: { product: lamp, price: 20 }
    assert:
      - { type: icontains, value: "{{product}}", metric: Facts OK, weight: 2 }
      - { type: rouge-n, value: a lamp, threshold: 0.5 }
`);
    expect(left).toEqual([]);
    expect(prompt).toBe("Review {{product}}.");
    expect(tests).toEqual([
      {
        number: 1,
        description: "A lamp",
        vars: { shop: "ours", product: "lamp", price: 20 },
        assert: [
          { type: "not-contains", value: "As an AI" },
          { type: "icontains", value: "{{product}}", metric: "facts_ok" },
          { type: "rouge-n", value: "a lamp", threshold: 0.5 },
        ],
      },
    ]);
  });

  test.each([
    ["{ type: javascript, value: output.length }", "it is a program, and was not run"],
    ["{ type: not-python, value: 'file://check.py' }", "it is a program, and was not run"],
    ["{ type: contains, value: 'file://value.js' }", "file://value.js is a program, and was not run"],
    ["{ type: is-json, value: 'file://schema.json' }", "copy it into the pipeline"],
    ["{ type: llm-rubric, value: Kind? }", "another model judges it"],
    ["{ type: latency, threshold: 3 }", "there is no such assertion here"],
    ["{ type: is-json, weight: 0 }", "it always passes"],
    ["{ type: equals, value: x, transform: output.trim() }", "changes the answer by a program"],
    ["{ type: equals, value: '{{ a | upper }}' }", "a template with more than names in it"],
  ])("leaves %s behind, and says why", (assertion, because) => {
    const { tests, left } = read(`tests: [{ assert: [${assertion}] }]`);
    expect(tests).toEqual([]);
    expect(left[0]).toEqual({
      what: expect.stringMatching(/^test 1, assertion 1 \(/),
      because: expect.stringContaining(because),
    });
  });

  test.each([
    ["tests: file://tests.csv", "tests"],
    ["tests: [file://more.yaml]", "test 1"],
    ["tests: [{ vars: { a: file://a.txt }, assert: [{ type: equals, value: x }] }]", "test 1"],
    ["tests: [{ vars: { a: [1, 2] }, assert: [{ type: equals, value: x }] }]", "test 1"],
    ["tests: [{ vars: { a: b } }]", "test 1"],
  ])("takes no test from what it does not read: %s", (yaml, what) => {
    const { tests, left } = read(yaml);
    expect([tests, left.map((one) => one.what)]).toEqual([[], [what]]);
  });

  test("is told from a pipeline and a job of azd", () => {
    expect(isPromptfoo({ prompts: [], tests: [] })).toBe(true);
    expect(isPromptfoo({ targets: {}, evaluation: { tests: [] } })).toBe(false);
    expect(isAzdJob({ model: "gpt-4.1-mini", training_file: "local:a.jsonl" })).toBe(true);
    expect(namesIn([{ value: "{{ a }} and {{b}}" }])).toEqual(["a", "b"]);
  });
});

describe("tests that are added to a pipeline", () => {
  const added = [{ vars: { a: "x: y" }, assert: [{ type: "equals", value: "{{a}}" }] }];

  test("leave every other line as it was", () => {
    const before =
      "evaluation:\n  tests:     # mine\n    - vars: { a: 1 }   # first\n      assert:\n        - type: regex\n          value: |\n            a\n  gate: []   # none\n";
    const after = withTests(before, added);
    const lines = after.split("\n");
    expect(before.split("\n").filter((line) => !lines.includes(line))).toEqual([]);
    expect((parse(after) as { evaluation: { tests: unknown[] } }).evaluation.tests).toHaveLength(2);
    expect(after).toContain('          value: "{{a}}"\n  gate: []   # none\n');
  });

  test("go into a list in brackets too", () => {
    const after = withTests("evaluation: { tests: [{ vars: { a: 1 }, assert: [] }] }   # mine\n", added);
    expect((parse(after) as { evaluation: { tests: unknown[] } }).evaluation.tests).toEqual([
      { vars: { a: 1 }, assert: [] },
      ...added,
    ]);
    expect(after).toContain("# mine");
  });
});

describe("a job file of azd", () => {
  const job = {
    model: "gpt-4.1-mini",
    training_file: "local:./data/train.jsonl",
    validation_file: "local:./data/held.jsonl",
    suffix: "shop",
    seed: 7,
    extra_body: { trainingType: "Standard" },
    method: { type: "dpo", dpo: { hyperparameters: { epochs: 3, beta: 0.2, batch_size: "auto" } } },
  };

  test("gives data and recipe, with epochs under OpenAI's name", () => {
    expect(readAzdJob(job, "job.yaml")).toMatchObject({
      training: "./data/train.jsonl",
      validation: "./data/held.jsonl",
      job: {
        method: "dpo",
        base: "gpt-4.1-mini",
        suffix: "shop",
        seed: 7,
        hyperparameters: { n_epochs: 3, beta: 0.2 },
      },
      notCarried: ["extra_body: what azd or Azure alone make of it"],
    });
  });

  test("says so where its data is not on this machine", () => {
    const wrong = () => readAzdJob({ ...job, training_file: "file-abc" }, "job.yaml");
    expect(wrong).toThrow(FtpipeError);
    expect(wrong).toThrow("training_file of job.yaml is a file at Azure, file-abc.");
  });
});

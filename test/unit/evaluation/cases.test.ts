import { afterEach, describe, expect, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import type { EvalCase } from "../../../src/evaluation/cases.ts";
import { casesOf } from "../../../src/stages/cases.ts";
import { evaluationRig, type RigOptions, readyHead } from "./rig.ts";

let removals: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const remove of removals) await remove();
  removals = [];
});

async function build(options: RigOptions): Promise<readonly EvalCase[]> {
  const rig = await evaluationRig(options);
  removals.push(rig.remove);
  return casesOf(rig.data, rig);
}

/** `line:column message`, of every problem. */
async function faults(options: RigOptions): Promise<readonly string[]> {
  try {
    await build(options);
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    return error.problems.map(
      ({ code, message, location }) => `${code} ${location?.line}:${location?.column} ${message}`,
    );
  }
  return [];
}

const row = (product: string, split = "test") => ({
  split,
  key: product,
  vars: { product, tone: "", feature: "so round" },
  messages: [{ role: "user", content: `Review ${product}.` }],
  expected: `I love this ${product}, so round!`,
  file: "products.csv",
  line: 7,
});

const contains = "assert: [{ type: contains, value: love }]";

describe("cases from vars", () => {
  test("send the messages before the assistant's last, rendered from the vars", async () => {
    const [first] = await build({ evaluation: `  tests: [{ vars: { product: a lamp, tone: dry }, ${contains} }]` });
    expect(first?.messages).toEqual([
      { role: "system", content: "You review products in a dry tone." },
      { role: "user", content: "Review a lamp." },
    ]);
    expect(first?.location).toEqual({ file: "pipeline.yaml", line: 11 });
  });

  test("may leave out what the templates can do without, and give what only the answer's template uses", async () => {
    const evaluation = `  tests: [{ vars: { product: a lamp, feature: so bright }, ${contains} }]`;
    const [first] = await build({ evaluation });
    expect(first?.messages[0]?.content).toBe("You review products.");
  });

  test("render the templates of assertions, in lists and objects too", async () => {
    const [first] = await build({
      evaluation: `  tests:
    - vars: { product: a lamp }
      assert:
        - { type: contains-all, value: ["{{product}}", "{{upper product}}"], metric: names_it }
        - { type: not-equals, value: { name: "{{product}}", count: 2 } }`,
    });
    expect(first?.assertions).toEqual([
      { type: "contains-all", negated: false, metric: "names_it", options: { value: ["a lamp", "A LAMP"] } },
      { type: "not-equals", negated: true, options: { value: { name: "a lamp", count: 2 } } },
    ]);
  });

  test("have ids that stay when other tests come after them", async () => {
    const one = `{ vars: { product: a lamp }, ${contains} }`;
    const [alone] = await build({ evaluation: `  tests: [${one}]` });
    const [first, second] = await build({ evaluation: `  tests: [${one}, ${one}]` });
    expect(first?.id).toBe(alone?.id);
    expect(second?.id).not.toBe(first?.id);
  });
});

describe("cases from held-out rows", () => {
  test("are one a row of the split, with its messages as training had them", async () => {
    const cases = await build({
      evaluation: `  tests: [{ from: split.test, ${contains} }]`,
      heldOut: [row("lamp"), row("oven", "validation"), row("fan")],
    });
    expect(cases.map(({ id }) => id)).toEqual(["1:lamp", "1:fan"]);
    expect(cases[0]?.messages).toEqual([{ role: "user", content: "Review lamp." }]);
    expect(cases[0]?.location).toEqual({ file: "products.csv", line: 7 });
  });

  test("offer {{expected}}, which equals takes by itself", async () => {
    const [first] = await build({
      evaluation: `  tests: [{ from: split.test, assert: [{ type: equals }, { type: levenshtein, value: "{{expected}}" }] }]`,
      heldOut: [row("lamp")],
    });
    expect(first?.assertions.map(({ options }) => options)).toEqual([
      { value: "I love this lamp, so round!" },
      { value: "I love this lamp, so round!", threshold: 5 },
    ]);
  });

  test("refuse a split without rows", async () => {
    const evaluation = `  tests: [{ from: split.validation, ${contains} }]`;
    expect(await faults({ evaluation, heldOut: [row("lamp")] })).toEqual([
      "CASE_INVALID 11:19 The validation split has no rows, so this test has no cases.",
    ]);
  });

  test("refuse an assertion that a row leaves empty, naming the row", async () => {
    const evaluation = `  tests: [{ from: split.test, assert: [{ type: contains, value: "{{default tone ''}}" }] }]`;
    expect(await faults({ evaluation, heldOut: [row("lamp"), row("fan")] })).toEqual([
      expect.stringMatching(/^CASE_INVALID 11:\d+ In case "lamp", contains: `value` is empty/),
      expect.stringMatching(/^CASE_INVALID 11:\d+ In case "fan", contains: `value` is empty/),
    ]);
  });
});

describe("cases over ready-made examples", () => {
  const chat = (system: string | undefined) => ({
    messages: [
      ...(system === undefined ? [] : [{ role: "system", content: system }]),
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
    ],
  });
  const prompt = `  tests: [{ prompt: "Where is {{thing}}?", vars: { thing: my order }, ${contains} }]`;

  test("send a prompt after the examples' one system message", async () => {
    const [first] = await build({
      head: readyHead,
      evaluation: prompt,
      training: [chat("Be kind."), chat("Be kind.")],
    });
    expect(first?.messages).toEqual([
      { role: "system", content: "Be kind." },
      { role: "user", content: "Where is my order?" },
    ]);
  });

  test("send a prompt alone where the examples have no system message", async () => {
    const [first] = await build({ head: readyHead, evaluation: prompt, training: [chat(undefined)] });
    expect(first?.messages).toEqual([{ role: "user", content: "Where is my order?" }]);
  });

  test("refuse a prompt where the examples' system messages differ, and vars alone", async () => {
    const training = [chat("Be kind."), chat(undefined)];
    expect(await faults({ head: readyHead, evaluation: prompt, training })).toEqual([
      "CASE_INVALID 6:21 The examples have different system messages, so there is no one to send before `prompt`.",
    ]);
    const vars = `  tests: [{ vars: { thing: x }, ${contains} }]`;
    expect(await faults({ head: readyHead, evaluation: vars, training })).toEqual([
      "CASE_INVALID 6:19 The data are ready-made messages, without templates that `vars` could fill.",
    ]);
  });

  test("send a chat as it is, its templates rendered", async () => {
    const evaluation = `  tests:
    - messages: [{ role: system, content: "No {{thing}}." }, { role: user, content: Hi }]
      vars: { thing: jokes }
      ${contains}`;
    const [first] = await build({ head: readyHead, evaluation, training: [chat("Other.")] });
    expect(first?.messages).toEqual([
      { role: "system", content: "No jokes." },
      { role: "user", content: "Hi" },
    ]);
  });
});

describe("tests that would go wrong in silence", () => {
  test("are told all at once, each at its place", async () => {
    const evaluation = `  tests:
    - { vars: { produkt: a lamp }, ${contains} }
    - { vars: { product: a lamp }, from: split.test, ${contains} }
    - { prompt: hi, messages: [{ role: user, content: hi }], ${contains} }
    - { description: nothing to ask, ${contains} }
    - { messages: [{ role: user, content: hi }, { role: assistant, content: ho }], ${contains} }
    - { vars: { product: a lamp }, assert: [{ type: contains, value: "{{prodct}}" }] }
    - { vars: { product: a lamp }, assert: [{ type: equals }] }
    - { from: split.test, assert: [{ type: contains, value: "{{colour}}" }] }`;
    expect(await faults({ evaluation, heldOut: [row("lamp")] })).toEqual([
      expect.stringMatching(/^CASE_INVALID 12:\d+ No template and no assertion uses the variable "produkt"\.$/),
      expect.stringMatching(/^CASE_INVALID 12:\d+ The case has no value for {{product}}\.$/),
      expect.stringMatching(/^CASE_INVALID 13:\d+ The test has both `from` and `vars`\.$/),
      expect.stringMatching(/^CASE_INVALID 14:\d+ The test has both `prompt` and `messages`\.$/),
      expect.stringMatching(/^CASE_INVALID 15:\d+ The test says nothing to ask\.$/),
      expect.stringMatching(/^CASE_INVALID 16:\d+ The chat ends with the assistant, so there is nothing to answer\.$/),
      expect.stringMatching(/^CASE_INVALID 17:\d+ The case has no variable "prodct"\.$/),
      expect.stringMatching(/^CASE_INVALID 18:\d+ equals has no value, and the case no expected answer\.$/),
      expect.stringMatching(/^CASE_INVALID 19:\d+ The case has no variable "colour"\.$/),
    ]);
  });

  test("name the character in a template where a name is misspelt", async () => {
    const evaluation = `  tests: [{ vars: { product: a lamp }, assert: [{ type: contains, value: "x {{prodct}}" }] }]`;
    const source = `  tests: [{ vars: { product: a lamp }, assert: [{ type: contains, value: "x {{`;
    expect(await faults({ evaluation })).toEqual([
      `CASE_INVALID 11:${source.length + 1} The case has no variable "prodct".`,
    ]);
  });
});

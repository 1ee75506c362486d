import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadPipeline } from "../../../src/config/load.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { registryRules } from "../../../src/stages/registry-rules.ts";

const { files } = nodePorts({});
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ftpipe-load-"));
  await mkdir(join(folder, "project/.git"), { recursive: true });
  await mkdir(join(folder, "project/pipelines"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function load(text: string, dataRoots: readonly string[] = []) {
  const file = join(folder, "project/pipelines/p.yaml");
  await writeFile(file, text);
  return loadPipeline({ file, workingDirectory: join(folder, "project"), files, rules: registryRules, dataRoots });
}

/** The whole format, every kind of value once. */
const complete = `# yaml-language-server: $schema=../schemas/pipeline.schema.json
version: 1
name: reviewer
description: An enthusiastic product reviewer
source:
  type: csv
  path: data/products.csv
  key: product
  schema: ../schemas/product.schema.json
dataset:
  seed: 7
  messages:
    - role: system
      template: ../templates/reviewer/system.hbs
    - role: user
      content: "Review this product: {{product}}."
    - role: assistant
      template: ../templates/reviewer/assistant.hbs
  variants: 2
  rules:
    - { type: max_tokens, value: 400 }
    - { type: matches, role: assistant, pattern: "!", action: warn }
  split: { validation: 0.1, test: 0.1, group_by: product }
training:
  method: supervised
  suffix: reviewer
  seed: 7
  hyperparameters: { n_epochs: auto }
targets:
  local:  { provider: local, model: ftpipe-mini }
  openai: { provider: openai, model: gpt-4.1-mini-2025-04-14 }
default_target: local
evaluation:
  compare: [base]
  defaults: { temperature: 0, max_tokens: 200 }
  tests:
    - vars: { product: a noise-cancelling headphone }
      assert: [{ type: icontains, value: "{{product}}" }]
    - from: split.test
      assert: [{ type: contains-any, value: ["!", "love", "amazing"] }]
  gate:
    - { metric: pass_rate, minimum: 0.8 }
    - { metric: pass_rate, against: base, minimum_gain: 0.2 }
`;

const small = `version: 1
name: p
source: { type: csv, path: a.csv }
dataset: { messages: [{ role: assistant, content: "{{a}}" }] }
targets: { local: { provider: local } }
evaluation: { tests: [{ vars: {}, assert: [{ type: contains, value: x }] }] }
`;

describe("a pipeline", () => {
  test("in its whole format is valid", async () => {
    const { pipeline, lockFile, root } = await load(complete);
    expect(pipeline.dataset.split).toEqual({ validation: 0.1, test: 0.1, group_by: "product" });
    expect(lockFile).toBe(join(folder, "project/pipelines/p.lock.yaml"));
    expect(root).toBe(join(folder, "project"));
  });

  test("gets every default from the schema", async () => {
    const { pipeline } = await load(small);
    expect(pipeline).toMatchObject({
      dataset: { seed: 1, variants: 1, rules: [], split: { validation: 0, test: 0 } },
      training: { method: "supervised", hyperparameters: {} },
      targets: { local: { model: "ftpipe-mini" } },
      evaluation: { compare: ["base"], defaults: { temperature: 0, max_tokens: 200 }, gate: [] },
      source: { allow_empty: [] },
    });
  });

  test("tells all its faults at once, in the order of the file", async () => {
    const broken = small
      .replace("name: p", "name: P")
      .replace("type: csv", "type: xls")
      .replace("local: {", "local: { epochs: 1,")
      .replace("tests: [", "test: [], tests: [");
    const error = await load(broken).catch((caught: { problems: { location: { line: number } }[] }) => caught);
    expect(error).toMatchObject({ code: "PIPELINE_INVALID" });
    expect(
      (error as { problems: { location: { line: number } }[] }).problems.map(({ location }) => location.line),
    ).toEqual([2, 3, 5, 6]);
  });

  test.each([
    ["a message without a text", small.replace(', content: "{{a}}"', ""), /no text/],
    ["a message with two texts", small.replace('content: "{{a}}"', 'content: "{{a}}", template: a.hbs'), /both/],
    [
      "a last message that is not the assistant's",
      small.replace("role: assistant", "role: user"),
      /user's, not the assistant's/,
    ],
    [
      "a weight on a user message",
      small.replace("[{ role: assistant", "[{ role: user, content: x, weight: 0 }, { role: assistant"),
      /can't have a weight/,
    ],
    ["nothing to train on", small.replace('content: "{{a}}"', 'content: "{{a}}", weight: 0'), /every weight is 0/],
    ["no messages", small.replace(/dataset: .*\n/, ""), /no dataset\.messages/],
    ["messages over ready-made ones", small.replace("type: csv", "type: messages"), /takes no dataset\.messages/],
    [
      "splits that leave nothing",
      small.replace("dataset: {", "dataset: { split: { test: 0.6, validation: 0.6 },"),
      /120 %/,
    ],
    ["a default target that is not there", `${small}default_target: lokal\n`, /no target "lokal"/],
    [
      "a comparison with a model that is not asked",
      small.replace(
        "evaluation: {",
        "evaluation: { gate: [{ metric: pass_rate, against: previous, minimum_gain: 0 }],",
      ),
      /previous is not asked/,
    ],
    [
      "a gain over nothing",
      small.replace("evaluation: {", "evaluation: { gate: [{ metric: pass_rate, minimum_gain: 0 }],"),
      /needs `against`/,
    ],
    [
      "accuracy without labels",
      small.replace("evaluation: {", "evaluation: { gate: [{ metric: accuracy, minimum: 0.5 }],"),
      /no metric "accuracy"/,
    ],
    ["a metric name that is taken", small.replace("type: contains,", "type: contains, metric: pass_rate,"), /is taken/],
    [
      "a rule whose pattern does not compile",
      small.replace("dataset: {", 'dataset: { rules: [{ type: matches, pattern: "(?=x)" }],'),
      /linear time/,
    ],
  ])("with %s is refused", async (_name, text, message) => {
    await expect(load(text)).rejects.toMatchObject({ code: "PIPELINE_INVALID", message });
  });
});

describe("a path in a pipeline", () => {
  const resolve = async (path: string, dataRoots: readonly string[] = []) =>
    (await load(small, dataRoots)).resolve(path, "/source/path", "SOURCE_NOT_FOUND").then(
      ({ displayPath }) => displayPath,
      ({ code }: { code: string }) => code,
    );

  beforeEach(async () => {
    await writeFile(join(folder, "outside.csv"), "a\n1\n");
    await mkdir(join(folder, "project-evil"));
    await writeFile(join(folder, "project-evil/a.csv"), "a\n1\n");
    await writeFile(join(folder, "project/inside.csv"), "a\n1\n");
    await symlink(join(folder, "outside.csv"), join(folder, "project/link.csv"));
    await symlink(folder, join(folder, "project/up"));
  });

  test("may climb inside the root", async () => {
    expect(await resolve("../inside.csv")).toBe("inside.csv");
  });

  test.each([
    "../../outside.csv",
    "../../project-evil/a.csv",
    "../link.csv",
    "../up/outside.csv",
    "/etc/hostname",
    "../pipelines",
    "/proc/self/environ",
  ])("may not lead out or to what is no file: %s", async (path) => {
    expect(await resolve(path)).toBe("PATH_INVALID");
  });

  test("may lead to a folder that the environment allows", async () => {
    expect(await resolve("../../project-evil/a.csv", [join(folder, "project-evil")])).toContain("project-evil/a.csv");
  });
});

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parse } from "yaml";
import { createRig, type Rig, tinyPipeline } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.remove());

const pipelineOf = (text: string) => text.replace("dataset:\n", "dataset:\n  split: { validation: 0.2 }\n");

const exportTo = (trainer: string, ...more: readonly string[]) =>
  rig.ftpipe(["export", "towns.yaml", "--target", trainer, "--base", "Qwen/Qwen3-8B", "--out", "gpu", ...more]);

const linesOf = (name: string) =>
  rig
    .read(name)
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const errorsOf = (stdout: string) => JSON.parse(stdout) as { readonly error: { readonly code: string } };

test("a folder with rows, config and README is written, the same bytes each time", async () => {
  rig = createRig(tinyPipeline(pipelineOf));
  const { code, stdout, stderr } = await exportTo("trl");
  expect(stderr).not.toContain("✖");
  expect(code).toBe(0);
  expect(stdout).toContain("cd gpu && trl sft --config trl.yaml");
  expect(stdout).toMatch(/A step takes 1 row on one GPU/);
  const training = linesOf("gpu/data/train.jsonl");
  const validation = linesOf("gpu/data/validation.jsonl");
  expect(training.length + validation.length).toBe(14);
  expect(Object.keys(training[0] as object)).toEqual(["prompt", "completion"]);
  expect(parse(rig.read("gpu/trl.yaml"), { version: "1.1" })).toMatchObject({
    model_name_or_path: "Qwen/Qwen3-8B",
    num_train_epochs: 2,
    seed: 5,
  });
  expect(rig.read("gpu/README.md")).toContain("trl sft --config trl.yaml");
  const files = ["data/train.jsonl", "data/validation.jsonl", "trl.yaml", "README.md", "export.json"];
  const before = files.map((name) => rig.read(`gpu/${name}`));
  const listed = JSON.parse(rig.read("gpu/export.json")) as { files: { path: string; sha256: string }[] };
  for (const { path, sha256 } of listed.files) {
    expect(
      createHash("sha256")
        .update(readFileSync(join(rig.folder, "gpu", path)))
        .digest("hex"),
    ).toBe(sha256);
  }
  expect((await exportTo("trl")).code).toBe(0);
  expect(files.map((name) => rig.read(`gpu/${name}`))).toEqual(before);
});

test("trained weights stay when the data is exported anew, and rows that are no more do not", async () => {
  rig = createRig(tinyPipeline(pipelineOf));
  expect((await exportTo("axolotl")).code).toBe(0);
  rig.write({ "gpu/output/adapter.safetensors": "weights" });
  expect((await exportTo("axolotl", "--set", "dataset.split={}")).code).toBe(0);
  expect(rig.read("gpu/output/adapter.safetensors")).toBe("weights");
  expect(existsSync(join(rig.folder, "gpu/data/validation.jsonl"))).toBe(false);
  expect(linesOf("gpu/data/train.jsonl")).toHaveLength(14);
  expect(parse(rig.read("gpu/axolotl.yaml"))).not.toHaveProperty("test_datasets");
});

test("a folder of somebody else's files is left alone", async () => {
  rig = createRig({ ...tinyPipeline(pipelineOf), "gpu/README.md": "mine" });
  const { code, stderr } = await exportTo("trl");
  expect(code).toBe(2);
  expect(stderr).toContain("INIT_EXISTS");
  expect(rig.read("gpu/README.md")).toBe("mine");
  expect(existsSync(join(rig.folder, "gpu/data"))).toBe(false);
});

test("what is not carried over is said", async () => {
  rig = createRig(tinyPipeline(pipelineOf));
  const given =
    "targets.echo={ provider: openai, model: gpt-4.1-mini-2025-04-14, hyperparameters: { learning_rate_multiplier: 2 } }";
  const { code, stdout } = await exportTo("trl", "--json", "--from", "echo", "--set", given);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    trainer: "trl",
    learning_rate: 0.0002,
    notes: [expect.stringContaining("learning_rate_multiplier 2 is not converted")],
  });
  expect(rig.read("gpu/README.md")).toContain("learning_rate_multiplier 2 is not converted");
});

test.each([
  ["no trainer", ["export", "towns.yaml"], "USAGE", "--target trl or axolotl"],
  ["a trainer that is none", ["export", "--target", "trll"], "USAGE", 'Did you mean "trl"?'],
  ["a style that is none", ["export", "--target", "trl", "--style", "chat"], "USAGE", "prompt-completion"],
  ["a model without weights", ["export", "--target", "trl"], "USAGE", "--base Qwen/Qwen3-8B"],
  ["an empty base", ["export", "--target", "trl", "--base", ""], "USAGE", "--base Qwen/Qwen3-8B"],
  ["an unknown target", ["export", "--target", "trl", "--from", "opnai"], "TARGET_UNKNOWN", "Targets"],
])("%s ends with a hint and exit 2", async (_name, words, error, hint) => {
  rig = createRig(tinyPipeline());
  const { code, stdout } = await rig.ftpipe([...words, "--json"]);
  expect(code).toBe(2);
  expect(errorsOf(stdout).error.code).toBe(error);
  expect(stdout).toContain(JSON.stringify(hint).slice(1, -1));
  expect(existsSync(join(rig.folder, ".ftpipe/export"))).toBe(false);
});

test("lines that a trainer can't take are all told, and nothing is written", async () => {
  const line = (number: number) =>
    JSON.stringify({
      messages: [
        { role: "user", content: `Town ${number}?` },
        { role: "assistant", content: "Which?", weight: number % 2 },
        { role: "user", content: "That one." },
        { role: "assistant", content: `Town ${number}!` },
      ],
    });
  const yaml = `version: 1
name: towns
source: { type: messages, path: towns.jsonl }
targets: { local: { provider: local, model: ftpipe-nano } }
evaluation: { tests: [{ prompt: "Oslo?", assert: [{ type: contains, value: "!" }] }] }
`;
  rig = createRig({ "towns.yaml": yaml, "towns.jsonl": Array.from({ length: 12 }, (_, n) => line(n)).join("\n") });
  const { code, stderr } = await exportTo("trl", "--style", "messages");
  expect(code).toBe(2);
  expect(stderr).toMatch(/EXAMPLE_INVALID.*train\.jsonl:1\b/);
  expect(stderr).toContain("weight 0");
  expect(stderr).toContain("--style prompt-completion");
  expect(existsSync(join(rig.folder, "gpu/data/train.jsonl"))).toBe(false);
  expect((await exportTo("trl")).code).toBe(0);
  expect(linesOf("gpu/data/train.jsonl")).toHaveLength(12 + 6);
});

test("reinforcement is refused with its reason", async () => {
  const yaml = `version: 1
name: towns
source: { type: csv, path: towns.csv, key: town }
dataset:
  messages: [{ role: user, content: "{{town}}?" }]
  item: { greeting: "{{greeting}}" }
training:
  method: reinforcement
  grader: { type: string_check, name: right, input: "{{sample.output_text}}", reference: "{{item.greeting}}", operation: eq }
targets: { openai: { provider: openai, model: o4-mini-2025-04-16 } }
evaluation: { tests: [{ from: split.test, assert: [{ type: contains, value: a }] }] }
`;
  rig = createRig({ ...tinyPipeline(), "towns.yaml": yaml });
  const { code, stderr } = await exportTo("trl");
  expect(stderr).toContain("Reinforcement can't be exported");
  expect(code).toBe(2);
});

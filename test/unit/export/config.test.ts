import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configYaml } from "../../../src/export/config-yaml.ts";
import { trainers } from "../../../src/export/index.ts";
import { type RecipeInputs, type RowCounts, recipeOf } from "../../../src/export/recipe.ts";

type Options = Readonly<Record<string, string>>;

const published = (name: string): Readonly<Record<string, Options>> =>
  JSON.parse(readFileSync(new URL(`../../fixtures/export/${name}-options.json`, import.meta.url), "utf8"));

const inputs: RecipeInputs = {
  pipeline: "towns",
  method: "supervised",
  style: "prompt-completion",
  base: "Qwen/Qwen3-8B",
  hyperparameters: {},
  automaticEpochs: 3,
  seed: { value: 7, why: "seed of the pipeline" },
  longestTokens: 300,
  encoding: "o200k_base",
};
const rows: RowCounts = { training: 244, validation: 17 };

/** The config as Python's YAML 1.1 reads it. */
function configOf(name: string, change: Partial<RecipeInputs> = {}, counts = rows): Readonly<Record<string, unknown>> {
  const trainer = trainers.find((one) => one.name === name)!;
  const recipe = recipeOf({ ...inputs, ...change }, counts, "0123456789ab");
  return parse(configYaml("towns", trainer.config(recipe)), { version: "1.1" }) as Record<string, unknown>;
}

/** Why a value is none of the type that the list gives; undefined if it is. */
function fault(value: unknown, type: string): string | undefined {
  return type.split(" | ").some((one) => fits(value, one)) ? undefined : `${JSON.stringify(value)} is no ${type}`;
}

function fits(value: unknown, type: string): boolean {
  if (type === "bool") return typeof value === "boolean";
  if (type === "int") return Number.isInteger(value);
  if (type === "float") return typeof value === "number";
  if (type === "str") return typeof value === "string";
  if (type === "None") return value === null;
  if (type.startsWith("list[")) return Array.isArray(value) && value.every((item) => fits(item, type.slice(5, -1)));
  if (type === "dict" || type === "dataset") return typeof value === "object" && value !== null;
  // An enumeration of words, such as SchedulerType; or one of its words.
  return typeof value === "string" && (/^[A-Z]/.test(type) || value === type);
}

function faultsOf(config: Readonly<Record<string, unknown>>, options: Options): readonly string[] {
  return Object.entries(config).flatMap(([option, value]) => {
    const type = options[option];
    const found = type === undefined ? "there is no such option" : fault(value, type);
    return found === undefined ? [] : [`${option}: ${found}`];
  });
}

const variants: readonly (readonly [string, Partial<RecipeInputs>, RowCounts])[] = [
  ["chats by turns", {}, rows],
  ["whole chats", { style: "messages" }, rows],
  ["preferences", { method: "dpo", hyperparameters: { beta: 0.3 } }, rows],
  ["no validation rows", {}, { training: 10, validation: 0 }],
  ["all hyperparameters", { hyperparameters: { n_epochs: 5, batch_size: 12, learning_rate: 0.0000001 } }, rows],
];

describe.each(variants)("%s", (_name, change, counts) => {
  test("trl has every option of the config, of that type", () => {
    const options = published("trl")[change.method === "dpo" ? "dpo" : "sft"]!;
    expect(faultsOf(configOf("trl", change, counts), options)).toEqual([]);
  });

  test("axolotl has every option of the config, of that type", () => {
    const { config: options, dataset } = published("axolotl") as { config: Options; dataset: Options };
    const config = configOf("axolotl", change, counts);
    expect(faultsOf(config, options)).toEqual([]);
    const datasets = [config["datasets"], config["test_datasets"] ?? []].flat() as Record<string, unknown>[];
    expect(datasets.flatMap((one) => faultsOf(one, dataset))).toEqual([]);
  });
});

test("the lists find an option that is unknown, and a value of another type", () => {
  const options = published("trl")["sft"]!;
  expect(faultsOf({ warmup_ratio: 0.1, packing: "no", max_length: 1.5, seed: 1 }, options)).toEqual([
    "warmup_ratio: there is no such option",
    'packing: "no" is no bool',
    "max_length: 1.5 is no int | None",
  ]);
});

test("no default that bites is left to trl", () => {
  expect(configOf("trl")).toMatchObject({
    dtype: "bfloat16",
    max_length: 768,
    completion_only_loss: true,
    packing: false,
    use_peft: true,
    lora_target_modules: ["all-linear"],
    learning_rate: 0.0002,
    warmup_steps: 0.03,
    eval_strategy: "epoch",
    dataset_test_split: "validation",
    save_total_limit: 2,
    report_to: "none",
    push_to_hub: false,
    seed: 7,
    data_seed: 7,
  });
  expect(configOf("trl")).not.toHaveProperty("warmup_ratio");
});

test("without validation rows nothing is evaluated, and `no` stays a word", () => {
  const config = configOf("trl", {}, { training: 10, validation: 0 });
  expect(config).toMatchObject({ eval_strategy: "no" });
  expect(config).not.toHaveProperty("dataset_test_split");
  expect(configOf("axolotl", {}, { training: 10, validation: 0 })).toMatchObject({ eval_strategy: "no" });
});

test("whole chats take the loss of the assistant's messages only", () => {
  const config = configOf("trl", { style: "messages" });
  expect(config).toMatchObject({ assistant_only_loss: true });
  expect(config).not.toHaveProperty("completion_only_loss");
});

test("axolotl learns what the rows say, of data that it prepares anew", () => {
  expect(configOf("axolotl")).toMatchObject({
    datasets: [{ message_field_training: "train", roles_to_train: [], type: "chat_template" }],
    val_set_size: 0,
    sequence_len: 768,
    dataset_prepared_path: "prepared/0123456789ab",
    sample_packing: false,
    lora_target_linear: true,
  });
  expect(configOf("axolotl", { method: "dpo", hyperparameters: { beta: 0.3 } })).toMatchObject({
    rl: "dpo",
    rl_beta: 0.3,
    datasets: [{ type: "chat_template.default" }],
  });
});

test.each([
  [10, 300, { effective: 1, perDevice: 1, accumulation: 1 }],
  [244, 300, { effective: 4, perDevice: 4, accumulation: 1 }],
  [100_000, 300, { effective: 16, perDevice: 4, accumulation: 4 }],
  [100_000, 3_000, { effective: 16, perDevice: 2, accumulation: 8 }],
  [100_000, 30_000, { effective: 16, perDevice: 1, accumulation: 16 }],
])("%i rows, the longest of %i tokens, make such a batch", (training, longestTokens, expected) => {
  const { batch } = recipeOf({ ...inputs, longestTokens }, { training, validation: 0 }, "");
  expect(batch).toMatchObject(expected);
});

test("a batch that the pipeline names is kept, however it is cut", () => {
  const { batch } = recipeOf({ ...inputs, hyperparameters: { batch_size: 6 } }, rows, "");
  expect(batch).toMatchObject({ effective: 6, perDevice: 2, accumulation: 3 });
});

test("a multiplier is never made a learning rate, and the config says so", () => {
  const { learningRate } = recipeOf({ ...inputs, hyperparameters: { learning_rate_multiplier: 2 } }, rows, "");
  expect(learningRate.value).toBe(0.0002);
  expect(learningRate.why).toContain("learning_rate_multiplier is not converted");
});

test("an adapter's numbers that a target names are kept", () => {
  const hyperparameters = { lora: true, lora_r: 8, lora_alpha: 8, lora_dropout: 0 };
  const expected = { lora_r: 8, lora_alpha: 8, lora_dropout: 0 };
  expect(configOf("trl", { hyperparameters })).toMatchObject(expected);
  expect(configOf("axolotl", { hyperparameters })).toMatchObject(expected);
});

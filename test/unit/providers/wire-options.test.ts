import { describe, expect, test } from "vitest";
import { nebius } from "../../../src/providers/nebius.ts";
import { openai } from "../../../src/providers/openai.ts";
import { openaiCompatible } from "../../../src/providers/openai-compatible.ts";
import { toBody } from "../../../src/providers/wire-format.ts";
import { fingerprint, spec } from "./calls.ts";

const target = (more: object) => ({ provider: "openai", model: "gpt-4.1-mini-2025-04-14", ...more });
const faultsOf = (extra: object) =>
  (openai.optionFaults?.(target({ extra })) ?? []).map(({ path, code = "PIPELINE_INVALID" }) => [path, code]);

describe("extra", () => {
  test("goes into the request as it stands, and into the fingerprint", () => {
    const extra = { service_tier: "flex", options: { packing: false, list: [1, "two", null] } };
    expect(openai.jobFields?.(target({ extra }))).toEqual(extra);
    expect(toBody({ ...spec, fields: extra }, openai.capabilities(target({})))).toMatchObject(extra);
    expect(faultsOf(extra)).toEqual([]);
  });

  test.each([
    "model",
    "training_file",
    "validation_file",
    "method",
    "hyperparameters",
    "suffix",
    "seed",
    "metadata",
    "integrations",
  ])("can't set %s, which ftpipe sets", (name) => {
    expect(faultsOf({ [name]: "x" })).toEqual([[`extra/${name}`, "PIPELINE_INVALID"]]);
  });

  test("may have such a name further down", () => {
    expect(faultsOf({ options: { seed: 3, model: "x" } })).toEqual([]);
  });

  test.each([
    "api_key",
    "apiKey",
    "wandb_api_key",
    "hub_token",
    "HF_TOKEN",
    "clientSecret",
    "password",
    "authorization",
    "access-key",
    "credentials",
  ])("can't hold %s, however deep", (name) => {
    expect(faultsOf({ [name]: "x" })).toEqual([[`extra/${name}`, "SECRET_IN_PIPELINE"]]);
    expect(faultsOf({ a: [{ [name]: "x" }] })).toEqual([[`extra/a/0/${name}`, "SECRET_IN_PIPELINE"]]);
  });

  test.each(["max_tokens", "n_tokens", "monkey", "author", "keyword", "tokenizer"])("may hold %s", (name) => {
    expect(faultsOf({ [name]: 1 })).toEqual([]);
  });

  test.each(["https://evil.example/x", "s3://bucket/key", "HTTP://x", "gs://b"])(
    "can't hold the address %s",
    (value) => {
      expect(faultsOf({ a: { output: value } })).toEqual([["extra/a/output", "PIPELINE_INVALID"]]);
    },
  );

  test("can't hold what looks like a key", () => {
    expect(faultsOf({ note: "sk-canary-0123456789abcdefghij" })).toEqual([["extra/note", "SECRET_IN_PIPELINE"]]);
  });
});

describe("metadata and integrations of one's own", () => {
  const metadata = { team: "support" };
  const integrations = [{ type: "wandb", wandb: { project: "tone", tags: ["a"] } }];
  const labels = openai.jobLabels?.(target({ metadata, integrations }));

  test("are sent beside ftpipe's, and are no part of the fingerprint", () => {
    expect(openai.jobFields?.(target({ metadata, integrations }))).toEqual({});
    expect(toBody({ ...spec, labels }, openai.capabilities(target({})))).toMatchObject({
      metadata: { team: "support", ftpipe_fp: fingerprint },
      integrations,
    });
  });

  test("can't take the fingerprint's place", () => {
    const body = toBody({ ...spec, labels: { metadata: { ftpipe_fp: "x" } } }, openai.capabilities(target({})));
    expect(body.metadata).toEqual({ ftpipe_fp: fingerprint });
  });

  test("are refused where the server's jobs carry no metadata", () => {
    const own = { provider: "openai-compatible", model: "m", base_url: "https://llm.example.org/v1" };
    const faults = openaiCompatible.optionFaults?.({
      ...own,
      capabilities: { metadata: false },
      metadata,
      look_up: { job_by: "metadata" },
    });
    expect(faults?.map(({ path }) => path)).toEqual(["metadata", "look_up/job_by"]);
    expect(openaiCompatible.optionFaults?.({ ...own, metadata })).toEqual([]);
  });
});

describe("capabilities that a target declares", () => {
  const can = (capabilities: object, more: object = {}) =>
    openaiCompatible.capabilities({
      provider: "openai-compatible",
      model: "m",
      base_url: "https://llm.example.org/v1",
      capabilities,
      ...more,
    });

  test.each([
    ["absolute", ["n_epochs", "batch_size", "learning_rate"]],
    ["multiplier", ["n_epochs", "batch_size", "learning_rate_multiplier"]],
    ["both", ["n_epochs", "batch_size", "learning_rate_multiplier", "learning_rate"]],
    ["none", ["n_epochs", "batch_size"]],
  ])("say which learning rate is taken (%s)", (learning_rate, expected) => {
    expect(can({ learning_rate }).hyperparameters).toEqual(expected);
  });

  test("take the place of the usual ones, each by itself", () => {
    expect(can({})).toEqual(can({ seed: true, deploy: false, tools: true }));
    expect(
      can({
        deploy: true,
        base_chat: "none",
        base_model: "served",
        methods: ["dpo"],
        seed: false,
        images: false,
        pause: false,
        checkpoints: false,
        uploads: true,
        max_file_bytes: 1000,
        max_suffix: 20,
        fewest_examples: 5,
        most_examples: 50,
        max_tokens_per_example: 100,
        max_tokens_parameter: "max_completion_tokens",
      }),
    ).toMatchObject({
      needsDeploy: true,
      baseChat: "none",
      baseName: "served",
      methods: ["dpo"],
      seed: false,
      tools: true,
      images: false,
      pauses: false,
      checkpoints: false,
      uploadParts: { above: 512_000_000 },
      maxFileBytes: 1000,
      maxSuffix: 20,
      fewestExamples: 5,
      mostExamples: 50,
      maxTokensPerExample: 100,
      maxTokensParameter: "max_completion_tokens",
    });
  });

  test("without metadata the suffix carries the fingerprint, unless the target says otherwise", () => {
    expect(can({ metadata: false }).lookUp.jobBy).toBe("suffix");
    expect(can({ metadata: false }, { look_up: { job_by: "none" } }).lookUp.jobBy).toBe("none");
    expect(can({}).lookUp.jobBy).toBe("metadata");
  });

  test("can't make a server train that is only asked", () => {
    expect(can({ methods: ["dpo"] }, { trains: false }).methods).toEqual([]);
  });
});

describe("nebius", () => {
  const settings = { provider: "nebius", model: "meta-llama/Llama-3.1-8B-Instruct", lora: false };

  test("sends its own hyperparameters, LoRA said either way, and never a multiplier", () => {
    expect(nebius.ownHyperparameters?.(settings)).toEqual({ lora: false });
    const own = { lora: true, lora_r: 16, context_length: 4096, packing: false };
    expect(nebius.ownHyperparameters?.({ ...settings, ...own })).toEqual(own);
    expect(nebius.capabilities(settings).hyperparameters).toEqual(["n_epochs", "batch_size", "learning_rate"]);
  });

  test("refuses settings of an adapter that is not trained", () => {
    expect(nebius.optionFaults?.({ ...settings, lora_r: 16 })).toMatchObject([{ path: "lora_r" }]);
    expect(nebius.optionFaults?.({ ...settings, lora: true, lora_r: 16 })).toEqual([]);
  });

  test("asks the base under the name that it is served by", () => {
    expect(nebius.capabilities(settings).baseName).toBe("meta-llama/Meta-Llama-3.1-8B-Instruct");
    expect(nebius.capabilities({ ...settings, model: "Qwen/Qwen3-8B" }).baseName).toBeUndefined();
  });

  test("gets its key from its own variable, and its host no other", () => {
    expect(nebius.identity(settings)).toEqual({ origin: "https://api.tokenfactory.nebius.com" });
    expect(nebius.capabilities(settings)).toMatchObject({ paid: true, needsDeploy: true, lookUp: { jobBy: "none" } });
  });
});

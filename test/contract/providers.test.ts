import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { looksLikeSecret, Secret } from "../../src/core/secret.ts";
import { createEngine } from "../../src/engine/create.ts";
import type { Account } from "../../src/providers/account.ts";
import { providersByName } from "../../src/providers/index.ts";
import {
  type Connection,
  methodHyperparameters,
  type ProviderDefinition,
  settleMs,
  type TargetSettings,
  type TrainingMethod,
  type TrainingSpec,
} from "../../src/providers/provider.ts";
import { openServer, type ServeApp } from "../../src/serve/open.ts";
import { uploadLimit } from "../../src/serve/upload.ts";
import { targetProblems } from "../../src/stages/target-problems.ts";
import { fileToSend } from "../unit/providers/file-to-send.ts";
import { preferences } from "../unit/serve/rig.ts";

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const providers = Object.entries(providersByName);
const key = "sk-contract-0123456789abcdefghij";

/** Values for options that a provider requires; a new one of another name is added here. */
const examples: Readonly<Record<string, unknown>> = {
  model: "ftpipe-nano",
  base_url: "http://127.0.0.1:8231/v1",
};

function settingsOf(
  { name, options }: ProviderDefinition,
  more: Readonly<Record<string, unknown>> = {},
): TargetSettings {
  const required = (options.required ?? []).map((option) => {
    const example = examples[option];
    if (example === undefined) throw new Error(`no example for the option ${option} of ${name}`);
    return [option, example] as const;
  });
  return { provider: name, model: "ftpipe-nano", ...Object.fromEntries(required), ...more };
}

describe.each(providers)("the provider %s", (name, provider) => {
  test("is registered under its own name, which is that of its file", () => {
    expect(provider.name).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(existsSync(new URL(`../../src/providers/${name}.ts`, import.meta.url))).toBe(true);
  });

  test("says what it is, and what each of its options does", () => {
    expect(provider.summary).toMatch(/^[A-Z].*\.$/s);
    for (const [option, schema] of Object.entries(provider.options.properties)) {
      expect(option).toMatch(/^[a-z][a-z_]*$/);
      expect((schema as { description?: string }).description, option).toMatch(/^\S.*\.$/s);
    }
    // These belong to every target and are declared once.
    expect(Object.keys(provider.options.properties)).not.toContain("provider");
    expect(Object.keys(provider.options.properties)).not.toContain("hyperparameters");
  });

  test.each([{}, { trains: false }])("has capabilities that fit together (%j)", (more) => {
    const settings = settingsOf(provider, more);
    const can = provider.capabilities(settings);
    expect(provider.capabilities(settings)).toEqual(can);
    expect(JSON.parse(JSON.stringify(can))).toEqual(can);
    expect(can.methods.length > 0).toBe(can.trains);
    expect(can.trains || !can.paid).toBe(true);
    // What costs money must survive a lost answer and the end of the process.
    if (can.paid) expect([settleMs(can.lookUp) > 0, can.jobsOutliveProcess]).toEqual([true, true]);
    expect(can.poll.fromMs).toBeGreaterThan(0);
    expect(can.poll.toMs).toBeGreaterThanOrEqual(can.poll.fromMs);
    expect(can.lookUp.listLagSeconds).toBeGreaterThanOrEqual(0);
    expect(can.lookUp.lateSeconds).toBeGreaterThanOrEqual(0);
    expect(can.maxConcurrency).toBeGreaterThanOrEqual(1);
    expect(can.maxSuffix).toBeGreaterThanOrEqual(1);
    expect(can.roles).toEqual(expect.arrayContaining(["system", "user", "assistant"]));
    expect(can.hyperparameters).toContain("n_epochs");
    expect(["max_tokens", "max_completion_tokens"]).toContain(can.maxTokensParameter);
  });

  test.each([{}, { trains: false }])("says what data it takes, in numbers that can be met (%j)", (more) => {
    const can = provider.capabilities(settingsOf(provider, more));
    const limits = [can.fewestExamples, can.mostExamples, can.maxFileBytes, can.maxTokensPerExample];
    for (const limit of limits.filter((one) => one !== undefined)) {
      expect(Number.isSafeInteger(limit)).toBe(true);
      expect(limit).toBeGreaterThan(0);
    }
    expect(can.mostExamples ?? Infinity).toBeGreaterThanOrEqual(can.fewestExamples ?? 0);
    // The fewest examples must fit into a file, at one hundred bytes each, and one of a few words must be trained on.
    expect(can.maxFileBytes ?? Infinity).toBeGreaterThan((can.fewestExamples ?? 1) * 100);
    expect(can.maxTokensPerExample ?? Infinity).toBeGreaterThan(50);
    for (const words of [can.methods, can.roles, can.hyperparameters]) expect(new Set(words).size).toBe(words.length);

    const target = { target: "mine", provider: name, method: "supervised", hyperparameters: [] };
    const data = { examples: can.fewestExamples ?? 1, bytes: 100 };
    const roles = [{ role: "assistant", pointer: "" }];
    // What must be deployed is told of, whatever the data.
    const told = can.needsDeploy && can.trains ? ["needs deploying"] : [];
    const problems = targetProblems({ roles, training: data, longest: 50 }, target, can);
    expect(problems.map(({ short }) => short)).toEqual(told);
    const unknown = [{ name: "no_such_setting", pointer: "/x" }];
    const judged = targetProblems({}, { ...target, hyperparameters: unknown }, can);
    expect(judged.filter(({ severity }) => severity === "error")).toHaveLength(can.trains ? 1 : 0);
  });

  test("has an identity that tells accounts apart and nothing else", () => {
    const identity = provider.identity(settingsOf(provider));
    expect(provider.identity(settingsOf(provider, { model: "another" }))).toEqual(identity);
    expect(provider.identity(settingsOf(provider, { suffix: "x", seed: 1, hyperparameters: {} }))).toEqual(identity);
    const secret = { base_url: `https://user:${key}@llm.example.org/v1`, api_key_env: "FTPIPE_SOME_KEY" };
    const text = JSON.stringify(provider.identity(settingsOf(provider, secret)));
    expect(looksLikeSecret(text)).toBeUndefined();
    expect(text).not.toContain("FTPIPE_SOME_KEY");
    const { options } = provider;
    if ("organization" in options.properties) {
      expect(provider.identity(settingsOf(provider, { organization: "org-1" }))).not.toEqual(identity);
    }
    if ("base_url" in options.properties) {
      expect(provider.identity(settingsOf(provider, { base_url: "https://other.example.org/v1" }))).not.toEqual(
        identity,
      );
    }
  });
});

const lines = (count: number) =>
  Buffer.from(
    Array.from({ length: count }, (_, index) => {
      const [question, reply] = [`Town ${index}?`, `Hello ${index}`];
      const messages = [
        { role: "user", content: question },
        { role: "assistant", content: reply },
      ];
      return `${JSON.stringify({ messages })}\n`;
    }).join(""),
  );

/** A small file for each method that the built-in server trains by. */
const samples: Readonly<Partial<Record<TrainingMethod, Uint8Array>>> = {
  supervised: lines(10),
  dpo: Buffer.from(preferences(10)),
};

const trainers = providers.filter(([, provider]) => provider.capabilities(settingsOf(provider)).trains);

describe.each(trainers)("the connection of %s, to the built-in server", (name, provider) => {
  let folder: string;
  let app: ServeApp;
  let connection: Connection;

  const settings = settingsOf(
    provider,
    "base_url" in provider.options.properties ? { api_key_env: "FTPIPE_SOME_KEY" } : {},
  );
  const context = (secret: string) => ({
    // The server answers by path alone, so that every provider's address leads to it.
    ports: {
      ...nodePorts({ OPENAI_API_KEY: secret, NEBIUS_API_KEY: secret, FTPIPE_SOME_KEY: secret }),
      fetch: app.fetch,
    },
    local: async () => ({ baseUrl: "http://127.0.0.1:8231/v1", key: new Secret(secret), fetch: app.fetch }),
  });
  const connect = (secret: string) => provider.connect(settings, context(secret));
  const can = provider.capabilities(settings);
  /** Jobs that a provider finds where it can be asked; nothing where it can't. */
  const found = <T>(...jobs: T[]): T[] => (can.lookUp.jobBy === "none" ? [] : jobs);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ftpipe-provider-"));
    app = await openServer({ ...nodePorts({}), stateDirectory: folder, engine: () => createEngine({ threads: 1 }) });
    connection = await connect(app.key);
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  });

  const order = (trainingFile: string, more: Partial<TrainingSpec> = {}): TrainingSpec => ({
    method: "supervised",
    model: "ftpipe-nano",
    trainingFile,
    hyperparameters: { n_epochs: 2 },
    seed: 7,
    suffix: "contract",
    fingerprint: sha256(`${name} job`),
    ...more,
  });

  test("finds an uploaded file by name and size, and no other", async () => {
    const data = lines(11);
    const sent = await connection.upload(fileToSend("train-abc.jsonl", data));
    expect(await connection.findFile("train-abc.jsonl", data.length)).toEqual({ id: sent.id });
    expect(await connection.findFile("train-abc.jsonl", data.length + 1)).toBeUndefined();
    expect(await connection.findFile("train-abd.jsonl", data.length)).toBeUndefined();
  });

  test("trains: the job is found by its fingerprint, told of by events, and its model answers", async () => {
    const { id: file } = await connection.upload(fileToSend("train-job.jsonl", lines(12)));
    const created = await connection.create(order(file));
    expect(created).toMatchObject({ state: "waiting", model: undefined, error: undefined });
    expect((await connection.find(sha256(`${name} job`))).map(({ id }) => id)).toEqual(found(created.id));
    expect(await connection.find(sha256("another"))).toEqual([]);
    await app.idle();
    const done = await connection.read(created.id);
    expect(done).toMatchObject({ id: created.id, state: "succeeded", hyperparameters: { n_epochs: 2 } });
    expect(done.trainedTokens).toBeGreaterThan(0);
    expect(done.model).toContain("contract");

    const events = await connection.events(created.id, undefined);
    expect(events[0]?.message).toContain(created.id);
    const steps = events.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics.step]));
    expect(steps.length).toBeGreaterThan(1);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(await connection.events(created.id, events.at(1)?.id)).toEqual(events.slice(2));
    expect(await connection.events(created.id, events.at(-1)?.id)).toEqual([]);

    for (const model of ["ftpipe-nano", String(done.model)]) {
      const answer = await connection.complete({
        model,
        messages: [{ role: "user", content: "Town 3?" }],
        sampling: { temperature: 0, max_tokens: 3 },
      });
      expect(answer.content).toBeTypeOf("string");
      expect(["stop", "length"]).toContain(answer.finishReason);
      expect(answer.usage?.prompt_tokens).toBeGreaterThan(0);
    }
  });

  const { fewestExamples = 0 } = provider.capabilities(settingsOf(provider));
  test.runIf(fewestExamples > 0)("trains on the fewest examples that it says it takes, and on no fewer", async () => {
    const outcome = async (count: number) => {
      const { id: file } = await connection.upload(fileToSend(`train-${count}.jsonl`, lines(count)));
      const { id } = await connection.create(order(file, { fingerprint: sha256(`${name} ${count} examples`) }));
      await app.idle();
      return (await connection.read(id)).state;
    };
    expect([await outcome(fewestExamples), await outcome(fewestExamples - 1)]).toEqual(["succeeded", "failed"]);
  });

  test("trains by every method that it and the server offer, with the hyperparameters of that method", async () => {
    const { methods } = provider.capabilities(settingsOf(provider));
    for (const method of methods) {
      const own = Object.fromEntries(methodHyperparameters[method].map((parameter) => [parameter, 0.5]));
      const sample = samples[method];
      const { id: file } = await connection.upload(fileToSend(`${method}.jsonl`, sample ?? lines(10)));
      const fingerprint = sha256(`${name} ${method}`);
      const spec = order(file, { method, fingerprint, hyperparameters: { n_epochs: 1, ...own } });
      if (sample === undefined) {
        await expect(connection.create(spec)).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
        continue;
      }
      const { id } = await connection.create(spec);
      await app.idle();
      const done = await connection.read(id);
      expect(done).toMatchObject({ state: "succeeded", hyperparameters: { n_epochs: 1, batch_size: 2, ...own } });
    }
  });

  test("keeps checkpoints, and the steps of a job in its results file", async () => {
    const { id: file } = await connection.upload(fileToSend("train-kept.jsonl", lines(13)));
    const { id } = await connection.create(order(file, { fingerprint: sha256(`${name} kept`) }));
    await app.idle();
    const { resultFiles } = await connection.read(id);
    const steps = await connection.results(String(resultFiles[0]));
    const events = await connection.events(id, undefined);
    const measured = events.flatMap(({ metrics }) => (metrics === undefined ? [] : [metrics.step]));
    expect(steps.map(({ step }) => step)).toEqual(measured);
    expect(steps.every(({ trainLoss }) => trainLoss !== undefined)).toBe(true);
    const checkpoints = await connection.checkpoints(id);
    expect(checkpoints.length).toBeGreaterThan(0);
    expect(checkpoints.map(({ step }) => step)).toEqual(checkpoints.map(({ step }) => step).sort((a, b) => a - b));
    for (const { model } of checkpoints) expect(model).toContain(":ckpt-step-");
  });

  test.runIf(can.pauses)("pauses a job and resumes it", async () => {
    const { id: file } = await connection.upload(fileToSend("train-paused.jsonl", lines(60)));
    const { id } = await connection.create(order(file, { fingerprint: sha256(`${name} paused`) }));
    expect(await connection.pause(id)).toMatchObject({ id, state: "waiting", status: "paused" });
    expect(["waiting", "running"]).toContain((await connection.resume(id)).state);
    await app.idle();
    expect((await connection.read(id)).state).toBe("succeeded");
  });

  test("cancels a job", async () => {
    const { id: file } = await connection.upload(fileToSend("train-long.jsonl", lines(200)));
    const fingerprint = sha256(`${name} long`);
    const { id } = await connection.create(order(file, { fingerprint, hyperparameters: { n_epochs: 50 } }));
    expect((await connection.cancel(id)).state).toBe("cancelled");
    expect((await connection.find(fingerprint)).map(({ state }) => state)).toEqual(found("cancelled"));
    await app.idle();
    expect((await connection.read(id)).state).toBe("cancelled");
  });

  test.runIf(provider.openAccount !== undefined)(
    "opens the account: jobs, files with their bytes, models",
    async () => {
      const account = (await provider.openAccount?.(settings, context(app.key))) as Account;
      const data = lines(14);
      const { id: file } = await connection.upload(fileToSend("train-account.jsonl", data));
      const { id } = await connection.create(order(file, { fingerprint: sha256(`${name} account`) }));
      await app.idle();
      const job = await account.job(id);
      expect(job).toMatchObject({ object: "fine_tuning.job", status: "succeeded", training_file: file });
      expect((await collect(account.jobs()))[0]?.id).toBe(id);
      expect((await collect(account.models())).map((model) => model.id)).toContain(job?.["fine_tuned_model"]);
      expect((await collect(account.files())).map((entry) => entry.id)).toContain(file);
      const events = await account.jobEvents(id);
      expect(events[0]?.["message"]).toContain(id);
      expect((await account.jobCheckpoints(id)).length).toBeGreaterThan(0);

      const chunks: Uint8Array[] = [];
      const sink = {
        begin: async () => void chunks.splice(0),
        write: async (chunk: Uint8Array) => void chunks.push(chunk),
      };
      expect(await account.content(file, sink)).toBe(true);
      expect(Buffer.concat(chunks).equals(data)).toBe(true);
      expect(await account.file(file)).toMatchObject({ filename: "train-account.jsonl", bytes: data.length });

      expect(await account.deleteFile(file)).toBe(true);
      expect([await account.file(file), await account.content(file, sink), await account.deleteFile(file)]).toEqual([
        undefined,
        false,
        false,
      ]);
      expect([await account.job("ftjob-none"), await account.model("ft:none")]).toEqual([undefined, undefined]);
    },
  );

  test("says what is refused, what is gone, and whose key is wrong", async () => {
    await expect(connection.create(order("file-none"))).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
    await expect(connection.read("ftjob-none")).rejects.toMatchObject({ code: "JOB_GONE" });
    await expect(connection.events("ftjob-none", undefined)).rejects.toMatchObject({ code: "JOB_GONE" });
    await expect(connection.cancel("ftjob-none")).rejects.toMatchObject({ code: "JOB_GONE" });
    const question = {
      model: "ft:none",
      messages: [{ role: "user", content: "?" }],
      sampling: { temperature: 0, max_tokens: 1 },
    } as const;
    await expect(connection.complete(question)).rejects.toMatchObject({ code: "MODEL_GONE" });
    await expect((await connect(key)).read("ftjob-1")).rejects.toMatchObject({ code: "CREDENTIALS_REJECTED" });
  });
});

describe.each(providers.filter(([name]) => !trainers.some(([trainer]) => trainer === name)))(
  "the provider %s, which does not train,",
  (_name, provider) => {
    test("answers, finds nothing, and refuses to create", async () => {
      const ports = nodePorts({});
      const local = () => Promise.reject(new Error("does not need the built-in server"));
      const connection = await provider.connect(settingsOf(provider), { ports, local });
      const messages = [{ role: "user", content: "Hello?" }] as const;
      const sampling = { temperature: 0, max_tokens: 5 };
      expect((await connection.complete({ model: "m", messages, sampling })).content).toBeTypeOf("string");
      expect(await connection.find(sha256("x"))).toEqual([]);
      await expect(connection.upload(fileToSend("x.jsonl", lines(10)))).rejects.toMatchObject({
        code: "TARGET_UNSUPPORTED",
      });
    });
  },
);

test("local says of the built-in server's files what the server says", () => {
  const { capabilities } = providersByName["local"] as ProviderDefinition;
  expect(capabilities({ provider: "local", model: "ftpipe-mini" }).maxFileBytes).toBe(uploadLimit);
});

test.each([
  ["gpt-4.1-mini-2025-04-14", 65_536],
  ["ft:gpt-4o-2024-08-06:acme::abc", 65_536],
  ["gpt-3.5-turbo-0125", undefined],
])("openai trains %s on examples of so many tokens: %s", (model, tokens) => {
  const { capabilities } = providersByName["openai"] as ProviderDefinition;
  expect(capabilities({ provider: "openai", model }).maxTokensPerExample).toBe(tokens);
});

test("an address that is none is refused, not a bug", () => {
  const { capabilities, identity } = providersByName["openai-compatible"] as ProviderDefinition;
  const settings = { provider: "openai-compatible", model: "m", base_url: "https://[llm/v1" };
  const refused = expect.objectContaining({ code: "PIPELINE_INVALID" });
  expect(() => capabilities(settings)).toThrow(refused);
  expect(() => identity(settings)).toThrow(refused);
});

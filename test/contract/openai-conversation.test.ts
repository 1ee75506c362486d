import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { Secret } from "../../src/core/secret.ts";
import { openai } from "../../src/providers/openai.ts";
import { openaiConnection } from "../../src/providers/openai-wire.ts";
import { openWireAccount } from "../../src/providers/wire-account.ts";
import { toBody } from "../../src/providers/wire-format.ts";
import { fileToSend } from "../unit/providers/file-to-send.ts";
import { examples, openRig, preferences } from "../unit/serve/rig.ts";
import { available, loadContract, notice, realFaults } from "./published-api.ts";

const capabilities = {
  ...openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" }),
  uploadParts: { above: 1_000, bytes: 400 },
};

/** The provider's own connection to the built-in server, and all that it sends and gets, held against the description. */
async function overheard() {
  const api = await loadContract();
  const { app } = await openRig();
  const faults: string[] = [];
  const heard: string[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    const [method, path] = [(init?.method ?? "GET").toLowerCase(), pathname.replace("/v1", "")];
    const response = await app.fetch(input, init);
    const text = await response.clone().text();
    const name = `${method} ${path.replaceAll(/(file-|ftjob-|upload_|ft%3A)[\w%-]+/g, "$1")}`;
    heard.push(name);
    const sent = typeof init?.body === "string" ? api.request(method, path, JSON.parse(init.body)) : [];
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const got = isJson ? realFaults(api.answer(method, path, response.status, JSON.parse(text)), JSON.parse(text)) : [];
    if (!api.knows(method, path)) faults.push(`no such operation: ${name}${search}`);
    faults.push(...[...sent, ...got].map((fault) => `${name}: ${fault}`));
    return response;
  };
  const endpoint = {
    ...nodePorts({}),
    baseUrl: "http://127.0.0.1:8231/v1",
    key: new Secret(app.key),
    fetch,
    capabilities,
  };
  const account = await openWireAccount(endpoint);
  return { app, faults, heard, connection: await openaiConnection(endpoint), account };
}

const order = (trainingFile: string) => ({
  method: "supervised" as const,
  model: "ftpipe-nano",
  trainingFile,
  hyperparameters: { n_epochs: 2, learning_rate_multiplier: 0.5 },
  seed: 7,
  suffix: "heard",
  labels: { metadata: { team: "support" } },
  fingerprint: sha256("overheard"),
});

describe(`all that the provider says and hears is as OpenAI describes it${notice}`, () => {
  test.skipIf(!available)("from the upload of a file to the answer of the model", async () => {
    const { app, connection, account, faults, heard } = await overheard();
    const small = await connection.upload(fileToSend("validation-1.jsonl", examples(2)));
    const large = await connection.upload(fileToSend("train-1.jsonl", examples(12)));
    const bytes = Buffer.byteLength(examples(12));
    expect(bytes).toBeGreaterThan(capabilities.uploadParts.above);
    expect(await connection.findFile("train-1.jsonl", bytes)).toEqual(large);
    const { id } = await connection.create({ ...order(large.id), validationFile: small.id });
    await connection.pause(id);
    await connection.resume(id);
    await app.idle();
    expect((await connection.find(sha256("overheard"))).map((job) => job.id)).toEqual([id]);
    const { model, resultFiles } = await connection.read(id);
    await connection.events(id, undefined);
    expect((await connection.checkpoints(id)).length).toBeGreaterThan(0);
    expect((await connection.results(String(resultFiles[0]))).length).toBeGreaterThan(0);
    const messages = [{ role: "user", content: "Number 3?" }] as const;
    await connection.complete({ model: String(model), messages, sampling: { temperature: 0, max_tokens: 3 } });
    for await (const _job of account.jobs()) break;
    for await (const _file of account.files()) break;
    for await (const _model of account.models()) break;
    expect(await account.job(id)).toMatchObject({ fine_tuned_model: model });
    expect((await account.jobEvents(id)).length).toBeGreaterThan(0);
    expect((await account.jobCheckpoints(id)).length).toBeGreaterThan(0);
    expect(await account.file(large.id)).toMatchObject({ bytes });
    expect(await account.model(String(model))).toMatchObject({ id: model });
    const pairs = await connection.upload(fileToSend("pairs-1.jsonl", preferences(12)));
    const preferred = { ...order(pairs.id), method: "dpo" as const, fingerprint: sha256("overheard pairs") };
    await connection.cancel((await connection.create(preferred)).id);
    await account.deleteFile(small.id);
    await account.deleteModel(String(model));
    expect(faults).toEqual([]);
    const parts = heard.filter((name) => name === "post /uploads/upload_/parts");
    const sizes = [bytes, Buffer.byteLength(preferences(12))];
    const needed = sizes.map((size) => Math.ceil(size / capabilities.uploadParts.bytes));
    expect(parts).toHaveLength(needed.reduce((sum, count) => sum + count));
    expect(new Set(heard)).toEqual(
      new Set([
        "post /files",
        "post /uploads",
        "post /uploads/upload_/parts",
        "post /uploads/upload_/complete",
        "get /files",
        "get /files/file-/content",
        "delete /files/file-",
        "post /fine_tuning/jobs",
        "get /fine_tuning/jobs",
        "get /fine_tuning/jobs/ftjob-",
        "get /fine_tuning/jobs/ftjob-/events",
        "get /fine_tuning/jobs/ftjob-/checkpoints",
        "post /fine_tuning/jobs/ftjob-/pause",
        "post /fine_tuning/jobs/ftjob-/resume",
        "post /chat/completions",
        "post /fine_tuning/jobs/ftjob-/cancel",
        "get /files/file-",
        "get /models",
        "get /models/ft%3A",
        "delete /models/ft%3A",
      ]),
    );
  });

  test.skipIf(!available)("a job that is cancelled, and one that is not there", async () => {
    const { connection, faults } = await overheard();
    const { id: file } = await connection.upload(fileToSend("train-2.jsonl", examples(12)));
    const { id } = await connection.create(order(file));
    await connection.cancel(id);
    await expect(connection.read("ftjob-none")).rejects.toMatchObject({ code: "JOB_GONE" });
    expect(faults).toEqual([]);
  });

  // The built-in server has no integrations, and does not train by reinforcement.
  test.skipIf(!available).each([
    ["integrations", { labels: { integrations: [{ type: "wandb", wandb: { project: "tone", tags: ["a"] } }] } }],
    [
      "a grader",
      {
        method: "reinforcement" as const,
        methodFields: {
          grader: {
            type: "string_check",
            name: "same",
            input: "{{sample.output_text}}",
            reference: "{{item.answer}}",
            operation: "eq",
          },
        },
        hyperparameters: { n_epochs: 1, reasoning_effort: "low", eval_interval: 2, eval_samples: 1 },
      },
    ],
  ])("a job with %s", async (_what, more) => {
    const api = await loadContract();
    const body = toBody({ ...order("file-1"), ...more }, capabilities);
    expect(api.request("post", "/fine_tuning/jobs", body)).toEqual([]);
  });
});

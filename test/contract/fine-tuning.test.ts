import OpenAI, { toFile } from "openai";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/engine/create.ts";
import { listen } from "../../src/serve/http.ts";
import { localModelManifest } from "../../src/serve/manifest.ts";
import { openRig, ports, preference, type Rig } from "../unit/serve/rig.ts";

/** The real engine behind a real socket, by OpenAI's own client. */
let client: OpenAI;
let app: Rig["app"];
beforeEach(async () => {
  ({ app } = await openRig({ engine: createEngine({ threads: 2 }) }));
  const server = await listen(app, { port: 0, files: ports.files });
  onTestFinished(server.close);
  client = new OpenAI({ apiKey: app.key, baseURL: server.baseUrl, maxRetries: 0 });
});

const syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne"];
const words = syllables.flatMap((first) => syllables.map((second) => first + second));
const question = (word: string) => ({ role: "user", content: `Say ${word}` }) as const;
const chat = (word: string, end: string) => ({
  messages: [question(word), { role: "assistant", content: `I say ${word}${end}` }],
});
const pair = (word: string) => preference(`Say ${word}`, `I say ${word}`);

async function upload(lines: readonly object[]): Promise<string> {
  const content = Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return (await client.files.create({ file: await toFile(content, "data.jsonl"), purpose: "fine-tune" })).id;
}

type JobParams = OpenAI.FineTuning.Jobs.JobCreateParams;
async function train(params: JobParams): Promise<OpenAI.FineTuning.FineTuningJob> {
  const { id } = await client.fineTuning.jobs.create({ seed: 1, ...params });
  await app.idle();
  const job = await client.fineTuning.jobs.retrieve(id);
  expect(job.error).toEqual({});
  expect(job.status).toBe("succeeded");
  return job;
}

async function ask(model: string | null | undefined, messages: OpenAI.ChatCompletionMessageParam[]) {
  const limits = { temperature: 0, max_tokens: 30 };
  const completion = await client.chat.completions.create({ model: String(model), messages, ...limits });
  return completion.choices[0]?.message.content;
}

async function resultsOf(job: OpenAI.FineTuning.FineTuningJob): Promise<readonly (readonly string[])[]> {
  const text = await (await client.files.content(String(job.result_files[0]))).text();
  const lines = Buffer.from(text, "base64").toString().trimEnd().split("\n");
  return lines.map((line) => line.split(","));
}

async function metricsOf(id: string) {
  const metrics: Record<string, number>[] = [];
  for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 100 })) {
    if (event.type === "metrics") metrics.unshift(event.data as Record<string, number>);
  }
  return metrics;
}

test("a tuned model is brought to prefer other answers by a dpo job, on words it was not shown, and says what it did", async () => {
  const chats = words.flatMap((word) => [chat(word, "."), chat(word, "!"), chat(word, ".")]);
  const supervised = await train({ model: "ftpipe-nano", training_file: await upload(chats), suffix: "first" });
  const [shown, unseen] = [words.slice(0, 35), words.slice(35)];
  const said = (model: string | null) => Promise.all(unseen.map((word) => ask(model, [question(word)])));
  const count = (answers: Awaited<ReturnType<typeof said>>, end: string) =>
    answers.filter((answer, index) => answer === `I say ${unseen[index]}${end}`).length;
  expect(count(await said(supervised.fine_tuned_model), ".")).toBeGreaterThan(0.8 * unseen.length);

  const job = await train({
    model: String(supervised.fine_tuned_model),
    training_file: await upload(shown.map(pair)),
    validation_file: await upload(unseen.map(pair)),
    suffix: "second",
    method: { type: "dpo", dpo: { hyperparameters: { n_epochs: 5, beta: "auto" } } },
  });
  expect(job.model).toBe(supervised.fine_tuned_model);
  expect(job.fine_tuned_model).toMatch(/^ft:ftpipe-nano:local:second:[0-9a-f]{8}$/);
  expect(job.hyperparameters).toBeNull();
  expect(job.method).toEqual({
    type: "dpo",
    dpo: { hyperparameters: { n_epochs: 5, batch_size: 2, learning_rate_multiplier: 1, beta: 0.1 } },
  });
  expect(job.trained_tokens).toBeGreaterThan(5 * 35 * 20);
  const answers = await said(job.fine_tuned_model);
  expect(count(answers, "!")).toBeGreaterThan(0.8 * unseen.length);
  expect(count(answers, ".")).toBe(0);

  const metrics = await metricsOf(job.id);
  expect(metrics.map(({ step }) => step)).toEqual(Array.from({ length: 90 }, (_, index) => index + 1));
  expect(metrics[0]).toMatchObject({ total_steps: 90, train_mean_token_accuracy: 0 });
  expect(metrics[0]?.["train_loss"]).toBeCloseTo(Math.LN2, 9);
  const held = metrics.filter(({ valid_loss }) => valid_loss !== undefined);
  expect(held.map(({ step }) => step)).toEqual([18, 36, 54, 72, 90]);
  expect(held.at(-1)).toMatchObject({ valid_mean_token_accuracy: 1, full_valid_mean_token_accuracy: 1 });
  expect(held.at(-1)?.["full_valid_loss"]).toBeLessThan(Math.LN2);

  const [header, ...rows] = await resultsOf(job);
  expect(header?.join()).toBe("step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy");
  expect(rows).toHaveLength(90);
  expect(rows[0]).toEqual(["1", "0.69315", "0.00000", "", ""]);
  expect(Number(rows[89]?.[3])).toBeCloseTo(held.at(-1)?.["valid_loss"] ?? Number.NaN, 5);

  const checkpoints = await client.fineTuning.jobs.checkpoints.list(job.id);
  expect(checkpoints.data.map(({ step_number }) => step_number)).toEqual([90, 72, 54]);
  const [last] = checkpoints.data;
  expect(last?.fine_tuned_model_checkpoint).toMatch(/^ft:ftpipe-nano:local:second:[0-9a-f]{8}:ckpt-step-90$/);
  expect(last?.metrics).toMatchObject({ step: 90, full_valid_loss: held.at(-1)?.["full_valid_loss"] });
  const model = last?.fine_tuned_model_checkpoint;
  expect(await Promise.all(unseen.map((word) => ask(model, [question(word)])))).toEqual(answers);
});

test("a checkpoint can be trained further, with messages of weight 0 as context only", async () => {
  const first = await train({
    model: "ftpipe-nano",
    training_file: await upload(words.slice(0, 12).map((word) => chat(word, "."))),
    hyperparameters: { n_epochs: 5 },
  });
  const [, checkpoint] = (await client.fineTuning.jobs.checkpoints.list(first.id)).data;
  const spoken = (weight: 0 | 1) => ({
    messages: [
      { role: "user", content: "c" },
      { role: "assistant", content: "zzzz", weight },
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ],
  });
  const answer = async (weight: 0 | 1) => {
    const job = await train({
      model: String(checkpoint?.fine_tuned_model_checkpoint),
      training_file: await upload(Array.from({ length: 10 }, () => spoken(weight))),
      method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 6, batch_size: 1 } } },
    });
    expect(job.model).toMatch(/:ckpt-step-\d+$/);
    expect(job.fine_tuned_model).toMatch(/^ft:ftpipe-nano:local::[0-9a-f]{8}$/);
    return ask(job.fine_tuned_model, [{ role: "user", content: "c" }]);
  };
  expect(await answer(1)).toBe("zzzz");
  expect(await answer(0)).not.toContain("z");
});

test("a job that is paused in the midst of training and resumed by the SDK ends in the same weights", async () => {
  const hashOf = async (id: string): Promise<string | undefined> => {
    const job = await client.fineTuning.jobs.retrieve(id);
    expect(job.status).toBe("succeeded");
    const manifest = await localModelManifest(app.stateDirectory, String(job.fine_tuned_model), ports.files);
    return manifest?.sha256;
  };
  const training_file = await upload(words.map((word) => chat(word, ".")));
  const params = { model: "ftpipe-nano", training_file, seed: 1, hyperparameters: { n_epochs: 3 } };
  const { id } = await client.fineTuning.jobs.create(params);
  while ((await metricsOf(id)).length === 0) await new Promise(setImmediate);
  expect((await client.fineTuning.jobs.pause(id)).status).toBe("paused");
  await app.idle();
  const done = (await metricsOf(id)).length;
  expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("paused");
  expect((await client.fineTuning.jobs.resume(id)).status).toBe("queued");
  await app.idle();
  const steps = (await metricsOf(id)).map(({ step }) => step);
  expect(steps.length).toBeGreaterThan(done);
  expect(steps).toEqual(steps.map((_, index) => index + 1));
  const { id: other } = await client.fineTuning.jobs.create(params);
  await app.idle();
  expect(await hashOf(id)).toBe(await hashOf(other));
  await expect(client.fineTuning.jobs.pause(id)).rejects.toMatchObject({ status: 400, type: "invalid_request_error" });
});

test.each([
  ["supervised", { type: "supervised", supervised: { hyperparameters: { n_epochs: 50 } } }],
  ["dpo", { type: "dpo", dpo: { hyperparameters: { n_epochs: 50 } } }],
] as const)(
  "a %s job that is cancelled in the midst of training stops there and leaves no model",
  async (type, method) => {
    const lines = type === "dpo" ? words.map(pair) : words.map((word) => chat(word, "."));
    const { id } = await client.fineTuning.jobs.create({
      model: "ftpipe-nano",
      training_file: await upload(lines),
      method,
    });
    while ((await metricsOf(id)).length === 0) await new Promise(setImmediate);
    const cancelled = await client.fineTuning.jobs.cancel(id);
    expect(cancelled).toMatchObject({ status: "cancelled", fine_tuned_model: null });
    await app.idle();
    const job = await client.fineTuning.jobs.retrieve(id);
    expect(job).toMatchObject({ status: "cancelled", fine_tuned_model: null, result_files: [] });
    const metrics = await metricsOf(id);
    expect(metrics.length).toBeLessThan(metrics[0]?.["total_steps"] ?? 0);
    expect((await client.fineTuning.jobs.checkpoints.list(id)).data).toEqual([]);
    const models = (await client.models.list()).data.map((model) => model.id);
    expect(models.filter((name) => name.startsWith("ft:"))).toEqual([]);
  },
);

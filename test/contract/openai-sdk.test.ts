import { createHash } from "node:crypto";
import OpenAI, { NotFoundError, toFile } from "openai";
import { expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/engine/create.ts";
import { listen } from "../../src/serve/http.ts";
import { examples, openRig, ports } from "../unit/serve/rig.ts";

/** The official client, over a socket or handed the server as its `fetch`. */
const ways = ["over HTTP", "in this process, without a port"] as const;

async function clientFor(way: (typeof ways)[number]) {
  const { app } = await openRig({ engine: createEngine({ threads: 1 }) });
  if (way === "over HTTP") {
    const server = await listen(app, { port: 0, files: ports.files });
    onTestFinished(server.close);
    return { app, client: new OpenAI({ apiKey: app.key, baseURL: server.baseUrl, maxRetries: 0 }) };
  }
  const baseURL = "http://127.0.0.1:8231/v1";
  return { app, client: new OpenAI({ apiKey: app.key, baseURL, fetch: app.fetch, maxRetries: 0 }) };
}

test.each(ways)("OpenAI's guide runs as written with its own SDK, %s", async (way) => {
  const { app, client } = await clientFor(way);
  const file = await client.files.create({
    file: await toFile(Buffer.from(examples(10)), "numbers.jsonl"),
    purpose: "fine-tune",
  });
  expect((await client.files.waitForProcessing(file.id)).status).toBe("processed");
  const created = await client.fineTuning.jobs.create({
    training_file: file.id,
    model: "ftpipe-nano",
    suffix: "numbers",
    seed: 1,
    metadata: { team: "docs" },
    method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 40, batch_size: 2 } } },
  });
  expect(created.status).toBe("validating_files");
  await app.idle();
  const job = await client.fineTuning.jobs.retrieve(created.id);
  expect(job.status).toBe("succeeded");
  expect(job.fine_tuned_model).toMatch(/^ft:ftpipe-nano:local:numbers:[0-9a-f]{8}$/);

  const found: string[] = [];
  for await (const { id } of client.fineTuning.jobs.list({ metadata: { team: "docs" } })) found.push(id);
  expect(found).toEqual([created.id]);

  const messages: string[] = [];
  const losses: number[] = [];
  for await (const event of client.fineTuning.jobs.listEvents(created.id, { limit: 50 })) {
    messages.unshift(event.message);
    if (event.type === "metrics") losses.unshift((event.data as { train_loss: number }).train_loss);
  }
  expect(messages[0]).toBe(`Created fine-tuning job: ${created.id}`);
  expect(messages.at(-1)).toBe("The job has successfully completed");
  expect(losses).toHaveLength(200);
  const mean = (part: readonly number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
  expect(mean(losses.slice(-20))).toBeLessThan(mean(losses.slice(0, 20)) / 2);

  const checkpoints = await client.fineTuning.jobs.checkpoints.list(created.id);
  expect(checkpoints.data.map(({ step_number }) => step_number)).toEqual([200, 195, 190]);

  const ask = async (model: string) => {
    const completion = await client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "Number 3?" }],
      temperature: 0,
      max_tokens: 20,
    });
    return completion.choices[0]?.message.content;
  };
  expect(await ask(String(job.fine_tuned_model))).toMatch(/^It is \d\.$/);
  expect(await ask(String(checkpoints.data[2]?.fine_tuned_model_checkpoint))).toMatch(/^It is \d/);

  const stream = await client.chat.completions.create({
    model: String(job.fine_tuned_model),
    messages: [{ role: "user", content: "Number 3?" }],
    temperature: 0,
    stream: true,
  });
  let streamed = "";
  for await (const chunk of stream) streamed += chunk.choices[0]?.delta.content ?? "";
  expect(streamed).toMatch(/^It is \d\.$/);

  const results = await (await client.files.content(String(job.result_files[0]))).text();
  expect(Buffer.from(results, "base64").toString().split("\n")).toHaveLength(202);

  const models: string[] = [];
  for await (const { id } of client.models.list()) models.push(id);
  expect(models).toContain(job.fine_tuned_model);
  await client.models.delete(String(job.fine_tuned_model));
  await expect(ask(String(job.fine_tuned_model))).rejects.toBeInstanceOf(NotFoundError);
});

test.each(ways)("a streamed upload and a cancelled job behave as the SDK expects, %s", async (way) => {
  const { app, client } = await clientFor(way);
  async function* lines() {
    for (const line of examples(200).split(/(?<=\n)/)) yield Buffer.from(line);
  }
  const data = ReadableStream.from(lines());
  const file = await client.files.create({ file: await toFile(data, "long.jsonl"), purpose: "fine-tune" });
  expect(file).toMatchObject({ filename: "long.jsonl", bytes: Buffer.byteLength(examples(200)) });
  const { id } = await client.fineTuning.jobs.create({
    training_file: file.id,
    model: "ftpipe-mini",
    hyperparameters: { n_epochs: 50 },
  });
  expect((await client.fineTuning.jobs.cancel(id)).status).toBe("cancelled");
  await app.idle();
  expect((await client.fineTuning.jobs.retrieve(id)).status).toBe("cancelled");
  await expect(client.fineTuning.jobs.cancel(id)).rejects.toMatchObject({ status: 400, type: "invalid_request_error" });
  await expect(client.fineTuning.jobs.retrieve("ftjob-none")).rejects.toMatchObject({
    status: 404,
    code: "fine_tune_not_found",
    param: "fine_tune_id",
    requestID: expect.stringMatching(/^req_/),
  });
});

test.each(ways)("a file goes up in parts, and an upload is cancelled, with the SDK, %s", async (way) => {
  const { app, client } = await clientFor(way);
  const data = Buffer.from(examples(60));
  const about = { filename: "parts.jsonl", mime_type: "application/jsonl", purpose: "fine-tune" } as const;
  const upload = await client.uploads.create({ ...about, bytes: data.length });
  const sizes = [0, 1500, 1501, data.length];
  const parts = await Promise.all(
    sizes.slice(1).map((end, index) => {
      const piece = data.subarray(sizes[index], end);
      // The SDK streams the second one, without a length.
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(piece);
          controller.close();
        },
      });
      return index === 1
        ? toFile(stream, "part").then((file) => client.uploads.parts.create(upload.id, { data: file }))
        : client.uploads.parts.create(upload.id, { data: new File([piece], "part") });
    }),
  );
  const md5 = createHash("md5").update(data).digest("hex");
  const done = await client.uploads.complete(upload.id, { part_ids: parts.map(({ id }) => id), md5 });
  expect(done).toMatchObject({
    id: upload.id,
    status: "completed",
    file: { filename: "parts.jsonl", bytes: data.length },
  });
  expect(Buffer.from(await (await client.files.content(String(done.file?.id))).arrayBuffer()).equals(data)).toBe(true);
  const job = await client.fineTuning.jobs.create({
    training_file: String(done.file?.id),
    model: "ftpipe-nano",
    hyperparameters: { n_epochs: 1 },
  });
  await app.idle();
  expect((await client.fineTuning.jobs.retrieve(job.id)).status).toBe("succeeded");

  const other = await client.uploads.create({ ...about, bytes: 3 });
  expect(await client.uploads.cancel(other.id)).toMatchObject({ id: other.id, status: "cancelled" });
  await expect(client.uploads.complete(other.id, { part_ids: [] })).rejects.toMatchObject({
    status: 400,
    type: "invalid_request_error",
  });
});

test("the SDK takes a wrong key for what it is", async () => {
  const { app } = await openRig();
  const client = new OpenAI({ apiKey: "wrong", baseURL: "http://127.0.0.1/v1", fetch: app.fetch, maxRetries: 0 });
  await expect(client.models.list()).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
});

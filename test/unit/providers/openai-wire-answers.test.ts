import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { chat, failureOf, fingerprint, refusal, spec } from "./calls.ts";
import { fileToSend } from "./file-to-send.ts";
import { connectTo, json, page, scriptedServer, wireJob } from "./scripted-server.ts";

describe("jobs are found", () => {
  const marked = (id: string, created_at: number, status = "running") =>
    wireJob({ id, created_at, status, metadata: { ftpipe_fp: fingerprint } });

  test("by the fingerprint, even if the server ignores the filter; on all pages; oldest first", async () => {
    const jobs = [
      wireJob({ id: "ftjob-9", metadata: null }),
      marked("ftjob-8", 30, "cancelled"),
      wireJob({ id: "ftjob-7", metadata: { ftpipe_fp: "0".repeat(64) } }),
      marked("ftjob-5", 20),
      marked("ftjob-4", 20, "succeeded"),
    ];
    const server = await scriptedServer(({ path }, response) => {
      const after = new URL(path, "http://x").searchParams.get("after");
      const start = jobs.findIndex(({ id }) => id === after) + 1;
      json(response, 200, page(jobs.slice(start, start + 2), start + 2 < jobs.length));
    });
    const found = await (await connectTo(server.baseUrl)).find(fingerprint);
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      ["ftjob-4", "succeeded"],
      ["ftjob-5", "running"],
      ["ftjob-8", "cancelled"],
    ]);
    expect(server.requests).toHaveLength(3);
    expect(server.requests[0]?.path).toContain(`metadata[ftpipe_fp]=${fingerprint}`);
  });

  test("by a server that gives the same page for ever, too", async () => {
    const server = await scriptedServer((_, response) => json(response, 200, page([marked("ftjob-1", 1)], true)));
    const found = await (await connectTo(server.baseUrl)).find(fingerprint);
    expect(new Set(found.map(({ id }) => id))).toEqual(new Set(["ftjob-1"]));
    expect(server.requests.length).toBeLessThanOrEqual(2);
  });

  test("not, if the second page is no list: half a list must not let a job be created twice", async () => {
    const server = await scriptedServer((_, response, call) =>
      json(response, 200, call === 1 ? page([wireJob()], true) : {}),
    );
    expect((await failureOf((await connectTo(server.baseUrl)).find(fingerprint))).code).toBe("PROVIDER_ANSWER");
  });
});

test("a file is found by name and size, on all pages, and not if the provider could not read it", async () => {
  const file = (id: string, filename: string, bytes: number, status = "processed") => ({ id, filename, bytes, status });
  const files = [
    file("file-1", "train-0123.jsonl", 4),
    file("file-2", "other.jsonl", 3),
    file("file-3", "train-0123.jsonl", 3, "error"),
    file("file-4", "train-0123.jsonl", 3, "uploaded"),
  ];
  const server = await scriptedServer(({ path }, response) =>
    json(response, 200, path.includes("after=file-2") ? page(files.slice(2)) : page(files.slice(0, 2), true)),
  );
  const connection = await connectTo(server.baseUrl);
  expect(await connection.findFile("train-0123.jsonl", 3)).toEqual({ id: "file-4" });
  expect(await connection.findFile("train-0123.jsonl", 5)).toBeUndefined();
});

test("events come oldest first, and only those after the one that was seen last", async () => {
  const events = Array.from({ length: 5 }, (_, index) => ({
    id: `ftevent-${5 - index}`,
    level: "info",
    message: `event ${5 - index}`,
    data: index === 0 ? { step: 5, total_steps: 9, train_loss: 0.5, valid_loss: 0.7 } : null,
  }));
  const server = await scriptedServer(({ path }, response) => {
    const after = new URL(path, "http://x").searchParams.get("after");
    const start = events.findIndex(({ id }) => id === after) + 1;
    json(response, 200, page(events.slice(start, start + 2), start + 2 < events.length));
  });
  const connection = await connectTo(server.baseUrl);
  const ids = async (after: string | undefined) => (await connection.events("ftjob-1", after)).map(({ id }) => id);
  expect(await ids(undefined)).toEqual(["ftevent-1", "ftevent-2", "ftevent-3", "ftevent-4", "ftevent-5"]);
  expect(await ids("ftevent-3")).toEqual(["ftevent-4", "ftevent-5"]);
  expect(await ids("ftevent-5")).toEqual([]);
  const metrics = (await connection.events("ftjob-1", "ftevent-4")).map((event) => event.metrics);
  expect(metrics).toEqual([{ step: 5, totalSteps: 9, trainLoss: 0.5, trainAccuracy: undefined, validationLoss: 0.7 }]);
});

describe("a job's state", () => {
  const read = async (fields: Readonly<Record<string, unknown>>) => {
    const { baseUrl } = await scriptedServer((_, response) => json(response, 200, wireJob(fields)));
    return (await connectTo(baseUrl)).read("ftjob-1");
  };

  test.each([
    ["validating_files", "waiting"],
    ["queued", "waiting"],
    ["paused", "waiting"],
    ["running", "running"],
    ["succeeded", "succeeded"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
    ["deploying_to_the_moon", "running"],
    ["constructor", "running"],
  ])("%s counts as %s", async (status, state) => {
    expect(await read({ status })).toMatchObject({ status, state });
  });

  test.each([[{}], [null], [{ code: null, message: null, param: null }], [undefined]])(
    "is healthy with the error %j",
    async (error) => {
      expect((await read({ error })).error).toBeUndefined();
    },
  );

  test("tells the reason of its failure", async () => {
    const error = { code: "invalid_n_examples", message: "Training file has 7 examples", param: "training_file" };
    expect((await read({ status: "failed", error })).error).toBe("Training file has 7 examples");
  });

  test("has no hyperparameters where the provider gives none", async () => {
    expect((await read({ hyperparameters: null })).hyperparameters).toEqual({});
    const method = { type: "supervised", supervised: { hyperparameters: { n_epochs: 2, batch_size: "auto" } } };
    expect((await read({ hyperparameters: null, method })).hyperparameters).toEqual({
      n_epochs: 2,
      batch_size: "auto",
    });
  });

  test("is an answer of the API only with a status", async () => {
    expect((await failureOf(read({ status: null }))).code).toBe("PROVIDER_ANSWER");
  });

  test("is gone for a job that the provider does not know", async () => {
    const { baseUrl } = await scriptedServer((_, response) =>
      json(response, 404, refusal("Could not find fine tune: 1", "fine_tune_not_found")),
    );
    const error = await failureOf((await connectTo(baseUrl)).read("1"));
    expect(error).toMatchObject({ code: "JOB_GONE", exitCode: 7, hint: expect.stringContaining("--new-attempt") });
  });
});

describe("a chat", () => {
  test("with a model that is gone says so", async () => {
    const { baseUrl } = await scriptedServer((_, response) =>
      json(response, 404, refusal("The model 'ft:123' does not exist", "model_not_found")),
    );
    expect(await failureOf((await connectTo(baseUrl)).complete(chat))).toMatchObject({
      code: "MODEL_GONE",
      exitCode: 7,
    });
  });

  test("sends what was asked and gives content, end and usage", async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 1, total_tokens: 4 };
    const server = await scriptedServer((_, response) =>
      json(response, 200, { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }], usage }),
    );
    const answer = await (await connectTo(server.baseUrl)).complete(chat);
    expect(answer).toEqual({ content: "Hi", finishReason: "stop", usage });
    expect(JSON.parse(server.requests[0]?.body ?? "")).toEqual({
      model: chat.model,
      messages: chat.messages,
      temperature: 0,
      max_tokens: 5,
    });
  });

  test("sends a response format as it is, schema and all", async () => {
    const server = await scriptedServer((_, response) =>
      json(response, 200, { choices: [{ message: { content: "{}" }, finish_reason: "stop" }] }),
    );
    const schema = { type: "object", properties: { b: { type: "string" }, a: { type: "string" } } };
    const format = { type: "json_schema", json_schema: { name: "order", strict: true, schema } } as const;
    await (await connectTo(server.baseUrl)).complete({
      ...chat,
      sampling: { ...chat.sampling, response_format: format },
    });
    const body = server.requests[0]?.body ?? "";
    expect(JSON.parse(body)).toMatchObject({ response_format: format });
    expect(body).toContain(JSON.stringify(schema)); // the order of its properties is that of the answer
  });
});

/** Answers of the real API, kept beside the checkout, not in it. */
const recordings = new URL("../../../../shared/contracts/recorded.openai.json", import.meta.url);
const available = existsSync(recordings);

describe(`recorded answers of the real API are understood${available ? "" : " (skipped: no recordings)"}`, () => {
  interface Recorded {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  }
  const recorded = available ? (JSON.parse(readFileSync(recordings, "utf8")) as readonly Recorded[]) : [];
  /** Plays the recordings of a route, the first first. */
  const replay = async (method: string, path: string) => {
    const answers = recorded.filter((item) => item.method === method && item.path === path);
    const server = await scriptedServer((_, response, call) => {
      const answer = answers[(call - 1) % answers.length] as Recorded;
      // The rest of a list that was cut for the recording is not there to be asked for.
      json(response, answer.status, { ...answer.body, has_more: false });
    });
    return connectTo(server.baseUrl);
  };

  test.skipIf(!available)("a created job, healthy with an empty error", async () => {
    expect(await (await replay("post", "/fine_tuning/jobs")).create(spec)).toEqual({
      id: "ftjob-FO6z0rNnNUmHe4xiVOHC7TEk",
      status: "validating_files",
      state: "waiting",
      createdAt: 1728975280,
      model: undefined,
      error: undefined,
      trainedTokens: undefined,
      hyperparameters: { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" },
      resultFiles: [],
      raw: expect.objectContaining({ id: "ftjob-FO6z0rNnNUmHe4xiVOHC7TEk", error: {}, seed: 167471248 }),
    });
  });

  test.skipIf(!available)("an uploaded file, and a list of files", async () => {
    const sent = await (await replay("post", "/files")).upload(fileToSend("sarcastic.jsonl", Buffer.from("{}")));
    expect(sent).toEqual({ id: "file-Cbl1lel9YuFDEEYeJu0Kxyvq" });
    const connection = await replay("get", "/files");
    expect(await connection.findFile("sentiment.jsonl", 159)).toEqual({ id: "file-ykJ7hEWXWoZm3NRuPrFqS3j1" });
  });

  test.skipIf(!available)("lists of jobs from before metadata, none of which is ours", async () => {
    const lists = recorded.filter((item) => item.method === "get" && item.path === "/fine_tuning/jobs");
    expect(lists.length).toBeGreaterThan(0);
    const connection = await replay("get", "/fine_tuning/jobs");
    for (const _ of lists) expect(await connection.find(fingerprint)).toEqual([]);
  });

  test.skipIf(!available)("a job that is not there", async () => {
    expect((await failureOf((await replay("get", "/fine_tuning/jobs/123")).read("123"))).code).toBe("JOB_GONE");
    expect((await failureOf((await replay("post", "/fine_tuning/jobs/123/cancel")).cancel("123"))).code).toBe(
      "JOB_GONE",
    );
    const events = await replay("get", "/fine_tuning/jobs/123/events");
    expect((await failureOf(events.events("123", undefined))).code).toBe("JOB_GONE");
  });
});

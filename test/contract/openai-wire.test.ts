import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/hash.ts";
import { createEngine } from "../../src/engine/create.ts";
import { openai } from "../../src/providers/openai.ts";
import { methodHyperparameters } from "../../src/providers/provider.ts";
import { toBody } from "../../src/providers/wire-format.ts";
import { parseSeed } from "../../src/serve/seed/read.ts";
import type { CheckpointObject, FileObject, JobObject, PartObject, UploadObject } from "../../src/serve/wire.ts";
import { examples, type List, openRig, preferences } from "../unit/serve/rig.ts";
import { available, contracts, loadContract, notice, realFaults } from "./published-api.ts";

async function checkedRig() {
  const api = await loadContract();
  const rig = await openRig({ engine: createEngine({ threads: 1 }) });
  const faults: string[] = [];
  const checked: string[] = [];
  const check = (method: string, path: string, { status, body }: { status: number; body: unknown }, sent?: unknown) => {
    const [bare = path] = path.split("?");
    const found = [
      ...api.answer(method, bare, status, body),
      ...(sent === undefined ? [] : api.request(method, bare, sent)),
    ];
    checked.push(`${method} ${bare} ${status}`);
    faults.push(...realFaults(found, body).map((fault) => `${method} ${bare}: ${fault}`));
  };
  const call = async <T>(method: string, path: string, sent?: unknown): Promise<T> => {
    const answer = await rig.call<T>(method, path, sent);
    check(method.toLowerCase(), path, answer, sent);
    return answer.body;
  };
  const upload = async (content: string, purpose: string): Promise<FileObject> => {
    const form = new FormData();
    form.append("file", new File([content], "data.jsonl"));
    form.append("purpose", purpose);
    const response = await rig.send("POST", "/files", { body: form });
    const body = (await response.json()) as FileObject;
    check("post", "/files", { status: response.status, body });
    return body;
  };
  return { ...rig, call, upload, api, faults, checked };
}

describe(`answers of every route are as OpenAI's API description has them${notice}`, () => {
  test.skipIf(!available)("files", async () => {
    const rig = await checkedRig();
    const { id } = await rig.upload("x", "fine-tune");
    await rig.upload("y", "batch");
    await rig.call("GET", "/files");
    await rig.call("GET", "/files?purpose=vision");
    await rig.call("GET", `/files/${id}`);
    await rig.call("DELETE", `/files/${id}`);
    expect(rig.faults).toEqual([]);
    expect(rig.checked).toHaveLength(6);
  });

  test.skipIf(!available)("uploads in parts", async () => {
    const rig = await checkedRig();
    const about = { bytes: 3, filename: "a.jsonl", mime_type: "application/jsonl", purpose: "fine-tune" };
    const { id } = await rig.call<UploadObject>("POST", "/uploads", about);
    const form = new FormData();
    form.append("data", new File(["abc"], "part"));
    const part = await rig.send("POST", `/uploads/${id}/parts`, { body: form });
    const body = (await part.json()) as PartObject;
    expect(rig.api.answer("post", `/uploads/${id}/parts`, part.status, body)).toEqual([]);
    const completion = { part_ids: [body.id], md5: "900150983cd24fb0d6963f7d28e17f72" };
    const done = await rig.call<UploadObject>("POST", `/uploads/${id}/complete`, completion);
    expect(done.file).toMatchObject({ bytes: 3, filename: "a.jsonl" });
    const after = { ...about, expires_after: { anchor: "created_at", seconds: 3600 } };
    const other = await rig.call<UploadObject>("POST", "/uploads", after);
    await rig.call("POST", `/uploads/${other.id}/cancel`);
    expect(rig.faults).toEqual([]);
    expect(rig.checked).toHaveLength(4);
  });

  test.skipIf(!available)("jobs, from creation to success, and their events and checkpoints", async () => {
    const rig = await checkedRig();
    const training_file = (await rig.upload(examples(10), "fine-tune")).id;
    const validation_file = (await rig.upload(examples(2), "fine-tune")).id;
    const job = await rig.call<JobObject>("POST", "/fine_tuning/jobs", {
      model: "ftpipe-nano",
      training_file,
      validation_file,
      suffix: "wire",
      seed: 7,
      metadata: { a: "b" },
      method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 2 } } },
    });
    await rig.app.idle();
    const done = await rig.call<JobObject>("GET", `/fine_tuning/jobs/${job.id}`);
    expect(done).toMatchObject({ status: "succeeded", seed: 7, hyperparameters: { n_epochs: 2 } });
    await rig.call("GET", "/fine_tuning/jobs?metadata[a]=b");
    await rig.call("GET", `/fine_tuning/jobs/${job.id}/events?limit=5`);
    const checkpoints = await rig.call<List<CheckpointObject>>("GET", `/fine_tuning/jobs/${job.id}/checkpoints`);
    expect(checkpoints.data).toHaveLength(2);
    expect(rig.faults).toEqual([]);
  });

  test.skipIf(!available)("failed, paused and cancelled jobs", async () => {
    const rig = await checkedRig();
    const few = (await rig.upload(examples(3), "fine-tune")).id;
    const failing = await rig.call<JobObject>("POST", "/fine_tuning/jobs", {
      model: "ftpipe-nano",
      training_file: few,
    });
    await rig.app.idle();
    const failed = await rig.call<JobObject>("GET", `/fine_tuning/jobs/${failing.id}`);
    expect(failed).toMatchObject({ status: "failed", error: { code: "invalid_n_examples" } });
    const many = (await rig.upload(examples(200), "fine-tune")).id;
    const long = { model: "ftpipe-mini", training_file: many, hyperparameters: { n_epochs: 50 } };
    const { id } = await rig.call<JobObject>("POST", "/fine_tuning/jobs", long);
    const paused = await rig.call<JobObject>("POST", `/fine_tuning/jobs/${id}/pause`);
    expect(paused.status).toBe("paused");
    await rig.call<JobObject>("POST", `/fine_tuning/jobs/${id}/resume`);
    const cancelled = await rig.call<JobObject>("POST", `/fine_tuning/jobs/${id}/cancel`);
    expect(cancelled.status).toBe("cancelled");
    await rig.app.idle();
    await rig.call("GET", `/fine_tuning/jobs/${id}/checkpoints`);
    await rig.call("GET", `/fine_tuning/jobs/${id}/events`);
    expect(rig.faults).toEqual([]);
  });

  test.skipIf(!available)("models and chats", async () => {
    const rig = await checkedRig();
    await rig.call("GET", "/models");
    await rig.call("GET", "/models/ftpipe-mini");
    const messages = [{ role: "user", content: "Number 3?" }];
    await rig.call("POST", "/chat/completions", { model: "ftpipe-nano", messages, max_tokens: 3, temperature: 0 });
    const response = await rig.send("POST", "/chat/completions", {
      body: JSON.stringify({ model: "ftpipe-nano", messages, max_tokens: 3, stream: true }),
      headers: { "content-type": "application/json" },
    });
    expect(response.status).toBe(200);
    const { id } = await rig.train({ hyperparameters: { n_epochs: 1 } });
    await rig.app.idle();
    const model = String((await rig.job(id)).fine_tuned_model);
    await rig.call("DELETE", `/models/${model}`);
    expect(rig.faults).toEqual([]);
    expect(rig.checked).toHaveLength(4);
  });
});

describe(`what a target sends is as OpenAI's API description has it${notice}`, () => {
  const capabilities = openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" });

  test.skipIf(!available).each(capabilities.methods)("a job of the method %s", async (method) => {
    const rig = await checkedRig();
    const training_file = (await rig.upload(method === "dpo" ? preferences(10) : examples(10), "fine-tune")).id;
    const own = Object.fromEntries(methodHyperparameters[method].map((name) => [name, 0.5]));
    const hyperparameters = { n_epochs: 1, learning_rate_multiplier: 0.5, ...own };
    const fingerprint = sha256(method);
    const spec = { method, model: "ftpipe-nano", trainingFile: training_file, hyperparameters, seed: 1, fingerprint };
    const body = toBody(spec, capabilities);
    expect(body.method).toEqual({ type: method, [method]: { hyperparameters } });
    const { id } = await rig.call<JobObject>("POST", "/fine_tuning/jobs", body);
    await rig.app.idle();
    const done = await rig.call<JobObject>("GET", `/fine_tuning/jobs/${id}`);
    expect(done).toMatchObject({ status: "succeeded", method: { type: method } });
    expect(rig.faults).toEqual([]);
  });
});

describe(`answers are as the live API's recorded ones${notice}`, () => {
  interface Recorded {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  }
  const recorded: readonly Recorded[] = available
    ? (JSON.parse(readFileSync(new URL("recorded.openai.json", contracts), "utf8")) as readonly Recorded[])
    : [];

  test.skipIf(!available)("refusals are equal to the letter", async () => {
    const rig = await openRig();
    const refusals = recorded.filter(({ status, path }) => status === 404 && !path.startsWith("/batches"));
    expect(refusals.length).toBeGreaterThan(3);
    for (const { method, path, status, body } of refusals) {
      const answer = await rig.call<object>(method.toUpperCase(), path);
      expect([answer.status, answer.body], `${method} ${path}`).toEqual([status, body]);
    }
  });

  test.skipIf(!available)("recorded jobs can be a seed, and are answered as they were recorded", async () => {
    type RecordedJob = Readonly<Record<string, unknown>> & { readonly id: string };
    const jobs = recorded
      .filter(({ status, path }) => status === 200 && path === "/fine_tuning/jobs")
      .flatMap(({ body }) => (body["object"] === "list" ? body["data"] : [body]) as readonly RecordedJob[]);
    expect(jobs.length).toBeGreaterThan(2);
    const { state, problems } = parseSeed("recorded.json", JSON.stringify({ jobs }));
    expect(problems).toEqual([]);
    const rig = await openRig({ seed: state });
    for (const job of jobs) expect(await rig.job(job.id)).toEqual(job);
  });

  test.skipIf(!available)("a created job and an uploaded file have every field that was recorded", async () => {
    const rig = await openRig();
    const fieldsOf = (path: string) =>
      recorded.filter((item) => item.method === "post" && item.path === path).flatMap(({ body }) => Object.keys(body));
    const file = await rig.upload(examples(10));
    expect(Object.keys(file)).toEqual(expect.arrayContaining(fieldsOf("/files")));
    const job = await rig.call<JobObject>("POST", "/fine_tuning/jobs", {
      model: "ftpipe-nano",
      training_file: file.id,
    });
    expect(Object.keys(job.body)).toEqual(expect.arrayContaining(fieldsOf("/fine_tuning/jobs")));
    await rig.app.idle();
  });
});

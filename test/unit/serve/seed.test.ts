import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseSeed, readSeed } from "../../../src/serve/seed/read.ts";
import type { SeedState } from "../../../src/serve/seed/seed-state.ts";
import type { EventObject, FileObject, JobObject, ModelObject } from "../../../src/serve/wire.ts";
import { manualClock } from "./manual-clock.ts";
import { examples, type List, openRig, ports, temporaryDirectory } from "./rig.ts";

const csv = "step,train_loss\n1,0.5\n";

/** A supervised job of 2023, one of 2025 that failed, a dpo and a reinforcement job, one that goes on. */
const past: SeedState = {
  files: [
    { id: "file-train", filename: "train.jsonl", purpose: "fine-tune", content: examples(10), created_at: 100 },
    {
      id: "file-results",
      filename: "step_metrics.csv",
      purpose: "fine-tune-results",
      content_base64: Buffer.from(Buffer.from(csv).toString("base64")).toString("base64"),
      created_at: 300,
    },
    { id: "file-gone", filename: "old.jsonl", purpose: "fine-tune", deleted: true },
    { id: "file-short", filename: "short.jsonl", purpose: "fine-tune", content: "{}", created_at: 50, expires_at: 60 },
  ],
  jobs: [
    {
      id: "ftjob-old",
      created_at: 200,
      finished_at: 290,
      model: "gpt-3.5-turbo-0613",
      fine_tuned_model: "ft:gpt-3.5-turbo-0613:acme::8J6LXhXG",
      status: "succeeded",
      training_file: "file-train",
      result_files: ["file-results"],
      hyperparameters: { n_epochs: 10, batch_size: 1, learning_rate_multiplier: 2 },
      trained_tokens: 5070,
      error: null,
      events: [
        { id: "ftevent-3", created_at: 290, message: "The job has successfully completed" },
        { id: "ftevent-2", created_at: 250, message: "Step 1/1", type: "metrics", data: { step: 1, train_loss: 0.5 } },
        { id: "ftevent-1", created_at: 200, message: "Created fine-tuning job: ftjob-old", level: "info" },
      ],
      checkpoints: [
        { step_number: 20, fine_tuned_model_checkpoint: "ft:gpt-3.5-turbo-0613:acme::8J6LXhXG:ckpt-step-20" },
        { step_number: 10, fine_tuned_model_checkpoint: "ft:gpt-3.5-turbo-0613:acme::8J6LXaaa:ckpt-step-10" },
      ],
    },
    {
      object: "fine_tuning.job",
      id: "ftjob-failed",
      created_at: 300,
      model: "gpt-4o-mini-2024-07-18",
      status: "failed",
      training_file: "file-gone",
      error: { code: "invalid_training_file", message: "Bad line 3.", param: "training_file" },
      metadata: { team: "a" },
    },
    {
      id: "ftjob-grader",
      created_at: 400,
      model: "o4-mini-2025-04-16",
      status: "cancelled",
      training_file: "file-train",
      validation_file: "file-train",
      error: {},
      method: { type: "reinforcement", reinforcement: { grader: { type: "string_check", name: "g" } } },
      metadata: { team: "a", env: "prod" },
    },
    {
      id: "ftjob-live",
      created_at: 500,
      model: "gpt-4.1",
      status: "running",
      training_file: "file-train",
      metadata: null,
    },
  ],
  models: [
    { id: "ft:gpt-3.5-turbo-0613:acme::8J6LXhXG", shutdown_date: "2026-10-23", served_by: "ftpipe-nano" },
    {
      id: "ft:gpt-4.1-mini:acme::live",
      created: 7,
      owned_by: "acme",
      shutdown_date: "2027-01-14",
      served_by: "ftpipe-nano",
    },
    { id: "ft:gpt-4.1-mini:acme::nobody" },
  ],
};

const without = ({ events: _events, checkpoints: _checkpoints, ...job }: NonNullable<SeedState["jobs"]>[number]) => job;
const ask = (model: string) => ({ model, messages: [{ role: "user", content: "Hello" }], max_tokens: 3 });
const gone = (model: string) => ({
  error: {
    message: `The model \`${model}\` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations`,
    type: "invalid_request_error",
    param: null,
    code: "model_not_found",
  },
});

describe("a server with a seed", () => {
  test("answers each job as it was given, alone, in pages and by metadata, newest first", async () => {
    const rig = await openRig({ seed: past });
    for (const job of past.jobs ?? []) {
      expect(await rig.job(job.id)).toEqual({ object: "fine_tuning.job", ...without(job) });
    }
    const ids = async (query: string) => {
      const { body } = await rig.call<List<JobObject>>("GET", `/fine_tuning/jobs?${query}`);
      return [...body.data.map(({ id }) => id), body.has_more];
    };
    expect(await ids("limit=3")).toEqual(["ftjob-live", "ftjob-grader", "ftjob-failed", true]);
    expect(await ids("after=ftjob-failed")).toEqual(["ftjob-old", false]);
    expect(await ids("metadata[team]=a")).toEqual(["ftjob-grader", "ftjob-failed", false]);
    expect(await ids("metadata=null")).toEqual(["ftjob-live", "ftjob-old", false]);
  });

  test("has the events of a job in either order, its checkpoints, and results in base64", async () => {
    const rig = await openRig({ seed: past });
    const events = await rig.events("ftjob-old");
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      ["ftevent-1", "message"],
      ["ftevent-2", "metrics"],
      ["ftevent-3", "message"],
    ]);
    expect(events[1]?.data).toEqual({ step: 1, train_loss: 0.5 });
    const newest = (await rig.call<List<EventObject>>("GET", "/fine_tuning/jobs/ftjob-old/events?limit=1")).body;
    expect([newest.data[0]?.id, newest.has_more]).toEqual(["ftevent-3", true]);
    expect(await rig.events("ftjob-failed")).toEqual([]);
    expect((await rig.checkpoints("ftjob-old")).map(({ step_number }) => step_number)).toEqual([20, 10]);
    const results = await (await rig.send("GET", "/files/file-results/content")).text();
    expect(Buffer.from(results, "base64").toString()).toBe(csv);
  });

  test("has its files, and not those that were deleted or have expired", async () => {
    const rig = await openRig({ seed: past });
    const list = (await rig.call<List<FileObject>>("GET", "/files")).body.data;
    expect(list.map(({ id, created_at }) => [id, created_at])).toEqual([
      ["file-results", 300],
      ["file-train", 100],
    ]);
    expect(await (await rig.send("GET", "/files/file-train/content")).text()).toBe(examples(10));
    for (const id of ["file-gone", "file-short"]) {
      const { status, body } = await rig.call("GET", `/files/${id}`);
      expect([status, body.error.message]).toEqual([404, `No such File object: ${id}`]);
    }
  });

  test("lets a model answer as another does until the day of its shutdown, by the clock", async () => {
    const clock = manualClock(Date.UTC(2027, 0, 13));
    const rig = await openRig({ seed: past, clock });
    const models = (await rig.call<List<ModelObject>>("GET", "/models")).body.data;
    expect(models.map(({ id, shutdown_date }) => [id, shutdown_date]).slice(2)).toEqual([
      ["ft:gpt-3.5-turbo-0613:acme::8J6LXhXG", "2026-10-23"],
      ["ft:gpt-4.1-mini:acme::live", "2027-01-14"],
      ["ft:gpt-4.1-mini:acme::nobody", undefined],
    ]);
    const live = "ft:gpt-4.1-mini:acme::live";
    const answer = await rig.call<{ model: string }>("POST", "/chat/completions", ask(live));
    expect([answer.status, answer.body.model]).toEqual([200, live]);
    for (const id of ["ft:gpt-4.1-mini:acme::nobody", "ft:gpt-3.5-turbo-0613:acme::8J6LXhXG"]) {
      const { status, body } = await rig.call("POST", "/chat/completions", ask(id));
      expect([status, body]).toEqual([404, gone(id)]);
    }
    clock.advance(24 * 3600 * 1000);
    expect((await rig.call("POST", "/chat/completions", ask(live))).body).toEqual(gone(live));
    expect((await rig.call<ModelObject>("GET", `/models/${live}`)).body.shutdown_date).toBe("2027-01-14");
  });

  test("lets a model be deleted; then it does not exist", async () => {
    const rig = await openRig({ seed: past });
    const id = "ft:gpt-4.1-mini:acme::live";
    expect((await rig.call<object>("DELETE", `/models/${id}`)).body).toEqual({ id, object: "model", deleted: true });
    const { status, body } = await rig.call("POST", "/chat/completions", ask(id));
    expect([status, body.error.message]).toEqual([404, `The model '${id}' does not exist`]);
  });

  test("trains jobs of its own beside those of the seed, which it leaves as they are; one that goes on can be cancelled", async () => {
    const rig = await openRig({ seed: past });
    const { id } = await rig.train();
    const further = await rig.train({ model: "ft:gpt-4.1-mini:acme::live" });
    await rig.app.idle();
    expect([(await rig.job(id)).status, (await rig.job("ftjob-live")).status]).toEqual(["succeeded", "running"]);
    expect((await rig.job(further.id)).fine_tuned_model).toMatch(/^ft:ftpipe-nano:local::/);
    const cancelled = await rig.call<JobObject>("POST", "/fine_tuning/jobs/ftjob-live/cancel");
    expect(cancelled.body).toMatchObject({ id: "ftjob-live", status: "cancelled" });
    expect((await rig.events("ftjob-live")).at(-1)?.message).toBe("Fine-tuning job cancelled");
    expect((await rig.call("POST", "/fine_tuning/jobs/ftjob-old/cancel")).status).toBe(400);
    expect((await rig.call("DELETE", "/files/file-train")).status).toBe(200);
  });

  test("serves a model of the seed by one that is trained there later", async () => {
    const other = await openRig();
    const first = await other.train();
    await other.app.idle();
    const tuned = String((await other.job(first.id)).fine_tuned_model);
    const rig = await openRig({ seed: { models: [{ id: "ft:old", served_by: tuned }] } });
    expect((await rig.call("POST", "/chat/completions", ask("ft:old"))).status).toBe(404);
    await rig.train();
    await rig.app.idle();
    expect((await rig.call("POST", "/chat/completions", ask("ft:old"))).status).toBe(200);
  });
});

describe("the folder of a seed", () => {
  test("stays as it is when the same seed is given again", async () => {
    const stateDirectory = await temporaryDirectory();
    const first = await openRig({ stateDirectory, seed: past });
    await first.train();
    await first.app.idle();
    await first.call("DELETE", "/models/ft:gpt-4.1-mini:acme::live");
    const jobs = (await first.call<List<JobObject>>("GET", "/fine_tuning/jobs")).body;
    await first.app.close();
    const again = await openRig({ stateDirectory, seed: past });
    expect((await again.call<List<JobObject>>("GET", "/fine_tuning/jobs")).body).toEqual(jobs);
    expect((await again.call("GET", "/models/ft:gpt-4.1-mini:acme::live")).status).toBe(404);
  });

  test.each([
    ["was filled from another seed", past],
    ["has contents of its own", undefined],
  ])("that %s is refused and can be opened without one", async (reason, seed) => {
    const stateDirectory = await temporaryDirectory();
    const first = await openRig({ stateDirectory, ...(seed === undefined ? {} : { seed }) });
    await first.upload("x");
    await first.app.close();
    await expect(openRig({ stateDirectory, seed: { files: [] } })).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(reason),
    });
    const again = await openRig({ stateDirectory });
    expect((await again.call("GET", "/files")).status).toBe(200);
  });

  test("is filled whole after a start that failed in the middle", async () => {
    const stateDirectory = await temporaryDirectory();
    const seed: SeedState = {
      files: [...(past.files ?? []), { id: "file-p", filename: "p", purpose: "batch", path: "p" }],
    };
    await expect(openRig({ stateDirectory, seed })).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
    await writeFile(join(stateDirectory, "p"), "later");
    const rig = await openRig({ stateDirectory, seed });
    expect(await (await rig.send("GET", "/files/file-p/content")).text()).toBe("later");
    expect(await readdir(join(stateDirectory, "files"))).toEqual([
      "file-p",
      "file-results",
      "file-short",
      "file-train",
    ]);
  });
});

describe("the text of a seed", () => {
  test("is JSON or YAML, with paths from its own folder", async () => {
    const folder = await temporaryDirectory();
    await writeFile(join(folder, "train.jsonl"), examples(3));
    await writeFile(
      join(folder, "past.yaml"),
      "files:\n  - { id: file-a, filename: a.jsonl, purpose: fine-tune, path: train.jsonl }\nmodels:\n  - { id: m, shutdown_date: 2027-01-14 }\n",
    );
    const seed = await readSeed(join(folder, "past.yaml"), "past.yaml", ports.files);
    expect(seed.folder).toBe(folder);
    expect(seed.state.models?.[0]?.shutdown_date).toBe("2027-01-14");
    const { state, problems } = parseSeed("past.json", JSON.stringify(past));
    expect(problems).toEqual([]);
    expect(state).toEqual(past);
  });

  const problemsOf = (value: unknown) => {
    const { problems } = parseSeed("past.json", JSON.stringify(value, null, 1));
    return problems.map(({ message, location }) => [location?.line, message]);
  };

  test("is told all that is wrong with its shape at once, each with its place", () => {
    expect(
      problemsOf({
        files: [{ id: "../key", filename: "a", purpose: "batch" }],
        jobs: [{ id: "ftjob-a", status: "done" }],
      }),
    ).toEqual([
      [4, expect.stringContaining("/files/0/id must match pattern")],
      [10, "In the seed, /jobs/0 must have required property 'model'."],
      [10, "In the seed, /jobs/0 must have required property 'created_at'."],
      [10, "In the seed, /jobs/0 must have required property 'training_file'."],
      [12, expect.stringContaining('/jobs/0/status must be equal to one of the allowed values: "validating_files"')],
    ]);
    expect(problemsOf([])).toEqual([[1, "In the seed, the value must be object."]]);
    expect(problemsOf({ models: [{ id: "m", shutdown_date: "soon" }] })).toEqual([
      [5, 'In the seed, /models/0/shutdown_date must match format "date".'],
    ]);
  });

  test("is told what its parts say against each other", () => {
    const file = { filename: "a", purpose: "batch" };
    const job = { model: "m", created_at: 1, status: "failed", training_file: "file-a" };
    const events = [{ id: "e", message: "hello" }];
    expect(
      problemsOf({
        files: [
          { id: "file-a", ...file, content: "a", path: "a" },
          { id: "file-a", ...file, content: "" },
          { id: "file-b", ...file },
        ],
        jobs: [
          { id: "ftjob-a", ...job, events },
          { id: "ftjob-b", ...job, events },
        ],
        models: [{ id: "ftpipe-nano" }, { id: "m1", served_by: "m2" }, { id: "m2" }],
      }).map(([, message]) => message),
    ).toEqual([
      "The id file-a is there twice among the files of the seed.",
      "The id e is there twice among the events of the seed.",
      "The file file-a of the seed has content and path.",
      "The file file-b of the seed has no content.",
      "ftpipe-nano is a base of this server.",
      "m1 is served by m2, which is a model of the seed too, and has no weights.",
    ]);
  });

  test("that is no JSON and no YAML has its fault shown", () => {
    const { problems } = parseSeed("past.json", '{ "files": [\n { "id": "a" ');
    expect(problems[0]).toMatchObject({ code: "USAGE", location: { file: "past.json", line: 2 } });
  });
});

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { localModelManifest } from "../../../src/serve/manifest.ts";
import type { JobObject } from "../../../src/serve/wire.ts";
import { examples, type Failure, type List, openRig, ports, temporaryDirectory } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

test("a job answers with `auto` first, and with a model, a result file and figures once it has succeeded", async () => {
  const rig = await openRig();
  const created = await rig.train({ suffix: "my_tone", metadata: { team: "a" } });
  expect(created).toMatchObject({
    object: "fine_tuning.job",
    status: "validating_files",
    hyperparameters: { n_epochs: "auto", batch_size: "auto", learning_rate_multiplier: "auto" },
    error: {},
    fine_tuned_model: null,
    finished_at: null,
    trained_tokens: null,
    result_files: [],
    integrations: [],
    metadata: { team: "a" },
    user_provided_suffix: "my_tone",
    organization_id: "org-local",
  });
  expect(created.id).toMatch(/^ftjob-[0-9a-f]{24}$/);
  await rig.app.idle();
  const job = await rig.job(created.id);
  const eight = created.id.slice("ftjob-".length, "ftjob-".length + 8);
  expect(job).toMatchObject({
    status: "succeeded",
    hyperparameters: { n_epochs: 4, batch_size: 5, learning_rate_multiplier: 1 },
    method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 4 } } },
    fine_tuned_model: `ft:ftpipe-nano:local:my-tone:${eight}`,
    trained_tokens: 400,
    error: {},
  });
  expect(job.finished_at).toBeTypeOf("number");
  expect(job.result_files).toHaveLength(1);
});

test("with over_context: cut a job names the examples that it learns only in part; else it refuses them", async () => {
  const rig = await openRig();
  const data = examples(11).replace("Number 3?", "x".repeat(1001));
  const cut = await rig.train({ over_context: "cut" }, data);
  await rig.app.idle();
  expect((await rig.job(cut.id)).status).toBe("succeeded");
  expect(await rig.events(cut.id)).toContainEqual(
    expect.objectContaining({
      level: "warn",
      message: `1 example is longer than the model's context and cut at its end: line 4 of ${cut.training_file}`,
    }),
  );
  const refused = await rig.train({}, data);
  await rig.app.idle();
  expect(await rig.job(refused.id)).toMatchObject({ status: "failed", error: { code: "invalid_training_file" } });
  const body = { model: "ftpipe-nano", training_file: cut.training_file, over_context: "shorten" };
  expect(await rig.call("POST", "/fine_tuning/jobs", body)).toMatchObject({
    status: 400,
    body: { error: { param: "over_context", message: expect.stringContaining("'refuse' or 'cut'") } },
  });
});

test("the events of a job come in the API's order and words", async () => {
  const rig = await openRig();
  const validation_file = (await rig.upload(examples(2), { name: "valid.jsonl" })).id;
  const { id, training_file } = await rig.train({ validation_file, hyperparameters: { n_epochs: 2 } });
  await rig.app.idle();
  const { fine_tuned_model: model } = await rig.job(id);
  const [first, second] = (await rig.checkpoints(id)).map(({ fine_tuned_model_checkpoint: name }) => name).toReversed();
  const events = await rig.events(id);
  expect(events.map(({ message }) => message)).toEqual([
    `Created fine-tuning job: ${id}`,
    `Validating training file: ${training_file} and validation file: ${validation_file}`,
    "Files validated, moving job to queued state",
    "Fine-tuning job started",
    "Step 1/4: training loss=3.00",
    "Step 2/4: training loss=1.50, validation loss=2.00, full validation loss=2.00",
    "Step 3/4: training loss=1.00",
    "Step 4/4: training loss=0.75, validation loss=1.00, full validation loss=1.00",
    `Checkpoint created at step 2 with Snapshot ID: ${first}`,
    `Checkpoint created at step 4 with Snapshot ID: ${second}`,
    `New fine-tuned model created: ${model}`,
    "The job has successfully completed",
  ]);
  expect(events[3]).toMatchObject({ type: "message", data: null, level: "info", object: "fine_tuning.job.event" });
  expect(events[5]).toMatchObject({
    type: "metrics",
    data: {
      step: 2,
      total_steps: 4,
      train_loss: 1.5,
      valid_loss: 2,
      full_valid_loss: 2,
      full_valid_mean_token_accuracy: 0.5,
    },
  });
});

test("checkpoints of the last three epochs are kept under names of their own, and the result file is base64 of a CSV", async () => {
  const rig = await openRig();
  const { id } = await rig.train({ hyperparameters: { n_epochs: 5, batch_size: 10 } });
  await rig.app.idle();
  const checkpoints = await rig.checkpoints(id);
  expect(checkpoints.map(({ step_number }) => step_number)).toEqual([5, 4, 3]);
  const names = checkpoints.map(({ fine_tuned_model_checkpoint }) => fine_tuned_model_checkpoint);
  expect(names[0]).toMatch(/^ft:ftpipe-nano:local::[0-9a-f]{8}:ckpt-step-5$/);
  const job = await rig.job(id);
  const eights = [...names, String(job.fine_tuned_model)].map((name) => name.split(":")[4]);
  expect(new Set(eights).size).toBe(4);
  const response = await rig.send("GET", `/files/${job.result_files[0]}/content`);
  const csv = Buffer.from(await response.text(), "base64").toString();
  expect(csv.split("\n").slice(0, 3)).toEqual([
    "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy",
    "1,3.00000,0.50000,,",
    "2,1.50000,0.66667,,",
  ]);
});

test.each([
  [
    "too few examples",
    examples(7),
    "invalid_n_examples",
    "Training file has 7 example(s), but must have at least 10 examples",
  ],
  [
    "a message without a role",
    `${examples(10)}{"messages":[{"role":"user","content":"a"},{"content":"b"}]}\n`,
    "invalid_training_file",
    "The job failed due to an invalid training file. Invalid file format. Example 11, message 2 Discriminator 'role' is missing in value",
  ],
  [
    "an example that the engine refuses",
    examples(10) + JSON.stringify({ messages: [{ role: "assistant", content: "x".repeat(1001) }] }),
    "invalid_training_file",
    "The job failed due to an invalid training file. Invalid file format. Example 11: 1001 tokens are too many.",
  ],
])("a job on %s fails with the API's code and message", async (_what, data, code, message) => {
  const rig = await openRig();
  const { id } = await rig.train({}, data);
  await rig.app.idle();
  const job = await rig.job(id);
  expect(job).toMatchObject({
    status: "failed",
    error: { code, message, param: "training_file" },
    fine_tuned_model: null,
  });
  expect((await rig.events(id)).at(-1)).toMatchObject({ level: "error", message });
});

test("a bad validation file fails the job with that parameter", async () => {
  const rig = await openRig();
  const validation_file = (await rig.upload('{"messages":[]}', { name: "v.jsonl" })).id;
  const { id } = await rig.train({ validation_file });
  await rig.app.idle();
  expect((await rig.job(id)).error).toMatchObject({ param: "validation_file" });
});

test("jobs run one at a time, oldest first", async () => {
  const engine = scriptedEngine(2);
  const rig = await openRig({ engine });
  const first = await rig.train();
  await engine.standing;
  const second = await rig.train({ seed: 5 });
  expect((await rig.job(first.id)).status).toBe("running");
  expect(["validating_files", "queued"]).toContain((await rig.job(second.id)).status);
  engine.release();
  await rig.app.idle();
  const jobs = [await rig.job(first.id), await rig.job(second.id)];
  expect(jobs.map(({ status }) => status)).toEqual(["succeeded", "succeeded"]);
});

test("cancelling a running job stops training and leaves no model", async () => {
  const engine = scriptedEngine(3);
  const rig = await openRig({ engine });
  const { id } = await rig.train();
  await engine.standing;
  const answer = await rig.call<JobObject>("POST", `/fine_tuning/jobs/${id}/cancel`);
  expect(answer).toMatchObject({ status: 200, body: { status: "cancelled" } });
  await rig.app.idle();
  expect(engine.steps).toEqual([1, 2]);
  expect(await rig.job(id)).toMatchObject({ status: "cancelled", fine_tuned_model: null, error: {} });
  expect((await rig.events(id)).at(-1)?.message).toBe("Fine-tuning job cancelled");
  await expect(stat(join(rig.app.stateDirectory, "jobs", id))).rejects.toThrow("ENOENT");
});

test("a job that is cancelled while it waits is never trained", async () => {
  const engine = scriptedEngine(2);
  const rig = await openRig({ engine });
  const first = await rig.train({ hyperparameters: { n_epochs: 1 } });
  await engine.standing;
  const second = await rig.train({ seed: 5 });
  expect((await rig.call("POST", `/fine_tuning/jobs/${second.id}/cancel`)).status).toBe(200);
  engine.release();
  await rig.app.idle();
  expect(engine.steps).toEqual([1, 2]);
  expect([(await rig.job(first.id)).status, (await rig.job(second.id)).status]).toEqual(["succeeded", "cancelled"]);
});

test("cancelling a job that has ended is refused and changes nothing", async () => {
  const rig = await openRig();
  const { id } = await rig.train();
  await rig.app.idle();
  const answer = await rig.call("POST", `/fine_tuning/jobs/${id}/cancel`);
  expect(answer).toMatchObject({ status: 400, body: { error: { type: "invalid_request_error" } } });
  expect((await rig.job(id)).status).toBe("succeeded");
});

test("a job goes on where it stood when the server is opened again, and tells no step twice", async () => {
  const stateDirectory = await temporaryDirectory();
  const engine = scriptedEngine(6);
  const before = await openRig({ stateDirectory, engine });
  const { id } = await before.train({ hyperparameters: { n_epochs: 4, batch_size: 5 } });
  await engine.standing;
  await before.app.close();
  const again = scriptedEngine();
  const after = await openRig({ stateDirectory, engine: again });
  expect((await after.job(id)).status).toBe("running");
  await after.app.idle();
  // State was saved after step 4, so step 5 is done again but told once.
  expect(again.steps).toEqual([5, 6, 7, 8]);
  expect((await after.job(id)).status).toBe("succeeded");
  const steps = (await after.events(id)).flatMap(({ data, type }) => (type === "metrics" ? [data?.["step"]] : []));
  expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const messages = (await after.events(id)).map(({ message }) => message);
  expect(new Set(messages).size).toBe(messages.length);
});

test("equal inputs give equal ids, seeds and weights in another folder; a second equal job gets an id of its own", async () => {
  const metadata = { ftpipe_fp: "f".repeat(64) };
  const runs = await Promise.all([openRig(), openRig()]);
  const jobs = await Promise.all(
    runs.map(async (rig) => {
      const { id } = await rig.train({ metadata });
      await rig.app.idle();
      return rig.job(id);
    }),
  );
  const timeless = jobs.map((job) => ({ ...job, created_at: 0, finished_at: 0 }));
  expect(timeless[0]).toEqual(timeless[1]);
  const [rig] = runs;
  const second = (
    await rig!.call<JobObject>("POST", "/fine_tuning/jobs", {
      model: "ftpipe-nano",
      training_file: jobs[0]!.training_file,
      metadata,
    })
  ).body;
  expect(second.id).not.toBe(jobs[0]!.id);
  expect(second.seed).toBe(jobs[0]!.seed);
});

test("the list of jobs is paged newest first and filtered by metadata", async () => {
  const rig = await openRig();
  const training_file = (await rig.upload(examples(10))).id;
  const ids: string[] = [];
  for (const metadata of [{ team: "a", env: "prod" }, { team: "b" }, null]) {
    const { body } = await rig.call<JobObject>("POST", "/fine_tuning/jobs", {
      model: "ftpipe-nano",
      training_file,
      metadata,
    });
    ids.push(body.id);
  }
  const list = async (query: string) => {
    const { body } = await rig.call<List<JobObject>>("GET", `/fine_tuning/jobs?${query}`);
    return [body.data.map(({ id }) => ids.indexOf(id)), body.has_more];
  };
  expect(await list("")).toEqual([[2, 1, 0], false]);
  expect(await list("limit=2")).toEqual([[2, 1], true]);
  expect(await list(`limit=2&after=${ids[1]}`)).toEqual([[0], false]);
  expect(await list("metadata%5Bteam%5D=a")).toEqual([[0], false]);
  expect(await list("metadata[team]=a&metadata[env]=test")).toEqual([[], false]);
  expect(await list("metadata=null")).toEqual([[2], false]);
  const both = await rig.call("GET", "/fine_tuning/jobs?metadata=null&metadata[team]=a");
  expect(both.status).toBe(400);
});

test("a tuned model can be trained further and keeps the name of its base", async () => {
  const rig = await openRig();
  const { id } = await rig.train();
  await rig.app.idle();
  const model = (await rig.job(id)).fine_tuned_model;
  const second = await rig.train({ model, suffix: "two" });
  await rig.app.idle();
  expect(await rig.job(second.id)).toMatchObject({
    status: "succeeded",
    model,
    fine_tuned_model: expect.stringMatching(/^ft:ftpipe-nano:local:two:[0-9a-f]{8}$/),
  });
});

test("a tuned model's manifest is found beside its weights without a server, and not once the model is deleted", async () => {
  const rig = await openRig();
  const { id } = await rig.train();
  await rig.app.idle();
  const model = String((await rig.job(id)).fine_tuned_model);
  const manifest = await localModelManifest(rig.app.stateDirectory, model, ports.files);
  expect(manifest).toMatchObject({ id: model, base: "ftpipe-nano", job: id, engine_version: "scripted-1" });
  expect(manifest?.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(
    await localModelManifest(rig.app.stateDirectory, "ft:ftpipe-nano:local::00000000", ports.files),
  ).toBeUndefined();
  const manifestFile = join(
    rig.app.stateDirectory,
    "models",
    (await readdir(join(rig.app.stateDirectory, "models")))[0] ?? "",
    "manifest.json",
  );
  await ports.files.writeAtomic(manifestFile, "{}");
  await expect(localModelManifest(rig.app.stateDirectory, model, ports.files)).rejects.toMatchObject({
    code: "STATE_DAMAGED",
  });
  const deleted = await rig.call("DELETE", `/models/${encodeURIComponent(model)}`);
  expect(deleted.body).toEqual({ id: model, object: "model", deleted: true });
  expect(await localModelManifest(rig.app.stateDirectory, model, ports.files)).toBeUndefined();
});

test.each([
  [{ model: "gpt-9" }, "Model gpt-9 is not available for fine-tuning or does not exist.", "model"],
  [{ training_file: "file-none" }, "File 'file-none' does not exist.", "training_file"],
  [{ training_file: undefined }, "Missing required parameter: 'training_file'.", "training_file"],
  [{ seed: -1 }, "Invalid 'seed': integer below minimum value. Expected a value >= 0, but got -1 instead.", "seed"],
  [{ suffix: "x".repeat(65) }, "Invalid 'suffix': expected 1 to 64 characters, but got 65.", "suffix"],
  [{ epochs: 3 }, "Unknown parameter: 'epochs'.", "epochs"],
  [
    { hyperparameters: { n_epochs: "three" } },
    "Invalid type for 'hyperparameters.n_epochs': expected an integer, but got a string instead.",
    "hyperparameters.n_epochs",
  ],
  [{ metadata: { a: 1 } }, "Invalid type for 'metadata.a': expected a string, but got a number instead.", "metadata.a"],
])("a job with %j is refused", async (change, message, param) => {
  const rig = await openRig();
  const training_file = (await rig.upload(examples(10))).id;
  const { status, body } = await rig.call<Failure>("POST", "/fine_tuning/jobs", {
    model: "ftpipe-nano",
    training_file,
    ...change,
  });
  expect([status, body.error.message, body.error.param]).toEqual([400, message, param]);
});

test.each(["", "/events", "/checkpoints"])("GET of an unknown job%s is OpenAI's 404", async (path) => {
  const rig = await openRig();
  const { status, body } = await rig.call("GET", `/fine_tuning/jobs/123${path}`);
  expect(status).toBe(404);
  expect(body).toEqual({
    error: {
      message: "Could not find fine tune: 123",
      type: "invalid_request_error",
      param: "fine_tune_id",
      code: "fine_tune_not_found",
    },
  });
});

test("a failure of the engine fails the job, and the reason is in the error log", async () => {
  const engine = { ...scriptedEngine(), train: () => Promise.reject(new Error("out of luck")) };
  const rig = await openRig({ engine });
  const { id } = await rig.train();
  await rig.app.idle();
  expect((await rig.job(id)).error).toMatchObject({
    code: "server_error",
    message: expect.stringContaining("out of luck"),
  });
  expect(await readFile(join(rig.app.stateDirectory, "error.log"), "utf8")).toContain("out of luck");
});

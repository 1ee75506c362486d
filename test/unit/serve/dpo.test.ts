import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPreferenceFile } from "../../../src/serve/preference-file.ts";
import { examples, openRig, ports, preference, preferences, temporaryDirectory } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

const dpo = (hyperparameters?: object) => ({
  method: { type: "dpo", dpo: hyperparameters === undefined ? {} : { hyperparameters } },
});

test("a dpo job shows its hyperparameters under its method only: `auto` first, then what was chosen", async () => {
  const rig = await openRig();
  const created = await rig.train(dpo({ n_epochs: 2 }), preferences(10));
  expect(created.hyperparameters).toBeNull();
  expect(created.method).toEqual({
    type: "dpo",
    dpo: {
      hyperparameters: { n_epochs: 2, batch_size: "auto", learning_rate_multiplier: "auto", beta: "auto" },
    },
  });
  await rig.app.idle();
  const job = await rig.job(created.id);
  expect(job).toMatchObject({ status: "succeeded", hyperparameters: null });
  expect(job.method).toEqual({
    type: "dpo",
    dpo: { hyperparameters: { n_epochs: 2, batch_size: 5, learning_rate_multiplier: 1, beta: 0.25 } },
  });
  expect((await rig.events(created.id)).filter(({ type }) => type === "metrics")).toHaveLength(4);
});

test("a dpo job goes on after a restart with the hyperparameters that it had", async () => {
  const stateDirectory = await temporaryDirectory();
  const engine = scriptedEngine(3);
  const before = await openRig({ stateDirectory, engine });
  const { id } = await before.train(dpo({ beta: 2 }), preferences(10));
  await engine.standing;
  await before.app.close();
  const after = await openRig({ stateDirectory });
  expect((await after.job(id)).status).toBe("running");
  await after.app.idle();
  expect(await after.job(id)).toMatchObject({
    status: "succeeded",
    method: { dpo: { hyperparameters: { beta: 2, n_epochs: 4 } } },
  });
});

test.each([
  [
    { type: "reinforcement", reinforcement: {} },
    "The method 'reinforcement' is not supported by this server, only 'supervised' and 'dpo'.",
    "method",
  ],
  [{}, "Missing required parameter: 'method.type'.", "method.type"],
  [
    { type: "dpo", dpo: { hyperparameters: { beta: 2.5 } } },
    "Invalid 'method.dpo.hyperparameters.beta': decimal above maximum value. Expected a value <= 2, but got 2.5 instead.",
    "method.dpo.hyperparameters.beta",
  ],
  [
    { type: "dpo", dpo: { hyperparameters: { beta: 0 } } },
    "Invalid 'method.dpo.hyperparameters.beta': decimal below minimum value. Expected a value > 0, but got 0 instead.",
    "method.dpo.hyperparameters.beta",
  ],
  [
    { type: "supervised", supervised: { hyperparameters: { beta: 1 } } },
    "Unknown parameter: 'method.supervised.hyperparameters.beta'.",
    "method.supervised.hyperparameters.beta",
  ],
  [
    { type: "dpo", supervised: { hyperparameters: { n_epochs: 1 } } },
    "Unknown parameter: 'method.supervised'.",
    "method.supervised",
  ],
  [{ type: "dpo", dpo: { n_epochs: 1 } }, "Unknown parameter: 'method.dpo.n_epochs'.", "method.dpo.n_epochs"],
])("the method %j is refused", async (method, message, param) => {
  const rig = await openRig();
  const training_file = (await rig.upload(preferences(10))).id;
  const { status, body } = await rig.call("POST", "/fine_tuning/jobs", { model: "ftpipe-nano", training_file, method });
  expect([status, body.error.message, body.error.param]).toEqual([400, message, param]);
});

test("the older top-level hyperparameters are not taken for those of dpo", async () => {
  const rig = await openRig();
  const training_file = (await rig.upload(preferences(10))).id;
  const body = { model: "ftpipe-nano", training_file, ...dpo(), hyperparameters: { n_epochs: 1 } };
  expect(await rig.call("POST", "/fine_tuning/jobs", body)).toMatchObject({
    status: 400,
    body: { error: { param: "hyperparameters" } },
  });
});

describe("a file of the other format fails the job", () => {
  test.each([
    ["chats with dpo", dpo(), examples(10), "fine-tune-chat", "'supervised'", "dpo"],
    ["pairs with supervised training", {}, preferences(10), "fine-tune-preference", "'dpo'", "supervised"],
  ])("%s", async (_what, options, data, format, wanted, provided) => {
    const rig = await openRig();
    const { id, training_file } = await rig.train(options, data);
    await rig.app.idle();
    expect(await rig.job(id)).toMatchObject({
      status: "failed",
      error: {
        code: "invalid_training_file",
        message: `The job failed due to an invalid training file. Invalid file format. Input file ${training_file} is in the ${format} format, but the specified fine-tuning job is not using ${wanted} as the training method (provided method=${provided}).`,
        param: "training_file",
      },
    });
  });

  test("a validation file of chats", async () => {
    const rig = await openRig();
    const validation_file = (await rig.upload(examples(2), { name: "v.jsonl" })).id;
    const { id } = await rig.train({ ...dpo(), validation_file }, preferences(10));
    await rig.app.idle();
    expect((await rig.job(id)).error).toMatchObject({ code: "invalid_validation_file", param: "validation_file" });
  });
});

test("pairs that the engine refuses, and too few pairs, fail the job", async () => {
  const rig = await openRig();
  const long = await rig.train(dpo(), preferences(10) + JSON.stringify(preference("a", "x".repeat(1001))));
  const few = await rig.train(dpo(), preferences(9));
  await rig.app.idle();
  expect((await rig.job(long.id)).error).toMatchObject({
    message:
      "The job failed due to an invalid training file. Invalid file format. Example 11: 1001 tokens are too many.",
  });
  expect((await rig.job(few.id)).error).toMatchObject({ code: "invalid_n_examples" });
});

describe("reading pairs", () => {
  async function read(data: string) {
    const path = join(await temporaryDirectory(), "data.jsonl");
    await ports.files.writeAtomic(path, data);
    return readPreferenceFile({ path, id: "file-1", use: "training" }, ports.files);
  }
  const good = preference("a", "b");
  const user = { role: "user", content: "a" };
  const assistant = { role: "assistant", content: "b" };

  test("gives the chat and both answers, in order", async () => {
    const parts = { role: "assistant", content: [{ type: "text", text: "x" }], weight: 1 };
    const messages = [{ role: "system", content: "s" }, user, { ...assistant, weight: 0 }, user];
    const read10 = await read(
      preferences(9) + JSON.stringify({ ...good, input: { messages }, preferred_output: [parts] }),
    );
    expect(read10).toHaveLength(10);
    expect(read10[3]).toEqual({
      input: [{ role: "user", content: "Number 3?" }],
      preferred: "It is 3!",
      rejected: "It is 3.",
    });
    expect(read10[9]).toEqual({ input: messages, preferred: "x", rejected: "b." });
  });

  test.each([
    ["[1]", "Line 10 is not a dictionary."],
    [{ ...good, input: undefined }, "Example 10, input Field required"],
    [{ ...good, input: "a" }, "Example 10, input Input should be a valid dictionary"],
    [{ ...good, input: {} }, "Example 10, input.messages Field required"],
    [{ ...good, input: { messages: [] } }, "Example 10, input.messages Input should be a list of messages"],
    [{ ...good, input: { messages: [user], mood: 1 } }, "Example 10, input.mood Extra inputs are not permitted"],
    [{ ...good, input: { messages: [user], tools: [] } }, "Example 10 declares tools"],
    [{ ...good, input: { messages: [user, { content: "a" }] } }, "Example 10, input.messages, message 2 Discriminator"],
    [{ ...good, preferred_completion: [] }, "Example 10, preferred_completion Extra inputs are not permitted"],
    [{ ...good, preferred_output: undefined }, "Example 10, preferred_output Field required"],
    [{ ...good, non_preferred_output: "b" }, "Example 10, non_preferred_output Input should be a list of messages"],
    [
      { ...good, preferred_output: [user] },
      "Example 10, preferred_output Input should be one message of the assistant",
    ],
    [
      { ...good, non_preferred_output: [assistant, assistant] },
      "Example 10, non_preferred_output Input should be one message of the assistant",
    ],
    [
      { ...good, preferred_output: [{ role: "assistant", content: null }] },
      "Example 10, preferred_output, message 1, content Input should be a valid string",
    ],
    [{ ...good, preferred_output: [{ ...assistant, weight: 0 }] }, "Example 10, preferred_output, weight"],
  ])("refuses %j with its line", async (line, message) => {
    const text = typeof line === "string" ? line : JSON.stringify(line);
    await expect(read(`${preferences(9)}${text}\n`)).rejects.toThrow(message);
  });
});

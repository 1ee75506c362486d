import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import type { CompletionRequest } from "../../../src/engine/engine.ts";
import { examples, type Failure, type List, openRig } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

const hello = { model: "ftpipe-nano", messages: [{ role: "user", content: "hello" }] };

/** An engine that keeps what it was asked. */
function listeningEngine() {
  const asked: CompletionRequest[] = [];
  const engine = scriptedEngine();
  const complete = (request: CompletionRequest) => {
    asked.push(request);
    return engine.complete(request);
  };
  return { asked, engine: { ...engine, complete } };
}

interface Chat {
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: object;
}

test("a chat answers in OpenAI's form with exact usage", async () => {
  const rig = await openRig();
  const { status, body } = await rig.call<Chat>("POST", "/chat/completions", { ...hello, max_tokens: 4 });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: expect.stringMatching(/^chatcmpl-/),
    object: "chat.completion",
    model: "ftpipe-nano",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: "hell", refusal: null },
        logprobs: null,
        finish_reason: "length",
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
  });
});

test("sampling settings reach the engine; without a seed one is drawn, without a limit the context is it", async () => {
  const { engine, asked } = listeningEngine();
  const rig = await openRig({ engine });
  const developer = [
    {
      role: "developer",
      content: [
        { type: "text", text: "a" },
        { type: "text", text: "b" },
      ],
    },
  ];
  await rig.call("POST", "/chat/completions", {
    ...hello,
    messages: developer,
    temperature: 0,
    top_p: 0.5,
    seed: 7,
    stop: ".",
  });
  await rig.call("POST", "/chat/completions", { ...hello, stop: ["a", "b"] });
  expect(asked[0]).toEqual({
    model: { base: "ftpipe-nano" },
    messages: [{ role: "system", content: "ab" }],
    sampling: { temperature: 0, top_p: 0.5, seed: 7, stop: ["."], max_tokens: 128 },
  });
  expect(asked[1]?.sampling).toMatchObject({ temperature: 1, stop: ["a", "b"], seed: expect.any(Number) });
});

test("a tuned model and its checkpoints answer chats under their names", async () => {
  const { engine, asked } = listeningEngine();
  const rig = await openRig({ engine });
  const { id } = await rig.train({}, examples(10));
  await rig.app.idle();
  const model = String((await rig.job(id)).fine_tuned_model);
  const checkpoint = (await rig.checkpoints(id))[0]?.fine_tuned_model_checkpoint;
  for (const name of [model, checkpoint]) {
    const { status } = await rig.call("POST", "/chat/completions", { ...hello, model: name });
    expect(status).toBe(200);
  }
  const files = asked.map((request) => ("file" in request.model ? request.model.file : ""));
  expect(files[0]).toMatch(/\/models\/.*\/model\.bin$/);
  expect(files[1]).toMatch(/\/jobs\/.*\/checkpoint-8\.bin$/);
  await rm(join(rig.app.stateDirectory, "models"), { recursive: true });
  expect((await rig.call("POST", "/chat/completions", { ...hello, model })).status).toBe(404);
});

test("a model that the engine no longer reads is refused with the engine's reason", async () => {
  const reason = new FtpipeError("TARGET_UNSUPPORTED", "It was made with other built-in models.", {
    hint: "Train again.",
  });
  const rig = await openRig({ engine: { ...scriptedEngine(), complete: () => Promise.reject(reason) } });
  const { status, body } = await rig.call("POST", "/chat/completions", hello);
  expect([status, body.error.message]).toEqual([400, "It was made with other built-in models. Train again."]);
});

test("stream: true sends a role chunk, the content, a final chunk, usage if asked for, and [DONE]", async () => {
  const rig = await openRig();
  const response = await rig.send("POST", "/chat/completions", {
    body: JSON.stringify({ ...hello, stream: true, stream_options: { include_usage: true } }),
    headers: { "content-type": "application/json" },
  });
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  const lines = (await response.text()).split("\n\n").filter((line) => line !== "");
  expect(lines.at(-1)).toBe("data: [DONE]");
  const chunks = lines.slice(0, -1).map((line) => JSON.parse(line.replace("data: ", "")) as Record<string, unknown>);
  expect(chunks.map(({ choices }) => choices)).toMatchObject([
    [{ delta: { role: "assistant" }, finish_reason: null }],
    [{ delta: { content: "hello" }, finish_reason: null }],
    [{ delta: {}, finish_reason: "stop" }],
    [],
  ]);
  expect(chunks.at(-1)).toMatchObject({ usage: { total_tokens: 10 } });
});

test.each([
  [{ model: "ft:123" }, 404, "The model 'ft:123' does not exist", "model", "model_not_found"],
  [{ n: 2 }, 400, "Unsupported value: 'n' does not support 2 with this model. Supported: 1.", "n", "unsupported_value"],
  [
    { tools: [{}] },
    400,
    "Unsupported value: 'tools' does not support [{}] with this model. Supported: [].",
    "tools",
    "unsupported_value",
  ],
  [
    { stream: true, stream_options: 1 },
    400,
    "Invalid type for 'stream_options': expected an object, but got a number instead.",
    "stream_options",
    "invalid_type",
  ],
  [
    { messages: [] },
    400,
    "Invalid 'messages': empty array. Expected an array with minimum length 1.",
    "messages",
    "empty_array",
  ],
  [
    { temperature: 3 },
    400,
    "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead.",
    "temperature",
    "decimal_above_max_value",
  ],
  [
    { audio: {} },
    400,
    "Unsupported parameter: 'audio' is not supported with this model.",
    "audio",
    "unsupported_parameter",
  ],
  [{ prompt: "x" }, 400, "Unrecognized request argument supplied: prompt", null, null],
  [
    { messages: [{ role: "tool", content: "x" }] },
    400,
    "Invalid value: 'tool'. Supported values are: 'system', 'developer', 'user', 'assistant'.",
    "messages[0].role",
    "invalid_value",
  ],
  [
    { messages: [{ role: "user", content: "x".repeat(200) }] },
    400,
    "This model's maximum context length is 128 tokens. The prompt has 200 tokens; with an answer it must fit into 128.",
    "messages",
    "context_length_exceeded",
  ],
])("a chat with %j is refused", async (change, status, message, param, code) => {
  const rig = await openRig();
  const answer = await rig.call("POST", "/chat/completions", { ...hello, ...change });
  expect(answer.status).toBe(status);
  expect(answer.body.error).toEqual({ message, type: "invalid_request_error", param, code });
});

test("settings that ask for nothing are taken", async () => {
  const rig = await openRig();
  const idle = {
    n: 1,
    response_format: { type: "text" },
    tools: [],
    logprobs: false,
    presence_penalty: 0,
    user: "u",
    seed: null,
  };
  expect((await rig.call("POST", "/chat/completions", { ...hello, ...idle })).status).toBe(200);
});

test("the bases are listed with the tuned models; a base can't be deleted", async () => {
  const rig = await openRig();
  const { id } = await rig.train({}, examples(10));
  await rig.app.idle();
  const model = (await rig.job(id)).fine_tuned_model;
  const { body } = await rig.call<List<{ readonly id: string }>>("GET", "/models");
  expect(body.data.map((item) => item.id)).toEqual(["ftpipe-mini", "ftpipe-nano", model]);
  expect((await rig.call("GET", `/models/${model}`)).body).toMatchObject({
    id: model,
    object: "model",
    owned_by: "org-local",
  });
  expect((await rig.call("DELETE", "/models/ftpipe-nano")).status).toBe(403);
  expect((await rig.call<Failure>("DELETE", "/models/ft:123")).body.error).toEqual({
    message: "The model 'ft:123' does not exist",
    type: "invalid_request_error",
    param: "model",
    code: "model_not_found",
  });
});

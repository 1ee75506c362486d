import OpenAI, { APIError, APIUserAbortError, BadRequestError } from "openai";
import { expect, onTestFinished, test } from "vitest";
import { createEngine } from "../../src/engine/create.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { listen } from "../../src/serve/http.ts";
import { openRig, ports } from "../unit/serve/rig.ts";
import { speakingEngine } from "../unit/serve/speaking-engine.ts";

/** The official client, over a socket or handed the server as its `fetch`. */
const ways = ["over HTTP", "in this process, without a port"] as const;

async function clientFor(way: (typeof ways)[number], engine: Engine) {
  const { app } = await openRig({ engine });
  const options = { apiKey: app.key, maxRetries: 0 };
  if (way === "in this process, without a port") {
    return new OpenAI({ ...options, baseURL: "http://127.0.0.1:8231/v1", fetch: app.fetch });
  }
  const server = await listen(app, { port: 0, files: ports.files });
  onTestFinished(server.close);
  return new OpenAI({ ...options, baseURL: server.baseUrl });
}

const chat = { model: "ftpipe-nano", messages: [{ role: "user", content: "Greet Ada." }] } as const;

test.each(ways)("the SDK reads a stream piece by piece, with usage at its end, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hello", ", ", "Ada!"], standBefore: 1 });
  const client = await clientFor(way, engine);
  const stream = await client.chat.completions.create({
    ...chat,
    messages: [...chat.messages],
    stream: true,
    stream_options: { include_usage: true },
  });
  const pieces: string[] = [];
  let usage: OpenAI.CompletionUsage | null | undefined;
  let finish: string | null | undefined;
  for await (const chunk of stream) {
    const { delta, finish_reason } = chunk.choices[0] ?? {};
    if (delta?.content) pieces.push(delta.content);
    // Only now may the engine go on: had the server waited for it, this would never be reached.
    if (pieces.length === 1) engine.release();
    finish ??= finish_reason;
    usage = chunk.usage;
  }
  expect(pieces).toEqual(["Hello", ", ", "Ada!"]);
  expect(finish).toBe("stop");
  expect(usage).toEqual({ prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 });
});

test("the SDK's stream helper puts the message together", async () => {
  const client = await clientFor("over HTTP", speakingEngine({ pieces: ["Hello", ", Ada!"] }));
  const completion = await client.chat.completions
    .stream({ ...chat, messages: [...chat.messages] })
    .finalChatCompletion();
  expect(completion.choices[0]).toMatchObject({
    finish_reason: "stop",
    message: { role: "assistant", content: "Hello, Ada!" },
  });
});

test.each(ways)("leaving a stream ends the work on the answer, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hel", "lo"], standBefore: 1 });
  const client = await clientFor(way, engine);
  const stream = await client.chat.completions.create({ ...chat, messages: [...chat.messages], stream: true });
  for await (const chunk of stream) if (chunk.choices[0]?.delta.content === "Hel") break;
  await engine.abandoned;
});

test.each(ways)("aborting a request ends the work on the answer, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hello"], standBefore: 0 });
  const client = await clientFor(way, engine);
  const leaving = new AbortController();
  const answer = client.chat.completions.create({ ...chat, messages: [...chat.messages] }, { signal: leaving.signal });
  await expect.poll(() => engine.asked.length).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toBeInstanceOf(APIUserAbortError);
  await engine.abandoned;
});

test("an error in the middle of a stream is thrown by the SDK", async () => {
  const client = await clientFor("over HTTP", speakingEngine({ pieces: ["Hel"], failure: new Error("lost") }));
  const stream = await client.chat.completions.create({ ...chat, messages: [...chat.messages], stream: true });
  const read = async () => {
    for await (const _chunk of stream);
  };
  await expect(read()).rejects.toBeInstanceOf(APIError);
});

test("a schema that can't be honoured is the SDK's BadRequestError, with every place", async () => {
  const client = await clientFor("over HTTP", speakingEngine({ pieces: ["{}"] }));
  const schema = { type: "object", properties: { at: { type: "string", format: "date" } }, minProperties: 1 };
  const asking = client.chat.completions.create({
    ...chat,
    messages: [...chat.messages],
    response_format: { type: "json_schema", json_schema: { name: "visit", schema } },
  });
  await expect(asking).rejects.toBeInstanceOf(BadRequestError);
  await expect(asking).rejects.toMatchObject({
    param: "response_format",
    message: expect.stringMatching(/\/minProperties.*\/properties\/at\/format/),
  });
});

test("the built-in engine, untrained, streams an answer that meets the schema, or says that there is no room for one", async () => {
  const client = await clientFor("over HTTP", createEngine({ threads: 1 }));
  const ask = (max_tokens: number) =>
    client.chat.completions.create({
      ...chat,
      messages: [...chat.messages],
      seed: 1,
      max_tokens,
      stream: true,
      response_format: {
        type: "json_schema",
        json_schema: {
          name: "greeting",
          strict: true,
          schema: {
            type: "object",
            properties: { tone: { enum: ["warm", "cool"] }, words: { type: "string" } },
            required: ["tone", "words"],
            additionalProperties: false,
          },
        },
      },
    });
  let text = "";
  let finish: string | null | undefined;
  for await (const { choices } of await ask(40)) {
    text += choices[0]?.delta.content ?? "";
    finish = choices[0]?.finish_reason;
  }
  expect(JSON.parse(text)).toEqual({ tone: expect.stringMatching(/^(warm|cool)$/), words: expect.any(String) });
  expect(finish).toBe("stop");
  await expect(ask(20)).rejects.toMatchObject({
    status: 400,
    param: "response_format",
    message: expect.stringContaining("only 20 may be written"),
  });
});

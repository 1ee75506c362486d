import { expect, onTestFinished, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import { listen } from "../../../src/serve/http.ts";
import { openRig, ports } from "./rig.ts";
import { type SpeakingEngine, speakingEngine } from "./speaking-engine.ts";

const chat = { model: "ftpipe-nano", messages: [{ role: "user", content: "hello" }] };

const ways = ["over HTTP", "in this process"] as const;

/** Sends a chat to a server whose engine is given. */
async function openChat(way: (typeof ways)[number], engine: SpeakingEngine) {
  const { app } = await openRig({ engine });
  const init = (body: object): RequestInit => ({
    method: "POST",
    headers: { authorization: `Bearer ${app.key}`, "content-type": "application/json" },
    body: JSON.stringify({ ...chat, ...body }),
  });
  if (way === "in this process") {
    return (body: object, signal?: AbortSignal) =>
      app.fetch("http://127.0.0.1/v1/chat/completions", { ...init(body), ...(signal && { signal }) });
  }
  const server = await listen(app, { port: 0, files: ports.files });
  onTestFinished(server.close);
  return (body: object, signal?: AbortSignal) =>
    fetch(`${server.baseUrl}/chat/completions`, { ...init(body), ...(signal && { signal }) });
}

interface Chunk {
  readonly id: string;
  readonly choices: readonly { readonly delta: { readonly content?: string }; readonly finish_reason: string | null }[];
  readonly usage?: object | null;
}

/** The events of an answer as they come. */
async function* eventsOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const events = (rest + decoder.decode(bytes, { stream: true })).split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) yield event.replace(/^data: /, "");
  }
}

/** The next events, up to a number of them. */
async function take(events: AsyncGenerator<string>, count: number): Promise<readonly string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done === true) break;
    taken.push(value);
  }
  return taken;
}

test.each(ways)("the first words arrive while the rest is still being written, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hel", "lo"], standBefore: 1 });
  const send = await openChat(way, engine);
  const response = await send({ stream: true });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/event-stream; charset=utf-8"]);
  const events = eventsOf(response);
  const first = (await take(events, 2)).map((text) => JSON.parse(text) as Chunk);
  expect(first.map(({ choices }) => choices[0])).toEqual([
    { index: 0, delta: { role: "assistant", content: "", refusal: null }, logprobs: null, finish_reason: null },
    { index: 0, delta: { content: "Hel" }, logprobs: null, finish_reason: null },
  ]);
  engine.release();
  const others = [...(await take(events, 10))];
  expect(others.pop()).toBe("[DONE]");
  const last = others.map((text) => JSON.parse(text) as Chunk);
  expect(last.map(({ choices }) => choices[0])).toMatchObject([
    { delta: { content: "lo" }, finish_reason: null },
    { delta: {}, finish_reason: "stop" },
  ]);
  expect(new Set([...first, ...last].map(({ id }) => id)).size).toBe(1);
  expect(first[0]).toMatchObject({
    object: "chat.completion.chunk",
    model: "ftpipe-nano",
    created: expect.any(Number),
    system_fingerprint: "ftpipe_scripted-1",
  });
  expect(first[0]).not.toHaveProperty("usage");
});

test("usage comes last and with no choice, if it is asked for; the chunks before say null", async () => {
  const send = await openChat("in this process", speakingEngine({ pieces: ["a", "b", "c"] }));
  const events = await take(eventsOf(await send({ stream: true, stream_options: { include_usage: true } })), 10);
  const chunks = events.slice(0, -1).map((text) => JSON.parse(text) as Chunk);
  expect(chunks.map(({ usage }) => usage)).toEqual([
    null,
    null,
    null,
    null,
    null,
    { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
  ]);
  expect(chunks.at(-1)?.choices).toEqual([]);
});

test("an engine that answers in one piece is streamed in one piece, an empty answer in none", async () => {
  const contents = async (content: string) => {
    const engine = speakingEngine({ pieces: [content] });
    const complete: SpeakingEngine["complete"] = (request) => engine.complete(request);
    const send = await openChat("in this process", { ...engine, complete });
    const events = await take(eventsOf(await send({ stream: true })), 10);
    return events.slice(0, -1).map((text) => (JSON.parse(text) as Chunk).choices[0]?.delta.content);
  };
  expect(await contents("Hello")).toEqual(["", "Hello", undefined]);
  expect(await contents("")).toEqual(["", undefined]);
});

test.each(ways)("a client that leaves in the middle ends the work on its answer, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hel", "lo"], standBefore: 1 });
  const send = await openChat(way, engine);
  const leaving = new AbortController();
  const response = await send({ stream: true }, leaving.signal);
  const events = eventsOf(response);
  await take(events, 2);
  leaving.abort();
  await engine.abandoned;
  await expect(events.next()).rejects.toThrow();
});

test("a client that stops reading ends the work on its answer", async () => {
  const engine = speakingEngine({ pieces: ["Hel", "lo"], standBefore: 1 });
  const send = await openChat("in this process", engine);
  await (await send({ stream: true })).body?.cancel();
  await engine.abandoned;
});

test.each(ways)("a client that leaves before an answer in one piece ends the work on it, %s", async (way) => {
  const engine = speakingEngine({ pieces: ["Hello"], standBefore: 0 });
  const send = await openChat(way, engine);
  const leaving = new AbortController();
  const answer = send({}, leaving.signal);
  await expect.poll(() => engine.asked.length).toBe(1);
  leaving.abort();
  await expect(answer).rejects.toThrow();
  await engine.abandoned;
});

test("what is wrong with the request is an error status, though a stream was asked for", async () => {
  const failure = new FtpipeError("RESPONSE_FORMAT_INVALID", "It takes 9 tokens.", { hint: "Raise max_tokens." });
  const send = await openChat("in this process", speakingEngine({ pieces: [], failure }));
  const response = await send({ stream: true });
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: {
      message: "It takes 9 tokens. Raise max_tokens.",
      type: "invalid_request_error",
      param: "response_format",
      code: null,
    },
  });
});

test("what goes wrong in the middle is told in the stream, which then ends", async () => {
  const send = await openChat("over HTTP", speakingEngine({ pieces: ["Hel"], failure: new Error("lost") }));
  const events = await take(eventsOf(await send({ stream: true })), 10);
  expect(events).toHaveLength(3);
  expect(JSON.parse(String(events[2]))).toMatchObject({ error: { type: "server_error" } });
});

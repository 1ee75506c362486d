import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openServer } from "../../../src/serve/open.ts";
import { type Failure, openRig, ports, temporaryDirectory } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

test.each([
  ["no key", {}, null],
  ["another key", { authorization: "Bearer ftpipe-other" }, "invalid_api_key"],
  ["a key without Bearer", { authorization: "ftpipe" }, null],
])("a request with %s is refused in OpenAI's form", async (_what, headers: Record<string, string>, code) => {
  const rig = await openRig();
  const response = await rig.app.fetch("http://localhost/v1/models", { headers });
  expect(response.status).toBe(401);
  const { error } = (await response.json()) as Failure;
  expect(error).toMatchObject({ type: "invalid_request_error", param: null, code });
  expect(error.message).not.toContain("ftpipe-other");
});

test.each([
  ["GET", "/batches", 404, "Invalid URL (GET /v1/batches)"],
  ["GET", "/files/%E0%A4%A", 404, "Invalid URL (GET /v1/files/%E0%A4%A)"],
  [
    "PUT",
    "/files",
    405,
    "Not allowed to PUT on /v1/files. (HINT: Perhaps you meant to make a different HTTP request?)",
  ],
])("%s %s is a %i", async (method, path, status, message) => {
  const rig = await openRig();
  const answer = await rig.call(method, path);
  expect([answer.status, answer.body.error.message]).toEqual([status, message]);
});

test("every answer has an x-request-id of its own and says that it is JSON", async () => {
  const rig = await openRig();
  const answers = [
    await rig.call("GET", "/models"),
    await rig.call("GET", "/nothing"),
    await rig.call("POST", "/files"),
  ];
  const ids = answers.map(({ headers }) => headers.get("x-request-id"));
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toMatch(/^req_[0-9a-f]{32}$/);
  expect(answers.map(({ headers }) => headers.get("content-type"))).toEqual(Array(3).fill("application/json"));
});

test("a body that is not application/json, or no JSON, is refused", async () => {
  const rig = await openRig();
  const post = (body: string, type: string) =>
    rig.send("POST", "/chat/completions", { body, headers: { "content-type": type } });
  expect((await post("{}", "text/plain")).status).toBe(415);
  expect((await post("{}", "application/jsonp")).status).toBe(415);
  expect((await post("{", "application/json; charset=utf-8")).status).toBe(400);
  expect((await post(`"${"x".repeat(8 * 2 ** 20)}"`, "application/json")).status).toBe(413);
});

test("each request leaves one line in the access log, without its key", async () => {
  const rig = await openRig();
  await rig.call("GET", "/models?limit=1");
  await rig.call("GET", "/nothing");
  const log = await readFile(join(rig.app.stateDirectory, "access.log"), "utf8");
  const line = (rest: string) => new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z GET ${rest} \\d+ms$`);
  const lines = log.trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(line("/v1/models 200")),
    expect.stringMatching(line("/v1/nothing 404")),
  ]);
  expect(log).not.toContain(rig.app.key);
});

test("the key stays the same and only its owner may read it", async () => {
  const stateDirectory = await temporaryDirectory();
  const first = await openRig({ stateDirectory });
  await first.app.close();
  const second = await openRig({ stateDirectory });
  expect(second.app.key).toBe(first.app.key);
  expect((await stat(join(stateDirectory, "key"))).mode & 0o777).toBe(0o600);
});

test("a folder in use is refused and its holder is named", async () => {
  const rig = await openRig();
  const second = openServer({ ...ports, stateDirectory: rig.app.stateDirectory, engine: () => scriptedEngine() });
  await expect(second).rejects.toMatchObject({
    code: "LOCKED",
    message: expect.stringContaining(`process ${process.pid} on `),
  });
  await rig.app.close();
  await (
    await openServer({ ...ports, stateDirectory: rig.app.stateDirectory, engine: () => scriptedEngine() })
  ).close();
});

test("a damaged database is reported and the folder let go", async () => {
  const stateDirectory = await temporaryDirectory();
  await ports.files.writeAtomic(join(stateDirectory, "serve.db"), "no database".repeat(1000));
  const open = () => openServer({ ...ports, stateDirectory, engine: () => scriptedEngine() });
  await expect(open()).rejects.toMatchObject({ code: "STATE_DAMAGED" });
  await expect(open()).rejects.toMatchObject({ code: "STATE_DAMAGED" });
});

test("the engine is made when it is needed, once, and closed with the server", async () => {
  let made = 0;
  let closed = 0;
  const engine = { ...scriptedEngine(), close: async () => void closed++ };
  const stateDirectory = await temporaryDirectory();
  const make = () => {
    made++;
    return engine;
  };
  const app = await openServer({ ...ports, stateDirectory, engine: make });
  const headers = { authorization: `Bearer ${app.key}`, "content-type": "application/json" };
  await app.fetch("http://localhost/v1/models", { headers });
  expect(made).toBe(0);
  const body = JSON.stringify({ model: "ftpipe-nano", messages: [{ role: "user", content: "a" }] });
  const chat = () => app.fetch("http://localhost/v1/chat/completions", { method: "POST", headers, body });
  await Promise.all([chat(), chat()]);
  await app.close();
  expect([made, closed]).toEqual([1, 1]);
});

test("an aborted request rejects with its signal's reason, as fetch does", async () => {
  const rig = await openRig();
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(rig.app.fetch("http://localhost/v1/models", { signal })).rejects.toThrow("enough");
});

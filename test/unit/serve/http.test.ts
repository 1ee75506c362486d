import { readFile, stat } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listen } from "../../../src/serve/http.ts";
import type { FileObject } from "../../../src/serve/wire.ts";
import { openRig, ports } from "./rig.ts";

async function listening() {
  const rig = await openRig();
  const server = await listen(rig.app, { port: 0, files: ports.files });
  onTestFinished(server.close);
  /** Headers exactly as given, which fetch does not allow. */
  const raw = (headers: Record<string, string>, path = "/v1/models"): Promise<{ status: number; headers: object }> =>
    new Promise((resolve, reject) => {
      const sent = httpRequest(
        { host: "127.0.0.1", port: server.port, path, headers: { authorization: `Bearer ${rig.app.key}`, ...headers } },
        (response) => {
          response.resume();
          response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
        },
      );
      sent.on("error", reject).end();
    });
  /** Bytes as they are, and all that comes back until the server has answered. */
  const bytes = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(server.port, "127.0.0.1", () => socket.write(text));
      socket.on("error", reject);
      socket.once("data", (data) => {
        socket.destroy();
        resolve(data.toString());
      });
    });
  return { ...rig, server, raw, bytes, bearer: { authorization: `Bearer ${rig.app.key}` } };
}

test("a listening server answers over HTTP and names itself in server.json until it closes", async () => {
  const { app, server, bearer } = await listening();
  expect(server.baseUrl).toBe(`http://127.0.0.1:${server.port}/v1`);
  const response = await fetch(`${server.baseUrl}/models`, { headers: bearer });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  const path = join(app.stateDirectory, "server.json");
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual({ url: server.baseUrl, key: app.key, pid: process.pid });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await server.close();
  await expect(stat(path)).rejects.toThrow("ENOENT");
  await expect(fetch(`${server.baseUrl}/models`)).rejects.toThrow();
});

test("only this machine's own names are answered as Host", async () => {
  const { raw, server } = await listening();
  const status = async (host: string) => (await raw({ host })).status;
  for (const name of ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]) {
    expect(await status(`${name}:${server.port}`), name).toBe(200);
  }
  for (const host of [
    "evil.example",
    `evil.example:${server.port}`,
    `127.0.0.1:${server.port + 1}`,
    "localhost",
    `localhost.evil:${server.port}`,
  ]) {
    expect(await status(host), host).toBe(421);
  }
});

test("two Host headers are refused, and so is an absolute target that names another host", async () => {
  const { bytes, server, app } = await listening();
  const own = `Host: 127.0.0.1:${server.port}\r\n`;
  expect(await bytes(`GET /v1/models HTTP/1.1\r\n${own}Host: evil.example\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  const absolute = `GET http://evil.example/v1/models HTTP/1.1\r\nHost: evil.example\r\nAuthorization: Bearer ${app.key}\r\n\r\n`;
  expect(await bytes(absolute)).toMatch(/^HTTP\/1\.1 421 /);
  expect(await bytes(`GET // HTTP/1.1\r\n${own}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await bytes(`TRACE / HTTP/1.1\r\n${own}\r\n`)).toMatch(/^HTTP\/1\.1 405 /);
});

test("a web page's Origin is refused, and no answer allows one", async () => {
  const { raw, server, app } = await listening();
  for (const origin of ["https://evil.example", "null", `https://127.0.0.1:${server.port}`, "http://localhost:1"]) {
    expect((await raw({ origin })).status, origin).toBe(403);
  }
  const log = await readFile(join(app.stateDirectory, "access.log"), "utf8");
  expect(log.match(/ GET \/v1\/models 403 0ms$/gm)).toHaveLength(4);
  const own = await raw({ origin: `http://127.0.0.1:${server.port}` });
  expect(own.status).toBe(200);
  expect(Object.keys(own.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
});

test("a request without the key is refused, also over HTTP", async () => {
  const { server } = await listening();
  const response = await fetch(`${server.baseUrl}/models`);
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
});

test("a streamed upload whose purpose comes last goes to disk and is answered", async () => {
  const { server, bearer, send } = await listening();
  const megabyte = "0123456789abcdef".repeat(2 ** 16);
  const body = ReadableStream.from(
    (async function* () {
      yield Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; filename="big.jsonl"\r\n\r\n');
      for (let count = 0; count < 20; count++) yield Buffer.from(megabyte);
      yield Buffer.from('\r\n--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n--b--\r\n');
    })(),
  );
  const headers = { ...bearer, "content-type": "multipart/form-data; boundary=b" };
  const response = await fetch(`${server.baseUrl}/files`, {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
  const file = (await response.json()) as FileObject;
  expect(file).toMatchObject({ bytes: 20 * 2 ** 20, filename: "big.jsonl", purpose: "fine-tune" });
  const content = await fetch(`${server.baseUrl}/files/${file.id}/content`, { headers: bearer });
  expect((await content.arrayBuffer()).byteLength).toBe(20 * 2 ** 20);
  expect((await send("DELETE", `/files/${file.id}`)).status).toBe(200);
});

test("a JSON body over 8 MiB is refused with an answer that arrives", async () => {
  const { server, bearer } = await listening();
  const headers = { ...bearer, "content-type": "application/json" };
  const post = (url: string) => fetch(url, { method: "POST", headers, body: JSON.stringify("x".repeat(20 * 2 ** 20)) });
  expect((await post(`${server.baseUrl}/fine_tuning/jobs`)).status).toBe(413);
  const keyless = await fetch(`${server.baseUrl}/files`, { method: "POST", body: "x".repeat(20 * 2 ** 20) });
  expect(keyless.status).toBe(401);
});

test("a port in use is named, with what to do", async () => {
  const { server } = await listening();
  const other = await openRig();
  await expect(listen(other.app, { port: server.port, files: ports.files })).rejects.toMatchObject({
    code: "PORT_IN_USE",
    message: expect.stringContaining(String(server.port)),
    hint: expect.stringContaining("--port"),
  });
});

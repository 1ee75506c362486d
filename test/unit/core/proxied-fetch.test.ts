import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { proxiedFetch } from "../../../src/core/proxied-fetch.ts";
import { Secret } from "../../../src/core/secret.ts";
import { openai } from "../../../src/providers/openai.ts";
import { openaiConnection } from "../../../src/providers/openai-wire.ts";
import { creates, failureOf, spec } from "../providers/calls.ts";
import { virtualClock } from "../providers/virtual-clock.ts";

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server, and a proxy that takes every name for it. @param refuses The status with which it connects nobody. */
async function network({ refuses }: { refuses?: number } = {}) {
  const bodies: string[] = [];
  const asked: string[] = [];
  const server = await listen(
    createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        bodies.push(`${request.headers["content-type"]}\n${Buffer.concat(chunks).toString()}`);
        response.writeHead(200, { "content-type": "application/json" }).end('{"id":"file-1"}');
      });
    }),
  );
  const proxy = createServer();
  proxy.on("connect", ({ url = "" }, socket) => {
    asked.push(url);
    if (refuses !== undefined) {
      socket.end(`HTTP/1.1 ${refuses} No\r\n\r\n`);
      return;
    }
    const [host, port] = server.split(":");
    const onward = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connected\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    // One end closing is the end of both.
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return { server, proxy: `http://${await listen(proxy)}`, asked, bodies };
}

const get = async (fetch: typeof globalThis.fetch, url: string) => (await fetch(url)).json();

describe("a proxy that the environment names", () => {
  test.each(["HTTP_PROXY", "http_proxy"])("(%s) is asked for a remote host", async (name) => {
    const { proxy, asked } = await network();
    expect(await get(proxiedFetch({ [name]: proxy }), "http://llm.example.test/v1")).toEqual({ id: "file-1" });
    expect(asked).toEqual(["llm.example.test:80"]);
  });

  test.each(["127.0.0.1", "localhost"])("is never asked for this machine (%s)", async (host) => {
    const { proxy, asked, server } = await network();
    const fetch = proxiedFetch({ HTTP_PROXY: proxy, HTTPS_PROXY: proxy });
    expect(await get(fetch, `http://${server.replace("127.0.0.1", host)}/v1`)).toEqual({ id: "file-1" });
    expect(asked).toEqual([]);
  });

  test.each(["NO_PROXY", "no_proxy"])("is not asked for what %s names", async (name) => {
    const { proxy, asked } = await network();
    const fetch = proxiedFetch({ HTTP_PROXY: proxy, [name]: "other.test, .example.test" });
    await expect(fetch("http://llm.example.test/v1")).rejects.toThrow();
    expect(asked).toEqual([]);
    await get(fetch, "http://llm.example.org/v1");
    expect(asked).toEqual(["llm.example.org:80"]);
  });

  test("gets a stream with the length that it was given", async () => {
    const { proxy, bodies } = await network();
    const body = ReadableStream.from([Buffer.from('{"a":'), Buffer.from("1}\n")]);
    const init = { method: "POST", body, duplex: "half", headers: { "content-length": "8" } } as const;
    await (await proxiedFetch({ http_proxy: proxy })("http://llm.example.test/v1", init)).json();
    expect(bodies).toEqual([expect.stringContaining('{"a":1}\n')]);
  });
});

describe("a call through a proxy", () => {
  const connectBy = (environment: Record<string, string>, clock = virtualClock()) =>
    openaiConnection({
      baseUrl: "https://llm.example.test/v1",
      key: new Secret("sk-canary-0123456789abcdefghij"),
      fetch: proxiedFetch(environment),
      clock,
      random: { bytes: (count) => new Uint8Array(count) },
      capabilities: openai.capabilities({ provider: "openai", model: spec.model }),
    });

  test.each(creates)("that it refuses says so, and was not sent (%s)", async (_what, create) => {
    const { proxy, asked } = await network({ refuses: 407 });
    const error = await failureOf(create(await connectBy({ HTTPS_PROXY: proxy })));
    expect(error).toMatchObject({ code: "NETWORK", hint: expect.stringContaining("HTTPS_PROXY") });
    expect(error.message).toContain("the proxy refused to connect (407)");
    expect(asked).toEqual(["llm.example.test:443"]);
  });

  test("whose address is none says so", async () => {
    const error = await failureOf((await connectBy({ HTTPS_PROXY: "proxy" })).create(spec));
    expect(error.message).toContain("HTTP_PROXY or HTTPS_PROXY is no address");
  });
});

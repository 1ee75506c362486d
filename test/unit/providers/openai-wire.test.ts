import { describe, expect, test } from "vitest";
import { creates, failureOf, fingerprint, refusal, spec } from "./calls.ts";
import { fileToSend } from "./file-to-send.ts";
import { connectTo, html, json, type Script, scriptedServer, wireJob } from "./scripted-server.ts";

describe.each(creates)("the request that creates %s is sent once", (_what, create) => {
  const lost: readonly (readonly [string, Script])[] = [
    ["the connection is reset after it was accepted", (_, { socket }) => socket?.resetAndDestroy()],
    ["the connection is closed after it was accepted", (_, { socket }) => socket?.end()],
    [
      "the connection is reset in mid-answer",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
        response.write('{"id": "ftjob-1"', () => response.socket?.resetAndDestroy());
      },
    ],
    ["500", (_, response) => json(response, 500, refusal("The server had an error"))],
    ["500 that asks to try again", (_, response) => json(response, 500, refusal("?"), { "x-should-retry": "true" })],
    ["503", (_, response) => json(response, 503, refusal("overloaded"))],
    ["504 from a proxy", (_, response) => html(response, 504, "<html>Gateway Time-out</html>")],
    ["409", (_, response) => json(response, 409, refusal("conflict"))],
    ["408", (_, response) => json(response, 408, refusal("timeout"))],
    ["a proxy's page with status 200", (_, response) => html(response, 200)],
    ["200 and nothing", (_, response) => response.writeHead(200, { "content-type": "application/json" }).end()],
    ["204", (_, response) => response.writeHead(204).end()],
    ["JSON without an id", (_, response) => json(response, 200, { object: "fine_tuning.job", status: "queued" })],
    ["JSON null", (_, response) => json(response, 200, null)],
    ["JSON of another kind", (_, response) => json(response, 200, ["ftjob-1"])],
    [
      "JSON that is cut short",
      (_, response) => response.writeHead(200, { "content-type": "application/json" }).end('{"id": "ftjo'),
    ],
    ["a redirect", (_, response) => response.writeHead(307, { location: "/v1/elsewhere" }).end()],
  ];

  test.each(lost)("and is ambiguous after %s", async (_case, script) => {
    const server = await scriptedServer(script);
    const error = await failureOf(create(await connectTo(server.baseUrl)));
    expect([error.code, error.exitCode]).toEqual(["CREATE_AMBIGUOUS", 6]);
    expect(error.message).toMatch(/may have been done or not\.$/);
    expect(server.requests.map(({ method }) => method)).toEqual(["POST"]);
  });

  test.each(["before the answer", "within the answer"])("and is ambiguous when the server hangs %s", async (when) => {
    let calls = 0;
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      calls++;
      const signal = init?.signal as AbortSignal;
      const hang = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      if (when === "before the answer") return hang;
      const body = new ReadableStream({
        start: (controller) => void hang.catch((reason: unknown) => controller.error(reason)),
      });
      return new Response(body, { headers: { "content-type": "application/json" } });
    };
    const connection = await connectTo("http://127.0.0.1:9/v1", {
      fetch,
      timing: { createMs: 10, uploadMs: () => 10 },
    });
    expect(await failureOf(create(connection))).toMatchObject({ code: "CREATE_AMBIGUOUS", exitCode: 6 });
    expect(calls).toBe(1);
  });

  test("and can be tried again at once where nobody listens", async () => {
    const { baseUrl, host } = await closedServer();
    const error = await failureOf(create(await connectTo(baseUrl)));
    expect(error).toMatchObject({ code: "NETWORK", exitCode: 5 });
    expect(error.message).toContain(`Cannot reach ${host}`);
    expect(error.message).toContain("ECONNREFUSED");
  });

  test.each([
    [400, null, "PROVIDER_REJECTED"],
    [404, null, "PROVIDER_REJECTED"],
    [413, null, "PROVIDER_REJECTED"],
    [422, null, "PROVIDER_REJECTED"],
    [401, "invalid_api_key", "CREDENTIALS_REJECTED"],
    [403, null, "PERMISSION_DENIED"],
    [403, "training_not_available", "TRAINING_CLOSED"],
    [404, "model_not_found", "MODEL_GONE"],
    [429, "insufficient_quota", "QUOTA_EXCEEDED"],
    [429, "billing_hard_limit_reached", "QUOTA_EXCEEDED"],
    [429, "rate_limit_exceeded", "PROVIDER_UNAVAILABLE"],
  ])("and surely refused by %i %s", async (status, code, expected) => {
    const server = await scriptedServer((_, response) =>
      json(response, status, refusal("No, because of reasons.", code), { "x-request-id": "req_77" }),
    );
    const error = await failureOf(create(await connectTo(server.baseUrl)));
    expect(error.code).toBe(expected);
    expect(error.message).toContain("req_77");
    expect(error.message).toContain(server.host);
    expect(server.requests).toHaveLength(1);
  });
});

/** An address that nobody listens on. */
async function closedServer() {
  const { createServer } = await import("node:net");
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  await new Promise((done) => server.close(done));
  return { baseUrl: `http://127.0.0.1:${address.port}/v1`, host: `127.0.0.1:${address.port}` };
}

test("a closed programme is named with its dates and what to do instead", async () => {
  const { baseUrl } = await scriptedServer((_, response) =>
    json(response, 403, refusal("no", "training_not_available")),
  );
  const error = await failureOf((await connectTo(baseUrl)).create(spec));
  expect(error.exitCode).toBe(4);
  expect(error.hint).toMatch(/2027-01-06.*2027-01-14.*--target local/);
});

test("a job is ordered as the API wants it", async () => {
  const server = await scriptedServer((_, response) => json(response, 200, wireJob()));
  const job = await (await connectTo(server.baseUrl)).create({ ...spec, validationFile: "file-2" });
  expect(job).toMatchObject({ id: "ftjob-1", status: "validating_files", state: "waiting", error: undefined });
  expect(server.requests.map(({ method, path, body }) => [method, path, JSON.parse(body)])).toEqual([
    [
      "POST",
      "/v1/fine_tuning/jobs",
      {
        model: "gpt-4.1-mini-2025-04-14",
        training_file: "file-1",
        validation_file: "file-2",
        method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 3 } } },
        metadata: { ftpipe_fp: fingerprint },
        suffix: "reviewer",
        seed: 7,
      },
    ],
  ]);
});

test("a file is sent under its name with its purpose", async () => {
  const server = await scriptedServer((_, response) => json(response, 200, { id: "file-9" }));
  expect(await (await connectTo(server.baseUrl)).upload(fileToSend("train-0123.jsonl", Buffer.from("{}\n")))).toEqual({
    id: "file-9",
  });
  const [request] = server.requests;
  expect(request?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
  expect(request?.body).toContain('filename="train-0123.jsonl"');
  expect(request?.body).toMatch(/name="purpose"\r\n\r\nfine-tune\r\n/);
});

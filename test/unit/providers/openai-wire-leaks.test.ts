import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { creates, failureOf, reads, refusal, spec } from "./calls.ts";
import { fileToSend } from "./file-to-send.ts";
import { canary, connectTo, html, json, type Script, scriptedServer, wireJob } from "./scripted-server.ts";

describe("no redirect is followed", () => {
  test.each([301, 302, 303, 307, 308])("%i: no header and no body reach the other host", async (status) => {
    const other = await scriptedServer((_, response) => json(response, 200, wireJob()));
    const server = await scriptedServer((_, response) =>
      response.writeHead(status, { location: `${other.baseUrl}/fine_tuning/jobs` }).end(),
    );
    const connection = await connectTo(server.baseUrl);
    const error = await failureOf(connection.read("ftjob-1"));
    expect(error).toMatchObject({ code: "PROVIDER_ANSWER", data: { redirect: other.host } });
    expect((await failureOf(connection.create(spec))).code).toBe("CREATE_AMBIGUOUS");
    expect(other.requests).toEqual([]);
    expect(server.requests).toHaveLength(2);
  });
});

describe("the key", () => {
  const echoes: readonly (readonly [string, Script])[] = [
    ["401", ({ headers }, response) => json(response, 401, refusal(`Incorrect API key: ${headers.authorization}`))],
    ["400", ({ headers }, response) => json(response, 400, refusal(`Headers were ${JSON.stringify(headers)}`))],
    ["500", ({ headers }, response) => json(response, 500, { trace: headers })],
    ["a page", ({ headers }, response) => html(response, 200, `<p>${headers.authorization}`)],
    ["a page of an error", ({ headers }, response) => html(response, 502, `<p>${headers.authorization}`)],
    [
      "half an answer",
      ({ headers }, response) =>
        response.writeHead(200, { "content-type": "application/json" }).end(`${headers.authorization}`),
    ],
  ];
  const all = echoes.flatMap(([how, script]) =>
    [...creates, ...reads].map(([name, call]) => [name, how, call, script] as const),
  );

  test.each(all)("is in no error of %s, though the server echoes it in %s", async (_name, _how, call, script) => {
    const server = await scriptedServer(script);
    const error = await failureOf(call(await connectTo(server.baseUrl)));
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${canary}`);
    const shown = [error.message, error.hint, error.stack, inspect(error, { depth: 20, showHidden: true })].join("\n");
    expect(shown).not.toContain(canary.slice(0, 20));
  });

  test("is not shown by a connection", async () => {
    const connection = await connectTo("http://127.0.0.1:9/v1");
    expect(inspect(connection, { depth: 20, showHidden: true }) + JSON.stringify(connection)).not.toContain(canary);
  });
});

test("variables of the environment change neither where nor what is sent", async () => {
  const answer: Script = (_, response) => json(response, 200, wireJob());
  const [plain, watched, other] = [
    await scriptedServer(answer),
    await scriptedServer(answer),
    await scriptedServer(answer),
  ];
  const talk = async (baseUrl: string) => {
    const connection = await connectTo(baseUrl);
    await connection.create(spec);
    await connection.upload(fileToSend("train-0123.jsonl", Buffer.from("{}\n")));
    await connection.read("ftjob-1");
  };
  await talk(plain.baseUrl);
  vi.stubEnv("OPENAI_BASE_URL", other.baseUrl);
  vi.stubEnv("OPENAI_API_KEY", "sk-another-key-of-somebody");
  vi.stubEnv("OPENAI_ADMIN_KEY", "sk-admin-key-of-somebody");
  vi.stubEnv("OPENAI_ORG_ID", "org-other");
  vi.stubEnv("OPENAI_PROJECT_ID", "proj-other");
  vi.stubEnv(
    "OPENAI_CUSTOM_HEADERS",
    "X-Other: 1\nAuthorization: Bearer sk-other\nContent-Type: text/plain\nUser-Agent: other\nOpenAI-Project: other",
  );
  try {
    await talk(watched.baseUrl);
  } finally {
    vi.unstubAllEnvs();
  }
  expect(other.requests).toEqual([]);
  const comparable = ({ requests }: typeof plain) =>
    requests.map(({ headers: { host: _host, "content-type": type, ...headers }, method, path }) => ({
      method,
      path,
      type: type?.split(";")[0],
      headers,
    }));
  expect(comparable(watched)).toEqual(comparable(plain));
  expect(comparable(plain)[0]).toMatchObject({
    type: "application/json",
    headers: { authorization: `Bearer ${canary}` },
  });
});

test("organisation and project are sent where the target names them, and only then", async () => {
  const server = await scriptedServer((_, response) => json(response, 200, wireJob()));
  await (await connectTo(server.baseUrl)).read("ftjob-1");
  await (await connectTo(server.baseUrl, { organization: "org-1", project: "proj_1" })).read("ftjob-1");
  const sent = server.requests.map(({ headers }) => [headers["openai-organization"], headers["openai-project"]]);
  expect(sent).toEqual([
    [undefined, undefined],
    ["org-1", "proj_1"],
  ]);
});

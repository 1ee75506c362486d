import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import { sha256 } from "../../../src/core/hash.ts";
import { openai } from "../../../src/providers/openai.ts";
import { failureOf, refusal } from "./calls.ts";
import { fileToSend } from "./file-to-send.ts";
import { connectTo, json, type Received, type Script, scriptedServer } from "./scripted-server.ts";

const text = Array.from({ length: 30 }, (_, line) => `{"line":${line}}\n`).join("");
const partBytes = 100;
const partCount = Math.ceil(text.length / partBytes);

/** A connection to a provider that takes more than 200 bytes in parts of 100 only. */
const inParts = (baseUrl: string) =>
  connectTo(baseUrl, {
    capabilities: {
      ...openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" }),
      uploadParts: { above: 200, bytes: partBytes },
    },
    timing: { budgetMs: 60_000 },
  });

async function formOf({ headers, body }: Received): Promise<FormData> {
  return new Response(body, { headers: { "content-type": String(headers["content-type"]) } }).formData();
}

/** Answers as OpenAI's Uploads API does. @param before Answers in its place if it likes. */
function uploadsApi(before: (...script: Parameters<Script>) => boolean = () => false): Script {
  let parts = 0;
  return (request, response, call) => {
    if (before(request, response, call)) return;
    const upload = { object: "upload", id: "upload_1", status: "pending" };
    if (request.path === "/v1/uploads") json(response, 200, upload);
    else if (request.path.endsWith("/parts")) json(response, 200, { object: "upload.part", id: `part_${++parts}` });
    else json(response, 200, { ...upload, status: "completed", file: { object: "file", id: "file-9" } });
  };
}

const send = async (baseUrl: string, file = fileToSend("train-0123.jsonl", text)) =>
  (await inParts(baseUrl)).upload(file);

describe("a file in one request", () => {
  test("has its length, so that it is not sent in chunks", async () => {
    const server = await scriptedServer((_, response) => json(response, 200, { id: "file-9" }));
    const connection = await connectTo(server.baseUrl);
    expect(await connection.upload(fileToSend("train-0123.jsonl", text))).toEqual({ id: "file-9" });
    const [request] = server.requests as [Received];
    expect(request.headers["content-length"]).toBe(String(request.body.length));
    expect(request.headers["transfer-encoding"]).toBeUndefined();
    const form = await formOf(request);
    expect([...form.keys()]).toEqual(["purpose", "file"]);
    expect(await (form.get("file") as File).text()).toBe(text);
  });

  test("a name with signs of its own can't end the header", async () => {
    const server = await scriptedServer((_, response) => json(response, 200, { id: "file-9" }));
    await (await connectTo(server.baseUrl)).upload(fileToSend('a"\r\nx: "b.jsonl', text));
    const [request] = server.requests as [Received];
    expect(((await formOf(request)).get("file") as File).name).toBe('a"\r\nx: "b.jsonl');
  });

  const broken = {
    "whose bytes are others than were checked": fileToSend("train-0123.jsonl", text, sha256("another")),
    "that is shorter now": { ...fileToSend("train-0123.jsonl", text), bytes: text.length + 1 },
    "that can't be read to its end": {
      ...fileToSend("train-0123.jsonl", text),
      read: async function* () {
        yield Buffer.from("{");
        throw new FtpipeError("FILE_UNREADABLE", "Cannot read it: the disk gave an error (EIO).");
      },
    },
  };
  test.each(Object.entries(broken))(
    "is refused, not ambiguous, for one %s, and its end is never sent",
    async (_what, file) => {
      const server = await scriptedServer((_, response) => json(response, 200, { id: "file-9" }));
      const { code } = await failureOf((await connectTo(server.baseUrl)).upload(file));
      expect(["STATE_DAMAGED", "FILE_UNREADABLE"]).toContain(code);
      expect(server.requests).toEqual([]);
    },
  );
});

describe("a file in parts", () => {
  test("goes up piece by piece and is put together in order, with a sum of all", async () => {
    const server = await scriptedServer(uploadsApi());
    expect(await send(server.baseUrl)).toEqual({ id: "file-9" });
    const [begin, ...rest] = server.requests as [Received, ...Received[]];
    expect(JSON.parse(begin.body)).toEqual({
      bytes: text.length,
      filename: "train-0123.jsonl",
      mime_type: "text/jsonl",
      purpose: "fine-tune",
    });
    const end = rest.pop() as Received;
    const parts = await Promise.all(rest.map(async (part) => ((await formOf(part)).get("data") as File).text()));
    expect(parts).toHaveLength(partCount);
    expect(parts.slice(0, -1).every((part) => part.length === partBytes)).toBe(true);
    expect(parts.join("")).toBe(text);
    expect([end.path, JSON.parse(end.body)]).toEqual([
      "/v1/uploads/upload_1/complete",
      {
        part_ids: parts.map((_, index) => `part_${index + 1}`),
        md5: createHash("md5").update(text).digest("hex"),
      },
    ]);
  });

  test("sends a part again that failed, and only that one", async () => {
    const failing = new Set([2, 4, 5]);
    const server = await scriptedServer(
      uploadsApi((_, response, call) => {
        if (!failing.has(call)) return false;
        if (call === 4) response.socket?.resetAndDestroy();
        else json(response, 503, refusal("overloaded"));
        return true;
      }),
    );
    expect(await send(server.baseUrl)).toEqual({ id: "file-9" });
    expect(server.requests).toHaveLength(1 + partCount + failing.size + 1);
    const end = JSON.parse(server.requests.at(-1)?.body ?? "");
    expect(end.part_ids).toHaveLength(partCount);
    expect(end.md5).toBe(createHash("md5").update(text).digest("hex"));
  });

  test("is ambiguous where the answer to the last request is lost, which is sent once", async () => {
    const server = await scriptedServer(
      uploadsApi(({ path }, { socket }) => {
        if (!path.endsWith("/complete")) return false;
        socket?.resetAndDestroy();
        return true;
      }),
    );
    expect(await failureOf(send(server.baseUrl))).toMatchObject({ code: "CREATE_AMBIGUOUS", exitCode: 6 });
    expect(server.requests.filter(({ path }) => path.endsWith("/complete"))).toHaveLength(1);
  });

  test("is not put together if its bytes are others than were checked", async () => {
    const server = await scriptedServer(uploadsApi());
    const file = fileToSend("train-0123.jsonl", text, sha256("another"));
    expect(await failureOf(send(server.baseUrl, file))).toMatchObject({ code: "STATE_DAMAGED" });
    expect(server.requests.filter(({ path }) => path.endsWith("/complete"))).toEqual([]);
  });

  test("announces the request that makes the file right before it", async () => {
    const server = await scriptedServer(uploadsApi());
    const seen: number[] = [];
    const beforeSend = async () => void seen.push(server.requests.length);
    await (await inParts(server.baseUrl)).upload(fileToSend("train-0123.jsonl", text), { beforeSend });
    expect(seen).toEqual([1 + partCount]);
  });

  test("ends between its parts when it is interrupted", async () => {
    const interrupt = new AbortController();
    const server = await scriptedServer(
      uploadsApi((_request, _response, call) => {
        if (call === 3) interrupt.abort(new FtpipeError("INTERRUPTED", "Interrupted."));
        return false;
      }),
    );
    const call = (await inParts(server.baseUrl)).upload(fileToSend("train-0123.jsonl", text), {
      signal: interrupt.signal,
    });
    expect(await failureOf(call)).toMatchObject({ code: "INTERRUPTED" });
    expect(server.requests.filter(({ path }) => path.endsWith("/complete"))).toEqual([]);
  });

  test.each([
    ["an upload", "/uploads", {}],
    ["a part", "/parts", { id: 7 }],
    ["a file", "/complete", { id: "upload_1", status: "completed", file: null }],
  ])("says so where the answer is no %s", async (_what, path, body) => {
    const server = await scriptedServer(
      uploadsApi((request, response) => {
        if (!request.path.endsWith(path)) return false;
        json(response, 200, body, { "x-should-retry": "false" });
        return true;
      }),
    );
    const connection = await connectTo(server.baseUrl, {
      capabilities: {
        ...openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" }),
        uploadParts: { above: 200, bytes: partBytes },
      },
    });
    const { code } = await failureOf(connection.upload(fileToSend("train-0123.jsonl", text)));
    expect(code).toBe(path === "/complete" ? "CREATE_AMBIGUOUS" : "PROVIDER_ANSWER");
  });
});

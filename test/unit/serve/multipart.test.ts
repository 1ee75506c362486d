import { expect, test } from "vitest";
import { boundaryOf, collect, readMultipart } from "../../../src/serve/multipart.ts";

async function* chunked(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, { boundary = "b", size = 7 } = {}) {
  const parts: unknown[] = [];
  for await (const part of readMultipart(chunked(Buffer.from(text), size), boundary)) {
    parts.push([part.name, part.filename, await collect(part.body, 1000)]);
  }
  return parts;
}

const content = "line\r\n--not the boundary\r\n--\r\n-";
const form = [
  "--b",
  'Content-Disposition: form-data; name="file"; filename="tr%22\u00e4.jsonl"',
  "Content-Type: application/octet-stream",
  "",
  content,
  "--b",
  'content-disposition: form-data; name="purpose"',
  "",
  "fine-tune",
  "--b--",
  "",
].join("\r\n");

test("a form is read alike however its bytes are cut", async () => {
  for (let size = 1; size <= form.length; size++) {
    expect(await read(form, { size }), `chunks of ${size}`).toEqual([
      ["file", 'tr"\u00e4.jsonl', content],
      ["purpose", undefined, "fine-tune"],
    ]);
  }
});

test("what fetch makes of FormData is read back", async () => {
  const data = new FormData();
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7919) % 256);
  data.append("file", new File([bytes], "a.bin"));
  data.append("purpose", "batch");
  const request = new Request("http://localhost", { method: "POST", body: data });
  const boundary = boundaryOf(request.headers.get("content-type"));
  const received: Buffer[] = [];
  for await (const part of readMultipart(request.body as AsyncIterable<Uint8Array>, boundary)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.body) chunks.push(chunk);
    received.push(Buffer.concat(chunks));
  }
  expect(received[0]?.equals(bytes)).toBe(true);
  expect(received[1]?.toString()).toBe("batch");
});

test("a part that nobody reads is skipped", async () => {
  const names: string[] = [];
  for await (const part of readMultipart(chunked(Buffer.from(form), 5), "b")) names.push(part.name);
  expect(names).toEqual(["file", "purpose"]);
});

test.each([
  ["ends in the middle", form.slice(0, -30), "The form ends in the middle."],
  ["is empty", "", "The form ends in the middle."],
  ["has a part without a name", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", "A part of the form has no name."],
  [
    "has endless part headers",
    `--b\r\nA: ${"x".repeat(9000)}\r\n\r\n\r\n--b--`,
    "A field of the form is larger than 8192 bytes.",
  ],
  [
    "has too many parts",
    `${'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(65)}--b--`,
    "The form has more than 64 parts.",
  ],
  [
    "has a field that is too long",
    `--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${"x".repeat(2000)}\r\n--b--`,
    "A field of the form is larger than 1000 bytes.",
  ],
])("a form that %s is refused", async (_what, text, message) => {
  await expect(read(text, { size: 1000 })).rejects.toThrow(message);
});

test.each([
  ["multipart/form-data; boundary=abc", "abc"],
  ['multipart/form-data; charset=utf-8; boundary="a b"', "a b"],
])("the boundary of %s is %s", (type, boundary) => {
  expect(boundaryOf(type)).toBe(boundary);
});

import { createHash } from "node:crypto";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FileObject, JobObject, PartObject, UploadObject } from "../../../src/serve/wire.ts";
import { manualClock } from "./manual-clock.ts";
import { examples, type Failure, openRig, type Rig, temporaryDirectory } from "./rig.ts";

const content = examples(30);
const pieces = [content.slice(0, 1000), content.slice(1000, 1001), content.slice(1001)];
const about = { filename: "train.jsonl", mime_type: "application/jsonl", purpose: "fine-tune" };
const md5 = (text: string) => createHash("md5").update(text).digest("hex");

const create = async (rig: Rig, change: object = {}) =>
  (await rig.call<UploadObject>("POST", "/uploads", { ...about, bytes: content.length, ...change })).body;

function sendPart(rig: Rig, id: string, data: string | Blob): Promise<Response> {
  const form = new FormData();
  form.append("data", data instanceof Blob ? data : new File([data], "part"));
  return rig.send("POST", `/uploads/${id}/parts`, { body: form });
}
const addPart = async (rig: Rig, id: string, data: string) =>
  ((await (await sendPart(rig, id, data)).json()) as PartObject).id;
const addAll = (rig: Rig, id: string) => Promise.all(pieces.map((piece) => addPart(rig, id, piece)));
const complete = <T = Failure>(rig: Rig, id: string, body: object) =>
  rig.call<T>("POST", `/uploads/${id}/complete`, body);
/** Names of what lies in a folder of the state. */
const left = (rig: Rig, folder: string) => readdir(join(rig.app.stateDirectory, folder)).catch(() => []);

test("parts that came in any order become the file that one upload would be", async () => {
  const rig = await openRig();
  const upload = await create(rig);
  expect(upload).toEqual({
    id: expect.stringMatching(/^upload_[0-9a-f]{24}$/),
    object: "upload",
    bytes: content.length,
    created_at: expect.any(Number),
    filename: "train.jsonl",
    purpose: "fine-tune",
    status: "pending",
    expires_at: upload.created_at + 3600,
    file: null,
  });
  const [last, middle] = [
    await addPart(rig, upload.id, pieces[2] ?? ""),
    await addPart(rig, upload.id, pieces[1] ?? ""),
  ];
  const spare = await addPart(rig, upload.id, pieces[1] ?? "");
  const first = await addPart(rig, upload.id, pieces[0] ?? "");
  expect(new Set([first, middle, spare, last]).size).toBe(4);
  const { body } = await complete<UploadObject>(rig, upload.id, {
    part_ids: [first, middle, last],
    md5: md5(content).toUpperCase(),
  });
  expect(body).toEqual({ ...upload, status: "completed", file: expect.objectContaining({ purpose: "fine-tune" }) });
  const file = body.file as FileObject;
  expect(await (await rig.send("GET", `/files/${file.id}/content`)).text()).toBe(content);
  const whole = await (await openRig()).upload(content);
  expect(file).toEqual({ ...whole, created_at: file.created_at });
  expect([await left(rig, "uploads"), await left(rig, "incoming")]).toEqual([[], []]);
  const job = await rig.call<JobObject>("POST", "/fine_tuning/jobs", { model: "ftpipe-nano", training_file: file.id });
  await rig.app.idle();
  expect((await rig.job(job.body.id)).status).toBe("succeeded");
});

test("equal uploads and parts get ids of their own, the same in another folder", async () => {
  const [one, other] = [await openRig(), await openRig()];
  const ids = [(await create(one)).id, (await create(one)).id, (await create(other)).id];
  expect(ids[2]).toBe(ids[0]);
  expect(ids[1]).not.toBe(ids[0]);
});

test("what does not fit together is refused, and can be put right", async () => {
  const rig = await openRig();
  const { id } = await create(rig);
  const other = await create(rig);
  const foreign = await addPart(rig, other.id, pieces[0] ?? "");
  const parts = await addAll(rig, id);
  const [first, middle, last] = parts;
  for (const [body, message, param] of [
    [{}, "Missing required parameter: 'part_ids'.", "part_ids"],
    [{ part_ids: first }, "Invalid type for 'part_ids': expected an array, but got a string instead.", "part_ids"],
    [{ part_ids: [first, first, last] }, "Invalid 'part_ids': a part is there twice.", "part_ids"],
    [{ part_ids: [foreign, middle, last] }, `Upload ${id} has no part '${foreign}'.`, "part_ids"],
    [
      { part_ids: [first, last] },
      `The parts have ${content.length - 1} bytes, but the upload was to have ${content.length}.`,
      "part_ids",
    ],
    [{ part_ids: parts, md5: md5("other") }, "The md5 of the parts is not the one given.", "md5"],
    [{ part_ids: parts, sha1: "" }, "Unknown parameter: 'sha1'.", "sha1"],
  ] as const) {
    const { status, body: answer } = await complete(rig, id, body);
    expect([status, answer.error.message, answer.error.param]).toEqual([400, message, param]);
  }
  expect([await left(rig, "files"), await left(rig, "incoming")]).toEqual([[], []]);
  expect((await complete<UploadObject>(rig, id, { part_ids: parts })).body.status).toBe("completed");
});

test.each([
  [{ bytes: undefined }, "Missing required parameter: 'bytes'."],
  [{ bytes: 0 }, "Invalid 'bytes': integer below minimum value. Expected a value >= 1, but got 0 instead."],
  [
    { bytes: 8 * 2 ** 30 + 1 },
    "Invalid 'bytes': integer above maximum value. Expected a value <= 8589934592, but got 8589934593 instead.",
  ],
  [{ filename: "" }, "Invalid 'filename': empty string."],
  [{ mime_type: undefined }, "Missing required parameter: 'mime_type'."],
  [
    { purpose: "tuning" },
    "'tuning' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'",
  ],
  [{ expires_after: { anchor: "now", seconds: 3600 } }, "Invalid 'expires_after[anchor]': expected 'created_at'."],
  [
    { expires_after: { anchor: "created_at", seconds: 60 } },
    "Invalid 'expires_after.seconds': integer below minimum value. Expected a value >= 3600, but got 60 instead.",
  ],
  [{ size: 3 }, "Unknown parameter: 'size'."],
])("an upload with %j is refused", async (change, message) => {
  const rig = await openRig();
  const { status, body } = await rig.call("POST", "/uploads", { ...about, bytes: 10, ...change });
  expect([status, body.error.message]).toEqual([400, message]);
});

test.each(["completed", "cancelled", "expired"])("an upload that is %s takes nothing more", async (end) => {
  const clock = manualClock();
  const rig = await openRig({ clock });
  const { id } = await create(rig);
  const part_ids = await addAll(rig, id);
  if (end === "completed") expect((await complete(rig, id, { part_ids })).status).toBe(200);
  if (end === "cancelled") {
    const { body } = await rig.call<UploadObject>("POST", `/uploads/${id}/cancel`);
    expect(body).toMatchObject({ id, object: "upload", status: "cancelled", file: null });
    expect(await left(rig, "uploads")).toEqual([]);
  }
  if (end === "expired") clock.advance(3600 * 1000);
  const answers = [
    await sendPart(rig, id, "more"),
    await rig.send("POST", `/uploads/${id}/complete`, {
      body: JSON.stringify({ part_ids }),
      headers: { "content-type": "application/json" },
    }),
    await rig.send("POST", `/uploads/${id}/cancel`),
  ];
  for (const answer of answers) {
    const { error } = (await answer.json()) as Failure;
    expect([answer.status, error.message]).toEqual([400, `Upload ${id} is ${end}: it takes nothing more.`]);
  }
  await create(rig);
  expect(await left(rig, "uploads")).toEqual([]);
  expect(await left(rig, "files")).toHaveLength(end === "completed" ? 1 : 0);
});

test("an unknown upload is 404, whatever is asked of it", async () => {
  const rig = await openRig();
  const answers = [
    await sendPart(rig, "upload_none", "x"),
    await rig.send("POST", "/uploads/upload_none/cancel"),
    await rig.send("POST", "/uploads/upload_none/complete", {
      body: "{}",
      headers: { "content-type": "application/json" },
    }),
  ];
  for (const answer of answers) {
    const { error } = (await answer.json()) as Failure;
    expect([answer.status, error.message, error.param]).toEqual([
      404,
      "No such Upload object: upload_none",
      "upload_id",
    ]);
  }
});

test("parts without bytes, without data or above 64 MB are refused and leave nothing", async () => {
  const rig = await openRig();
  const most = 64 * 2 ** 20;
  const { id } = await create(rig, { bytes: most });
  const bytes = (count: number) => new Blob([new Uint8Array(count)]);
  const form = new FormData();
  form.append("file", bytes(3), "x");
  for (const [answer, status, message] of [
    [await sendPart(rig, id, bytes(0)), 400, "The part is empty."],
    [await rig.send("POST", `/uploads/${id}/parts`, { body: form }), 400, "'data' is a required property"],
    [await sendPart(rig, id, bytes(most + 1)), 413, `The file is larger than ${most} bytes, the most that is taken.`],
  ] as const) {
    expect([answer.status, ((await answer.json()) as Failure).error.message]).toEqual([status, message]);
  }
  expect([await left(rig, "incoming"), await left(rig, "uploads")]).toEqual([[], []]);
});

test("a part that is still coming in when its upload ends is refused and leaves nothing", async () => {
  const rig = await openRig();
  const { id } = await create(rig);
  const rest = Promise.withResolvers<void>();
  async function* slowly() {
    yield Buffer.from('--b\r\nContent-Disposition: form-data; name="data"; filename="p"\r\n\r\nabc');
    await rest.promise;
    yield Buffer.from("def\r\n--b--\r\n");
  }
  const init = {
    body: ReadableStream.from(slowly()),
    duplex: "half",
    headers: { "content-type": "multipart/form-data; boundary=b" },
  };
  const coming = rig.send("POST", `/uploads/${id}/parts`, init as RequestInit);
  await rig.send("POST", `/uploads/${id}/cancel`);
  rest.resolve();
  const answer = await coming;
  expect([answer.status, ((await answer.json()) as Failure).error.message]).toEqual([
    400,
    `Upload ${id} is cancelled: it takes nothing more.`,
  ]);
  expect(await left(rig, "incoming")).toEqual([]);
  expect(
    (await readdir(join(rig.app.stateDirectory, "uploads"), { recursive: true })).filter((name) =>
      name.includes("part_"),
    ),
  ).toEqual([]);
});

test("of two requests that complete an upload at once, one makes a file", async () => {
  const rig = await openRig();
  const { id } = await create(rig);
  const part_ids = await addAll(rig, id);
  const answers = await Promise.all([complete(rig, id, { part_ids }), complete(rig, id, { part_ids })]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  expect(await left(rig, "files")).toHaveLength(1);
  expect(await left(rig, "incoming")).toEqual([]);
});

test("parts outlive the server; what an ended upload left behind does not", async () => {
  const stateDirectory = await temporaryDirectory();
  const before = await openRig({ stateDirectory });
  const { id } = await create(before);
  const part_ids = await addAll(before, id);
  const ended = await create(before);
  await before.call("POST", `/uploads/${ended.id}/cancel`);
  await before.app.close();
  // As a kill leaves it between the upload's end and its clearing away.
  await mkdir(join(stateDirectory, "uploads", ended.id));
  await writeFile(join(stateDirectory, "uploads", ended.id, "part_a"), "x");
  const after = await openRig({ stateDirectory });
  expect(await left(after, "uploads")).toEqual([id]);
  const { body } = await complete<UploadObject>(after, id, { part_ids });
  expect(await (await after.send("GET", `/files/${body.file?.id}/content`)).text()).toBe(content);
});

test("expires_after is of the file, and begins with it", async () => {
  const clock = manualClock();
  const rig = await openRig({ clock });
  const { id } = await create(rig, { expires_after: { anchor: "created_at", seconds: 7200 } });
  const part_ids = await addAll(rig, id);
  clock.advance(60_000);
  const { body } = await complete<UploadObject>(rig, id, { part_ids });
  const file = body.file as FileObject;
  expect(file.created_at).toBe(Math.floor(clock.now() / 1000));
  expect(file.expires_at).toBe(file.created_at + 7200);
});

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { FileObject } from "../../../src/serve/wire.ts";
import { examples, type Failure, type List, openRig } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

test("an upload answers as a processed file and gives its bytes back", async () => {
  const rig = await openRig();
  const file = await rig.upload("{}\n", { name: "a/b/träin.jsonl" });
  expect(file).toEqual({
    object: "file",
    id: expect.stringMatching(/^file-[0-9a-f]{24}$/),
    purpose: "fine-tune",
    filename: "träin.jsonl",
    bytes: 3,
    created_at: expect.any(Number),
    expires_at: null,
    status: "processed",
    status_details: null,
  });
  const content = await rig.send("GET", `/files/${file.id}/content`);
  expect(await content.text()).toBe("{}\n");
  expect(content.headers.get("content-disposition")).toBe('attachment; filename="tr%C3%A4in.jsonl"');
  expect(await readdir(join(rig.app.stateDirectory, "incoming")).catch(() => [])).toEqual([]);
});

test("a file's id follows from purpose, name and bytes; an equal upload gets the next one", async () => {
  const [one, other] = [await openRig(), await openRig()];
  const first = await one.upload("x");
  expect((await other.upload("x")).id).toBe(first.id);
  const ids = [
    first.id,
    (await one.upload("x")).id,
    (await one.upload("y")).id,
    (await one.upload("x", { name: "b.jsonl" })).id,
    (await one.upload("x", { purpose: "batch" })).id,
  ];
  expect(new Set(ids).size).toBe(5);
});

test("files are listed newest first, by purpose, in pages", async () => {
  const rig = await openRig();
  const ids: string[] = [];
  for (const purpose of ["fine-tune", "batch", "fine-tune"])
    ids.push((await rig.upload(`${ids.length}`, { purpose })).id);
  const list = async (query: string) => (await rig.call<List<FileObject>>("GET", `/files?${query}`)).body;
  expect((await list("")).data.map(({ id }) => id)).toEqual(ids.toReversed());
  expect((await list("order=asc")).data.map(({ id }) => id)).toEqual(ids);
  const page = await list("purpose=fine-tune&limit=1");
  expect(page).toMatchObject({ has_more: true, first_id: ids[2], last_id: ids[2] });
  expect((await list(`purpose=fine-tune&limit=1&after=${ids[2]}`)).data[0]?.id).toBe(ids[0]);
  expect(await list("purpose=vision")).toEqual({
    object: "list",
    data: [],
    has_more: false,
    first_id: null,
    last_id: null,
  });
});

test.each([
  ["limit=0", "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead."],
  ["limit=ten", "Invalid type for 'limit': expected an integer, but got a string instead."],
  ["order=up", "Invalid value: 'up'. Supported values are: 'asc' and 'desc'."],
  ["after=file-none", "Invalid 'after': there is no 'file-none' in this list."],
])("a list with %s is refused", async (query, message) => {
  const rig = await openRig();
  const { status, body } = await rig.call("GET", `/files?${query}`);
  expect([status, body.error.message]).toEqual([400, message]);
});

test("a deleted file is gone, with OpenAI's 404", async () => {
  const rig = await openRig();
  const { id } = await rig.upload("x");
  expect((await rig.call("DELETE", `/files/${id}`)).body).toEqual({ id, object: "file", deleted: true });
  for (const [method, path] of [
    ["GET", ""],
    ["GET", "/content"],
    ["DELETE", ""],
  ] as const) {
    const answer = await rig.call(method, `/files/${id}${path}`);
    expect(answer.status, `${method} ${path}`).toBe(404);
    expect(answer.body.error).toEqual({
      message: `No such File object: ${id}`,
      type: "invalid_request_error",
      param: "id",
      code: null,
    });
  }
});

test("a file that a running job reads can't be deleted", async () => {
  const engine = scriptedEngine(1);
  const rig = await openRig({ engine });
  const { training_file } = await rig.train({}, examples(10));
  await engine.standing;
  const { status, body } = await rig.call("DELETE", `/files/${training_file}`);
  expect([status, body.error.message]).toEqual([400, "File is still processing. Check back later."]);
  engine.release();
  await rig.app.idle();
  expect((await rig.call("DELETE", `/files/${training_file}`)).status).toBe(200);
});

const form = (...fields: readonly (readonly [string, string | File])[]): FormData => {
  const data = new FormData();
  for (const [name, value] of fields) data.append(name, value);
  return data;
};
const file = new File(["x"], "a.jsonl");

test.each([
  ["no purpose", form(["file", file]), "'purpose' is a required property"],
  ["no file", form(["purpose", "fine-tune"]), "'file' is a required property"],
  ["an empty file", form(["file", new File([], "a")], ["purpose", "batch"]), "File is empty."],
  ["two files", form(["file", file], ["file", file], ["purpose", "batch"]), "The form has more than one 'file'."],
  [
    "a wrong purpose",
    form(["file", file], ["purpose", "tuning"]),
    "'tuning' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'vision', 'evals'] - 'purpose'",
  ],
  ["no form", "x", "The body must be sent as multipart/form-data with a boundary."],
])("an upload with %s is refused and leaves nothing", async (_what, body, message) => {
  const rig = await openRig();
  const response = await rig.send("POST", "/files", { body });
  expect(response.status).toBe(400);
  expect(((await response.json()) as Failure).error.message).toBe(message);
  expect(await readdir(join(rig.app.stateDirectory, "files")).catch(() => [])).toEqual([]);
  expect(await readdir(join(rig.app.stateDirectory, "incoming")).catch(() => [])).toEqual([]);
});

test("expires_after is honoured, and batch files are kept for thirty days", async () => {
  const rig = await openRig();
  const send = async (...fields: readonly (readonly [string, string | File])[]) =>
    (await (await rig.send("POST", "/files", { body: form(["file", file], ...fields) })).json()) as FileObject;
  const hour = await send(
    ["purpose", "fine-tune"],
    ["expires_after[anchor]", "created_at"],
    ["expires_after[seconds]", "3600"],
  );
  expect(hour.expires_at).toBe(hour.created_at + 3600);
  const batch = await send(["purpose", "batch"]);
  expect(batch.expires_at).toBe(batch.created_at + 30 * 24 * 3600);
});

test("the content of a file for assistants is not given back", async () => {
  const rig = await openRig();
  const { id } = await rig.upload("x", { purpose: "assistants" });
  const { status, body } = await rig.call("GET", `/files/${id}/content`);
  expect([status, body.error.message]).toEqual([400, "Not allowed to download files of purpose: assistants"]);
});

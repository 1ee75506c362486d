import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { createOnce, openJournal } from "../../../src/run/journal.ts";

const { files, clock } = nodePorts({});
const intent = { kind: "job", fingerprint: "abc", target: "openai" } as const;

async function openRig() {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-journal-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "journal.jsonl");
  const open = () => openJournal(path, files, { ...clock, now: () => 5 });
  return { path, open, journal: open() };
}

test("an intent is open until something is said of it, for its own target only", async () => {
  const { journal, open } = await openRig();
  expect(await journal.open("job", "abc", "openai")).toBeUndefined();
  await journal.intend(intent);
  expect(await open().open("job", "abc", "openai")).toMatchObject({ ...intent, at: 5 });
  expect(await journal.open("job", "abc", "together")).toBeUndefined();
  expect(await journal.open("file", "abc", "openai")).toBeUndefined();
  await journal.settle({ ...intent, type: "refused" });
  expect(await open().open("job", "abc", "openai")).toBeUndefined();
  expect(await open().known("job", "abc", "openai")).toBeUndefined();
});

test("what was created last is known, also while a later intent is open", async () => {
  const { journal } = await openRig();
  await journal.settle({ ...intent, type: "adopted", id: "ftjob-1" });
  await journal.settle({ ...intent, type: "created", id: "ftjob-2" });
  await journal.intend(intent);
  expect(await journal.known("job", "abc", "openai")).toBe("ftjob-2");
  expect(await journal.open("job", "abc", "openai")).toBeDefined();
});

test("an entry cut at any byte costs neither the entries before it nor those after it", async () => {
  const { path, open, journal } = await openRig();
  await journal.intend({ ...intent, fingerprint: "before" });
  const whole = await readFile(path, "utf8");
  await journal.intend(intent);
  const entry = (await readFile(path, "utf8")).slice(whole.length);
  for (let cut = 0; cut < entry.trimEnd().length; cut++) {
    await writeFile(path, whole + entry.slice(0, cut));
    expect(await open().open("job", "abc", "openai"), `cut at ${cut}`).toBeUndefined();
    await open().intend({ ...intent, fingerprint: "after" });
    expect(await open().open("job", "before", "openai"), `cut at ${cut}`).toBeDefined();
    expect(await open().open("job", "after", "openai"), `cut at ${cut}`).toBeDefined();
  }
});

test("a whole entry that is no JSON is damage, with its line", async () => {
  const { path, journal } = await openRig();
  await journal.intend(intent);
  await appendFile(path, "\n{type: intent}\n");
  await expect(journal.open("job", "abc", "openai")).rejects.toMatchObject({
    code: "STATE_DAMAGED",
    location: { file: path, line: 4 },
  });
});

test("what is created once has its intent written before, and its id after", async () => {
  const { journal } = await openRig();
  const created = await createOnce(journal, intent, async () => {
    expect(await journal.open("job", "abc", "openai")).toBeDefined();
    return { id: "ftjob-1" };
  });
  expect(created).toEqual({ id: "ftjob-1" });
  expect(await journal.open("job", "abc", "openai")).toBeUndefined();
  expect(await journal.known("job", "abc", "openai")).toBe("ftjob-1");
});

test("nothing is requested if the intent can't be written", async () => {
  const { journal } = await openRig();
  const full = { ...journal, intend: async () => Promise.reject(new FtpipeError("FILE_UNWRITABLE", "Disk full.")) };
  let requested = false;
  const creating = createOnce(full, intent, async () => {
    requested = true;
    return { id: "x" };
  });
  await expect(creating).rejects.toMatchObject({ code: "FILE_UNWRITABLE" });
  expect(requested).toBe(false);
});

test.each([
  ["a refusal closes the intent", new FtpipeError("PROVIDER_REJECTED", "No."), false],
  ["an ambiguous answer leaves it open", new FtpipeError("CREATE_AMBIGUOUS", "Lost."), true],
  ["a bug leaves it open", new TypeError("undefined is not a function"), true],
])("%s", async (_what, error, open) => {
  const { journal } = await openRig();
  await expect(createOnce(journal, intent, () => Promise.reject(error))).rejects.toBe(error);
  expect((await journal.open("job", "abc", "openai")) !== undefined).toBe(open);
});

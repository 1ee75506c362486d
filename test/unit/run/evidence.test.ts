import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "../../../src/core/hash.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import {
  findEvidence,
  type NewEvidence,
  proveEvidence,
  readEvidenceFile,
  writeEvidence,
} from "../../../src/run/evidence.ts";

const { files } = nodePorts({});
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "ftpipe-evidence-"));
  await writeFile(join(folder, "results"), "answers");
});
afterEach(() => rm(folder, { recursive: true }));

function bundle(change: Partial<NewEvidence> = {}): NewEvidence {
  return {
    index: {
      evidence_version: 1,
      pipeline: "towns",
      file: "towns.yaml",
      target: { name: "ours", provider: "openai", model: "base" },
      method: "supervised",
      sampling: { temperature: 0 },
      attempt: 1,
      fingerprint: "f".repeat(64),
      stages: {},
    },
    artifacts: { "results.json": { path: join(folder, "results"), sha256: sha256("answers"), bytes: 7 } },
    origin: { git: { commit: "c1" } },
    provesOrigin: true,
    ...change,
  };
}

const directory = () => join(folder, "evidence");
async function kept(change: Partial<NewEvidence> = {}) {
  const key = await writeEvidence(directory(), bundle(change), files);
  const found = await findEvidence([join(folder, "elsewhere"), directory()], key, files);
  if (found === undefined) throw new Error("the bundle is not found");
  return { key, found };
}

test("a bundle lies under the sha256 of its index, which has that of every file", async () => {
  const { key, found } = await kept();
  expect(sha256(await readFile(join(directory(), key, "evidence.json")))).toBe(key);
  expect(Object.keys(found.index.files)).toEqual(["origin.json", "results.json"]);
  await proveEvidence(found, files);
  expect(await readEvidenceFile(found, "results.json", files)).toBe("answers");
  expect(await readEvidenceFile(found, "job.json", files)).toBeUndefined();
});

test("a changed byte and a missing file are both named", async () => {
  const { found } = await kept();
  await writeFile(join(found.folder, "origin.json"), "{}\n");
  await rm(join(found.folder, "results.json"));
  const error = { code: "STATE_DAMAGED", message: "The evidence was changed or cut: origin.json, results.json." };
  await expect(proveEvidence(found, files)).rejects.toMatchObject(error);
  await expect(readEvidenceFile(found, "results.json", files)).rejects.toMatchObject({ code: "STATE_DAMAGED" });
});

test("an index with other bytes is no evidence", async () => {
  const { key } = await kept();
  await writeFile(join(directory(), key, "evidence.json"), "{}\n");
  await expect(findEvidence([directory()], key, files)).rejects.toMatchObject({ code: "STATE_DAMAGED" });
});

test("where it came from is part of it, but not where every machine must come to the same", async () => {
  const origins = [{ git: { commit: "c1" } }, { git: { commit: "c2" } }];
  const [first, second] = [await kept({ origin: origins[0] }), await kept({ origin: origins[1] })];
  expect(second.key).not.toBe(first.key);
  const [here, there] = [
    await kept({ origin: origins[0], provesOrigin: false }),
    await kept({ origin: origins[1], provesOrigin: false }),
  ];
  expect(there.key).toBe(here.key);
  expect(JSON.parse(await readFile(join(there.found.folder, "origin.json"), "utf8"))).toEqual(origins[1]);
});

test("a folder without its index is none: the index is written last", async () => {
  const late = {
    ...files,
    writeAtomic: async (path: string, data: string | Uint8Array) => {
      if (path.endsWith("evidence.json")) throw new Error("killed");
      await files.writeAtomic(path, data);
    },
  };
  await expect(writeEvidence(directory(), bundle(), late)).rejects.toThrow("killed");
  const [key = ""] = await readdir(directory());
  expect(await findEvidence([directory()], key, files)).toBeUndefined();
});

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { type FetchWorld, fetchJob } from "../../../src/import/fetch.ts";
import { type PastJob, readJob } from "../../../src/import/recipe.ts";
import { type ImportRecord, readRecord, writeRecord } from "../../../src/import/record.ts";
import type { Account, WireObject } from "../../../src/providers/account.ts";

const { files } = nodePorts({});
const training = '{"messages":[]}\n';
const csv = "step,train_loss\n1,0.5\n";
const contents: Readonly<Record<string, string>> = {
  "file-train": training,
  "file-metrics": Buffer.from(csv).toString("base64"),
};
const raw: WireObject = {
  id: "ftjob-1",
  status: "succeeded",
  model: "gpt-4o-mini-2024-07-18",
  fine_tuned_model: "ft:gpt-4o-mini-2024-07-18:acme:shop:1",
  training_file: "file-train",
  validation_file: "file-gone",
  result_files: ["file-metrics"],
};
const job = readJob(raw) as PastJob;

class Killed extends Error {}

/** An account of one job. @param before Called with the name of each request; may throw. */
function accountOf(before: (request: string) => void): Account {
  const asked = async <T>(request: string, answer: T): Promise<T> => {
    before(request);
    return answer;
  };
  const none = () => Promise.reject(new Error("an import never asks for this"));
  const nothing = () => {
    throw new Error("an import never asks for this");
  };
  return {
    host: "api.example.org",
    jobs: nothing,
    job: none,
    jobEvents: (id) => asked(`events ${id}`, [{ id: "ftevent-1" }]),
    jobCheckpoints: (id) => asked(`checkpoints ${id}`, []),
    files: nothing,
    file: (id) => {
      const content = contents[id];
      return asked(`entry ${id}`, content === undefined ? undefined : { id, bytes: Buffer.byteLength(content) });
    },
    content: async (id, sink) => {
      before(`content ${id}`);
      const bytes = Buffer.from(contents[id] ?? "");
      await sink.begin();
      await sink.write(bytes.subarray(0, 3));
      before(`rest of ${id}`);
      await sink.write(bytes.subarray(3));
      return true;
    },
    deleteFile: none,
    models: nothing,
    model: (id) => asked(`model ${id}`, { id }),
    deleteModel: none,
  };
}

async function projectFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-import-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function fetchInto(project: string, account: Account): Promise<ImportRecord> {
  const folder = join(project, "imports/ftjob-1");
  const world: FetchWorld = {
    account,
    files,
    signal: new AbortController().signal,
    folder,
    data: { training: join(project, "data/shop.jsonl"), validation: join(project, "data/shop.validation.jsonl") },
    known: new Map(),
    entries: new Map(),
  };
  const fresh: ImportRecord = {
    import_version: 1,
    host: account.host,
    job: job.id,
    name: "shop",
    pieces: {},
    done: false,
  };
  const begun = (await readRecord(folder, files)) ?? fresh;
  if (begun === fresh) await writeRecord(folder, begun, files);
  return fetchJob(raw, job, { begun, world });
}

const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map(({ name }) => name)
    .sort();

const whole = [
  "checkpoints.json",
  "events.json",
  "file-metrics.csv",
  "file-metrics.json",
  "file-train.json",
  "import.json",
  "job.json",
  "model.json",
  "shop.jsonl",
];

describe("fetching a job", () => {
  test("keeps every answer, decodes the metrics, and notes what is gone", async () => {
    const project = await projectFolder();
    const { pieces } = await fetchInto(
      project,
      accountOf(() => {}),
    );
    expect(await readFile(join(project, "data/shop.jsonl"), "utf8")).toBe(training);
    expect(await readFile(join(project, "imports/ftjob-1/file-metrics.csv"), "utf8")).toBe(csv);
    expect(pieces["content file-gone"]).toEqual({ missing: "it was deleted, or has expired" });
    expect(await filesBelow(project)).toEqual(whole);
  });

  test("cut off at any request, it goes on there, asks nothing twice and leaves no half file", async () => {
    const requests: string[] = [];
    await fetchInto(
      await projectFolder(),
      accountOf((request) => void requests.push(request)),
    );
    expect(requests).toHaveLength(10);
    for (const last of requests) {
      const project = await projectFolder();
      const answered: string[] = [];
      const killing = accountOf((request) => {
        if (request === last) throw new Killed();
        answered.push(request);
      });
      await expect(fetchInto(project, killing)).rejects.toThrow(Killed);
      expect(await filesBelow(project)).not.toContainEqual(expect.stringMatching(/\.tmp$/));
      await fetchInto(
        project,
        accountOf((request) => void answered.push(request)),
      );
      const begunAnew = last.startsWith("rest of ") ? [last.replace("rest of", "content")] : [];
      const twice = answered.filter((request, index) => answered.indexOf(request) !== index);
      expect([last, twice]).toEqual([last, begunAnew]);
      expect(await filesBelow(project)).toEqual(whole);
    }
  });

  test("what was changed since is fetched again", async () => {
    const project = await projectFolder();
    await fetchInto(
      project,
      accountOf(() => {}),
    );
    await writeFile(join(project, "data/shop.jsonl"), "torn");
    const requests: string[] = [];
    await fetchInto(
      project,
      accountOf((request) => void requests.push(request)),
    );
    expect(requests).toEqual(["content file-train", "rest of file-train"]);
    expect(await readFile(join(project, "data/shop.jsonl"), "utf8")).toBe(training);
  });

  test("a file that the provider refuses is noted in its words, and the rest goes on", async () => {
    const refusing = accountOf((request) => {
      if (request === "content file-train")
        throw new FtpipeError("PROVIDER_REJECTED", "Downloading is disabled for free accounts.");
    });
    const { pieces } = await fetchInto(await projectFolder(), refusing);
    expect(pieces["content file-train"]).toEqual({
      missing: "api.example.org does not give it: Downloading is disabled for free accounts.",
    });
    expect(pieces["content file-metrics"]).toMatchObject({ bytes: csv.length });
  });

  test("a file of another size than its entry says is no file", async () => {
    const short = { ...accountOf(() => {}), file: async (id: string) => ({ id, bytes: 7 }) };
    const project = await projectFolder();
    await expect(fetchInto(project, short)).rejects.toMatchObject({ code: "PROVIDER_ANSWER" });
    expect(await filesBelow(project)).not.toContain("shop.jsonl");
  });
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeFiles } from "../../../src/core/node-files.ts";
import { formatLock, type LockAttempt, readLock } from "../../../src/run/lock.ts";
import { stageRig } from "./rig.ts";

type Rig = Awaited<ReturnType<typeof stageRig>>;

const jobs = "/fine_tuning/jobs";
const theirJob = "ftjob-theirs";
const theirModel = "ft:ftpipe-nano:them:towns:00000000";

async function changePipeline({ folder }: Rig, from: string, to: string): Promise<void> {
  const file = join(folder, "towns.yaml");
  const text = await readFile(file, "utf8");
  expect(text).toContain(from);
  await writeFile(file, text.replace(from, to));
}

/** Forges a lock: its hashes fit, as anybody can make them fit. */
async function forge({ folder }: Rig, change: (attempt: LockAttempt) => LockAttempt): Promise<void> {
  const file = join(folder, "towns.lock.yaml");
  const { lock } = await readLock(file, nodeFiles());
  const targets = Object.entries(lock.targets).map(([name, target]) => {
    const attempts = target.attempts.map(change);
    const model = attempts.at(-1)?.ids.model as string;
    return [name, { ...target, candidate: model, attempts }] as const;
  });
  await writeFile(file, await formatLock({ targets: Object.fromEntries(targets) }));
}

/** Whatever was sent that names what is theirs. */
const named = (rig: Rig) =>
  rig.requests
    .filter(({ path, body }) => [theirJob, theirModel].some((id) => `${path} ${JSON.stringify(body)}`.includes(id)))
    .map(({ method, path }) => `${method} ${path}`);

test("a lock of another account's trainings is no training of ours: the job is created, and the model asked is our own", async () => {
  const rig = await stageRig();
  await rig.run(undefined);
  await forge(rig, (attempt) => ({ ...attempt, ids: { ...attempt.ids, job: theirJob, model: theirModel } }));
  await rig.forget(".ftpipe");
  await changePipeline(rig, "127.0.0.1:8231", "127.0.0.1:8232");
  const before = rig.created(jobs);
  const { result, error } = await rig.run(undefined);
  expect(error).toBeUndefined();
  expect(rig.created(jobs)).toBe(before + 1);
  expect(result?.model).not.toBe(theirModel);
  expect(named(rig)).toEqual([]);
});

test("the results that a lock carries under another target's name are not that target's", async () => {
  const rig = await stageRig();
  await rig.run(undefined);
  await rig.rename("server", "other");
  await changePipeline(rig, "127.0.0.1:8231", "127.0.0.1:8232");
  const lock = join(rig.folder, "towns.lock.yaml");
  await writeFile(lock, (await readFile(lock, "utf8")).replace("\n  server:\n", "\n  other:\n"));
  await rig.forget(".ftpipe");
  const before = rig.created(jobs);
  const { result, error } = await rig.run(undefined);
  expect(error).toBeUndefined();
  expect(result?.status).toBe("finished");
  expect(rig.created(jobs)).toBe(before + 1);
});

test("ids that were put into an attempt of ours are not taken for its results: those stand in its records", async () => {
  const rig = await stageRig();
  const { result: first } = await rig.run(undefined);
  await forge(rig, (attempt) => ({ ...attempt, ids: { ...attempt.ids, job: theirJob, model: theirModel } }));
  await rig.forget(".ftpipe");
  await changePipeline(rig, "type: contains, value: Hello", "type: icontains, value: hello");
  const { result, error } = await rig.run(undefined);
  expect(error).toBeUndefined();
  expect(result?.model).toBe(first?.model);
  expect(named(rig)).toEqual([]);
});

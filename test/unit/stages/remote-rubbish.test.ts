import { expect, test } from "vitest";
import type { WireObject } from "../../../src/providers/account.ts";
import { type Holdings, remoteRubbish } from "../../../src/stages/remote-rubbish.ts";

const day = 86_400;
const now = 1_800_000_000;

const upload = (id: string, more: object = {}): WireObject => ({
  id,
  purpose: "fine-tune",
  filename: "train-0123456789abcdef.jsonl",
  bytes: 1000,
  created_at: now - 30 * day,
  ...more,
});

const job = (id: string, more: object = {}): WireObject => ({
  id,
  status: "succeeded",
  model: "gpt-4.1-mini-2025-04-14",
  training_file: "file-none",
  validation_file: null,
  result_files: [],
  fine_tuned_model: null,
  metadata: { ftpipe_fp: "0".repeat(64) },
  ...more,
});

interface Held {
  readonly jobs?: readonly WireObject[];
  readonly files?: readonly WireObject[];
  readonly models?: readonly WireObject[];
}

function accountWith({ jobs = [], files = [], models = [] }: Held): Holdings {
  async function* each(items: readonly WireObject[]): AsyncGenerator<WireObject> {
    yield* items;
  }
  return { jobs: () => each(jobs), files: () => each(files), models: () => each(models) };
}

/** Names of what may go. @param named Ids in locks. */
async function rubbishOf(holdings: Held, named: readonly string[] = [], models = true): Promise<readonly string[]> {
  const found = await remoteRubbish(accountWith(holdings), {
    names: { has: (id) => named.includes(id) },
    models,
    before: (now - 14 * day) * 1000,
    signal: new AbortController().signal,
  });
  return found.map(({ name }) => name);
}

test("an upload that no job reads goes; one that a lock names, a young one and somebody else's stay", async () => {
  const files = [
    upload("file-orphan"),
    upload("file-locked"),
    upload("file-young", { created_at: now - day }),
    upload("file-foreign", { filename: "train.jsonl" }),
    upload("file-batch", { purpose: "batch" }),
    upload("file-timeless", { created_at: undefined }),
  ];
  expect(await rubbishOf({ files }, ["file-locked"])).toEqual(["file-orphan"]);
});

test.each(["queued", "running", "paused", "a word of tomorrow"])(
  "a job that is %s keeps its files and its base",
  async (status) => {
    const files = [upload("file-a"), upload("file-b", { filename: "validation-0123456789abcdef.jsonl" })];
    const models = [{ id: "ft:base", created: now - 30 * day }];
    const running = job("ftjob-2", { status, training_file: "file-a", validation_file: "file-b", model: "ft:base" });
    const maker = job("ftjob-1", { fine_tuned_model: "ft:base" });
    expect(await rubbishOf({ files, models, jobs: [running, maker] })).toEqual([]);
  },
);

test("a job that a lock names is kept whole, though the lock names only the job", async () => {
  const past = (id: string) => ({
    jobs: [job(id, { training_file: "file-a", result_files: ["file-r"], fine_tuned_model: "ft:model" })],
    files: [upload("file-a"), upload("file-r", { purpose: "fine-tune-results", filename: "step_metrics.csv" })],
    models: [{ id: "ft:model", created: now - 30 * day }],
  });
  expect(await rubbishOf(past("ftjob-locked"), ["ftjob-locked"])).toEqual([]);
  expect(await rubbishOf(past("ftjob-lost"))).toEqual(["file-a", "file-r", "ft:model"]);
});

test("models go only where they are asked for, and only those of ftpipe's own jobs", async () => {
  const models = ["ft:ours", "ft:theirs", "gpt-4.1"].map((id) => ({ id, created: now - 30 * day }));
  const jobs = [
    job("ftjob-1", { fine_tuned_model: "ft:ours" }),
    job("ftjob-2", { fine_tuned_model: "ft:theirs", metadata: null, result_files: ["file-theirs"] }),
  ];
  const files = [upload("file-theirs", { purpose: "fine-tune-results" })];
  expect(await rubbishOf({ jobs, models, files }, [], false)).toEqual([]);
  expect(await rubbishOf({ jobs, models, files })).toEqual(["ft:ours"]);
});

test("a job without a mark is ours if it reads a file of ours", async () => {
  const jobs = [job("ftjob-1", { metadata: null, training_file: "file-a", fine_tuned_model: "ft:ours" })];
  const models = [{ id: "ft:ours", created: now - 30 * day }];
  expect(await rubbishOf({ jobs, models, files: [upload("file-a")] })).toEqual(["file-a", "ft:ours"]);
});

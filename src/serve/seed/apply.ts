import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { hashJson, type Sha256 } from "../../core/hash.ts";
import type { Clock, FileSystem } from "../../core/ports.ts";
import { eventId } from "../ids.ts";
import type { Layout } from "../layout.ts";
import type { PastCheckpoint, PastJob, PastModel, Store } from "../store.ts";
import type { EventObject, FileObject } from "../wire.ts";
import type { Seed, SeedEvent, SeedFile, SeedJob, SeedModel } from "./seed-state.ts";

interface SeedContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
  readonly clock: Clock;
}

/**
 * Fills an empty state folder with a seed; changes nothing where the same seed has filled it before.
 * @throws FtpipeError USAGE if the folder has other contents, FILE_UNREADABLE for a file of the seed.
 */
export async function applySeed(seed: Seed, context: SeedContext): Promise<void> {
  const { store, places, clock } = context;
  const digest = await digestOf(seed, context);
  if (store.seed() === digest) return;
  if (store.seed() !== undefined || !isEmpty(store)) throw notEmpty(places.root, store.seed() !== undefined);
  const now = Math.floor(clock.now() / 1000);
  const { files = [], jobs = [], models = [] } = seed.state;
  const kept: FileObject[] = [];
  // Bytes first: a kill before the transaction leaves files that nothing names, and the next start writes them again.
  for (const file of files) {
    if (file.deleted !== true) kept.push(fileObject(file, { now, bytes: await writeContent(file, seed, context) }));
  }
  store.transaction(() => {
    for (const file of oldestFirst(kept)) store.files.insert(file);
    for (const job of oldestFirst(jobs)) insertJob(job, store);
    for (const model of models) store.models.insert(pastModel(model, now));
    store.setSeed(digest);
  });
}

function notEmpty(folder: string, seeded: boolean): FtpipeError {
  const message = seeded
    ? `The state folder ${folder} was filled from another seed, or this one has changed since.`
    : `The state folder ${folder} has contents of its own.`;
  return new FtpipeError("USAGE", message, { hint: "A seed fills an empty folder: name another one with --state." });
}

const isEmpty = ({ files, jobs, models }: Store): boolean =>
  [files, jobs, models].every((collection) => collection.page({ limit: 1 })?.data.length === 0);

/** Of all that the seed says, and of the files that it names. */
async function digestOf({ state, folder }: Seed, { files }: SeedContext): Promise<Sha256> {
  const contents: string[] = [];
  for (const { path, deleted } of state.files ?? []) {
    if (path === undefined || deleted === true) continue;
    const hash = createHash("sha256");
    for await (const chunk of files.stream(resolve(folder, path))) hash.update(chunk);
    contents.push(hash.digest("hex"));
  }
  return hashJson(["seed", state, contents]);
}

/** @returns How many bytes the file has. */
async function writeContent(file: SeedFile, { folder }: Seed, { files, places }: SeedContext): Promise<number> {
  const writer = await files.createWriter(places.file(file.id));
  try {
    if (file.path !== undefined) {
      for await (const chunk of files.stream(resolve(folder, file.path))) await writer.write(chunk);
    } else await writer.write(file.content ?? Buffer.from(file.content_base64 ?? "", "base64"));
    return (await writer.commit()).bytes;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function fileObject(file: SeedFile, { now, bytes }: { readonly now: number; readonly bytes: number }): FileObject {
  const { id, purpose, filename, created_at = now, expires_at = null } = file;
  const rest = { status: "processed", status_details: null } as const;
  return { object: "file", id, purpose, filename, bytes, created_at, expires_at, ...rest };
}

function insertJob({ events = [], checkpoints = [], ...wire }: SeedJob, store: Store): void {
  const { id } = wire;
  const job: PastJob = { id, past: true, hash: hashJson(["past", id]), wire: { ...wire, object: "fine_tuning.job" } };
  store.jobs.insert(job);
  const objects = events.map((event, index) => eventObject(event, index, job));
  for (const event of oldestFirst(objects)) store.events.insert(event, id);
  const inOrder = checkpoints.toSorted((a, b) => a.step_number - b.step_number);
  for (const checkpoint of inOrder) {
    const past: PastCheckpoint["wire"] = {
      object: "fine_tuning.job.checkpoint",
      id: `ftckpt_${hashJson([id, checkpoint.step_number]).slice(0, 24)}`,
      created_at: wire.finished_at ?? wire.created_at,
      fine_tuning_job_id: id,
      metrics: {},
      ...checkpoint,
    };
    store.checkpoints.insert({ id: past.id, past: true, wire: past }, id);
  }
}

function eventObject(event: SeedEvent, index: number, { hash, wire }: PastJob): EventObject {
  return {
    object: "fine_tuning.job.event",
    id: eventId(hash, `seed ${index}`),
    created_at: wire.created_at,
    level: "info",
    data: {},
    type: "message",
    ...event,
  };
}

function pastModel({ served_by: servedBy, ...wire }: SeedModel, now: number): PastModel {
  const { id } = wire;
  return {
    id,
    past: true,
    kind: "model",
    ...(servedBy === undefined ? {} : { servedBy }),
    wire: { object: "model", created: now, owned_by: "system", ...wire },
  };
}

/** Lists of the API are newest first, people's oldest first; either is taken. Where times are equal or missing the order stays. */
function oldestFirst<T extends { readonly created_at?: number }>(items: readonly T[]): readonly T[] {
  const [first, last] = [items[0]?.created_at ?? 0, items.at(-1)?.created_at ?? 0];
  const forward = first > last ? items.toReversed() : items;
  return forward.toSorted((a, b) => (a.created_at ?? 0) - (b.created_at ?? 0));
}

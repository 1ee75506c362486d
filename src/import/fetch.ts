import { join, relative } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import type { AtomicWriter, FileSystem } from "../core/ports.ts";
import type { Account, ContentSink, WireObject } from "../providers/account.ts";
import { wholeFileHashes } from "../run/file-hashes.ts";
import type { PastJob } from "./recipe.ts";
import { type ImportRecord, isWhole, type Piece, pieceOf, writeRecord } from "./record.ts";
import { resultsCsv } from "./results.ts";

/** A file of the account that lies here already. */
export interface KnownFile {
  /** Absolute. */
  readonly path: string;
  readonly sha256: Sha256;
}

export interface FetchWorld {
  readonly account: Account;
  readonly files: FileSystem;
  readonly signal: AbortSignal;
  /** Of this job, absolute: `imports/<job id>`. */
  readonly folder: string;
  /** Where training and validation data go, absolute. */
  readonly data: DataFiles;
  /** Contents of the account's files, by id, that this or an earlier import fetched; new ones are added. */
  readonly known: Map<string, KnownFile>;
  /** Entries of the account's files, by id: where they lie, or undefined for one that is gone; new ones are added. */
  readonly entries: Map<string, string | undefined>;
}

export interface DataFiles {
  readonly training: string;
  readonly validation: string;
}

/**
 * Fetches all that the account holds of a job, piece by piece. What an earlier import fetched is verified and kept;
 * the record is written after each piece, so that a kill costs one at the most, and no file is there by half.
 * @returns The record with every piece.
 */
export async function fetchJob(
  raw: WireObject,
  job: PastJob,
  { begun, world }: { readonly begun: ImportRecord; readonly world: FetchWorld },
): Promise<ImportRecord> {
  const { account, signal, data } = world;
  const pieces = openPieces(begun, world);
  await pieces.json("job", "job.json", async () => raw);
  await pieces.json("events", "events.json", () => account.jobEvents(job.id, signal));
  await pieces.json("checkpoints", "checkpoints.json", () => account.jobCheckpoints(job.id, signal));
  const { model } = job;
  if (model !== undefined)
    await pieces.json("model", "model.json", () => account.model(model, signal), "it is deleted or shut down");
  const wanted = [
    { id: job.trainingFile, path: data.training },
    { id: job.validationFile, path: data.validation },
    ...job.resultFiles.map((id) => ({ id, path: join(world.folder, `${safeName(id)}.csv`), isResults: true })),
  ];
  for (const { id, path, ...more } of wanted) {
    if (id === undefined) continue;
    const entry = `entry ${id}`;
    const entryFile = `files/${safeName(id)}.json`;
    await pieces.json(entry, entryFile, () => entryOf(id, world), deleted);
    const found = await pieces.read(entry);
    if (!world.entries.has(id)) world.entries.set(id, found === undefined ? undefined : join(world.folder, entryFile));
    if (found === undefined) await pieces.put(`content ${id}`, { missing: deleted });
    else await pieces.content(id, path, { ...more, bytes: found["bytes"] });
  }
  return pieces.record();
}

/** A file of several jobs is asked for once. */
async function entryOf(id: string, { account, entries, files, signal }: FetchWorld): Promise<WireObject | undefined> {
  if (!entries.has(id)) return account.file(id, signal);
  const path = entries.get(id);
  return path === undefined ? undefined : (JSON.parse(await files.readText(path)) as WireObject);
}

const deleted = "it was deleted, or has expired";

/** Ids come from the account, and become names of files. */
function safeName(id: string): string {
  return id.replace(/[^\w.-]+/g, "_").replace(/^\.+/, "_");
}

interface ContentFacts {
  /** As the account's entry says. */
  readonly bytes: unknown;
  readonly isResults?: boolean;
}

function openPieces(begun: ImportRecord, { account, files, folder, signal, known }: FetchWorld) {
  let record = begun;
  const put = async (name: string, piece: Piece) => {
    record = { ...record, pieces: { ...record.pieces, [name]: piece } };
    await writeRecord(folder, record, files);
  };
  const isKept = async (name: string) => {
    const piece = record.pieces[name];
    return piece !== undefined && (await isWhole(folder, piece, files));
  };
  const exists = async (path: string) => (await files.stat(path))?.kind === "file";
  const hashOf = async (path: string) => (await wholeFileHashes(files).of([path]))[0] as Sha256;

  /** A piece that an import wrote just before it was killed: files appear whole or not at all. */
  const adopt = async (name: string, path: string): Promise<boolean> => {
    if (record.pieces[name] !== undefined || !(await exists(path))) return false;
    const bytes = (await files.stat(path))?.bytes ?? 0;
    await put(name, { path: relative(folder, path), sha256: await hashOf(path), bytes });
    return true;
  };

  const json = async (name: string, file: string, fetch: () => Promise<unknown>, why?: string): Promise<void> => {
    if ((await isKept(name)) || (await adopt(name, join(folder, file)))) return;
    const value = await fetch();
    if (value === undefined) return put(name, { missing: why ?? "the account has none" });
    const text = `${JSON.stringify(value, null, 2)}\n`;
    await files.writeAtomic(join(folder, file), text);
    await put(name, pieceOf(file, text));
  };

  const content = async (id: string, path: string, facts: ContentFacts): Promise<void> => {
    const name = `content ${id}`;
    if (!(await isKept(name)) && !(await adopt(name, path))) {
      const source = known.get(id);
      const made =
        source !== undefined && (await exists(source.path)) && (await hashOf(source.path)) === source.sha256
          ? await copyFile(source.path, path, files)
          : await download(id, path, facts);
      await put(name, made);
    }
    const piece = record.pieces[name];
    if (piece !== undefined && !("missing" in piece))
      known.set(id, { path: join(folder, piece.path), sha256: piece.sha256 });
  };

  const download = async (
    id: string,
    path: string,
    { bytes: expected, isResults = false }: ContentFacts,
  ): Promise<Piece> => {
    const gathered: Uint8Array[] = [];
    const sink = isResults ? intoMemory(gathered) : intoFile(path, files);
    let isThere: boolean;
    try {
      isThere = await account.content(id, sink.sink, signal);
    } catch (error) {
      await sink.discard();
      // Such as "downloading of fine-tune training files is disabled for free accounts": the rest goes on.
      const isRefused = error instanceof FtpipeError && ["PROVIDER_REJECTED", "PERMISSION_DENIED"].includes(error.code);
      if (!isRefused) throw error;
      return { missing: `${account.host} does not give it: ${error.message}` };
    }
    if (!isThere) {
      await sink.discard();
      return { missing: deleted };
    }
    if (isResults) {
      const raw = Buffer.concat(gathered);
      const data = resultsCsv(raw) ?? raw;
      await files.writeAtomic(path, data);
      return pieceOf(relative(folder, path), data);
    }
    if (typeof expected === "number" && expected !== sink.bytes()) {
      await sink.discard();
      throw new FtpipeError(
        "PROVIDER_ANSWER",
        `${account.host} gave ${sink.bytes()} bytes of ${id}, which has ${expected}.`,
        {
          hint: "What was fetched before stays: run the same command again.",
        },
      );
    }
    return { path: relative(folder, path), ...(await sink.commit()) };
  };

  const copyFile = async (from: string, to: string, disk: FileSystem): Promise<Piece> => {
    const writer = await disk.createWriter(to);
    try {
      for await (const chunk of disk.stream(from)) await writer.write(chunk);
      return { path: relative(folder, to), ...(await writer.commit()) };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  };

  const read = async (name: string): Promise<WireObject | undefined> => {
    const piece = record.pieces[name];
    if (piece === undefined || "missing" in piece) return undefined;
    return JSON.parse(await files.readText(join(folder, piece.path))) as WireObject;
  };
  return { json, content, put, read, record: () => record };
}

interface OpenSink {
  readonly sink: ContentSink;
  /** So far. */
  readonly bytes: () => number;
  readonly commit: AtomicWriter["commit"];
  readonly discard: () => Promise<void>;
}

/** A transfer that begins anew begins a new file. */
function intoFile(path: string, files: FileSystem): OpenSink {
  let writer: AtomicWriter | undefined;
  let bytes = 0;
  const discard = async () => {
    await writer?.discard();
    writer = undefined;
  };
  const opened = async () => {
    writer ??= await files.createWriter(path);
    return writer;
  };
  return {
    sink: {
      begin: async () => {
        await discard();
        await opened();
        bytes = 0;
      },
      write: async (chunk) => {
        bytes += chunk.length;
        await (await opened()).write(chunk);
      },
    },
    bytes: () => bytes,
    commit: async () => (await opened()).commit(),
    discard,
  };
}

function intoMemory(chunks: Uint8Array[]): OpenSink {
  return {
    sink: {
      begin: async () => {
        chunks.length = 0;
      },
      write: async (chunk) => {
        chunks.push(Uint8Array.from(chunk));
      },
    },
    bytes: () => Buffer.concat(chunks).length,
    commit: () => Promise.reject(new Error("a result file is written when it is decoded")),
    discard: async () => {},
  };
}

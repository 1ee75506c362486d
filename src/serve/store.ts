import type { DatabaseSync } from "node:sqlite";
import { FtpipeError } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import { loadSqlite } from "../core/sqlite.ts";
import type { OverContext } from "../engine/engine.ts";
import { type Collection, openCollection } from "./collection.ts";
import type {
  CheckpointObject,
  EventObject,
  FileObject,
  JobObject,
  ModelObject,
  PartObject,
  PastJobObject,
  UploadObject,
} from "./wire.ts";

/** A job with what the wire does not show. */
export type StoredJob = OwnJob | PastJob;

/** A job that this server was asked for. */
export interface OwnJob {
  readonly id: string;
  readonly past?: undefined;
  readonly hash: Sha256;
  /** The base at the root of the model that is trained. */
  readonly base: string;
  /** Absent in jobs of earlier versions, which refused. */
  readonly overContext?: OverContext;
  /** Whether its files have been checked; a job that was paused before that has them checked when it goes on. */
  readonly validated?: boolean;
  readonly wire: JobObject;
}

/** A job of a seed. It is told of, and never trained. */
export interface PastJob {
  readonly id: string;
  readonly past: true;
  readonly hash: Sha256;
  readonly wire: PastJobObject;
}

export type StoredModel = OwnModel | PastModel;

/** A model that answers chats: a job's final weights or one of its checkpoints. */
export interface OwnModel {
  readonly id: string;
  readonly past?: undefined;
  readonly base: string;
  readonly kind: "model" | "checkpoint";
  /** Of the weights, relative to the state folder. */
  readonly file: string;
  readonly wire: ModelObject;
}

/** A model of a seed; its weights are those of another, or nobody's. */
export interface PastModel {
  readonly id: string;
  readonly past: true;
  readonly kind: "model";
  /** The model that answers in its place; without one, nothing does. */
  readonly servedBy?: string;
  readonly wire: ModelObject;
}

export type StoredCheckpoint = OwnCheckpoint | PastCheckpoint;

/** A checkpoint as training left it; the wire shows it once the job has succeeded. */
export interface OwnCheckpoint {
  readonly id: string;
  readonly past?: undefined;
  readonly file: string;
  readonly wire: CheckpointObject;
}

/** A checkpoint of a seed. */
export interface PastCheckpoint {
  readonly id: string;
  readonly past: true;
  readonly wire: CheckpointObject;
}

export interface StoredUpload {
  readonly id: string;
  /** How long its file is to be kept, seconds. */
  readonly keptFor?: number;
  readonly wire: UploadObject;
}

export interface StoredPart {
  readonly id: string;
  readonly bytes: number;
  readonly wire: PartObject;
}

export interface Store {
  readonly files: Collection<FileObject>;
  readonly uploads: Collection<StoredUpload>;
  /** Those of an upload that has not ended, under its id. */
  readonly parts: Collection<StoredPart>;
  readonly jobs: Collection<StoredJob>;
  readonly events: Collection<EventObject>;
  readonly checkpoints: Collection<StoredCheckpoint>;
  readonly models: Collection<StoredModel>;
  /** The digest of the seed that filled the folder; undefined if none did. */
  readonly seed: () => Sha256 | undefined;
  readonly setSeed: (digest: Sha256) => void;
  /** Counts equal content. @returns How many there have been with this one, from 1. */
  occurrence(digest: Sha256): number;
  /** All or nothing, also if the process is killed or the power fails. */
  transaction<T>(action: () => T): T;
  close(): void;
}

/** A job that was asked for here. */
export function ownJob({ jobs }: Store, id: string): OwnJob | undefined {
  const job = jobs.get(id);
  return job?.past === undefined ? job : undefined;
}

/** Raised when the tables change; a folder of a later one is refused. */
const schemaVersion = 2;

/** @throws FtpipeError STATE_DAMAGED if the file is no database, or one of a later version. */
export function openStore(path: string): Store {
  const database = openDatabase(path);
  const seed = database.prepare("SELECT digest FROM seed");
  const setSeed = database.prepare("INSERT INTO seed (digest) VALUES (?)");
  const occurrence = database.prepare(
    `INSERT INTO occurrences (digest, count) VALUES (?, 1)
     ON CONFLICT (digest) DO UPDATE SET count = count + 1 RETURNING count`,
  );
  return {
    files: openCollection(database, "files"),
    uploads: openCollection(database, "uploads"),
    parts: openCollection(database, "parts"),
    jobs: openCollection(database, "jobs"),
    events: openCollection(database, "events"),
    checkpoints: openCollection(database, "checkpoints"),
    models: openCollection(database, "models"),
    seed: () => (seed.get() as { readonly digest: Sha256 } | undefined)?.digest,
    setSeed: (digest) => void setSeed.run(digest),
    occurrence: (digest) => (occurrence.get(digest) as { readonly count: number }).count,
    transaction: (action) => {
      database.exec("BEGIN IMMEDIATE");
      try {
        const result = action();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => database.close(),
  };
}

function openDatabase(path: string): DatabaseSync {
  const database = new (loadSqlite().DatabaseSync)(path);
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    const { user_version: version } = database.prepare("PRAGMA user_version").get() as {
      readonly user_version: number;
    };
    if (version > schemaVersion) throw new Error(`it is of version ${version}, this ftpipe knows ${schemaVersion}`);
    database.exec(`PRAGMA user_version = ${schemaVersion};
      CREATE TABLE IF NOT EXISTS occurrences (digest TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS seed (digest TEXT PRIMARY KEY) STRICT;`);
    return database;
  } catch (cause) {
    database.close();
    throw new FtpipeError("STATE_DAMAGED", `Cannot use ${path}: ${cause instanceof Error ? cause.message : cause}.`, {
      hint: "Move the folder away to start with an empty one; tuned models in it can be trained again to the same bytes.",
      cause,
      location: { file: path },
    });
  }
}

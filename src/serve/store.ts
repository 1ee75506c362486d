import type { DatabaseSync } from "node:sqlite";
import { FtpipeError } from "../core/errors.ts";
import type { Sha256 } from "../core/hash.ts";
import { loadSqlite } from "../core/sqlite.ts";
import type { OverContext } from "../engine/engine.ts";
import { type Collection, openCollection } from "./collection.ts";
import type { CheckpointObject, EventObject, FileObject, JobObject, ModelObject } from "./wire.ts";

/** A job with what the wire does not show. */
export interface StoredJob {
  readonly id: string;
  readonly hash: Sha256;
  /** The base at the root of the model that is trained. */
  readonly base: string;
  /** Absent in jobs of earlier versions, which refused. */
  readonly overContext?: OverContext;
  readonly wire: JobObject;
}

/** A model that answers chats: a job's final weights or one of its checkpoints. */
export interface StoredModel {
  readonly id: string;
  readonly base: string;
  readonly kind: "model" | "checkpoint";
  /** Of the weights, relative to the state folder. */
  readonly file: string;
  readonly wire: ModelObject;
}

/** A checkpoint as training left it; the wire shows it once the job has succeeded. */
export interface StoredCheckpoint {
  readonly id: string;
  readonly file: string;
  readonly wire: CheckpointObject;
}

export interface Store {
  readonly files: Collection<FileObject>;
  readonly jobs: Collection<StoredJob>;
  readonly events: Collection<EventObject>;
  readonly checkpoints: Collection<StoredCheckpoint>;
  readonly models: Collection<StoredModel>;
  /** Counts equal content. @returns How many there have been with this one, from 1. */
  occurrence(digest: Sha256): number;
  /** All or nothing, also if the process is killed or the power fails. */
  transaction<T>(action: () => T): T;
  close(): void;
}

/** Raised when the tables change; a folder of a later one is refused. */
const schemaVersion = 1;

/** @throws FtpipeError STATE_DAMAGED if the file is no database, or one of a later version. */
export function openStore(path: string): Store {
  const database = openDatabase(path);
  const occurrence = database.prepare(
    `INSERT INTO occurrences (digest, count) VALUES (?, 1)
     ON CONFLICT (digest) DO UPDATE SET count = count + 1 RETURNING count`,
  );
  return {
    files: openCollection(database, "files"),
    jobs: openCollection(database, "jobs"),
    events: openCollection(database, "events"),
    checkpoints: openCollection(database, "checkpoints"),
    models: openCollection(database, "models"),
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
      CREATE TABLE IF NOT EXISTS occurrences (digest TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT;`);
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

import { join } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import { type Sha256, sha256 } from "../core/hash.ts";
import { parseJsonText } from "../core/json-syntax.ts";
import type { FileSystem } from "../core/ports.ts";
import { wholeFileHashes } from "../run/file-hashes.ts";

/** Something that was fetched, or why it could not be. */
export type Piece =
  | {
      /** Relative to the import's folder. */
      readonly path: string;
      /** Of the bytes as they lie there. */
      readonly sha256: Sha256;
      readonly bytes: number;
    }
  | { readonly missing: string };

/** What is known of the import of a job, beside what it fetched: `import.json` in its folder. */
export interface ImportRecord {
  readonly import_version: 1;
  readonly host: string;
  readonly job: string;
  /** The pipeline's name. */
  readonly name: string;
  /** By what it is: `events`, `checkpoints`, `model`, `entry <file id>`, `content <file id>`. */
  readonly pieces: Readonly<Record<string, Piece>>;
  /** Whether the pipeline and its lock are written. What comes after is the user's. */
  readonly done: boolean;
}

const recordFile = "import.json";

/** @throws FtpipeError STATE_DAMAGED */
export async function readRecord(folder: string, files: FileSystem): Promise<ImportRecord | undefined> {
  const file = join(folder, recordFile);
  if ((await files.stat(file)) === undefined) return undefined;
  const damaged = (cause?: unknown) =>
    new FtpipeError("STATE_DAMAGED", "The record of an earlier import can't be read.", {
      location: { file },
      hint: "Take it from git, or remove its folder: then the job is fetched anew.",
      cause,
    });
  let record: Partial<ImportRecord> | null;
  try {
    record = parseJsonText(await files.readText(file)) as Partial<ImportRecord> | null;
  } catch (error) {
    throw error instanceof FtpipeError ? error : damaged(error);
  }
  const { import_version, job, name, pieces } = record ?? {};
  if (import_version !== 1 || typeof job !== "string" || typeof name !== "string" || typeof pieces !== "object")
    throw damaged();
  return record as ImportRecord;
}

export async function writeRecord(folder: string, record: ImportRecord, files: FileSystem): Promise<void> {
  await files.writeAtomic(join(folder, recordFile), `${JSON.stringify(record, null, 2)}\n`);
}

/** Whether a fetched piece still lies there as it was fetched. */
export async function isWhole(folder: string, piece: Piece, files: FileSystem): Promise<boolean> {
  if ("missing" in piece) return true;
  const path = join(folder, piece.path);
  if ((await files.stat(path))?.kind !== "file") return false;
  const [now] = await wholeFileHashes(files).of([path]);
  return now === piece.sha256;
}

export function pieceOf(path: string, data: string | Uint8Array): Piece {
  return { path, sha256: sha256(data), bytes: Buffer.byteLength(data) };
}

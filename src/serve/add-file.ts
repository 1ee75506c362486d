import { hashJson } from "../core/hash.ts";
import type { Clock, FileSystem } from "../core/ports.ts";
import { invalid } from "./api-error.ts";
import { integer } from "./checks.ts";
import { fileId } from "./ids.ts";
import type { Layout } from "./layout.ts";
import type { Received } from "./receive.ts";
import type { Store } from "./store.ts";
import type { FileObject } from "./wire.ts";

const purposes = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];

/** How long a file of this purpose is kept if its upload does not say, seconds. */
const batchRetention = 30 * 24 * 3600;

/** @throws ApiError 400. */
export function checkPurpose(purpose: string): void {
  if (purposes.includes(purpose)) return;
  const known = purposes.map((name) => `'${name}'`).join(", ");
  throw invalid(`'${purpose}' is not one of [${known}] - 'purpose'`, "purpose");
}

/** How long a file is kept, seconds. @param name Of the field of seconds, for messages. @throws ApiError 400. */
export function retention(anchor: unknown, seconds: unknown, name: string): number {
  if (anchor !== "created_at")
    throw invalid("Invalid 'expires_after[anchor]': expected 'created_at'.", "expires_after");
  return integer(seconds, name, { minimum: 3600, maximum: 2_592_000 });
}

interface NewFile {
  readonly purpose: string;
  readonly filename: string;
  /** Seconds; undefined for what its purpose is kept by itself. */
  readonly keptFor: number | undefined;
}

interface AddFileContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
  readonly clock: Clock;
}

/**
 * Makes a file of received bytes, which get its name beside their own.
 * @param record What else is written with it, or not at all; if it throws, there is no file.
 */
export async function addFile(
  { path, sha256, bytes, purpose, filename, keptFor }: Received & NewFile,
  { store, places, files, clock }: AddFileContext,
  record: (file: FileObject) => void = () => {},
): Promise<FileObject> {
  const now = Math.floor(clock.now() / 1000);
  const identity = { purpose, filename, sha256 };
  const id = fileId(identity, store.occurrence(hashJson(["file", identity])));
  const seconds = keptFor ?? (purpose === "batch" ? batchRetention : undefined);
  const file: FileObject = {
    object: "file",
    id,
    purpose,
    filename,
    bytes,
    created_at: now,
    expires_at: seconds === undefined ? null : now + seconds,
    status: "processed",
    status_details: null,
  };
  await files.link(path, places.file(id));
  try {
    store.transaction(() => {
      record(file);
      store.files.insert(file);
    });
  } catch (error) {
    await files.remove(places.file(id));
    throw error;
  }
  return file;
}

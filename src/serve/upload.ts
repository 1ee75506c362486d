import { join } from "node:path";
import { hashJson, type Sha256 } from "../core/hash.ts";
import { invalid, tooLarge } from "./api-error.ts";
import { bodyOf } from "./body.ts";
import { integer } from "./checks.ts";
import { fileId } from "./ids.ts";
import { boundaryOf, collect, type Part, readMultipart } from "./multipart.ts";
import type { AppContext } from "./routes/route.ts";
import type { FileObject } from "./wire.ts";

/** Largest upload, bytes: OpenAI's 512 MB. */
export const uploadLimit = 512 * 2 ** 20;
const fieldLimit = 2 ** 20;

const purposes = ["fine-tune", "assistants", "batch", "user_data", "vision", "evals"];

/** How long a file of this purpose is kept if the upload does not say, seconds. */
const batchRetention = 30 * 24 * 3600;

interface Received {
  readonly path: string;
  readonly filename: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

/**
 * Takes a file from a form, straight to disk; `purpose` may come before or after it.
 * @throws ApiError 400 or 413; nothing of the file is then left.
 */
export async function receiveUpload(request: Request, context: AppContext): Promise<FileObject> {
  const boundary = boundaryOf(request.headers.get("content-type"));
  const fields = new Map<string, string>();
  let received: Received | undefined;
  try {
    for await (const part of readMultipart(bodyOf(request), boundary)) {
      if (part.name !== "file") fields.set(part.name, await collect(part.body, fieldLimit));
      else if (received === undefined) received = await receive(part, context);
      else throw invalid("The form has more than one 'file'.", "file");
    }
    return await keep(received, fields, context);
  } finally {
    if (received !== undefined) await context.files.remove(received.path);
  }
}

async function receive(part: Part, { places, files, random }: AppContext): Promise<Received> {
  const path = join(places.incoming, Buffer.from(random.bytes(12)).toString("hex"));
  const writer = await files.createWriter(path);
  try {
    let bytes = 0;
    for await (const chunk of part.body) {
      bytes += chunk.length;
      if (bytes > uploadLimit) throw tooLarge(`The file is larger than ${uploadLimit} bytes, the most that is taken.`);
      await writer.write(chunk);
    }
    return { path, filename: part.filename ?? "file", ...(await writer.commit()) };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function keep(
  received: Received | undefined,
  fields: ReadonlyMap<string, string>,
  { store, places, files, clock }: AppContext,
): Promise<FileObject> {
  const purpose = fields.get("purpose");
  if (purpose === undefined) throw invalid("'purpose' is a required property");
  if (!purposes.includes(purpose)) {
    throw invalid(
      `'${purpose}' is not one of [${purposes.map((name) => `'${name}'`).join(", ")}] - 'purpose'`,
      "purpose",
    );
  }
  if (received === undefined) throw invalid("'file' is a required property");
  if (received.bytes === 0) throw invalid("File is empty.", "file");
  const { path, filename, sha256, bytes } = received;
  const now = Math.floor(clock.now() / 1000);
  const identity = { purpose, filename, sha256 };
  const id = fileId(identity, store.occurrence(hashJson(["file", identity])));
  const file: FileObject = {
    object: "file",
    id,
    purpose,
    filename,
    bytes,
    created_at: now,
    expires_at: expiry(fields, purpose, now),
    status: "processed",
    status_details: null,
  };
  await files.link(path, places.file(id));
  store.files.insert(file);
  return file;
}

function expiry(fields: ReadonlyMap<string, string>, purpose: string, now: number): number | null {
  const anchor = fields.get("expires_after[anchor]");
  const seconds = fields.get("expires_after[seconds]");
  if (anchor === undefined && seconds === undefined) return purpose === "batch" ? now + batchRetention : null;
  if (anchor !== "created_at")
    throw invalid("Invalid 'expires_after[anchor]': expected 'created_at'.", "expires_after");
  const value = /^\d+$/.test(seconds ?? "") ? Number(seconds) : seconds;
  return now + integer(value, "expires_after[seconds]", { minimum: 3600, maximum: 2_592_000 });
}

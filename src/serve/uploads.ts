import { hashJson } from "../core/hash.ts";
import type { Clock, FileSystem } from "../core/ports.ts";
import { checkPurpose, retention } from "./add-file.ts";
import { ApiError, invalid } from "./api-error.ts";
import { integer, isObject, type JsonObject, missing, wrongType } from "./checks.ts";
import { uploadId } from "./ids.ts";
import type { Layout } from "./layout.ts";
import type { Store, StoredUpload } from "./store.ts";
import type { UploadObject } from "./wire.ts";

/** Largest file that is uploaded in parts, bytes: OpenAI's 8 GB. */
const totalLimit = 8 * 2 ** 30;

/** How long an upload may take, seconds. */
const lifetime = 3600;

interface UploadContext {
  readonly store: Store;
  readonly places: Layout;
  readonly files: FileSystem;
  readonly clock: Clock;
}

const parameters = ["bytes", "filename", "mime_type", "purpose", "expires_after"];

/** Begins an upload in parts. @throws ApiError 400. */
export async function createUpload(body: unknown, context: UploadContext): Promise<UploadObject> {
  const request = parseRequest(body);
  await sweepUploads(context);
  const { store, clock } = context;
  const now = Math.floor(clock.now() / 1000);
  const { keptFor, ...identity } = request;
  const { bytes, filename, purpose } = identity;
  const id = uploadId(identity, store.occurrence(hashJson(["upload", identity])));
  const wire: UploadObject = {
    id,
    object: "upload",
    bytes,
    created_at: now,
    filename,
    purpose,
    status: "pending",
    expires_at: now + lifetime,
    file: null,
  };
  store.uploads.insert({ id, ...(keptFor === undefined ? {} : { keptFor }), wire });
  return wire;
}

function parseRequest(body: unknown) {
  if (!isObject(body)) throw invalid("The body must be a JSON object.");
  const unknown = Object.keys(body).find((key) => !parameters.includes(key));
  if (unknown !== undefined) throw invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
  const purpose = text(body, "purpose");
  checkPurpose(purpose);
  return {
    bytes: integer(body["bytes"] ?? missing("bytes"), "bytes", { minimum: 1, maximum: totalLimit }),
    filename: text(body, "filename"),
    mimeType: text(body, "mime_type"),
    purpose,
    keptFor: keptFor(body["expires_after"]),
  };
}

function text(body: JsonObject, name: string): string {
  const value = body[name] ?? missing(name);
  if (typeof value !== "string") throw wrongType(name, "a string", value);
  if (value === "") throw invalid(`Invalid '${name}': empty string.`, name);
  return value;
}

function keptFor(value: unknown): number | undefined {
  if (value == null) return undefined;
  if (!isObject(value)) throw wrongType("expires_after", "an object", value);
  return retention(value["anchor"], value["seconds"], "expires_after.seconds");
}

/**
 * An upload that takes parts.
 * @throws ApiError 404 if there is none, 400 if it is completed, cancelled or expired.
 */
export function pendingUpload(id: string, { store, clock }: Pick<UploadContext, "store" | "clock">): StoredUpload {
  const upload = store.uploads.get(id);
  if (upload === undefined) throw new ApiError(404, `No such Upload object: ${id}`, { param: "upload_id" });
  const { status } = isExpired(upload, clock.now()) ? { status: "expired" } : upload.wire;
  if (status !== "pending") throw invalid(`Upload ${id} is ${status}: it takes nothing more.`, "upload_id");
  return upload;
}

/** Ends an upload without a file; its parts are gone. @throws ApiError as `pendingUpload`. */
export async function cancelUpload(id: string, context: UploadContext): Promise<UploadObject> {
  const { store } = context;
  const wire = store.transaction(() => {
    const upload = pendingUpload(id, context);
    const cancelled: UploadObject = { ...upload.wire, status: "cancelled" };
    store.uploads.update({ ...upload, wire: cancelled });
    return cancelled;
  });
  await removeParts(id, context);
  return wire;
}

/** Removes the parts of an upload that has ended. */
export async function removeParts(id: string, { store, places, files }: UploadContext): Promise<void> {
  for (const part of store.parts.all(id)) store.parts.remove(part.id);
  await files.remove(places.upload(id));
}

/** Removes what is left of uploads that have expired, or that a kill kept from being cleared away. */
export async function sweepUploads(context: UploadContext): Promise<void> {
  const { store, places, files, clock } = context;
  for (const id of await files.list(places.uploads)) {
    const upload = store.uploads.get(id);
    if (upload !== undefined && isExpired(upload, clock.now())) {
      store.uploads.update({ ...upload, wire: { ...upload.wire, status: "expired" } });
    } else if (upload?.wire.status === "pending") continue;
    await removeParts(id, context);
  }
}

const isExpired = ({ wire }: StoredUpload, now: number): boolean =>
  wire.status === "pending" && wire.expires_at * 1000 <= now;

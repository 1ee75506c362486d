import { createHash } from "node:crypto";
import { join } from "node:path";
import { hashJson } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { addFile } from "./add-file.ts";
import { invalid } from "./api-error.ts";
import { isObject, missing, wrongType } from "./checks.ts";
import { partId } from "./ids.ts";
import type { Layout } from "./layout.ts";
import { receiveBytes, receiveForm } from "./receive.ts";
import type { AppContext } from "./routes/route.ts";
import type { StoredPart, StoredUpload } from "./store.ts";
import { pendingUpload, removeParts } from "./uploads.ts";
import type { PartObject, UploadObject } from "./wire.ts";

/** Largest part, bytes: OpenAI's 64 MB. */
const partLimit = 64 * 2 ** 20;

const pathOf = (places: Layout, { id, wire }: StoredPart): string => join(places.upload(wire.upload_id), id);

/** Takes one part from a form; parts may come at once and in any order. @throws ApiError 400, 404 or 413. */
export async function addPart(id: string, request: Request, context: AppContext): Promise<PartObject> {
  const { store, places, files, clock } = context;
  pendingUpload(id, context);
  return receiveForm(request, { ...context, field: "data", limit: partLimit }, async ({ file }) => {
    if (file === undefined) throw invalid("'data' is a required property");
    if (file.bytes === 0) throw invalid("The part is empty.", "data");
    const own = partId(id, file.sha256, store.occurrence(hashJson(["part", id, file.sha256])));
    const created_at = Math.floor(clock.now() / 1000);
    const wire: PartObject = { id: own, object: "upload.part", created_at, upload_id: id };
    const part: StoredPart = { id: own, bytes: file.bytes, wire };
    await files.link(file.path, pathOf(places, part));
    try {
      store.transaction(() => {
        // It may have ended while the part was on its way.
        pendingUpload(id, context);
        store.parts.insert(part, id);
      });
    } catch (error) {
      await files.remove(pathOf(places, part));
      throw error;
    }
    return wire;
  });
}

/**
 * Puts the parts together, in the order of the request, and makes a file of them.
 * @throws ApiError 400 or 404; the upload then stays as it was.
 */
export async function completeUpload(id: string, body: unknown, context: AppContext): Promise<UploadObject> {
  const { places, files, store } = context;
  const upload = pendingUpload(id, context);
  const { parts, md5 } = parseCompletion(body, upload, store.parts.all(id));
  const digest = createHash("md5");
  const paths = parts.map((part) => pathOf(places, part));
  const received = await receiveBytes(joined(paths, files, digest), context).catch((error: unknown) => {
    // If another request has ended the upload meanwhile, its parts are gone, and that is the reason to give.
    pendingUpload(id, context);
    throw error;
  });
  try {
    if (md5 !== undefined && digest.digest("hex") !== md5.toLowerCase()) {
      throw invalid("The md5 of the parts is not the one given.", "md5");
    }
    const { keptFor, wire } = upload;
    const { filename, purpose } = wire;
    let completed = wire;
    await addFile({ ...received, filename, purpose, keptFor }, context, (file) => {
      // Another request may have ended it meanwhile.
      completed = { ...pendingUpload(id, context).wire, status: "completed", file };
      store.uploads.update({ ...upload, wire: completed });
    });
    await removeParts(id, context);
    return completed;
  } finally {
    await files.remove(received.path);
  }
}

async function* joined(paths: readonly string[], files: FileSystem, digest: { update(chunk: Uint8Array): void }) {
  for (const path of paths) {
    for await (const chunk of files.stream(path)) {
      digest.update(chunk);
      yield chunk;
    }
  }
}

interface Completion {
  readonly parts: readonly StoredPart[];
  readonly md5: string | undefined;
}

function parseCompletion(body: unknown, { id, wire }: StoredUpload, known: readonly StoredPart[]): Completion {
  if (!isObject(body)) throw invalid("The body must be a JSON object.");
  const unknown = Object.keys(body).find((key) => key !== "part_ids" && key !== "md5");
  if (unknown !== undefined) throw invalid(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
  const ids = body["part_ids"] ?? missing("part_ids");
  if (!Array.isArray(ids)) throw wrongType("part_ids", "an array", ids);
  const md5 = body["md5"] ?? undefined;
  if (md5 !== undefined && typeof md5 !== "string") throw wrongType("md5", "a string", md5);
  if (new Set(ids).size < ids.length) throw invalid("Invalid 'part_ids': a part is there twice.", "part_ids");
  const parts = ids.map((partId: unknown) => {
    const part = known.find((other) => other.id === partId);
    if (part === undefined) throw invalid(`Upload ${id} has no part '${String(partId)}'.`, "part_ids");
    return part;
  });
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (bytes !== wire.bytes) {
    throw invalid(`The parts have ${bytes} bytes, but the upload was to have ${wire.bytes}.`, "part_ids");
  }
  return { parts, md5 };
}

import { join } from "node:path";
import type { Sha256 } from "../core/hash.ts";
import type { FileSystem, Random } from "../core/ports.ts";
import { invalid, tooLarge } from "./api-error.ts";
import { bodyOf } from "./body.ts";
import type { Layout } from "./layout.ts";
import { boundaryOf, collect, type Part, readMultipart } from "./multipart.ts";

const fieldLimit = 2 ** 20;

/** Bytes on the disk that are nobody's yet. */
export interface Received {
  readonly path: string;
  readonly sha256: Sha256;
  readonly bytes: number;
}

export interface Form {
  /** What the form's file field held; undefined if there was none. */
  readonly file: (Received & { readonly filename: string }) | undefined;
  readonly fields: ReadonlyMap<string, string>;
}

interface FormOptions {
  /** The name of the field that goes to the disk. */
  readonly field: string;
  /** Most bytes of it. */
  readonly limit: number;
}

export interface IncomingContext {
  readonly places: Layout;
  readonly files: FileSystem;
  readonly random: Random;
}

/**
 * Takes a form with one file, straight to disk; its fields may come in any order.
 * @param keep What becomes of it. The bytes are removed afterwards: what is to stay must get another name.
 * @throws ApiError 400 or 413; nothing of the file is then left.
 */
export async function receiveForm<T>(
  request: Request,
  { field, limit, ...context }: FormOptions & IncomingContext,
  keep: (form: Form) => Promise<T>,
): Promise<T> {
  const boundary = boundaryOf(request.headers.get("content-type"));
  const fields = new Map<string, string>();
  let file: Form["file"];
  try {
    for await (const part of readMultipart(bodyOf(request), boundary)) {
      if (part.name !== field) fields.set(part.name, await collect(part.body, fieldLimit));
      else if (file === undefined) file = await receivePart(part, limit, context);
      else throw invalid(`The form has more than one '${field}'.`, field);
    }
    return await keep({ file, fields });
  } finally {
    if (file !== undefined) await context.files.remove(file.path);
  }
}

async function receivePart({ body, filename = "file" }: Part, limit: number, context: IncomingContext) {
  let bytes = 0;
  const within = async function* () {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > limit) throw tooLarge(`The file is larger than ${limit} bytes, the most that is taken.`);
      yield chunk;
    }
  };
  return { ...(await receiveBytes(within(), context)), filename };
}

/** Writes bytes to a new file among the incoming ones. Nothing of it is left if they end in an error. */
export async function receiveBytes(
  source: AsyncIterable<Uint8Array>,
  { places, files, random }: IncomingContext,
): Promise<Received> {
  const path = join(places.incoming, Buffer.from(random.bytes(12)).toString("hex"));
  const writer = await files.createWriter(path);
  try {
    for await (const chunk of source) await writer.write(chunk);
    return { path, ...(await writer.commit()) };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

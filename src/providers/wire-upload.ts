import { createHash, type Hash } from "node:crypto";
import type { OpenAI } from "openai";
import { FtpipeError } from "../core/errors.ts";
import type { ByteRange } from "../core/ports.ts";
import { fileForm, formBody } from "./file-form.ts";
import type { Capabilities, CreateOptions, FileToSend, RemoteFile } from "./provider.ts";
import { type CallContext, wireCall } from "./wire-call.ts";
import { checked } from "./wire-shapes.ts";

export interface UploadRoute {
  readonly client: Pick<OpenAI, "post">;
  readonly context: CallContext;
  readonly capabilities: Pick<Capabilities, "uploadParts">;
}

type WireFile = OpenAI.Files.FileObject;
type WireUpload = OpenAI.Uploads.Upload;
type WirePart = OpenAI.Uploads.UploadPart;

const purpose = "fine-tune";
/** As OpenAI's reference has it for JSON lines. */
const type = "text/jsonl";

/**
 * Sends a file, read from the disk as it goes; a large one in parts, where the provider takes them. Its bytes are
 * hashed on the way, and the request's end is kept back until they have turned out to be those that were checked.
 * @throws FtpipeError as `Connection` says; STATE_DAMAGED, FILE_UNREADABLE: nothing was accepted.
 */
export function uploadFile(file: FileToSend, options: CreateOptions, route: UploadRoute): Promise<RemoteFile> {
  const { uploadParts: parts } = route.capabilities;
  return parts === undefined || file.bytes <= parts.above
    ? uploadWhole(file, options, route)
    : uploadInParts(file, options, { ...route, partBytes: parts.bytes });
}

function uploadWhole(file: FileToSend, options: CreateOptions, { client, context }: UploadRoute): Promise<RemoteFile> {
  const { host, random, timing } = context;
  return wireCall(
    { action: "upload a file", creating: true, deadlineMs: timing.uploadMs(file.bytes), ...options },
    async (signal) => {
      const form = fileForm({ purpose }, { field: "file", filename: file.name, type, bytes: file.bytes }, random);
      const content = verified(file, createHash("sha256"));
      const answer = await send<WireFile>("/files", { form, content, signal }, client);
      return { id: checked("file", answer, host).id };
    },
    context,
  );
}

/**
 * Only the last request makes a file, so only that one is never repeated. An upload that is not completed is gone an
 * hour later, whatever was sent of it, and costs nothing: it need not be looked for.
 */
async function uploadInParts(
  file: FileToSend,
  options: CreateOptions,
  { client, context, partBytes }: UploadRoute & { readonly partBytes: number },
): Promise<RemoteFile> {
  const { host, timing } = context;
  const { signal } = options;
  const { id } = await wireCall(
    { action: "begin an upload", creating: false, deadlineMs: timing.readMs, signal },
    async (signal) => {
      const body = { bytes: file.bytes, filename: file.name, mime_type: type, purpose };
      return checked("upload", await client.post<WireUpload>("/uploads", { body, signal }), host);
    },
    context,
  );
  const { partIds, md5 } = await sendParts(file, id, { client, context, partBytes, signal });
  // The request that makes the file leaves now, not when it was announced.
  await options.beforeSend?.();
  return wireCall(
    { action: "complete the upload", creating: true, deadlineMs: timing.createMs, ...options },
    async (signal) => {
      const path = `/uploads/${encodeURIComponent(id)}/complete`;
      const body = { part_ids: partIds, md5 };
      const upload = checked("upload", await client.post<WireUpload>(path, { body, signal }), host);
      return { id: checked("file", upload.file, host).id };
    },
    context,
  );
}

/** One after the other, each until it is taken. */
async function sendParts(
  file: FileToSend,
  uploadId: string,
  {
    client,
    context,
    partBytes,
    signal,
  }: UploadRouteOfParts & { readonly partBytes: number; readonly signal: AbortSignal | undefined },
): Promise<{ readonly partIds: readonly string[]; readonly md5: string }> {
  const { host, random, timing } = context;
  const count = Math.ceil(file.bytes / partBytes);
  const partIds: string[] = [];
  let sums = [createHash("sha256"), createHash("md5")] as const;
  for (let from = 0; from < file.bytes; from += partBytes) {
    const range = { from, bytes: Math.min(partBytes, file.bytes - from) };
    const part = await wireCall(
      {
        action: `upload part ${partIds.length + 1} of ${count}`,
        creating: false,
        deadlineMs: timing.uploadMs(range.bytes),
        signal,
      },
      async (signal) => {
        const form = fileForm({}, { field: "data", filename: file.name, type, bytes: range.bytes }, random);
        // Each try reads the part anew, and adds it to the sums of those before it.
        const tried = [sums[0].copy(), sums[1].copy()] as const;
        const content = hashed(file, range, tried);
        const path = `/uploads/${encodeURIComponent(uploadId)}/parts`;
        const { id } = checked("part", await send<WirePart>(path, { form, content, signal }, client), host);
        return { id, tried };
      },
      context,
    );
    sums = part.tried;
    partIds.push(part.id);
  }
  if (sums[0].digest("hex") !== file.sha256) throw changed(file);
  return { partIds, md5: sums[1].digest("hex") };
}

type UploadRouteOfParts = Pick<UploadRoute, "client" | "context">;

async function send<T>(
  path: string,
  {
    form,
    content,
    signal,
  }: {
    readonly form: ReturnType<typeof fileForm>;
    readonly content: AsyncIterable<Uint8Array>;
    readonly signal: AbortSignal;
  },
  client: Pick<OpenAI, "post">,
): Promise<T> {
  const body = formBody(form, content);
  try {
    const headers = { "content-type": form.contentType, "content-length": String(form.length) };
    return await client.post<T>(path, { body: body.stream, headers, signal });
  } catch (error) {
    throw body.broken() ?? error;
  }
}

/** All of a file. @throws FtpipeError STATE_DAMAGED after the last byte, if they are not those that were checked. */
async function* verified(file: FileToSend, sum: Hash): AsyncGenerator<Uint8Array> {
  yield* hashed(file, { from: 0, bytes: file.bytes }, [sum]);
  if (sum.digest("hex") !== file.sha256) throw changed(file);
}

async function* hashed(file: FileToSend, range: ByteRange, sums: readonly Hash[]): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of file.read(range)) {
    for (const sum of sums) sum.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== range.bytes) throw changed(file);
}

function changed({ name, path }: FileToSend): FtpipeError {
  return new FtpipeError("STATE_DAMAGED", `The file ${name} changed between its check and its upload.`, {
    hint: "Nothing was accepted. Run again: the file is made anew.",
    location: { file: path },
  });
}

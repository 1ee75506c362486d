import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { type Sha256, sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";

/**
 * A file of numbers: 8 bytes of magic, the header's length (4 bytes, little endian), the header as JSON
 * padded with spaces to a multiple of 4, then float32 numbers, little endian.
 */
const magic = new TextEncoder().encode("FTPIPE\0\x01");
const headerStart = magic.length + 4;

/** What the container itself adds to a header. */
interface Envelope<Header> {
  readonly kind: string;
  /** Of the numbers' bytes. */
  readonly sha256: string;
  readonly header: Header;
}

/** Numbers of a file. */
export type Numbers = readonly (Float32Array | Uint16Array)[];

/** Bytes that are hashed or written before other work gets its turn. */
const sliceBytes = 1 << 19;

/** Equal headers (keys in equal order) and numbers give equal bytes. */
export function packNumbers(kind: string, header: unknown, numbers: Numbers): Uint8Array {
  const body = Buffer.concat([...slices(numbers)]);
  return Buffer.concat([packHeader({ kind, sha256: sha256(body), header }), body]);
}

/**
 * Writes what `packNumbers` gives, whole or not at all, without holding up the thread. The numbers must not change
 * meanwhile.
 * @returns Hash of the file.
 */
export async function writeNumbers(
  files: FileSystem,
  path: string,
  { kind, header, numbers }: { readonly kind: string; readonly header: unknown; readonly numbers: Numbers },
): Promise<Sha256> {
  const hash = createHash("sha256");
  for (const slice of slices(numbers)) {
    hash.update(slice);
    await setImmediate();
  }
  const writer = await files.createWriter(path);
  try {
    await writer.write(packHeader({ kind, sha256: hash.digest("hex"), header }));
    for (const slice of slices(numbers)) {
      await writer.write(slice);
      await setImmediate();
    }
    return (await writer.commit()).sha256;
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

function packHeader(envelope: Envelope<unknown>): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(envelope));
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4, " ");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length + padding.length);
  return Buffer.concat([magic, length, bytes, padding]);
}

/** The numbers' bytes, copied: they may lie in shared memory, which not everything takes. */
function* slices(numbers: Numbers): Generator<Uint8Array> {
  for (const { buffer, byteOffset, byteLength } of numbers) {
    for (let from = 0; from < byteLength; from += sliceBytes) {
      const length = Math.min(sliceBytes, byteLength - from);
      yield new Uint8Array(new Uint8Array(buffer, byteOffset + from, length));
    }
  }
}

/** @returns Undefined for bytes that are not a whole container of that kind, of numbers of 32 bits. */
export function unpackNumbers<Header>(
  kind: string,
  bytes: Uint8Array,
): { readonly header: Header; readonly numbers: Float32Array } | undefined {
  const unpacked = unpackBytes<Header>(kind, bytes);
  if (unpacked === undefined || unpacked.body.length % 4 !== 0) return undefined;
  // Copied, because the body may lie at an address that is no multiple of 4.
  return { header: unpacked.header, numbers: new Float32Array(new Uint8Array(unpacked.body).buffer) };
}

/** `unpackNumbers` for halves (`half.ts`), as bits. */
export function unpackHalves<Header>(
  kind: string,
  bytes: Uint8Array,
): { readonly header: Header; readonly halves: Uint16Array } | undefined {
  const unpacked = unpackBytes<Header>(kind, bytes);
  if (unpacked === undefined || unpacked.body.length % 2 !== 0) return undefined;
  return { header: unpacked.header, halves: new Uint16Array(new Uint8Array(unpacked.body).buffer) };
}

function unpackBytes<Header>(
  kind: string,
  bytes: Uint8Array,
): { readonly header: Header; readonly body: Uint8Array } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < headerStart || buffer.compare(magic, 0, magic.length, 0, magic.length) !== 0) return undefined;
  const bodyStart = headerStart + buffer.readUInt32LE(magic.length);
  const body = buffer.subarray(bodyStart);
  if (buffer.length < bodyStart) return undefined;
  const envelope = parseJson<Envelope<Header>>(buffer.toString("utf8", headerStart, bodyStart));
  if (envelope?.kind !== kind || envelope.sha256 !== sha256(body)) return undefined;
  return { header: envelope.header, body };
}

function parseJson<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined; // a torn file; the caller decides what that means
  }
}

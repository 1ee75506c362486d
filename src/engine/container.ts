import { sha256 } from "../core/hash.ts";

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

/** Equal headers (keys in equal order) and numbers give equal bytes. */
export function packNumbers(
  kind: string,
  header: unknown,
  numbers: readonly (Float32Array | Uint16Array)[],
): Uint8Array {
  const body = Buffer.concat(
    numbers.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  );
  const json = JSON.stringify({ kind, sha256: sha256(body), header } satisfies Envelope<unknown>);
  const bytes = Buffer.from(json);
  const padding = Buffer.alloc((4 - (bytes.length % 4)) % 4, " ");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length + padding.length);
  return Buffer.concat([magic, length, bytes, padding, body]);
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

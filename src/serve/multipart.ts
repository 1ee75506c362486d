import { invalid, tooLarge } from "./api-error.ts";

/** One field of a form. Its body must be read to the end, or left with `return`, before the next part is asked for. */
export interface Part {
  readonly name: string;
  /** Undefined for a plain field. The last step of the path only. */
  readonly filename: string | undefined;
  readonly body: AsyncGenerator<Uint8Array, void>;
}

const mostParts = 64;
const headerLimit = 8 * 1024;

/** The boundary that a `content-type` names. @throws ApiError 400 if it is no form. */
export function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw invalid("The body must be sent as multipart/form-data with a boundary.");
  return boundary;
}

/**
 * The parts of a form (RFC 7578) as they come in, without ever holding more than a chunk of it.
 * @throws ApiError 400 for a malformed form, 413 for more parts or longer part headers than a form of this API has.
 */
export async function* readMultipart(source: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  // A line end is put before the form, so that its first delimiter looks like all the others.
  const bytes = createReader(source, "\r\n");
  const delimiter = `\r\n--${boundary}`;
  await drain(bytes.until(delimiter));
  for (let count = 0; (await bytes.take(2)) !== "--"; count++) {
    if (count === mostParts) throw tooLarge(`The form has more than ${mostParts} parts.`);
    // The two bytes were the line end before the part's headers.
    const part = parseHeaders(await collect(bytes.until("\r\n\r\n"), headerLimit));
    const body = bytes.until(delimiter);
    yield { ...part, body };
    await drain(body);
  }
}

/** A whole field as text. @throws ApiError 413 if it is longer than `limit` bytes. */
export async function collect(body: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(`A field of the form is larger than ${limit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function drain(body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of body);
}

function parseHeaders(text: string): Omit<Part, "body"> {
  const line = text.split("\r\n").find((header) => /^content-disposition\s*:/i.test(header));
  const parameter = (name: string): string | undefined => {
    const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, "i").exec(line ?? "");
    // Browsers and fetch write a quote and a line end in a name as %22, %0D, %0A.
    return (found?.[1] ?? found?.[2])?.replace(/%(22|0D|0A)/gi, decodeURIComponent);
  };
  const name = parameter("name");
  if (name === undefined) throw invalid("A part of the form has no name.");
  return { name, filename: parameter("filename")?.split(/[/\\]/).pop() };
}

function createReader(source: AsyncIterable<Uint8Array>, before: string) {
  const iterator = source[Symbol.asyncIterator]();
  let buffer: Buffer = Buffer.from(before, "latin1");

  const fill = async (): Promise<void> => {
    const { value, done } = await iterator.next();
    if (done === true) throw invalid("The form ends in the middle.");
    buffer = Buffer.concat([buffer, value]);
  };

  return {
    /** Bytes up to the delimiter, which is taken too. */
    until: async function* (delimiter: string): AsyncGenerator<Uint8Array, void> {
      const needle = Buffer.from(delimiter, "latin1");
      for (;;) {
        const at = buffer.indexOf(needle);
        if (at >= 0) {
          const found = buffer.subarray(0, at);
          buffer = buffer.subarray(at + needle.length);
          yield found;
          return;
        }
        // The end of what is there may be the start of the delimiter.
        const sure = Math.max(0, buffer.length - needle.length + 1);
        const ready = buffer.subarray(0, sure);
        buffer = buffer.subarray(sure);
        if (ready.length > 0) yield ready;
        await fill();
      }
    },
    /** That many bytes, as Latin-1 text. */
    take: async (count: number): Promise<string> => {
      while (buffer.length < count) await fill();
      const taken = buffer.subarray(0, count).toString("latin1");
      buffer = buffer.subarray(count);
      return taken;
    },
  };
}

import type { Random } from "../core/ports.ts";

/** A form with one file in it, whose length is known before a byte of the file is read. */
export interface FileForm {
  readonly contentType: string;
  /** Of the whole body, bytes. */
  readonly length: number;
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** The file of a form. */
export interface FormFile {
  readonly field: string;
  readonly filename: string;
  readonly type: string;
  readonly bytes: number;
}

/** A form (multipart/form-data) around a file. @param fields Go before it. */
export function fileForm(fields: Readonly<Record<string, string>>, file: FormFile, random: Random): FileForm {
  const boundary = `ftpipe-${Buffer.from(random.bytes(16)).toString("hex")}`;
  const disposition = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
  const before = Object.entries(fields).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`);
  const head = Buffer.from(
    `${before.join("")}${disposition(file.field)}; filename="${quoted(file.filename)}"\r\nContent-Type: ${file.type}\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const length = head.length + file.bytes + tail.length;
  return { contentType: `multipart/form-data; boundary=${boundary}`, length, head, tail };
}

/** As browsers write names in forms. */
const quoted = (name: string): string => name.replace(/["\r\n]/g, (sign) => encodeURIComponent(sign));

export interface FormBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Why the file could not be read to its end; undefined if it could. The body was then never whole. */
  readonly broken: () => unknown;
}

/** The form's bytes, read as they are sent. Its end follows only once the content has ended without an error. */
export function formBody({ head, tail }: FileForm, content: AsyncIterable<Uint8Array>): FormBody {
  let broken: unknown;
  async function* all() {
    yield head;
    try {
      yield* content;
    } catch (error) {
      broken = error;
      throw error;
    }
    yield tail;
  }
  return { stream: ReadableStream.from(all()), broken: () => broken };
}

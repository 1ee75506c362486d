import type { FileSystem } from "./ports.ts";

/** The values of a JSON Lines file that a stage wrote. */
export async function* readJsonLines<Value>(files: FileSystem, path: string): AsyncGenerator<Value, void, undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of files.stream(path)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() as string; // split yields at least one
    for (const line of lines) yield JSON.parse(line) as Value;
  }
  if (rest !== "") yield JSON.parse(rest) as Value;
}

/** Writes texts as lines, gathered into larger pieces. Ends with `end`, which the caller must await. */
export interface LineWriter {
  /** @param line Without its end. Its memory is free at once. @returns Undefined, or a promise to wait for before the next line. */
  add(line: string | Uint8Array): Promise<void> | undefined;
  end(): Promise<void>;
}

const pieceBytes = 1 << 18;

/** @param write May be given the same memory again once it has resolved. */
export function lineWriter(write: (piece: Uint8Array) => Promise<void>): LineWriter {
  // Encoded line by line: one text of many lines would have two bytes a character as soon as one of them needs it.
  let piece = Buffer.allocUnsafe(pieceBytes);
  // One piece is written while the other is filled.
  let other = Buffer.allocUnsafe(pieceBytes);
  let used = 0;
  let writing: Promise<void> | undefined;
  const flush = async (): Promise<void> => {
    await writing; // from here on, the other piece is free
    writing = write(piece.subarray(0, used));
    writing.catch(() => {}); // told to whoever waits next
    [piece, other] = [other, piece];
    used = 0;
  };
  const put = (line: string | Uint8Array): void => {
    if (typeof line === "string") used += piece.write(line, used);
    else {
      piece.set(line, used);
      used += line.length;
    }
    piece[used++] = 10;
  };
  return {
    add(line) {
      const most = (typeof line === "string" ? line.length * 3 : line.length) + 1; // bytes of UTF-8
      if (used + most <= piece.length) {
        put(line);
        return undefined;
      }
      const kept = typeof line === "string" ? line : Uint8Array.from(line);
      return (async () => {
        if (used > 0) await flush();
        if (most > piece.length) piece = Buffer.allocUnsafe(most);
        put(kept);
      })();
    },
    async end() {
      if (used > 0) await flush();
      await writing;
    },
  };
}

/** A line as UTF-8. Its memory is that of the next one too. */
export interface EncodedLine {
  readonly bytes: Uint8Array;
  /** Of its beginning, as it was given. */
  readonly start: Uint8Array;
}

/** Encodes lines one after another, so that what is hashed and written of each is encoded once. */
export function lineEncoder(): (start: string, rest: string) => EncodedLine {
  let memory = Buffer.allocUnsafeSlow(1 << 16);
  return (start, rest) => {
    const most = (start.length + rest.length) * 3; // bytes of UTF-8
    if (most > memory.length) memory = Buffer.allocUnsafeSlow(2 * most);
    const middle = memory.write(start, 0);
    const end = middle + memory.write(rest, middle);
    return { bytes: memory.subarray(0, end), start: memory.subarray(0, middle) };
  };
}

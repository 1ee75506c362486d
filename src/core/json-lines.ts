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
  /** @returns Undefined, or a promise to wait for before the next line. */
  add(line: string): Promise<void> | undefined;
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
  return {
    add(line) {
      const most = line.length * 3 + 1; // bytes of UTF-8
      if (used + most <= piece.length) {
        used += piece.write(line, used);
        piece[used++] = 10;
        return undefined;
      }
      return (async () => {
        if (used > 0) await flush();
        if (most > piece.length) piece = Buffer.allocUnsafe(most);
        used = piece.write(line);
        piece[used++] = 10;
      })();
    },
    async end() {
      if (used > 0) await flush();
      await writing;
    },
  };
}

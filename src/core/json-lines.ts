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

/** Writes values as lines, gathered into larger pieces. Ends with `end`, which the caller must await. */
export function jsonLinesWriter(write: (chunk: string) => Promise<void>): {
  /** @returns The value's text. */
  add(value: unknown): Promise<string>;
  end(): Promise<void>;
} {
  let pending: string[] = [];
  let size = 0;
  const end = async (): Promise<void> => {
    if (pending.length === 0) return;
    const chunk = pending.join("");
    pending = [];
    size = 0;
    await write(chunk);
  };
  return {
    add: async (value) => {
      const text = JSON.stringify(value);
      pending.push(text, "\n");
      size += text.length + 1;
      if (size >= 1 << 17) await end();
      return text;
    },
    end,
  };
}

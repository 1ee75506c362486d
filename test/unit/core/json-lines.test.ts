import { describe, expect, test } from "vitest";
import { lineEncoder, lineWriter } from "../../../src/core/json-lines.ts";

const lines = ["", "plain", "é水壶🙂", "x".repeat(300_000), "after a long one", "🙂".repeat(100_000), "last"];

/** All that was written; the writer may use its memory again. */
async function written(add: (writer: ReturnType<typeof lineWriter>, line: string) => Promise<void> | undefined) {
  const pieces: Buffer[] = [];
  const writer = lineWriter(async (piece) => {
    await Promise.resolve();
    pieces.push(Buffer.from(piece));
  });
  for (const line of lines) {
    const wait = add(writer, line);
    if (wait !== undefined) await wait;
  }
  await writer.end();
  return Buffer.concat(pieces).toString();
}

describe("lines", () => {
  const whole = lines.map((line) => `${line}\n`).join("");

  test("are written as texts", async () => {
    expect(await written((writer, line) => writer.add(line))).toBe(whole);
  });

  test("are written as bytes, whose memory is free at once", async () => {
    const encode = lineEncoder();
    const add = (writer: ReturnType<typeof lineWriter>, line: string) => {
      const middle = Math.floor(line.length / 4) * 2; // of surrogate pairs
      const { bytes, start } = encode(line.slice(0, middle), line.slice(middle));
      expect(Buffer.from(start).toString()).toBe(line.slice(0, middle));
      const wait = writer.add(bytes);
      bytes.fill(0x23);
      return wait;
    };
    expect(await written(add)).toBe(whole);
  });
});

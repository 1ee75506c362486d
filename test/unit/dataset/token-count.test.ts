import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { exampleTokenTallies } from "../../../src/dataset/example-tallies.ts";
import { fileTokenCounter, lineTokenCounter } from "../../../src/dataset/token-count.ts";
import { exampleTokenCounter, loadTokenCounter } from "../../../src/dataset/tokens.ts";

const { files } = nodePorts({});
const examples = Array.from({ length: 400 }, (_, index) => ({
  messages: [
    { role: "system", content: "Be brief." } as const,
    { role: "user", content: `What is ${index} times ${"seven ".repeat(index % 50)}? 水壶 🙂` } as const,
    { role: "assistant", content: `It is ${index * 7}.${"!".repeat(index % 7)}` } as const,
  ],
}));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ftpipe-tokens-"));
  await writeFile(join(folder, "train.jsonl"), examples.map((example) => `${JSON.stringify(example)}\n`).join(""));
  await writeFile(join(folder, "empty.jsonl"), "");
  await writeFile(join(folder, "bad.jsonl"), '{"messages":\n');
});
afterAll(() => rm(folder, { recursive: true }));

/** As large files would be counted. */
async function count(name: string, threads: number) {
  const { signal } = new AbortController();
  const counter = fileTokenCounter({ files, encoding: "o200k_base", bytes: 1 << 30, threads, signal });
  try {
    return await counter.count(join(folder, name));
  } finally {
    await counter.close();
  }
}

describe("counting the tokens of files", () => {
  test.each([1, 2, 3])("%i threads count what one example after the other has", async (threads) => {
    const countExample = exampleTokenCounter(await loadTokenCounter());
    const each = examples.map(countExample);
    expect(await count("train.jsonl", threads)).toEqual({
      tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
      trained: each.reduce((sum, { trained }) => sum + trained, 0),
      longest: Math.max(...each.map(({ tokens }) => tokens)),
      tools: 0,
      images: 0,
    });
  });

  test("an empty file has none", async () => {
    expect(await count("empty.jsonl", 2)).toEqual({ tokens: 0, trained: 0, longest: 0, tools: 0, images: 0 });
  });

  test.each([1, 2])("what goes wrong in one of %i threads is told", async (threads) => {
    await expect(count("bad.jsonl", threads)).rejects.toThrow("JSON");
  });
});

describe("counting lines while they are written", () => {
  const lines = examples.map((example) => Buffer.from(`${JSON.stringify(example)}\n`));
  const splits = ["training", "validation", "test"] as const;

  /** As writers of three files do it: each waits for its own lines only, and uses its memory again. */
  async function countAll(threads: number, worthBytes: number) {
    const counter = lineTokenCounter("o200k_base", threads, worthBytes);
    const write = async (index: number) => {
      const memory = Buffer.alloc(1000);
      for (let at = index; at < lines.length; at += 3) {
        const line = lines[at] as Buffer;
        line.copy(memory);
        await counter.take(splits[index] as (typeof splits)[number], memory.subarray(0, line.length));
        memory.fill("x");
      }
    };
    try {
      await Promise.all([write(0), write(1), write(2)]);
      return await counter.tallies();
    } finally {
      await counter.close();
    }
  }

  test.each([1, 2, 3])("%i threads count what one example after the other has, split by split", async (threads) => {
    const countExample = exampleTokenCounter(await loadTokenCounter());
    const of = (index: number) => examples.filter((_, at) => at % 3 === index).map((example) => countExample(example));
    const tallies = await countAll(threads, 2_000);
    for (const [index, split] of splits.entries()) {
      const each = of(index);
      expect(tallies?.[split]).toMatchObject({
        tokens: each.reduce((sum, { tokens }) => sum + tokens, 0),
        longest: Math.max(...each.map(({ tokens }) => tokens)),
      });
    }
  });

  test("one after the other in this thread gives the same as threads that read their lines", async () => {
    const here = await exampleTokenTallies("o200k_base");
    for (const [index, example] of examples.entries()) here.add(splits[index % 3] as (typeof splits)[number], example);
    expect(here.tallies()).toEqual(await countAll(2, 0));
  });

  test("few lines start no thread", async () => {
    expect(await countAll(1, 1 << 20)).toBeUndefined();
  });
});

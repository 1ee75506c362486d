import { describe, expect, test } from "vitest";
import type { ChatRole } from "../../../src/core/chat.ts";
import { exampleTokenTallies, partTokenTallies } from "../../../src/dataset/example-tallies.ts";
import { partTokenCounter } from "../../../src/dataset/part-tokens.ts";
import { chatRenderer } from "../../../src/dataset/render-rows.ts";
import { compileTemplate } from "../../../src/dataset/template.ts";
import { loadTokenCounter } from "../../../src/dataset/tokens.ts";
import { createRandom } from "../../../src/engine/random.ts";

async function chat(texts: readonly (readonly [role: ChatRole, text: string])[]) {
  const messages = await Promise.all(
    texts.map(async ([role, text], index) => ({
      role,
      name: `/dataset/messages/${index}`,
      template: await compileTemplate({
        text,
        partials: new Map(),
        locate: () => ({ file: "t.hbs" }),
        allowEmpty: new Set(["d"]),
      }),
    })),
  );
  return chatRenderer({ messages, tools: {} });
}

const random = createRandom(11);
const pick = (list: readonly string[]): string => list[random.below(list.length)] as string;
const scraps = [
  ..." |  |\n|\n\n|\n |\t|\r\n|/|//|-|- |'s|'|\"|$|...|, |.\n|a|The|the| word|Ünï|水壶|🙂|\u3000|\u00a0|12|3456| 7|<|endoftext||>"
    .split("|")
    .filter((scrap) => scrap !== ""),
  "<|endoftext|>",
  "<|im_start|>",
];
const made = (most: number): string => Array.from({ length: 1 + random.below(most) }, () => pick(scraps)).join("");

describe.each(["o200k_base", "cl100k_base"] as const)("tokens of parts, in %s", (encoding) => {
  test("add up to those of the whole texts, whatever the templates and the cells are made of", async () => {
    const countText = await loadTokenCounter(encoding);
    let known = 0;
    for (let round = 0; round < 60; round++) {
      const templates = [
        made(6),
        `${made(4)}x{{a}}${made(8)}{{b}}${made(8)}`,
        `${made(3)}y{{b}}${made(12)}{{a}}${made(2)}`,
      ];
      const render = await chat(
        templates.map((text, index) => [(["system", "user", "assistant"] as const)[index] ?? "user", text]),
      );
      const counter = partTokenCounter({ countText });
      for (let row = 0; row < 20; row++) {
        const values = { a: made(5), b: row % 3 === 0 ? "same" : made(3) };
        const [example] = render(values, { seed: 1, key: `${row}`, variants: 1 });
        const content = example?.content;
        if (content?.parts === undefined) continue;
        known++;
        const counts = content.messages.map(({ content: text }) => countText(text as string));
        const { messages, tokens, trained } = counter.count({ parts: content.parts.bind(content) });
        expect([messages, tokens, trained], JSON.stringify(content.messages)).toEqual([
          3,
          counts.reduce((sum, count) => sum + count, 0),
          counts[2],
        ]);
      }
    }
    expect(known).toBeGreaterThan(500);
  });

  test("are the same where texts are left to others, which are only those that vary", async () => {
    const countText = await loadTokenCounter(encoding);
    const render = await chat([
      ["user", "Tell me about the {{a}} from the {{b}} please.\nIts price: {{c}}"],
      ["assistant", "So the {{a}} is one of the best, and {{b}} is where it is from."],
    ]);
    const left: { text: string; isTrained: boolean }[] = [];
    const counter = partTokenCounter({ countText, leave: (text, isTrained) => void left.push({ text, isTrained }) });
    const sum = (texts: readonly { text: string }[]): number =>
      texts.reduce((all, { text }) => all + countText(text), 0);
    for (let row = 0; row < 3000; row++) {
      const values = { a: `thing ${row}`, b: ["Oslo", "Rome", "水壶"][row % 3], c: `${row * 7}` };
      const content = render(values, { seed: 1, key: `${row}`, variants: 1 })[0]?.content;
      left.length = 0;
      const { tokens, trained } = counter.count({ parts: content?.parts?.bind(content) ?? (() => {}) });
      const [question, answer] = (content?.messages ?? []).map(({ content: text }) => countText(text as string));
      expect(tokens + sum(left)).toBe((question ?? 0) + (answer ?? 0));
      expect(trained + sum(left.filter(({ isTrained }) => isTrained))).toBe(answer);
    }
    expect(left.map(({ isTrained }) => isTrained)).toEqual([false, false, true]);
  });
});

describe("tokens of parts in several threads", () => {
  const splits = ["training", "validation", "test"] as const;

  test.each([
    [1, 64],
    [3, 64],
    [2, 1 << 20],
    [1, 1],
  ])("with %i others and %i texts at a time are those that this thread counts", async (threads, most) => {
    const render = await chat([
      ["system", "Be brief, and say what it is."],
      ["user", "Tell me about the {{a}} from the {{b}} please.\nIts price: {{c}}"],
      ["assistant", "So the {{a}} is one of the best{{#if d}}, and {{d}} is why{{/if}}."],
    ]);
    const [alone, shared] = [
      await exampleTokenTallies("o200k_base"),
      await partTokenTallies("o200k_base", threads, most),
    ];
    try {
      for (let row = 0; row < 3000; row++) {
        const values = {
          a: `thing ${row}`,
          b: pick(["Oslo", "Rome", "水壶"]),
          c: `${row * 7}`,
          d: row % 2 === 0 ? "it" : "",
        };
        const split = splits[random.below(3)] ?? "training";
        // One that is not made part by part comes in between.
        const of = {
          messages: [
            { role: "user", content: "x" },
            { role: "assistant", content: `${row} apples` },
          ] as const,
        };
        const content = row % 100 === 0 ? of : render(values, { seed: 1, key: `${row}`, variants: 1 })[0]?.content;
        if (content === undefined) throw new Error("nothing was rendered");
        alone.add(split, content);
        shared.add(split, content);
      }
      expect(await shared.tallies()).toEqual(alone.tallies());
      expect(alone.tallies().training.trained).toBeGreaterThan(1000);
    } finally {
      await shared.close();
    }
  });
});

import { describe, expect, test } from "vitest";
import { baseExample, describedExample, taskNames } from "../../../scripts/base/corpus.ts";
import { numberWord, plural } from "../../../scripts/base/grammar.ts";
import { createMaker } from "../../../scripts/base/maker.ts";
import { phrase, withArticles } from "../../../scripts/base/phrase.ts";
import { createRandom } from "../../../src/engine/random.ts";

const count = 4000;
const examples = Array.from({ length: count }, (_, index) => describedExample(index));
const lengths = examples.map(({ messages }) => messages.reduce((sum, { content }) => sum + content.length, 0));

const amounts: Readonly<Record<string, number>> = {
  "a dozen": 12,
  "one dozen": 12,
  "half a dozen": 6,
  "two dozen": 24,
  "three dozen": 36,
  "a pair": 2,
  "a couple": 2,
  "a trio": 3,
  "a score": 20,
  "a hundred": 100,
};

function says(text: string, value: number): boolean {
  if (new RegExp(`(?<![0-9])${value}(?![0-9])`).test(text) || text.toLowerCase().includes(numberWord(value)))
    return true;
  return Object.entries(amounts).some(([words, amount]) => amount === value && text.toLowerCase().includes(words));
}

describe("the text that the base learns from", () => {
  test("an index gives the same example whenever and in whatever order it is made", () => {
    for (const index of [3999, 17, 0, 17]) expect(baseExample(index)).toEqual(examples[index]!.messages);
    expect(baseExample(2 ** 31)).toEqual(baseExample(2 ** 31));
    expect(new Set(examples.map(({ messages }) => JSON.stringify(messages))).size).toBeGreaterThan(count * 0.995);
  });

  test("no message is empty, has a blank end or a part that was not filled in", () => {
    for (const { messages } of examples) {
      for (const { content } of messages) {
        expect(content).not.toMatch(/^\s|\s$|undefined|NaN|\[object| {2}\S.*\{[a-z]\}/);
        expect(content).not.toBe("");
      }
    }
  });

  test("a chat is an optional system prompt, then questions and answers in turn, the last an answer to learn", () => {
    for (const { messages } of examples) {
      const roles = messages.map(({ role }) => role[0]).join("");
      expect(roles).toMatch(/^s?(?:ua)+$/);
      expect(messages.at(-1)).not.toHaveProperty("weight");
    }
  });

  test("every task occurs, long rows as well", () => {
    expect(new Set(examples.map(({ task }) => task))).toEqual(new Set(taskNames));
    const long = examples.filter((example) => example.long).length / count;
    expect(long).toBeGreaterThan(0.015);
    expect(long).toBeLessThan(0.035);
  });

  test("examples have some 300 characters on average, long ones 1000, none so many that it can't fit the context", () => {
    const mean = (list: readonly number[]): number => list.reduce((sum, length) => sum + length, 0) / list.length;
    expect(mean(lengths)).toBeGreaterThan(220);
    expect(mean(lengths)).toBeLessThan(380);
    expect(mean(lengths.filter((_, i) => examples[i]!.long))).toBeGreaterThan(800);
    expect(Math.max(...lengths)).toBeLessThan(1800);
  });

  test("an answer in JSON parses, and its texts and numbers stand in the message before it", () => {
    let checked = 0;
    for (const { task, messages } of examples) {
      if (!task.endsWith("json")) continue;
      messages.forEach(({ role, content }, i) => {
        if (role !== "assistant") return;
        checked += 1;
        const prompt = messages
          .slice(0, i)
          .filter((message) => message.role !== "assistant")
          .map((message) => message.content)
          .join("\n");
        const visit = (value: unknown): void => {
          if (typeof value === "string") expect(prompt.toLowerCase()).toContain(value.toLowerCase());
          else if (typeof value === "number") expect(says(prompt, value), `${value} in ${prompt}`).toBe(true);
          else if (value !== null && typeof value === "object") Object.values(value).forEach(visit);
        };
        visit(JSON.parse(content));
      });
    }
    expect(checked).toBeGreaterThan(800);
  });

  test("an answer about a thing that the user names, names it to the letter", () => {
    for (const { task, messages } of examples) {
      const named = /^[a-z]+: (?<thing>[^.]+?)(?:\..*)?$/i.exec(
        messages.find(({ role }) => role === "user")?.content ?? "",
      )?.groups;
      if (task !== "filler" || named?.["thing"] === undefined) continue;
      expect(messages.at(-1)!.content.toLowerCase()).toContain(named["thing"].toLowerCase());
    }
  });

  test("a label is one of those in the prompt", () => {
    for (const { task, messages } of examples) {
      if (task !== "labels") continue;
      for (const { role, content } of messages)
        if (role === "assistant") expect(messages[0]!.content).toContain(content);
    }
  });
});

describe("phrases", () => {
  const maker = createMaker(createRandom(5), false);

  test("alternatives may be nested and empty, and what a slot brings stays as it is", () => {
    const seen = new Set(Array.from({ length: 300 }, () => phrase(maker, "[a [b|c]|]-{x}", { x: "[y|{z}]" })));
    expect([...seen].sort()).toEqual(["-[y|{z}]", "a b-[y|{z}]", "a c-[y|{z}]"]);
  });

  test("a slot without a value and a bracket without its end are refused", () => {
    expect(() => phrase(maker, "{x}")).toThrow("Nothing stands for {x}.");
    expect(() => phrase(maker, "[a|b")).toThrow("not closed");
    expect(() => phrase(maker, "a]")).toThrow("A stray ]");
  });

  test("articles and plurals follow the sound and spelling of words", () => {
    expect(withArticles("a apple, A oven, a unit, a user, a hour, a umbrella, a one")).toBe(
      "an apple, An oven, a unit, a user, a hour, an umbrella, a one",
    );
    expect(["lamp", "box", "desk brush", "city", "key", "chef's knife", "scissors", "lens", "bus"].map(plural)).toEqual(
      ["lamps", "boxes", "desk brushes", "cities", "keys", "chef's knives", "scissors", "lenses", "buses"],
    );
  });

  test("numbers in words", () => {
    expect([0, 13, 20, 21, 99, 100, 305].map(numberWord)).toEqual([
      "zero",
      "thirteen",
      "twenty",
      "twenty-one",
      "ninety-nine",
      "one hundred",
      "three hundred and five",
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { createDraw } from "../../../src/dataset/draw.ts";
import { compileTemplate } from "../../../src/dataset/template.ts";
import { columnName } from "../../../src/import/column-name.ts";
import { templateOf } from "../../../src/import/literal.ts";
import { findSkeleton, isShape, valuesOf } from "../../../src/import/skeleton.ts";

/** Numbers in [0, 1) that are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

const joined = (literals: readonly string[], values: readonly string[]) =>
  literals.map((literal, index) => literal + (values[index] ?? "")).join("");

async function render(text: string, row: Readonly<Record<string, string>>): Promise<string> {
  const template = await compileTemplate({
    text,
    locate: (line, column) => ({ file: "user.hbs", line, column }),
    partials: new Map(),
    allowEmpty: new Set(Object.keys(row)),
  });
  return template.render(row, createDraw({ seed: 1, key: "row", variant: 0, template: "user" }));
}

describe("a skeleton", () => {
  test("is what all texts have in common, word by word", () => {
    const texts = [
      "Review this product: a desk lamp.\nPrice: 20 EUR\nTone: warm",
      "Review this product: a sofa.\nPrice: 700 EUR\nTone: dry",
      "Review this product: an oak table.\nPrice: 70 EUR\nTone: dreamy",
    ];
    const skeleton = findSkeleton(texts);
    expect(skeleton.literals).toEqual(["Review this product: ", ".\nPrice: ", " EUR\nTone: ", ""]);
    expect(isShape(skeleton)).toBe(true);
    expect(valuesOf(skeleton, texts[1] as string)).toEqual(["a sofa", "700", "dry"]);
  });

  test("cuts no word", () => {
    expect(findSkeleton(["Tell me about cats", "Tell me about cars"]).literals).toEqual(["Tell me about ", ""]);
    expect(findSkeleton(["see 12 kg", "see 13 kg"]).literals).toEqual(["see ", " kg"]);
  });

  test("is no shape where texts only share a sign", () => {
    expect(isShape(findSkeleton(["Where is Rome?", "Who was Ada?"]))).toBe(false);
  });

  test("takes no single word that stands in all texts by chance", () => {
    const texts = ["the cat and the dog", "a bird and one bee", "two cows and three pigs"];
    expect(findSkeleton(texts).literals).toEqual(["", ""]);
  });

  test("gives back every text it was made from, whatever they are", () => {
    const next = seeded(7);
    const words = ["Price: ", "lamp", "\n", " ", "and the other one", "{{", "}", "\\", "🙂", "é", "Name:", "\r\n", "x"];
    const text = (length: number) => Array.from({ length }, () => words[Math.floor(next() * words.length)]).join("");
    for (let round = 0; round < 400; round++) {
      const frame = Array.from({ length: 1 + Math.floor(next() * 4) }, () => text(Math.floor(next() * 4)));
      const texts = Array.from({ length: 2 + Math.floor(next() * 6) }, () =>
        frame.map((part) => part + text(Math.floor(next() * 3))).join(""),
      );
      const skeleton = findSkeleton(texts);
      for (const one of texts) {
        const values = valuesOf(skeleton, one);
        expect(values === undefined ? undefined : joined(skeleton.literals, values)).toBe(one);
      }
    }
  });

  test("is not met by a text of another shape", () => {
    const { literals } = findSkeleton(["Name: Ada\nAge: 3", "Name: Bob\nAge: 4"]);
    expect(valuesOf({ literals }, "Name: Cid, Age 5")).toBeUndefined();
    expect(valuesOf({ literals: ["ab", "ba"] }, "aba")).toBeUndefined();
  });
});

describe("the template of a skeleton", () => {
  test("yields literals and values to the letter, braces and backslashes too", async () => {
    const next = seeded(11);
    const signs = ["{", "{{", "}", "}}", "\\", "a", " ", "\n", '"', "{{#if x}}", "{{!", "é", "{{{", "~", "product"];
    for (let round = 0; round < 600; round++) {
      const text = () =>
        Array.from({ length: Math.floor(next() * 6) }, () => signs[Math.floor(next() * signs.length)]).join("");
      const columns = ["a", "the name", "c"].slice(0, Math.floor(next() * 4));
      const literals = Array.from({ length: columns.length + 1 }, text);
      const values = columns.map(text);
      const row = Object.fromEntries(columns.map((column, index) => [column, values[index] as string]));
      const template = templateOf(literals, columns);
      if (template === "") continue;
      const made = await render(template, row).catch((error: unknown) => `no template: ${error}`);
      expect([template, made]).toEqual([template, joined(literals, values)]);
    }
  });

  test("is easy to read where nothing is special", () => {
    expect(templateOf(["Price of ", " in {{currency}}?"], ["product"])).toBe("Price of {{product}} in \\{{currency}}?");
  });
});

describe("a column's name", () => {
  const none = new Set<string>();
  test.each([
    ["Product name: ", "product_name"],
    ["Review this product: ", "product"],
    ["Summarise it.\n\nText:\n", "text"],
    ["<document>\n", "document"],
    ['Translate the sentence "', "sentence"],
    ["Write a poem about ", "value"],
    ["", "question"],
    ["Expected: ", "expected_text"],
  ])("after %j is %s", (literal, name) => {
    expect(columnName(literal, "question", none)).toBe(name);
  });

  test("is given once", () => {
    expect(columnName("Price: ", "question", new Set(["price", "price_2"]))).toBe("price_3");
  });
});

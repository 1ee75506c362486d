import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageFile } from "../../../src/core/assets.ts";
import { baseOf, tokenizerOf } from "../../../src/engine/bases.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { createTokenizer, specialCount, splitWords, type TokenizerFile } from "../../../src/engine/tokenizer.ts";

const mini = tokenizerOf(baseOf("ftpipe-mini"));
const nano = tokenizerOf(baseOf("ftpipe-nano"));

describe.each([mini, nano])("the tokenizer $name", (tokenizer) => {
  test("gives back every text of random code points", () => {
    const random = createRandom(9);
    const ranges = [0x80, 0x250, 0x3000, 0xd800, 0x1_0000, 0x10_ffff];
    for (let round = 0; round < 400; round++) {
      const text = Array.from({ length: random.below(40) }, () => {
        const codePoint = random.below(ranges[random.below(ranges.length)]!);
        return codePoint >= 0xd800 && codePoint < 0xe000 ? " " : String.fromCodePoint(codePoint);
      }).join("");
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
  });

  test.each(["", " ", "  two  spaces ", "\uFEFFmark", "a\r\n\tb", "naïve café 🎉🎉", '{"a":[1,23],"b":"x"}'])(
    "gives back %j",
    (text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    },
  );

  test("has no text for special tokens: what looks like one is plain characters", () => {
    const tokens = tokenizer.encode("<|end|> \0\x01\x02\x03");
    expect(Math.min(...tokens)).toBeGreaterThanOrEqual(specialCount);
    expect(tokenizer.decode([0, 1, 2, 3])).toBe("");
  });

  test("shows a character that was cut as U+FFFD", () => {
    const tokens = Array.from(new TextEncoder().encode("é"), (byte) => byte + specialCount);
    expect(tokenizer.decode(tokens.slice(0, 1))).toBe("\uFFFD");
  });

  test("takes a long run of letters in linear time", () => {
    const text = "ab".repeat(200_000);
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
});

test("pieces that are merged cover the text and are short", () => {
  const text = "It's 2026, a naïve—café!!! \n  x".repeat(3) + "y".repeat(100);
  expect(splitWords(text).join("")).toBe(text);
  expect(Math.max(...splitWords(text).map((word) => word.length))).toBeLessThanOrEqual(25);
});

test("merges are tried in their order, not in the text's", () => {
  const [a, b, c] = [97, 98, 99].map((byte) => byte + specialCount) as [number, number, number];
  const tokenizer = createTokenizer({
    name: "test",
    format: 1,
    merges: [
      [b, c],
      [a, b],
      [a, 260],
    ],
  });
  expect(tokenizer.encode("abc")).toEqual([262]);
  expect(tokenizer.encode("abab")).toEqual([261, 261]);
  expect(tokenizer.encode("bcab")).toEqual([260, 261]);
});

test("the small model's tokenizer fills its vocabulary and knows common words as one token", () => {
  const file: TokenizerFile = JSON.parse(readFileSync(packageFile("assets/ftpipe-mini.tokenizer.json"), "utf8"));
  expect(createTokenizer(file).vocabulary).toBe(baseOf("ftpipe-mini").shape.vocabulary);
  for (const word of [" the", " and", " product", " amazing"]) expect(mini.encode(word)).toHaveLength(1);
  expect(nano.vocabulary).toBe(baseOf("ftpipe-nano").shape.vocabulary);
});

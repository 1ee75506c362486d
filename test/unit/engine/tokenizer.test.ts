import { describe, expect, test } from "vitest";
import { learnMerges } from "../../../scripts/learn-merges.ts";
import { baseOf, tokenizerOf } from "../../../src/engine/bases.ts";
import { splitPieces } from "../../../src/engine/pieces.ts";
import { createRandom, type RandomStream } from "../../../src/engine/random.ts";
import {
  createTextStream,
  createTokenizer,
  firstByte,
  joiner,
  type Merge,
  mergePair,
  special,
  toSymbols,
} from "../../../src/engine/tokenizer.ts";

const trainingTexts = [
  ' {"name":"Anna Smith","item":"desk lamp","quantity":12,"city":"Rome"}',
  ' {"name":"Bob Smith","item":"red lamp","quantity":21,"city":"York"}',
  " Please send 12 desk lamps (red) to Anna Smith, Rome.\n- Added the lamp\n- Fixed the desk, it's noise-free\n",
  " naïve café — “the lamp” 🎉 great🎉",
];
const withMerges = createTokenizer({ name: "test", format: 2, merges: learnMerges(trainingTexts, 360) });
const plainBytes = createTokenizer({ name: "bytes", format: 2, merges: [] });

/** Text that changes often between kinds of characters, half of the time words that the merges know. */
function randomText(random: RandomStream): string {
  const pick = (list: readonly string[]): string => list[random.below(list.length)]!;
  const known = [" ", "  ", "\n", "\r\n", "\t", "Anna", "lamp", "12", '","', '":"', "(", "-", "'s", "é", "🎉", "\x01"];
  const ranges = [0x80, 0x250, 0x3100, 0x1_0000, 0x10_ffff];
  return Array.from({ length: random.below(30) }, () => {
    const codePoint = random.below(random.below(2) === 0 ? 0x80 : Number(ranges[random.below(ranges.length)]));
    const surrogate = codePoint >= 0xd800 && codePoint < 0xe000;
    return surrogate || random.below(2) === 0 ? pick(known) : String.fromCodePoint(codePoint);
  }).join("");
}

describe.each([withMerges, plainBytes])("the tokenizer $name", (tokenizer) => {
  const readStream = (tokens: readonly number[]): string => {
    const stream = createTextStream(tokenizer);
    return tokens.map((token) => stream.push(token)).join("") + stream.end();
  };

  test("gives back every text, whole and token by token", () => {
    const random = createRandom(9);
    for (let round = 0; round < 3000; round++) {
      const text = randomText(random);
      const tokens = tokenizer.encode(text);
      expect(tokenizer.decode(tokens)).toBe(text);
      expect(readStream(tokens)).toBe(text);
    }
  });

  test.each([
    ..."| |  two  spaces |\uFEFFmark|a\r\n\tb|naïve café 🎉🎉|Anna|4K x4 1,200.50|HTTPServer iPhone PDFs|你好，世界a1".split(
      "|",
    ),
    '{"a":[1,23],"b":"x"}',
    `${" ".repeat(60)}x${"É".repeat(60)}${"!".repeat(60)}`,
  ])("gives back %j", (text) => {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test("decodes any tokens alike, whole and token by token", () => {
    const random = createRandom(10);
    for (let round = 0; round < 3000; round++) {
      const tokens = Array.from({ length: random.below(12) }, () => random.below(tokenizer.vocabulary));
      expect(readStream(tokens)).toBe(tokenizer.decode(tokens));
    }
  });

  test("has no text for special tokens: what looks like one is plain characters", () => {
    const tokens = tokenizer.encode("<|end|> \0\x01\x02\x03\x04");
    expect(Math.min(...tokens)).toBeGreaterThan(special.end);
    expect(tokenizer.decode(Object.values(special))).toBe("");
  });

  test("holds a character back until its last byte, and shows a cut one as U+FFFD", () => {
    const tokens = Array.from(Buffer.from("🎉"), (byte) => byte + firstByte);
    const stream = createTextStream(tokenizer);
    expect(tokens.map((token) => stream.push(token))).toEqual(["", "", "", "🎉"]);
    expect(stream.push(tokens[0]!)).toBe("");
    expect(stream.end()).toBe("\uFFFD");
    expect(tokenizer.decode(tokens.slice(0, 3))).toBe("\uFFFD");
  });

  test.each(["ab", "A", "Ab", " ", "\n", "!", "1", "🎉", "é"])("takes a long run of %j in linear time", (part) => {
    const text = `${part.repeat(100_000)}x`;
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });
});

describe("a joiner", () => {
  test.each([
    ...['"Anna"', "(Anna)", "[Anna]", "\nAnna", "\r\n\r\nAnna", "\tAnna", "-Anna", "—Anna", "“Anna”", "🎉Anna"],
    ...['{"name":"Anna"}', "4Anna", "iAnna", "HTTPAnna", "a/Anna", "Anna", "\x01Anna"],
  ])("lets a word have the same tokens in %j as after a space", (text) => {
    const word = withMerges.encode(" Anna");
    const tokens = withMerges.encode(text);
    const at = tokens.findIndex((_, index) => word.every((token, offset) => tokens[index + offset] === token));
    expect(at).toBeGreaterThanOrEqual(0);
    expect(withMerges.append(tokens[at - 1] ?? joiner, false).joined).toBe(true);
  });

  test("stands before the first digit of a number, which is single tokens everywhere", () => {
    const [one, two] = withMerges.encode(" 12");
    expect(withMerges.encode(" 12")).toHaveLength(2);
    expect(withMerges.encode("12")).toEqual([joiner, one, two]);
    expect(withMerges.encode("a12").slice(-3)).toEqual([joiner, one, two]);
    expect(withMerges.encode(" 1 12").slice(-2)).toEqual([one, two]);
  });

  test("merges with the run of punctuation before it", () => {
    const tokens = withMerges.encode(' Smith","Rome');
    const between = tokens.slice(withMerges.encode(" Smith").length, -withMerges.encode(" Rome").length);
    expect(between).toHaveLength(1);
    expect(between[0]).not.toBe(joiner);
    expect(withMerges.append(between[0]!, false)).toEqual({ bytes: Buffer.from('","'), joined: true });
  });

  test("swallows one leading space, and only of the next token", () => {
    const space = 0x20 + firstByte;
    expect(withMerges.decode([joiner, space, space])).toBe(" ");
    expect(withMerges.decode([joiner, joiner, space])).toBe("");
    expect(withMerges.decode([joiner, firstByte + 0x61, space])).toBe("a ");
    expect(withMerges.decode([joiner, special.end, space])).toBe(" ");
  });

  test("is not used where there are no merges: texts are their bytes", () => {
    expect(plainBytes.encode('"a1')).toEqual(Array.from(Buffer.from('"a1'), (byte) => byte + firstByte));
    expect(plainBytes.prefix).toBe("");
  });
});

describe("pieces", () => {
  const cut = (text: string): string => splitPieces(text).join("|").replaceAll("\ud800", "+");

  test.each([
    [' {"a":"Anna B","n":12}', ' {"+| a|":"+| Anna| B|","+| n|":+| 1|2|}'],
    ["It's chef's.\n\n- 4K TV!", "+| It|'s| chef|'s|.|\n\n|-| 4|+| K| TV|!"],
    ["iPhone HTTPServer PDFs Élan", "+| i|+| Phone| HTTP|+| Server| PDFs| Élan"],
    ["a   b  ", "+| a|  | b| | "],
    ["great🎉 'tis", "+| great|🎉| '+| tis"],
  ])("of %j are words with their space, digits, and runs between them", (text, pieces) => {
    expect(cut(text)).toBe(pieces);
  });

  test("are short", () => {
    const text =
      "It's 2026, a naïve—café!!! \n  x".repeat(3) + ["y", "Y", "!", " ", "\n"].map((c) => c.repeat(99)).join("");
    expect(Math.max(...splitPieces(text).map((piece) => piece.length))).toBeLessThanOrEqual(26);
  });

  test("take half of a surrogate pair for U+FFFD, never for a joiner", () => {
    expect(withMerges.decode(withMerges.encode("a\ud800b\udc00"))).toBe("a\uFFFDb\uFFFD");
  });
});

describe("merges", () => {
  const [a, b, c] = [97, 98, 99].map((byte) => byte + firstByte) as [number, number, number];
  const space = 0x20 + firstByte;

  test("are tried in their order, not in the text's", () => {
    const merges: readonly Merge[] = [
      [b, c],
      [a, b],
      [a, 261],
    ];
    const tokenizer = createTokenizer({ name: "test", format: 2, merges });
    expect(tokenizer.encode(" abc")).toEqual([space, 263]);
    expect(tokenizer.encode(" abab")).toEqual([space, 262, 262]);
    expect(tokenizer.encode(" bcab")).toEqual([space, 261, 262]);
  });

  test("are learnt as a count of all pairs after each merge would choose them", () => {
    const random = createRandom(3);
    const texts = Array.from({ length: 40 }, () =>
      Array.from({ length: 30 }, () => 'aabb c-\n"1'[random.below(10)]).join(""),
    );
    expect(learnMerges(texts, 320)).toEqual(learnSlowly(texts, 320));
    expect(() => learnMerges(["ab"], 320)).toThrow("The texts have only 2 pairs to merge.");
  });

  test.each([
    [
      "format 1",
      { name: "old", format: 1, merges: [] },
      'The tokenizer "old" has format 1; this version reads format 2.',
    ],
    ["a token that comes later", { name: "x", format: 2, merges: [[a, 261]] }, `Merge 0 of the tokenizer "x" joins`],
    ["a special token", { name: "x", format: 2, merges: [[special.end, a]] }, `Merge 0 of the tokenizer "x" joins`],
    [
      "what follows a joiner",
      {
        name: "x",
        format: 2,
        merges: [
          [a, joiner],
          [261, b],
        ],
      },
      `Merge 1 of the tokenizer "x"`,
    ],
  ])("of %s are refused", (_, file, message) => {
    expect(() => createTokenizer(file as never)).toThrow(message);
  });

  test("tell tokenizers apart by their hash", () => {
    expect(createTokenizer({ name: "test", format: 2, merges: [[a, b]] }).sha256).not.toBe(plainBytes.sha256);
  });
});

test("the bases' tokenizers have as many tokens as their models, and the small one knows common words", () => {
  const [mini, nano] = [baseOf("ftpipe-mini"), baseOf("ftpipe-nano")];
  expect(tokenizerOf(mini).vocabulary).toBe(mini.shape.vocabulary);
  expect(tokenizerOf(nano).vocabulary).toBe(nano.shape.vocabulary);
  for (const text of [" the", " and"]) expect(tokenizerOf(mini).encode(text)).toHaveLength(1);
  // With the joiner that the word after it needs.
  for (const text of ['","', '":"']) expect(tokenizerOf(mini).encode(`${text}a`)).toHaveLength(2);
});

/** The definition: counts every pair of every piece, merges the most frequent, and begins anew. */
function learnSlowly(texts: readonly string[], vocabulary: number): readonly Merge[] {
  const pieces = texts.flatMap(splitPieces).map(toSymbols);
  const merges: Merge[] = [];
  while (firstByte + 256 + merges.length < vocabulary) {
    const counts = new Map<string, number>();
    for (const tokens of pieces) {
      for (let i = 1; i < tokens.length; i++) {
        const pair = `${tokens[i - 1]} ${tokens[i]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
    const parsed = Array.from(counts, ([pair, count]) => ({
      merge: pair.split(" ").map(Number) as [number, number],
      count,
    }));
    const [best] = parsed.sort((x, y) => y.count - x.count || x.merge[0] - y.merge[0] || x.merge[1] - y.merge[1]);
    for (const tokens of pieces) mergePair(tokens, best!.merge, firstByte + 256 + merges.length);
    merges.push(best!.merge);
  }
  return merges;
}

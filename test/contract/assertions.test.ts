import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import type { AssertionDefinition } from "../../src/evaluation/assertions/assertion.ts";
import { assertionsByType } from "../../src/evaluation/assertions/index.ts";
import { scoreAnswer } from "../../src/evaluation/score.ts";

type Options = Readonly<Record<string, unknown>>;
/** Options, an answer that passes, one that fails. */
type Row = readonly [options: Options, passes: string, fails: string];

/** What promptfoo documents for each type; `not-` is the opposite of each row. */
const semantics: Readonly<Record<string, readonly Row[]>> = {
  equals: [
    [{ value: "yes" }, "yes", "Yes"],
    [{ value: "yes" }, "yes", "yes "],
    [{ value: 42 }, "42", "42.0"],
    [{ value: true }, "true", "True"],
    [{ value: { a: 1, b: [true, null] } }, '{ "b": [true, null], "a": 1 }', '{ "a": 1, "b": [null, true] }'],
    [{ value: { a: 1 } }, '{"a":1}', '{"a":1,"b":2}'],
    [{ value: { a: 1, b: 2 } }, '{"a":1,"b":2}', '{"a":1}'],
    [{ value: [1, 2] }, "[1, 2]", "[2, 1]"],
    [{ value: { a: 1 } }, '{"a":1}', "not json"],
    [{ value: { a: { b: "c" } } }, '{"a":{"b":"c"}}', '{"a":"c"}'],
    [{ value: {} }, "{}", "[]"],
  ],
  contains: [
    [{ value: "love" }, "I love it", "I Love it"],
    [{ value: 5 }, "5 stars", "five stars"],
    [{ value: "a.c" }, "a.c", "abc"],
  ],
  icontains: [
    [{ value: "LOVE" }, "I Love it", "I like it"],
    [{ value: "É" }, "été", "ete"],
  ],
  "contains-any": [
    [{ value: ["red", "blue"] }, "a blue hat", "a Blue hat"],
    [{ value: "red, blue" }, "a blue hat", "a green hat"],
    [{ value: '"red, blue",green' }, "red, blue", "blue"],
    [{ value: [1, 2] }, "2", "3"],
  ],
  "contains-all": [
    [{ value: ["red", "blue"] }, "blue and red", "blue and Red"],
    [{ value: "red,blue" }, "blue and red", "blue"],
  ],
  "icontains-any": [
    [{ value: ["Red", "Blue"] }, "a BLUE hat", "a green hat"],
    [{ value: 'Red,"x, y"' }, "X, Y", "x y"],
  ],
  "icontains-all": [[{ value: ["Red", "Blue"] }, "BLUE and RED", "blue"]],
  "starts-with": [
    [{ value: "Dear" }, "Dear customer", "dear customer"],
    [{ value: "Dear" }, "Dear customer", " Dear customer"],
  ],
  regex: [
    [{ value: "\\d{3}" }, "call 555 now", "call 55 now"],
    [{ value: "^yes$" }, "yes", "oh yes"],
    [{ value: "(?i)YES" }, "yes", "no"],
    [{ value: "yes" }, "yes", "YES"],
    [{ value: "a\nb" }, "a\nb", "ab"],
  ],
  "is-json": [
    [{}, '{"a":1}', '```json\n{"a":1}\n```'],
    [{}, "12", "twelve"],
    [{}, ' "text" ', "text"],
    [{ value: { type: "object", required: ["a"] } }, '{"a":1}', '{"b":1}'],
    [{ value: { type: "object", required: ["constructor"] } }, '{"constructor":1}', "{}"],
    [{ value: { type: "string", format: "date" } }, '"2026-01-31"', '"2026-13-31"'],
  ],
  "contains-json": [
    [{}, 'Here: ```json\n{"a":1}\n```', "Here: {a: 1}"],
    [{}, '{"a":{"b":2}} and more', "12"],
    [{}, 'broken { then {"a":"}"} fine', 'broken { then {"a":"} '],
    [{ value: { required: ["b"] } }, '{"a":1} or {"b":1}', '{"a":1} or {"c":1}'],
  ],
  "equals-json": [
    [{ value: '{"a":1,"b":[true,null]}' }, '{ "b": [true, null], "a": 1.0 }', '{"a":1,"b":[null,true]}'],
    [{ value: { a: "1" } }, '{"a":"1"}', '{"a":1}'],
    [{ value: { a: 1 } }, '{"a":1}', '{"a":1,"b":2}'],
    [{ value: { a: 1, b: 2 } }, '{"a":1,"b":2}', '{"a":1}'],
    [{ value: { a: 1 } }, '{"a":1}', 'Here: {"a":1}'],
    [{ value: '{"a":1,"b":2}', fields: ["a"] }, '{"a":1,"b":3,"c":4}', '{"a":2,"b":2}'],
    [{ value: { a: { b: 1 }, c: 2 }, fields: ["a", "c"] }, '{"c":2,"a":{"b":1}}', '{"a":{"b":1}}'],
    [{ value: { a: 1 }, fields: ["a"] }, '{"a":1}', "[1]"],
    [{ value: [1, 2] }, "[1, 2]", "[2, 1]"],
    [{ value: "12" }, "12", '"12"'],
    [{ value: { constructor: 1 }, fields: ["constructor"] }, '{"constructor":1}', "{}"],
  ],
  "word-count": [
    [{ value: 3 }, " one two\nthree ", "one two"],
    [{ value: { min: 2, max: 3 } }, "one two", "one"],
    [{ value: { min: 2, max: 3 } }, "one two three", "one two three four"],
    [{ value: { min: 2 } }, "one two three", "one"],
    [{ value: { max: 2 } }, "one two", "one two three"],
  ],
  levenshtein: [
    [{ value: "kitten", threshold: 3 }, "sitting", "sitting down"],
    [{ value: "kitten", threshold: 0 }, "kitten", "Kitten"],
    [{ value: "hello", threshold: 5 }, "hello world".slice(0, 10), "hello world"],
  ],
  // Scores between 0 and 1 have a test of their own: test/unit/evaluation/rouge-n.test.ts.
  "rouge-n": [
    [{ value: "A cup of tea", threshold: 0.75 }, "tea of a cup", "no drinks here"],
    [{ value: "Adds a map.", threshold: 1 }, "adds a MAP .", "nothing new"],
    [{ value: 42, threshold: 0.5 }, "42", "forty-two"],
  ],
};

/** Options that meet the schema but mean nothing, by type. */
const senseless: Readonly<Record<string, readonly Options[]>> = {
  contains: [{ value: "" }],
  icontains: [{ value: "" }],
  "starts-with": [{ value: "" }],
  "contains-any": [{ value: "" }, { value: ["a", ""] }, { value: "a,,b" }],
  "contains-all": [{ value: "" }, { value: [""] }],
  "icontains-any": [{ value: "a," }],
  "icontains-all": [{ value: [""] }],
  regex: [{ value: "" }, { value: "(" }, { value: "(?=look-ahead)" }, { value: "({{product}}" }],
  "is-json": [{ value: { typ: "object" } }, { value: { type: "objekt" } }],
  "contains-json": [{ value: { pattern: "(" } }],
  "equals-json": [
    { value: "billing" },
    { value: '{"a":1' },
    { value: { a: 1 }, fields: ["b"] },
    { value: "[1]", fields: ["0"] },
    { value: {}, fields: ["constructor"] },
  ],
  "word-count": [{ value: { min: 3, max: 2 } }],
  levenshtein: [{ value: "" }],
  "rouge-n": [{ value: "" }, { value: " \n" }],
};

const silence = ["", " ", "\n\t ", "\u00a0"];

const score = (definition: AssertionDefinition, type: string, options: Options, answer: string) =>
  scoreAnswer(definition, { type, negated: type.startsWith("not-"), options }, answer);

describe.each(Object.entries(assertionsByType))("assertion %s", (type, definition) => {
  const rows = semantics[type] ?? [];
  const ajv = new Ajv2020({ strict: true, strictTypes: false, useDefaults: true, allowUnionTypes: true });
  const schema = { additionalProperties: false, ...definition.options };

  test("is registered under its own name and says what it does in one sentence", () => {
    expect(definition.type).toBe(type);
    expect(type.startsWith("not-")).toBe(false);
    expect(definition.summary).toMatch(/^[A-Z].*\.$/);
    for (const { description } of Object.values(definition.options.properties)) expect(description).toMatch(/\.$/);
  });

  test("takes the options that promptfoo takes", () => {
    expect(rows.length).toBeGreaterThan(0);
    const validate = ajv.compile(schema);
    for (const [options] of rows) {
      expect({ options, ok: validate(structuredClone(options)) }).toEqual({ options, ok: true });
      expect(definition.invalid?.(options)).toBeUndefined();
    }
  });

  test("refuses options that every answer would meet, or none could", () => {
    for (const options of senseless[type] ?? []) {
      expect({ options, fault: definition.invalid?.(options) }).toEqual({
        options,
        fault: expect.stringMatching(/\.$/),
      });
    }
  });

  test.each(rows)("%j passes %j and fails %j", (options, passes, fails) => {
    for (const [answer, verdict] of [
      [passes, true],
      [fails, false],
    ] as const) {
      const plain = score(definition, type, options, answer);
      const negated = score(definition, `not-${type}`, options, answer);
      expect({ answer, pass: plain.pass, score: plain.score }).toEqual({
        answer,
        pass: verdict,
        score: verdict ? 1 : 0,
      });
      expect({ answer, pass: negated.pass, score: negated.score }).toEqual({
        answer,
        pass: !verdict,
        score: verdict ? 0 : 1,
      });
      expect(plain.reason).toMatch(/^[A-Z].*\.$/s);
      expect(negated.reason).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test("gives equal scores for equal answers, however often it is asked", () => {
    for (const [options, passes, fails] of rows) {
      for (const answer of [passes, fails, passes]) {
        expect(score(definition, type, options, answer)).toEqual(
          score(definition, type, structuredClone(options), answer),
        );
      }
    }
  });

  test("does not pass silence, negated neither", () => {
    for (const [options] of rows) {
      for (const answer of silence) {
        expect(score(definition, type, options, answer)).toMatchObject({ pass: false, reason: "The answer is empty." });
        expect(score(definition, `not-${type}`, options, answer)).toMatchObject({
          pass: false,
          reason: "The answer is empty.",
        });
      }
    }
  });

  // levenshtein is quadratic by nature; answers are limited by max_tokens.
  if (type === "levenshtein") return;
  test("judges a long hostile answer without hanging", () => {
    const hostile = [
      '{"a":'.repeat(20_000),
      "{".repeat(50_000),
      '"'.repeat(50_000),
      `${"a".repeat(50_000)}!`,
      '{"'.repeat(20_000),
    ];
    const [options] = rows[0] ?? [{}];
    for (const answer of hostile) expect(score(definition, type, options, answer).pass).toBe(false);
  });
});

test("equals passes silence only where the value is the empty text", () => {
  const equals = assertionsByType["equals"] as AssertionDefinition;
  expect(score(equals, "equals", { value: "" }, "").pass).toBe(true);
  expect(score(equals, "equals", { value: "" }, " ").pass).toBe(false);
  expect(score(equals, "not-equals", { value: "" }, "").pass).toBe(false);
  expect(score(equals, "not-equals", { value: "" }, "a").pass).toBe(true);
});

test("every row of the table is about a registered assertion", () => {
  expect(Object.keys(semantics).sort()).toEqual(Object.keys(assertionsByType).sort());
});

import { describe, expect, test } from "vitest";
import type { ChatMessage } from "../../src/core/chat.ts";
import { type rules, rulesByType } from "../../src/dataset/rules/index.ts";
import type { RuleContext } from "../../src/dataset/rules/rule.ts";
import { loadTokenCounter } from "../../src/dataset/tokens.ts";

interface Sample {
  readonly options: Readonly<Record<string, unknown>>;
  /** Answers that meet the rule. */
  readonly good: readonly string[];
  /** Answers that break it, with what is said of them. */
  readonly bad: readonly (readonly [string, string])[];
  /** Options that meet the schema and can't work. */
  readonly invalid?: readonly Readonly<Record<string, unknown>>[];
}

/** What each rule takes and refuses. A new rule adds its own here. */
const samples: Readonly<Record<keyof typeof rules, Sample>> = {
  max_tokens: {
    options: { value: 3 },
    good: ["one two three", "", "<|endoftext|>".slice(0, 2)],
    bad: [["one two three four", "The text has 4 tokens, more than 3."]],
  },
  min_words: {
    options: { value: 2 },
    good: ["two words", " two\n words "],
    bad: [
      ["one", "The assistant's message has 1 word, fewer than 2."],
      ["  ", "The assistant's message has 0 words, fewer than 2."],
    ],
  },
  max_words: {
    options: { value: 2 },
    good: ["two words", ""],
    bad: [["now there are four", "The assistant's message has 4 words, more than 2."]],
  },
  matches: {
    options: { pattern: "(?i)^yes\\b" },
    good: ["Yes, it does"],
    bad: [["No", 'The assistant\'s message does not match /(?i)^yes\\b/: "No".']],
    invalid: [{ pattern: "(" }, { pattern: "(?=x)" }],
  },
  not_matches: {
    options: { pattern: "lorem" },
    good: ["Text"],
    bad: [["lorem ipsum", 'The assistant\'s message matches /lorem/: "lorem ipsum".']],
    invalid: [{ pattern: "[" }],
  },
  json_schema: {
    options: { schema: "answer.json" },
    good: ['{"price":1}'],
    bad: [
      ["{", 'The assistant\'s message is not JSON: "{".'],
      ['{"price":"1"}', "The assistant's JSON breaks answer.json: /price must be number."],
    ],
  },
  one_of: {
    options: { values: ["billing", "shipping"] },
    good: ["billing"],
    bad: [
      [
        "biling",
        'The assistant\'s message "biling" is not allowed. Did you mean "billing"? Values: billing, shipping.',
      ],
    ],
  },
};

const context: RuleContext = {
  readText: async () => JSON.stringify({ type: "object", properties: { price: { type: "number" } } }),
  tokenCounter: loadTokenCounter,
};
const answer = (content: string): readonly ChatMessage[] => [{ role: "assistant", content }];

describe.each(Object.entries(rulesByType))("rule %s", (type, definition) => {
  const sample = samples[type as keyof typeof samples];

  test("is registered under its own name and says what it is", () => {
    expect(definition.type).toBe(type);
    expect(definition.summary).toMatch(/^\S.*\.$/);
    for (const option of Object.values(definition.options.properties)) expect(option.description).toMatch(/^\S.*\.$/);
  });

  test.each(sample.good)("is met by %j", async (content) => {
    const check = await definition.prepare(sample.options, context);
    expect(check(answer(content))).toBeUndefined();
  });

  test.each(sample.bad)("is broken by %j, and says how", async (content, message) => {
    const check = await definition.prepare(sample.options, context);
    expect(check(answer(content))).toBe(message);
    expect(check(answer(content))).toBe(message);
  });

  test("is met where there is no message to judge", async () => {
    const check = await definition.prepare(sample.options, context);
    expect(check([])).toBeUndefined();
  });

  test("options that can't work are told before anything runs", () => {
    expect(definition.invalid?.(sample.options)).toBeUndefined();
    for (const options of sample.invalid ?? []) expect(definition.invalid?.(options)).toMatch(/\S/);
  });
});

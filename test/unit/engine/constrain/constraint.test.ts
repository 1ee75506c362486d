import { expect, test } from "vitest";
import { createConstraint } from "../../../../src/engine/constrain/constraint.ts";
import { createRandom } from "../../../../src/engine/random.ts";
import { joiner, special } from "../../../../src/engine/tokenizer.ts";
import { isWritable, jsonSchema, plainBytes, walk, withMerges } from "./rig.ts";

const order = {
  type: "object",
  properties: {
    customer: { type: "string" },
    item: { type: "string" },
    quantity: { type: "integer" },
    city: { type: "string" },
    priority: { enum: ["low", "normal", "high"] },
  },
  required: ["customer", "item", "quantity", "city", "priority"],
  additionalProperties: false,
};

test.each([withMerges, plainBytes])(
  "with $name a training answer can be written with the tokens that it was learnt in",
  (tokenizer) => {
    const answers = [
      { customer: "Anna Smith", item: "desk lamps", quantity: 12, city: "New York", priority: "high" },
      { customer: "Zoë 🎉", item: 'a "b" \\ \n', quantity: -3, city: " x ", priority: "low" },
    ];
    for (const answer of answers) expect(isWritable(JSON.stringify(answer), jsonSchema(order), tokenizer)).toBe(true);
    const [{ customer, ...others }] = answers as [(typeof answers)[0]];
    for (const fault of [
      { ...others, customer },
      others,
      { ...answers[0], quantity: 1.5 },
      { ...answers[0], more: 1 },
    ]) {
      expect(isWritable(JSON.stringify(fault), jsonSchema(order), tokenizer)).toBe(false);
    }
  },
);

test("the end token is allowed where the value is whole, and nothing else once it is closed", () => {
  const constraint = createConstraint(jsonSchema({ type: "integer", maximum: 19, minimum: 1 }), plainBytes, {
    budget: 9,
    prompt: [],
  });
  const allowed = new Uint8Array(plainBytes.vocabulary);
  const texts = () => {
    constraint.allow(allowed, 9);
    return [...allowed.keys()]
      .filter((token) => allowed[token] === 1)
      .map((token) => (token === special.end ? "end" : plainBytes.decode([token])));
  };
  expect(texts()).toEqual([..."123456789"]);
  expect(constraint.status()).toBe("open");
  constraint.push(plainBytes.encode("1")[0] as number);
  expect(texts()).toEqual(["end", ..."0123456789"]);
  expect(constraint.status()).toBe("whole");
  constraint.push(plainBytes.encode("2")[0] as number);
  expect(texts()).toEqual(["end"]);
  expect(constraint.status()).toBe("closed");
  expect(() => constraint.push(plainBytes.encode("0")[0] as number)).toThrow("not allowed");
});

test("every token that is allowed, and no other, leads on to a whole value within the rest of the budget", () => {
  const schema = { type: "object", properties: { a: { enum: ["on", "off"] }, b: { type: "boolean" } } };
  const texts = ["{}", '{"b":true}', '{"b":false}', '{"a":"on"}', '{"a":"off"}'];
  for (const a of ["on", "off"]) for (const b of [true, false]) texts.push(JSON.stringify({ a, b }));
  // All ways to write them in bytes: one each. So what may come next is known.
  for (const budget of [2, 9, 10, 11, 12, 19, 20, 99]) {
    for (const text of texts.filter(({ length }) => length <= budget)) {
      const constraint = createConstraint(jsonSchema(schema), plainBytes, { budget, prompt: [] });
      const allowed = new Uint8Array(plainBytes.vocabulary);
      for (let at = 0; at < text.length; at++) {
        constraint.allow(allowed, budget - at);
        const next = texts
          .filter((other) => other.length <= budget && other.startsWith(text.slice(0, at)))
          .map((other) => other[at]);
        const seen = [...allowed.keys()]
          .filter((token) => allowed[token] === 1)
          .map((token) => plainBytes.decode([token]));
        expect(seen.sort()).toEqual([...new Set(next)].sort());
        constraint.push(plainBytes.encode(text)[at] as number);
      }
    }
  }
});

test("a budget that holds no value is refused, one token more is taken", () => {
  const format = jsonSchema(order);
  const make = (budget: number) => () => createConstraint(format, withMerges, { budget, prompt: [] });
  const shortest = JSON.stringify({ customer: "", item: "", quantity: 0, city: "", priority: "low" });
  expect(make(0)).toThrow(/takes \d+ tokens or more, but only 0 may be written/);
  let budget = 1;
  for (; budget < 200; budget++) {
    try {
      make(budget)();
      break;
    } catch (error) {
      expect(error).toMatchObject({ code: "RESPONSE_FORMAT_INVALID", hint: expect.stringContaining("max_tokens") });
    }
  }
  expect(budget).toBeLessThanOrEqual(withMerges.encode(` ${shortest}`).length);
  expect(JSON.parse(walk({ format, tokenizer: withMerges, budget, random: createRandom(1) }).text)).toHaveProperty(
    "priority",
  );
});

test("least lengths beyond all budgets are refused without being built", () => {
  const schema = { type: "array", items: { type: "string", minLength: 1e9 }, minItems: 1e9 };
  expect(() => createConstraint(jsonSchema(schema), withMerges, { budget: 500, prompt: [] })).toThrow("tokens or more");
});

test("joiners and swallowed spaces never go on without writing", () => {
  const constraint = createConstraint(jsonSchema({ type: "string" }), withMerges, { budget: 99, prompt: [] });
  const allowed = new Uint8Array(withMerges.vocabulary);
  const may = (token: number): boolean => {
    constraint.allow(allowed, 90);
    return allowed[token] === 1;
  };
  for (const token of withMerges.encode(' "')) constraint.push(token);
  const space = withMerges.encode(" ")[0] as number;
  expect(may(joiner)).toBe(true);
  constraint.push(joiner);
  expect([may(joiner), may(space)]).toEqual([false, true]);
  constraint.push(space);
  expect([may(joiner), may(space)]).toEqual([false, true]);
  constraint.push(space);
  expect([may(joiner), may(space)]).toEqual([true, true]);
});

test("special tokens of the chat are never allowed", () => {
  const constraint = createConstraint({ type: "json_object" }, withMerges, { budget: 99, prompt: [] });
  const allowed = new Uint8Array(withMerges.vocabulary).fill(1);
  constraint.allow(allowed, 99);
  expect([...allowed.subarray(0, 5)]).toEqual([0, 0, 0, 0, 1]);
});

test("json_object writes any object and nothing but an object", () => {
  const random = createRandom(5);
  for (let round = 0; round < 60; round++) {
    const budget = 3 + random.below(60);
    const { text } = walk({ format: { type: "json_object" }, tokenizer: withMerges, budget, random });
    expect(text[0]).toBe("{");
    expect(() => JSON.parse(text), text).not.toThrow();
  }
  expect(isWritable('{"b":[1,{"a":null}],"a":"x","":-0.5}', { type: "json_object" }, withMerges)).toBe(true);
});

const mail = "Hello, this is Anna Smith.\nPlease send 12 desk lamps to O'Brien's in \"New York\" — thanks!";

test("with spans preferred, strings are runs of whole words of the last user message", () => {
  const random = createRandom(2);
  const schema = {
    type: "object",
    properties: { ...order.properties, notes: { type: "array", items: { type: "string" }, maxItems: 2 } },
  };
  const prompt = [
    { role: "system", content: "Extract it." },
    { role: "user", content: mail },
  ] as const;
  const isWord = (character: string | undefined): boolean => /^[\p{L}\p{N}]$/u.test(character ?? "");
  const isSpan = (text: string): boolean => {
    const places = [...mail].map((_, index) => index).filter((index) => mail.startsWith(text, index));
    const isWhole = (at: number) => !isWord(mail[at - 1]) && !isWord(mail[at + text.length]);
    return isWord(text[0]) && isWord(text.at(-1)) && places.some(isWhole);
  };
  for (const tokenizer of [withMerges, plainBytes]) {
    for (let round = 0; round < 60; round++) {
      const { text } = walk({ format: jsonSchema(schema), tokenizer, budget: 800, random, prompt, spans: "prefer" });
      const { customer, item, city, notes = [] } = JSON.parse(text) as Record<string, string> & { notes?: string[] };
      for (const value of [customer, item, city, ...notes])
        if (value !== undefined) expect(isSpan(value), value).toBe(true);
    }
  }
  expect(isSpan("nna Smith")).toBe(false);
});

test("where no word fits, a span is given up rather than the schema", () => {
  const random = createRandom(2);
  const prompt = [{ role: "user", content: "ab cde" }] as const;
  const write = (schema: object, content = prompt) =>
    walk({
      format: jsonSchema({ ...schema }),
      tokenizer: withMerges,
      budget: 40,
      random,
      prompt: content,
      spans: "prefer",
    }).text;
  expect(JSON.parse(write({ type: "string", minLength: 9 }))).toMatch(/^.{9,}$/su);
  expect(JSON.parse(write({ type: "string", maxLength: 1 }))).toMatch(/^.?$/su);
  expect(["ab", "cde", "ab cde"]).toContain(JSON.parse(write({ type: "string" })));
  expect(() =>
    JSON.parse(
      walk({ format: jsonSchema({ type: "string" }), tokenizer: withMerges, budget: 40, random, spans: "prefer" }).text,
    ),
  ).not.toThrow();
});

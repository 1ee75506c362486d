import { describe, expect, test } from "vitest";
import { baseOf, tokenizerOf } from "../../../src/engine/bases.ts";
import type { TrainingExample } from "../../../src/engine/engine.ts";
import { countLabels, createLabelChoice, labelChances } from "../../../src/engine/labels.ts";
import { special } from "../../../src/engine/tokenizer.ts";

const tokenizer = tokenizerOf(baseOf("ftpipe-mini"));

const chat = (question: string, answer: string): TrainingExample => ({
  messages: [
    { role: "system", content: "Which desk? Parcels, bills or both." },
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ],
});
const parcels = [
  "Where is my parcel?",
  "The parcel is late.",
  "A courier lost it.",
  "My parcels came.",
  "No courier yet.",
];
const bills = [
  "The bill is wrong.",
  "I was charged twice.",
  "Send an invoice.",
  "Which card was charged?",
  "No bill came.",
];
const examples = [...parcels.map((text) => chat(text, "ship")), ...bills.map((text) => chat(text, "shop"))];
const ask = (content: string) => [{ role: "user", content }] as const;

describe("labels are counted", () => {
  test("where a few answers stand in all examples", () => {
    const [slot, ...others] = countLabels(examples) ?? [];
    const labels = slot?.labels;
    expect(slot?.field).toBeUndefined();
    expect(others).toEqual([]);
    expect(labels?.map(({ answer, examples: count }) => [answer, count])).toEqual([
      ["ship", 5],
      ["shop", 5],
    ]);
    // "parcel" and "parcels" are one stem, counted once an example; the system message is no part of it.
    expect(labels?.[0]?.words).toMatchObject({ parcel: 3, courie: 2, "my parcel": 2 });
    expect(labels?.[0]?.words).not.toHaveProperty("desk");
  });

  test.each<readonly [string, readonly TrainingExample[]]>([
    ["no examples", []],
    ["one answer only", parcels.map((text) => chat(text, "ship"))],
    ["answers that differ", parcels.map((text) => chat(text, text))],
    ["fewer than five examples a label", examples.slice(3, 8)],
    ["several answers in a chat", examples.map(({ messages }) => ({ messages: [...messages, ...messages] }))],
    ["a chat that ends with a question", [...examples, { messages: [...examples[0]!.messages, ...ask("And?")] }]],
  ])("not with %s", (_, others) => {
    expect(countLabels(others)).toBeUndefined();
  });

  test("an answer of weight 0 is no label", () => {
    const shown = (example: TrainingExample): TrainingExample => ({
      messages: [...ask("Hello?"), { role: "assistant", content: "Hello!", weight: 0 }, ...example.messages],
    });
    expect(countLabels(examples.map(shown))).toEqual(countLabels(examples));
  });
});

describe("the chance of a label", () => {
  const labels = countLabels(examples)![0]!.labels;

  test("follows the words of the last user message, by naive Bayes", () => {
    const vocabulary = [...new Set(labels.flatMap(({ words }) => Object.keys(words)))];
    const likely = (index: number) =>
      vocabulary.reduce((product, stem) => {
        const held = labels[index]!.words[stem] ?? 0;
        return product * (((stem === "parcel" ? held : 5 - held) + 0.1) / (5 + 0.2)); // 5 examples of each label
      }, 1);
    const [ship, shop] = labelChances(labels, ask("Parcel!")) as [number, number];
    expect(ship / shop / (likely(0) / likely(1))).toBeCloseTo(1, 6);
    expect(ship).toBeGreaterThan(0.9);
    expect(ship + shop).toBeCloseTo(1, 12);
  });

  test("leans to the label with more examples where no word is known", () => {
    const most = countLabels([...examples, ...parcels.map((text) => chat(text, "ship"))])![0]!.labels;
    const even = labelChances(labels, ask("xyzzy"));
    expect(labelChances(most, ask("xyzzy"))[0]).not.toBe(even[0]);
    expect(even.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  });
});

describe("fields of answers in JSON", () => {
  const order = (text: string, item: string, speed: string) => chat(text, JSON.stringify({ item, speed, count: 1 }));
  const fast = ["hurry with the lamp", "the rug at once", "hurry the cup", "a bed at once", "hurry the pan"];
  const slow = ["the hat can wait", "a bag, no rush", "the mug can wait", "a pen, no rush", "the ball can wait"];
  const orders = [
    ...fast.map((text, index) => order(text, `thing ${index}`, "fast")),
    ...slow.map((text, index) => order(text, `object ${index}`, "slow")),
  ];

  test("are counted where they hold a few labels, and only there", () => {
    const slots = countLabels(orders);
    expect(slots?.map(({ field, labels: found }) => [field, found.map(({ answer }) => answer)])).toEqual([
      ["speed", ["fast", "slow"]],
    ]);
    expect(countLabels([...orders, chat("no order", "{}")])).toBeUndefined();
  });

  test("are raised where the field's text begins, and nowhere else", () => {
    const slots = countLabels(orders)!;
    const choose = (answer: readonly number[], question: string) => {
      const logits = new Float32Array(tokenizer.vocabulary);
      createLabelChoice(slots, tokenizer, ask(question)).raise(logits, answer);
      return logits;
    };
    const raised = (answer: string, question: string) => choose(tokenizer.encode(tokenizer.prefix + answer), question);
    for (const space of ["", " "]) {
      const begun = `{"item":${space}"lamp",${space}"speed":${space}"`;
      const [fast, slow] = ["fast", "slow"].map((label) => tokenizer.encode(tokenizer.prefix + begun + label)) as [
        readonly number[],
        readonly number[],
      ];
      const fork = fast.findIndex((token, place) => slow[place] !== token);
      const before = fast.slice(0, fork);
      const logits = choose(before, "please hurry with the sofa");
      expect(logits[fast[fork]!]).toBeGreaterThan(logits[slow[fork]!]!);
      const calm = choose(before, "the sofa can wait");
      expect(calm[slow[fork]!]).toBeGreaterThan(calm[fast[fork]!]!);
    }
    for (const other of [
      "",
      '{"item":"',
      '{"item":"lamp","speed',
      '{"speed":"fast',
      '{"speed":"fast"}',
      '{"speed":"x',
    ]) {
      expect(
        raised(other, "hurry").every((raise) => raise === 0),
        other,
      ).toBe(true);
    }
  });
});

describe("an answer along labels", () => {
  const labels = countLabels(examples)![0]!.labels;
  const raised = (answer: readonly number[], question = "The parcel is late.") => {
    const logits = new Float32Array(tokenizer.vocabulary);
    createLabelChoice([{ labels }], tokenizer, ask(question)).raise(logits, answer);
    return logits;
  };
  const [ship, shop] = labels.map(({ answer }) => tokenizer.encode(tokenizer.prefix + answer)) as [number[], number[]];
  const fork = ship.findIndex((token, place) => shop[place] !== token);

  test("is raised by the chance where the labels part, and alike before", () => {
    const logits = raised(ship.slice(0, fork));
    expect(logits[ship[fork]!]).toBeGreaterThan(logits[shop[fork]!]!);
    if (fork > 0) expect(raised([]).filter((raise) => raise !== 0)).toHaveLength(1);
  });

  test("ends where the label ends, and is left alone once it is no label", () => {
    expect(raised(ship)[special.end]).toBeGreaterThan(0);
    expect(raised([...ship.slice(0, fork), 300]).every((raise) => raise === 0)).toBe(true);
  });
});

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
    const labels = countLabels(examples);
    expect(labels?.map(({ answer, examples: count }) => [answer, count])).toEqual([
      ["ship", 5],
      ["shop", 5],
    ]);
    // "parcel" and "parcels" are one stem, counted once an example; the system message is no part of it.
    expect(labels?.[0]?.words).toMatchObject({ parcel: 3, courie: 2 });
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
  const labels = countLabels(examples)!;

  test("follows the words of the last user message, by naive Bayes", () => {
    // 5 of 10 each; stems: 15 distinct for ship, by hand below, with Lidstone smoothing of 0.3.
    const total = (index: number) => Object.values(labels[index]!.words).reduce((sum, count) => sum + count, 0);
    const vocabulary = new Set(labels.flatMap(({ words }) => Object.keys(words))).size;
    const chance = (index: number, count: number) => (count + 0.3) / (total(index) + 0.3 * vocabulary);
    const [ship, shop] = labelChances(labels, ask("Parcel, parcel!")) as [number, number];
    expect(ship / shop).toBeCloseTo(chance(0, 3) / chance(1, 0), 9);
    expect(ship + shop).toBeCloseTo(1, 12);
  });

  test("is the share of examples where no word is known", () => {
    const most = countLabels([...examples, ...parcels.map((text) => chat(text, "ship"))])!;
    expect(labelChances(most, ask("xyzzy"))[0]).toBeCloseTo(2 / 3, 12);
  });
});

describe("an answer along labels", () => {
  const labels = countLabels(examples)!;
  const raised = (answer: readonly number[], question = "The parcel is late.") => {
    const logits = new Float32Array(tokenizer.vocabulary);
    createLabelChoice(labels, tokenizer, ask(question)).raise(logits, answer);
    return logits;
  };
  const [ship, shop] = labels.map(({ answer }) => tokenizer.encode(tokenizer.prefix + answer)) as [number[], number[]];
  const fork = ship.findIndex((token, place) => shop[place] !== token);

  test("is raised by the chance where the labels part, and alike before", () => {
    const logits = raised(ship.slice(0, fork));
    expect(logits[ship[fork]!]).toBeGreaterThan(logits[shop[fork]!]!);
    expect(logits.filter((raise) => raise !== 0)).toHaveLength(2);
    if (fork > 0) expect(raised([]).filter((raise) => raise !== 0)).toHaveLength(1);
  });

  test("ends where the label ends, and is left alone once it is no label", () => {
    expect(raised(ship)[special.end]).toBeGreaterThan(0);
    expect(raised([...ship.slice(0, fork), 300]).every((raise) => raise === 0)).toBe(true);
  });
});

import { beforeAll, describe, expect, test } from "vitest";
import { extractor, isRight, meetsSchema } from "../../../bench/quality/extractor.ts";
import { cues, letters } from "../../../bench/quality/order-letters.ts";
import { readPipelineData } from "../../../bench/quality/pipeline-data.ts";
import type { Answer, QualityCase } from "../../../bench/quality/task.ts";
import { holdsPhrase } from "../../../bench/quality/text.ts";
import { seenWords, textsOf } from "../../../bench/quality/unseen.ts";
import type { TrainingExample } from "../../../src/engine/engine.ts";

interface Order {
  readonly customer: string;
  readonly item: string;
  readonly quantity: number;
  readonly city: string;
  readonly priority: string;
}

let cases: readonly QualityCase[];
let training: readonly TrainingExample[];

beforeAll(async () => {
  const data = await readPipelineData(extractor.pipeline);
  training = data.training;
  cases = extractor.cases(data.kit);
});

const orderOf = (asked: QualityCase): Order => asked.reference as Order;
const mailOf = ({ messages }: QualityCase): string => messages.at(-1)?.content ?? "";
const answer = (asked: QualityCase, content: string): Answer => ({ case: asked, content, finishReason: "stop" });
const first = (): QualityCase => cases[0] as QualityCase;

describe("the cases of the extractor", () => {
  test("are at least 300 a group, all different", () => {
    const groups = Map.groupBy(cases, ({ group }) => group);
    expect([...groups.keys()]).toEqual(["unseen words", "unseen words and phrasings"]);
    for (const group of groups.values()) expect(group.length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases.map(mailOf)).size).toBe(cases.length);
  });

  test("say customer, thing and city word for word, none of which the training data hold", () => {
    for (const asked of cases) {
      const { customer, item, city } = orderOf(asked);
      for (const fact of [customer, item, city]) expect(holdsPhrase(mailOf(asked), fact), mailOf(asked)).toBe(true);
    }
    expect(seenWords(extractor.heldOut)(textsOf(training.map(({ messages }) => messages)))).toEqual([]);
  });

  test("ask with the pipeline's system message and schema", () => {
    const [system] = training[0]?.messages ?? [];
    for (const { messages, responseFormat } of cases) {
      expect(messages[0]).toMatchObject({ role: "system", content: system?.content });
      expect(responseFormat).toMatchObject({ type: "json_schema", json_schema: { strict: true } });
    }
  });

  test("say the priority where it is not normal, and nothing of it where it is", () => {
    const own = cases.filter(({ group }) => group === "unseen words and phrasings");
    const said = [...cues.low, ...cues.high];
    for (const asked of own) {
      const found = said.filter((cue) => mailOf(asked).includes(cue));
      const { priority } = orderOf(asked);
      expect(found.length > 0, mailOf(asked)).toBe(priority !== "normal");
      for (const cue of found) expect(cues[priority as "low" | "high"]).toContain(cue);
    }
  });

  test("are worded as no training example is", () => {
    const facts = { customer: "Ann Lee", item: "cups", count: "3", city: "Rome", cue: "" };
    const seen = training.map(({ messages }) => messages[1]?.content ?? "");
    expect(letters.length).toBeGreaterThanOrEqual(10);
    for (const letter of letters) {
      const opening = letter(facts).split("Ann Lee")[0]?.split("3 cups")[0]?.split("cups")[0] ?? "";
      if (opening.length > 8) expect(seen.filter((text) => text.startsWith(opening))).toEqual([]);
    }
  });
});

describe("an answer", () => {
  test("in the words of the training data is right in every field", () => {
    const right = answer(first(), JSON.stringify(orderOf(first())));
    expect([meetsSchema(right), isRight(right)]).toEqual([true, true]);
  });

  test("with one wrong field is right in the others", () => {
    const wrong = answer(first(), JSON.stringify({ ...orderOf(first()), city: "Nowhere" }));
    expect([meetsSchema(wrong), isRight(wrong), isRight(wrong, ["city"]), isRight(wrong, ["item"])]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test("that is cut off, or lacks a field, does not meet the schema", () => {
    const { priority: _priority, ...rest } = orderOf(first());
    expect(meetsSchema(answer(first(), JSON.stringify(rest)))).toBe(false);
    expect(meetsSchema(answer(first(), JSON.stringify(orderOf(first())).slice(0, -1)))).toBe(false);
    expect(meetsSchema(answer(first(), ""))).toBe(false);
  });
});

test("every measure that decides has at least 300 answers, and none is about a group that there is not", () => {
  const variants = extractor.variants?.map(({ name }) => name);
  for (const { name, group, variant, floor, score } of extractor.measures) {
    const asked = cases.filter((one) => group === undefined || one.group === group);
    if (floor !== undefined) expect(asked.length, name).toBeGreaterThanOrEqual(300);
    if (variant !== undefined) expect(variants).toContain(variant);
    const right = asked.map((one) => answer(one, JSON.stringify(orderOf(one))));
    expect([name, score(right)]).toEqual([name, 100]);
    expect([name, score(asked.map((one) => answer(one, "{}")))]).toEqual([name, 0]);
  }
});

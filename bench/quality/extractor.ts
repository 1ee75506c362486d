import { posix } from "node:path";
import type { ResponseFormat } from "../../src/core/chat.ts";
import { createRandom, type RandomStream } from "../../src/engine/random.ts";
import { equalsJson } from "../../src/evaluation/assertions/equals-json.ts";
import { isJson } from "../../src/evaluation/assertions/is-json.ts";
import { heldOutCities, heldOutFirstNames, heldOutItems, heldOutLastNames } from "./held-out.ts";
import { cues, type Facts, letters, type Priority } from "./order-letters.ts";
import type { Answer, CaseKit, Measure, QualityCase, QualityTask } from "./task.ts";
import { percent } from "./text.ts";

/** The right answer, its keys in the order of the schema. */
interface Order {
  readonly customer: string;
  readonly item: string;
  readonly quantity: number;
  readonly city: string;
  readonly priority: Priority;
}

const casesPerGroup = 320;
const seed = 20261;
const fields = ["customer", "item", "quantity", "city", "priority"] as const;
const unseenWords = "unseen words";
const unseenPhrasings = "unseen words and phrasings";

/** Before the held-out thing in every second order, so that an item is now one word and now two. */
const kinds = ["small", "red", "wooden", "steel", "silver", "round", "heavy", "cheap", "green", "large"];
const numberWords = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

const pick = <Item>(items: readonly Item[], random: RandomStream): Item => items[random.below(items.length)] as Item;

/** Customer, thing and city are all held out; half of the numbers can be said in a word. */
function drawOrder(index: number, random: RandomStream): Order {
  const thing = heldOutItems[index % heldOutItems.length] as string;
  return {
    customer: `${pick(heldOutFirstNames, random)} ${pick(heldOutLastNames, random)}`,
    item: random.below(2) === 0 ? thing : `${pick(kinds, random)} ${thing}`,
    quantity: random.below(2) === 0 ? 2 + random.below(11) : 13 + random.below(300),
    city: heldOutCities[index % heldOutCities.length] as string,
    priority: pick(["low", "normal", "high"], random),
  };
}

function factsOf({ quantity, priority, ...order }: Order, random: RandomStream): Facts {
  const word = random.below(3) === 0 ? numberWords[quantity - 2] : undefined;
  const cue = priority === "normal" ? "" : ` ${pick(cues[priority], random)}`;
  return { ...order, count: word ?? String(quantity), cue };
}

/** As the pipeline's evaluation sends it. */
function formatOf({ pipeline, readText }: CaseKit): ResponseFormat {
  const format = pipeline.evaluation.defaults.response_format;
  if (format?.type !== "json_schema" || typeof format.json_schema.schema !== "string")
    throw new Error("the extractor asks for no JSON by a schema of its own file");
  const schema = JSON.parse(readText(posix.join("pipelines", format.json_schema.schema))) as Record<string, unknown>;
  return { type: "json_schema", json_schema: { ...format.json_schema, schema } };
}

function makeCases(kit: CaseKit): readonly QualityCase[] {
  const responseFormat = formatOf(kit);
  const make = (
    group: string,
    stream: number,
    messagesOf: (order: Order, random: RandomStream, index: number) => QualityCase["messages"],
  ) =>
    Array.from({ length: casesPerGroup }, (_, index): QualityCase => {
      const random = createRandom(seed, stream, index);
      const order = drawOrder(index, random);
      return { messages: messagesOf(order, random, index), group, reference: order, responseFormat };
    });
  return [
    ...make(unseenWords, 1, (order) => kit.renderPrompt({ ...order })),
    ...make(unseenPhrasings, 2, (order, random, index) => [
      ...kit.renderSystem({ ...order }),
      { role: "user", content: (letters[index % letters.length] as (typeof letters)[number])(factsOf(order, random)) },
    ]),
  ];
}

/** Whether the whole answer is JSON that meets the pipeline's schema. */
export function meetsSchema({ content, case: { responseFormat } }: Answer): boolean {
  if (responseFormat?.type !== "json_schema") throw new Error("a case of the extractor has no schema");
  return isJson.score(content, { value: responseFormat.json_schema.schema }).pass;
}

/** Whether the answer's fields are those of the order; default: all of them, and no more. */
export function isRight({ content, case: { reference } }: Answer, only?: readonly string[]): boolean {
  return equalsJson.score(content, { value: reference, fields: only }).pass;
}

const validJson = (variant: string, floor: number, aim: number): Measure => ({
  name: `valid JSON by schema, ${variant}`,
  variant,
  direction: "at least",
  floor,
  aim,
  unit: "%",
  score: (answers) => percent(answers, meetsSchema),
  passes: meetsSchema,
});

const allRight = (
  group: string,
  variant: string,
  bounds: { readonly floor?: number; readonly aim?: number },
): Measure => ({
  name: `all fields right on ${group}, ${variant}`,
  group,
  variant,
  direction: "at least",
  ...bounds,
  unit: "%",
  score: (answers) => percent(answers, (answer) => isRight(answer)),
  ...(bounds.floor === undefined ? {} : { passes: (answer: Answer) => isRight(answer) }),
});

const oneRight = (group: string, field: string): Measure => ({
  name: `${field} right on ${group}`,
  group,
  direction: "at least",
  unit: "%",
  score: (answers) => percent(answers, (answer) => isRight(answer, [field])),
});

/** Does a model find the facts of an order, and say them as JSON, when all the names in it are new to it? */
export const extractor: QualityTask = {
  name: "extractor",
  pipeline: "pipelines/extractor.yaml",
  heldOut: [...heldOutFirstNames, ...heldOutLastNames, ...heldOutCities, ...heldOutItems],
  variants: [
    { name: "constrained", constrained: true },
    { name: "free", constrained: false },
  ],
  cases: makeCases,
  measures: [
    validJson("constrained", 99, 100),
    allRight(unseenWords, "constrained", { floor: 50, aim: 80 }),
    allRight(unseenPhrasings, "constrained", { floor: 5, aim: 30 }),
    ...[unseenWords, unseenPhrasings].flatMap((group) => fields.map((field) => oneRight(group, field))),
    validJson("free", 85, 97),
    allRight(unseenWords, "free", {}),
    allRight(unseenPhrasings, "free", {}),
  ],
};

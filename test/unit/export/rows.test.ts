import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { type ChatMessage, isLearnt, type ToolDeclaration } from "../../../src/core/chat.ts";
import type { TrainingLine } from "../../../src/dataset/example.ts";
import { createRandom } from "../../../src/engine/random.ts";
import { axolotl } from "../../../src/export/axolotl.ts";
import type { Style, Trainer } from "../../../src/export/trainer.ts";
import { trl } from "../../../src/export/trl.ts";

interface Row {
  readonly prompt: readonly Message[];
  readonly completion: readonly Message[];
  readonly chosen: readonly Message[];
  readonly rejected: readonly Message[];
  readonly messages: readonly (Message & { readonly train?: boolean })[];
  readonly tools?: string | readonly ToolDeclaration[];
}

interface Message {
  readonly role: string;
  readonly content: string;
  readonly name?: string;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: unknown } }[];
  readonly tool_call_id?: string;
}

function rowsOf(trainer: Trainer, line: TrainingLine, style: Style = "prompt-completion"): readonly Row[] {
  const made = trainer.rows(line, style);
  if ("fault" in made) throw new Error(made.fault);
  return made.rows as readonly Row[];
}

const tool: ToolDeclaration = {
  type: "function",
  function: { name: "look_up", parameters: { type: "object", properties: { order: { type: "string" } } } },
};

/** A chat of some turns, some with calls and their answers, some with weight 0; the last is learnt. */
function someChat(seed: number): Extract<TrainingLine, { messages: unknown }> {
  const random = createRandom(seed);
  const messages: ChatMessage[] = random.below(2) === 0 ? [] : [{ role: "system", content: "Be brief." }];
  const turns = 1 + random.below(5);
  for (let turn = 0; turn < turns; turn++) {
    messages.push({ role: "user", content: `question ${turn} é "quoted"` });
    if (random.below(3) === 0) {
      const id = `call_${turn}`;
      const call = {
        name: "look_up",
        arguments: JSON.stringify({ order: `A-${random.below(9)}`, days: random.below(9), deep: [{}] }),
      };
      messages.push({ role: "assistant", content: null, tool_calls: [{ id, type: "function", function: call }] });
      messages.push({ role: "tool", content: "{}", tool_call_id: id });
    }
    const learnt = turn === turns - 1 || random.below(2) === 0;
    messages.push({ role: "assistant", content: `answer ${turn}`, ...(learnt ? {} : { weight: 0 as const }) });
  }
  return { messages, tools: [tool] };
}

const seeds = Array.from({ length: 200 }, (_, seed) => seed);

const message = {
  type: "object",
  properties: {
    role: { enum: ["system", "user", "assistant", "tool"] },
    content: { type: "string" },
    name: { type: "string" },
    tool_call_id: { type: "string" },
    tool_calls: {
      type: "array",
      minItems: 1,
      items: {
        type: "object",
        properties: {
          id: { type: "string" },
          type: { const: "function" },
          function: {
            type: "object",
            properties: { name: { type: "string" }, arguments: { type: "object" } },
            required: ["name", "arguments"],
            additionalProperties: false,
          },
        },
        required: ["type", "function"],
        additionalProperties: false,
      },
    },
  },
  required: ["role", "content"],
  additionalProperties: false,
};
const chat = { type: "array", minItems: 1, items: message };
const answer = { ...chat, maxItems: 1 };

/** The conversational forms of https://huggingface.co/docs/trl/en/dataset_formats, read 2026-11-21. */
function form(columns: Readonly<Record<string, unknown>>) {
  return new Ajv2020().compile({
    type: "object",
    properties: { ...columns, tools: { type: "string" } },
    required: Object.keys(columns),
    additionalProperties: false,
  });
}
const promptCompletion = form({ prompt: chat, completion: answer });
const languageModelling = form({ messages: chat });
const preference = form({ prompt: chat, chosen: answer, rejected: answer });

describe("trl", () => {
  test("has a row in its form for each answer that is learnt, after all that came before", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const rows = rowsOf(trl, line);
      const learnt = line.messages.flatMap((one, place) => (isLearnt(one) ? [place] : []));
      expect(rows.map(({ prompt }) => prompt.length)).toEqual(learnt);
      for (const [index, row] of rows.entries()) {
        expect(promptCompletion(row), JSON.stringify(promptCompletion.errors)).toBe(true);
        const shown = [...row.prompt, ...row.completion].map(({ content }) => content);
        expect(shown).toEqual(line.messages.slice(0, learnt[index]! + 1).map(({ content }) => content ?? ""));
      }
    }
  });

  test("never learns a message of weight 0, and keeps no weights", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const context = line.messages.filter(({ weight }) => weight === 0).map(({ content }) => content);
      const rows = rowsOf(trl, line);
      expect(rows.flatMap(({ completion }) => completion).filter(({ content }) => context.includes(content))).toEqual(
        [],
      );
      expect(JSON.stringify(rows)).not.toContain("weight");
    }
  });

  test("gets arguments as the objects that they stand for, and tools as their JSON", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const written = rowsOf(trl, line).at(-1)!;
      const calls = (messages: readonly { readonly tool_calls?: Message["tool_calls"] }[]) =>
        messages.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => call.function.arguments));
      const given = calls(line.messages).map((text) => JSON.parse(text as string) as unknown);
      expect(calls([...written.prompt, ...written.completion])).toEqual(given);
      expect(JSON.parse(written.tools as string)).toEqual([tool]);
    }
  });

  test("takes whole chats, but none with context among the answers", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const made = trl.rows(line, "messages");
      const context = line.messages.some(({ weight }) => weight === 0);
      expect("fault" in made).toBe(context);
      if ("rows" in made) expect(made.rows.map((row) => languageModelling(row))).toEqual([true]);
    }
  });

  test("takes preferences as prompt, chosen and rejected", () => {
    const line: TrainingLine = {
      input: { messages: [{ role: "user", content: "Oslo?" }], tools: [tool] },
      preferred_output: [{ role: "assistant", content: "Yes." }],
      non_preferred_output: [{ role: "assistant", content: "No." }],
    };
    const [row] = rowsOf(trl, line);
    expect(preference(row), JSON.stringify(preference.errors)).toBe(true);
    expect(row).toMatchObject({ chosen: [{ content: "Yes." }], rejected: [{ content: "No." }] });
  });

  test("refuses an answer that nobody asked for, but not one that is context", () => {
    const first = { role: "assistant", content: "Hello." } as const;
    const rest = [
      { role: "user", content: "Oslo?" },
      { role: "assistant", content: "Yes." },
    ] as const;
    expect(trl.rows({ messages: [first, ...rest] }, "prompt-completion")).toMatchObject({
      fault: expect.stringContaining("needs a prompt"),
    });
    expect(rowsOf(trl, { messages: [{ ...first, weight: 0 }, ...rest] })).toHaveLength(1);
  });
});

describe("axolotl", () => {
  const learntOf = ({ messages }: Row) => messages.filter(({ train }) => train).map(({ content }) => content);

  test("is told of each message whether it is learnt", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const learnt = line.messages.filter(isLearnt).map(({ content }) => content ?? "");
      expect(rowsOf(axolotl, line, "messages").map(learntOf)).toEqual([learnt]);
      const turns = rowsOf(axolotl, line);
      expect(turns.map(learntOf)).toEqual(learnt.map((content) => [content]));
      expect(turns.every(({ messages }) => messages.at(-1)?.train === true)).toBe(true);
      expect(turns.flatMap(({ messages }) => messages).every(({ train }) => typeof train === "boolean")).toBe(true);
    }
  });

  test("gets arguments and schemas as JSON, which it reads itself: columns of one type", () => {
    for (const seed of seeds) {
      const line = someChat(seed);
      const [row] = rowsOf(axolotl, line, "messages");
      const calls = row!.messages.flatMap(({ tool_calls = [] }) => tool_calls);
      expect(calls.map((call) => call.function.arguments)).toEqual(
        line.messages.flatMap(({ tool_calls = [] }) => tool_calls.map((call) => call.function.arguments)),
      );
      expect(row!.tools).toEqual([
        { type: "function", function: { name: "look_up", parameters: JSON.stringify(tool.function.parameters) } },
      ]);
    }
  });

  test("takes preferences under the names that it looks for, and none with tools", () => {
    const line: TrainingLine = {
      input: { messages: [{ role: "user", content: "Oslo?" }] },
      preferred_output: [{ role: "assistant", content: "Yes." }],
      non_preferred_output: [{ role: "assistant", content: "No." }],
    };
    expect(rowsOf(axolotl, line)).toEqual([
      {
        messages: [{ role: "user", content: "Oslo?" }],
        chosen: { role: "assistant", content: "Yes." },
        rejected: { role: "assistant", content: "No." },
      },
    ]);
    expect(axolotl.refuses({ method: "dpo", style: "messages", tools: 1 })).toContain("--target trl");
    expect(axolotl.refuses({ method: "supervised", style: "messages", tools: 1 })).toBeUndefined();
  });
});

test("older functions become tools, and their answers say who answered", () => {
  const line: TrainingLine = {
    messages: [
      { role: "user", content: "When?" },
      { role: "assistant", content: null, function_call: { name: "look_up", arguments: '{"order":"A-1"}' } },
      { role: "function", name: "look_up", content: "March" },
      { role: "assistant", content: "In March." },
    ],
    functions: [tool.function],
  };
  const row = rowsOf(trl, line).at(-1)!;
  expect(row.prompt.slice(1)).toEqual([
    {
      role: "assistant",
      content: "",
      tool_calls: [{ type: "function", function: { name: "look_up", arguments: { order: "A-1" } } }],
    },
    { role: "tool", content: "March", name: "look_up" },
  ]);
  expect(JSON.parse(row.tools as string)).toEqual([tool]);
});

test("a tool's answer names the function, parts of a text are one text, a refusal is what was said", () => {
  const line: TrainingLine = {
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "one" },
          { type: "text", text: "two" },
        ],
      },
      {
        role: "assistant",
        tool_calls: [{ id: "call_1", type: "function", function: { name: "look_up", arguments: "{}" } }],
      },
      { role: "tool", content: "March", tool_call_id: "call_1" },
      { role: "assistant", refusal: "I can't say." },
    ],
  };
  expect(rowsOf(trl, line).at(-1)).toMatchObject({
    prompt: [{ content: "one\ntwo" }, { content: "" }, { name: "look_up", tool_call_id: "call_1" }],
    completion: [{ content: "I can't say." }],
  });
});

import { describe, expect, test } from "vitest";
import type { ChatRole } from "../../../src/core/chat.ts";
import { exampleWriter } from "../../../src/dataset/example.ts";
import { formatJudge } from "../../../src/dataset/format.ts";
import { chatRenderer } from "../../../src/dataset/render-rows.ts";
import { compileTemplate } from "../../../src/dataset/template.ts";
import { createRandom } from "../../../src/engine/random.ts";

async function chat(templates: readonly (readonly [role: ChatRole, text: string, weight?: 0 | 1])[]) {
  const messages = await Promise.all(
    templates.map(async ([role, text, weight], index) => ({
      role,
      name: `/dataset/messages/${index}`,
      template: await compileTemplate({ text, partials: new Map(), locate: () => ({ file: "t.hbs" }) }),
      ...(weight === undefined ? {} : { weight }),
    })),
  );
  return chatRenderer({ messages, tools: {} });
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
const settings = { seed: 7, key: "k", variants: 1 };
const pieces = ['"', "\\", "\n", "\u0001", "\u2028", " ", "a", "Zoë", "水壶", "🙂", "\ud83d", "\ude42", "{{x}}"];

describe("the JSON that templates make", () => {
  test("is that of the messages, for any cells, and refused are the same ones", async () => {
    const render = await chat([
      ["system", 'Say "yes".\n'],
      ["user", "{{a}}{{b}}: {{#if c}}{{c}}{{/if}}"],
      ["assistant", "{{b}}"],
    ]);
    const random = createRandom(3);
    const cell = () => Array.from({ length: 1 + random.below(4) }, () => pieces[random.below(pieces.length)]).join("");
    const judge = formatJudge();
    const known = new Set<boolean>();
    for (let round = 0; round < 2000; round++) {
      const [example] = render({ a: cell(), b: cell(), c: cell() }, settings);
      const { messages, written } = example?.content ?? { messages: [] };
      known.add(written !== undefined);
      if (judge({ messages }) !== undefined) expect(written).toBeUndefined();
      if (written === undefined) continue;
      expect(text(written.line)).toBe(JSON.stringify({ messages }));
      const { start, rest, prompt } = exampleWriter()({ messages });
      expect([text(written.line), text(written.prompt)]).toEqual([start + rest, prompt]);
    }
    expect(known.size).toBe(2);
  });

  test("tells variants apart, and draws what the messages draw", async () => {
    const render = await chat([
      ["user", "{{a}}"],
      ["assistant", '{{pick "yes" "no" "perhaps"}}, {{pick "one" "two"}}'],
    ]);
    const examples = render({ a: "hello" }, { ...settings, variants: 20 });
    expect(examples.length).toBeGreaterThan(3);
    const lines = examples.map(({ content }) => text(content.written?.line));
    expect(lines).toEqual(examples.map(({ content }) => JSON.stringify({ messages: content.messages })));
    expect(new Set(lines).size).toBe(examples.length);
  });

  test.each([
    [
      "a weight",
      [
        ["user", "{{a}}"],
        ["assistant", "b", 0],
        ["assistant", "c"],
      ],
    ],
    [
      "no answer",
      [
        ["system", "{{a}}"],
        ["user", "b"],
      ],
    ],
  ] as const)("is not made of messages with %s", async (_what, templates) => {
    const render = await chat(templates);
    expect(render({ a: "hello" }, settings)[0]?.content.written).toBeUndefined();
  });

  test("of an answer alone has an empty prompt", async () => {
    const render = await chat([["assistant", "{{a}}"]]);
    const { written } = render({ a: "hello" }, settings)[0]?.content ?? {};
    expect(text(written?.prompt)).toBe('{"messages":[');
    expect(text(written?.line)).toBe('{"messages":[{"role":"assistant","content":"hello"}]}');
  });
});

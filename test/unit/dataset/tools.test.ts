import { afterEach, describe, expect, test } from "vitest";
import type { ChatMessage, ToolDeclaration } from "../../../src/core/chat.ts";
import { exampleWriter, promptAndAnswer } from "../../../src/dataset/example.ts";
import { type BuildResult, type DatasetRig, datasetRig } from "./rig.ts";

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let rig: DatasetRig | undefined;
afterEach(() => rig?.remove());

const towns = "Oslo Rome Lima Cairo Paris Delhi Quito Hanoi Berne Sofia Tunis Accra".split(" ");

const pipelineOf = (dataset: string): string => `
source: { type: csv, path: data.csv, key: town }
dataset:
${dataset.replace(/^/gm, "  ")}
targets:
  ours: { provider: openai-compatible, base_url: "http://127.0.0.1:1/v1", model: m }
`;

async function build(dataset: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<BuildResult> {
  rig = await datasetRig({
    "pipeline.yaml": pipelineOf(dataset),
    "data.csv": `town,days\n${towns.map((town, index) => `${town},${index + 1}`).join("\n")}\n`,
    ...files,
  });
  return rig.build();
}

const told = ({ code, message }: { code: string; message: string }): string => `${code} ${message}`;

const weather = `
tools:
  - name: weather
    parameters:
      type: object
      properties: { town: { type: string }, days: { type: integer }, hot: { type: boolean } }
      required: [town]
`;

describe("calls from templates", () => {
  const calls = `${weather}
messages:
  - { role: user, content: "{{town}}?" }
  - { role: assistant, tool_calls: [{ name: weather, arguments: { town: "{{town}}", days: "{{days}}", hot: false } }, { name: weather, arguments: '{"town": {{json town}} }' }] }
  - { role: tool, content: sunny }
  - { role: tool, content: hot }
  - { role: assistant, content: "{{town}} is sunny." }`;

  test("are written in the API's form, with typed arguments and ids that answers name", async () => {
    const { lines, problems } = await build(calls);
    expect(problems).toEqual([]);
    const [first = {}] = await lines("train");
    const messages = first["messages"] as readonly ChatMessage[];
    const [one, other] = messages[1]?.tool_calls ?? [];
    expect(one?.function).toEqual({ name: "weather", arguments: '{"town":"Oslo","days":1,"hot":false}' });
    expect(other?.function.arguments).toBe('{"town": "Oslo" }');
    expect(messages[1]?.content).toBeNull();
    expect(one?.id).toMatch(/^call_[0-9a-f]{24}$/);
    expect(one?.id).not.toBe(other?.id);
    expect(messages.slice(2, 4).map(({ tool_call_id }) => tool_call_id)).toEqual([one?.id, other?.id]);
    expect(Object.keys(first)).toEqual(["messages", "tools"]);
    expect((first["tools"] as readonly ToolDeclaration[])[0]).toMatchObject({
      type: "function",
      function: { name: "weather" },
    });
  });

  test("are the same bytes each time, and new ones when the declaration's order changes", async () => {
    const before = await (await build(calls)).text("train");
    await rig?.remove();
    const again = await build(calls);
    expect(await again.text("train")).toBe(before);
    const [first, second] = ["town: { type: string }", "days: { type: integer }"];
    await rig?.write("pipeline.yaml", pipelineOf(calls.replace(`${first}, ${second}`, `${second}, ${first}`)));
    const changed = await rig?.build();
    expect(changed?.actions["dataset"]).toBe("ran");
    expect(await changed?.text("train")).not.toBe(before);
  });

  test("variants with equal calls are one example", async () => {
    const { values } = await build(`variants: 3\n${calls}`);
    expect(values["dataset"]).toMatchObject({ examples: towns.length, collapsed: 2 * towns.length });
  });

  test("the held-out row expects the call as JSON and keeps the tools", async () => {
    const { lines } = await build(`${weather}
seed: 2
split: { test: 0.1 }
messages:
  - { role: user, content: "{{town}}?" }
  - { role: assistant, tool_calls: [{ name: weather, arguments: { town: "{{town}}" } }] }`);
    const [held = {}] = await lines("heldOut");
    const { town } = held["vars"] as { readonly town: string };
    expect(held["expected"]).toBe(`{"name":"weather","arguments":{"town":"${town}"}}`);
    expect(held["tools"]).toHaveLength(1);
    expect(held["messages"]).toEqual([{ role: "user", content: `${town}?` }]);
  });

  test("why tells each call's place and the tools", async () => {
    const result = await build(calls);
    const why = await result.explain({ split: "training", line: 1 });
    expect(why.messages.map(({ template }) => template)).toEqual([
      "pipeline.yaml:15:30",
      "pipeline.yaml:16:7",
      "pipeline.yaml:17:7",
      "pipeline.yaml:18:7",
      "pipeline.yaml:19:35",
    ]);
    expect(why.tools?.tools?.[0]?.function.name).toBe("weather");
  });

  test("rules and privacy look into arguments, and what is redacted stays JSON", async () => {
    const leaky = calls.replace('{{town}}", days', '{{town}} write to anna.meier@gmx.de", days');
    const warned = await build(
      `privacy: { personal: warn }\nrules: [{ type: not_matches, pattern: anna, action: warn }]\n${leaky}`,
    );
    expect(warned.warnings.map(({ code }) => code)).toEqual(expect.arrayContaining(["PERSONAL_DATA", "RULE_BROKEN"]));
    await rig?.remove();
    const redacted = await build(`privacy: { personal: redact }\n${leaky}`);
    const [first = {}] = await redacted.lines("train");
    const [call] = (first["messages"] as readonly ChatMessage[])[1]?.tool_calls ?? [];
    const given = JSON.parse(call?.function.arguments ?? "") as { readonly town: string; readonly days: number };
    expect(given.town).not.toContain("anna.meier@gmx.de");
    expect(given.days).toBe(1);
  });

  test("their tokens, and those of the tools, are counted", async () => {
    const { values } = await build(calls);
    const withTools = values["estimate"] as { readonly tokens: { readonly training: number }; readonly tools?: number };
    await rig?.remove();
    const plain = await build(
      `messages:\n  - { role: user, content: "{{town}}?" }\n  - { role: assistant, content: "{{town}} is sunny." }`,
    );
    const without = plain.values["estimate"] as typeof withTools;
    expect(withTools.tools).toBe(towns.length);
    expect(without).not.toHaveProperty("tools");
    expect(withTools.tokens.training).toBeGreaterThan(without.tokens.training + 40 * towns.length);
  });
});

describe("images from templates", () => {
  const looking = `images: photos
messages:
  - { role: user, content: [{ text: "{{town}}?" }, { image: "{{town}}.png", detail: low }] }
  - { role: assistant, content: "That is {{town}}." }`;
  const photos = Object.fromEntries(towns.map((town) => [`photos/${town}.png`, png]));

  test("are put into the lines as base64, by what they are", async () => {
    const { lines, problems, values } = await build(looking, photos);
    expect(problems).toEqual([]);
    const [first = {}] = await lines("train");
    expect((first["messages"] as readonly ChatMessage[])[0]?.content).toEqual([
      { type: "text", text: "Oslo?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${png.toString("base64")}`, detail: "low" } },
    ]);
    expect(values["estimate"]).toMatchObject({ images: towns.length });
  });

  test("are read again when a file changes", async () => {
    const first = await build(looking, photos);
    expect((await rig?.build())?.actions["dataset"]).toBe("reused");
    await rig?.write("photos/Oslo.png", Buffer.concat([png, Buffer.from("more")]));
    const second = await rig?.build();
    expect(second?.actions["dataset"]).toBe("ran");
    expect(await second?.text("train")).not.toBe(await first.text("train"));
  });

  test("that are addresses stay addresses", async () => {
    const { lines } = await build(
      looking.replace("images: photos\n", "").replace("{{town}}.png", "https://example.org/{{town}}.png"),
    );
    const [first = {}] = await lines("train");
    expect(JSON.stringify(first)).toContain('"url":"https://example.org/Oslo.png"');
  });

  test("without a file are told with their row, all of them", async () => {
    const { problems } = await build(looking, { "photos/Oslo.png": png });
    expect(problems).toHaveLength(towns.length - 1);
    expect(problems.map(told)[0]).toBe('EXAMPLE_INVALID There is no image "Rome.png" in photos.');
    expect(problems[0]?.location).toMatchObject({ line: 3 });
  });
});

describe("the response format of the data", () => {
  const json = `response_format: { type: json_schema, json_schema: { name: town, schema: { type: object, properties: { days: { type: integer } }, required: [days] } } }
messages:
  - { role: user, content: "{{town}}?" }
  - { role: assistant, content: '{"days": ANSWER}' }`;

  test("takes answers of its form and is no part of the lines", async () => {
    const { lines, problems } = await build(json.replace("ANSWER", "{{days}} "));
    expect(problems).toEqual([]);
    expect(Object.keys((await lines("train"))[0] ?? {})).toEqual(["messages"]);
  });

  test("refuses others, row by row", async () => {
    const { problems } = await build(json.replace("ANSWER", "{{json town}} "));
    expect(problems.map(told)).toEqual([
      "EXAMPLE_INVALID The answer in message 2 breaks its schema: /days must be integer.",
    ]);
    expect(problems[0]?.alsoAt).toHaveLength(towns.length - 1);
  });
});

describe("a line", () => {
  const call = { id: "c1", type: "function", function: { name: "weather", arguments: "{}" } } as const;

  test("has its keys in one order, however they were written", () => {
    const write = exampleWriter();
    const { start, rest, prompt } = write({
      functions: [{ name: "old" }],
      parallel_tool_calls: false,
      tools: [{ type: "function", function: { parameters: { type: "object" }, name: "weather" } }],
      messages: [
        {
          content: [{ image_url: { detail: "low", url: "https://a.example" }, type: "image_url" }],
          name: "anna",
          role: "user",
        },
        {
          weight: 0,
          tool_calls: [{ function: { arguments: "{}", name: "weather" }, type: "function", id: "c1" }],
          role: "assistant",
          content: null,
        },
        { tool_call_id: "c1", content: "sunny", role: "tool" },
        { content: "It is sunny.", role: "assistant" },
      ],
    });
    expect(start + rest).toBe(
      '{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example","detail":"low"}}],"name":"anna"},' +
        '{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{}"}}],"weight":0},' +
        '{"role":"tool","content":"sunny","tool_call_id":"c1"},{"role":"assistant","content":"It is sunny."}],' +
        '"tools":[{"type":"function","function":{"parameters":{"type":"object"},"name":"weather"}}],"parallel_tool_calls":false,"functions":[{"name":"old"}]}',
    );
    expect(prompt).not.toContain("weight");
  });

  test("that ends with several calls expects them as a list", () => {
    const { answer } = promptAndAnswer([
      { role: "user", content: "Both?" },
      { role: "assistant", content: "I look.", tool_calls: [call, { ...call, id: "c2" }] },
    ]);
    expect(answer).toBe('I look.\n[{"name":"weather","arguments":{}},{"name":"weather","arguments":{}}]');
  });
});

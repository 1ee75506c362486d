import { describe, expect, test } from "vitest";
import { formatBaseline, type RecordedAnswer } from "../../src/core/baseline.ts";
import { sha256 } from "../../src/core/hash.ts";
import { type sources, sourcesByType } from "../../src/sources/index.ts";
import { readSource } from "../unit/sources/rows.ts";

const answerTo = (question: string): RecordedAnswer => ({
  key: sha256(question),
  asked_as: "prompt",
  messages: [{ role: "user", content: question }],
  answer: "Yes.",
  finish_reason: "stop",
  usage: null,
  at: "2026-11-22T04:00:00Z",
});

const baseline = formatBaseline(
  {
    ftpipe_baseline: 1,
    name: "old",
    model: "ft:x",
    provider: "openai",
    metadata: null,
    shutdown_date: null,
    pipeline: "towns",
    recorded_at: "2026-11-22T04:00:00Z",
    sampling: { temperature: 0, max_tokens: 5 },
    counts: { cases: 1, prompts: 2, refused: 0 },
    usage: { prompt_tokens: 0, completion_tokens: 0 },
  },
  [{ ...answerTo("Is this a case?"), asked_as: "case" }, answerTo("Is this one?"), answerTo("Is that one?")],
);

/** A small file of each type, of two rows. A new source adds its own here. */
const samples: Readonly<Record<keyof typeof sources, string>> = {
  csv: "a,b\n1,2\n3,4\n",
  jsonl: '{"a":"1"}\n{"a":"3"}\n',
  recorded: baseline,
  messages: '{"messages":[{"role":"assistant","content":"x"}]}\n{"messages":[{"role":"assistant","content":"y"}]}\n',
};

describe.each(Object.entries(sourcesByType))("source %s", (type, definition) => {
  const sample = samples[type as keyof typeof samples];

  test("is registered under its own name and says what it is", () => {
    expect(definition.type).toBe(type);
    expect(definition.summary).toMatch(/^\S.*\.$/);
    for (const option of Object.values(definition.options.properties)) expect(option.description).toMatch(/^\S.*\.$/);
  });

  test("every option has a default, so that a path is enough", () => {
    expect(definition.options.required ?? []).toEqual([]);
    for (const option of Object.values(definition.options.properties)) expect(option.default).toBeDefined();
  });

  test("yields rows in their order, each with nothing inherited and with its place", async () => {
    const { rows, problems } = await readSource(type, sample);
    expect(problems).toEqual([]);
    expect(rows).toHaveLength(2);
    for (const { values, location } of rows) {
      expect(["constructor", "toString", "__proto__"].filter((name) => name in values)).toEqual([]);
      expect(location.file).toBe("data.txt");
    }
    const places = rows.map(({ location }) => location.line ?? 0);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test("yields the same however the bytes arrive", async () => {
    const whole = await readSource(type, sample);
    for (const chunk of [1, 2, 3, 11]) expect(await readSource(type, sample, { chunk })).toEqual(whole);
  });

  const bad: readonly (readonly [string, string | Uint8Array, string])[] = [
    ["an empty file", "", "SOURCE_EMPTY"],
    ["a Git LFS pointer", "version https://git-lfs.github.com/spec/v1\n", "SOURCE_INVALID"],
    ["a binary file", Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 8]), "SOURCE_INVALID"],
    ["bytes that are no UTF-8", Buffer.concat([Buffer.from(sample), Buffer.from([0xff, 0x0a])]), "SOURCE_ENCODING"],
  ];
  test.each(bad)("refuses %s with a code, a place and a sentence", async (_name, data, code) => {
    const { problems } = await readSource(type, data);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.location?.file).toBe("data.txt");
    expect(problems[0]?.message).toMatch(/\.$/);
  });
});

test("recorded answers are trained on with the terms told, those to cases and those that were edited never", async () => {
  const { rows, warnings } = await readSource("recorded", baseline);
  expect(rows.map(({ values, location }) => [values["messages"], location.line])).toEqual([
    [
      [
        { role: "user", content: "Is this one?" },
        { role: "assistant", content: "Yes." },
      ],
      3,
    ],
    [
      [
        { role: "user", content: "Is that one?" },
        { role: "assistant", content: "Yes." },
      ],
      4,
    ],
  ]);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining("terms may forbid")]);
  const edited = await readSource("recorded", baseline.replace('"asked_as":"case"', '"asked_as":"prompt"'));
  expect(edited.problems).toMatchObject([{ code: "BASELINE_DAMAGED", location: { line: 2 } }]);
});

import { beforeAll, describe, expect, test } from "vitest";
import { readPipelineData } from "../../../bench/quality/pipeline-data.ts";
import { inventRelease, phrasings } from "../../../bench/quality/release-notes.ts";
import { meanRouge, namesBoth, overFirstLine, summarizer } from "../../../bench/quality/summarizer.ts";
import type { Answer, QualityCase } from "../../../bench/quality/task.ts";
import { seenWords, textsOf } from "../../../bench/quality/unseen.ts";
import { baseExample } from "../../../scripts/base/corpus.ts";
import type { TrainingExample } from "../../../src/engine/engine.ts";

let cases: readonly QualityCase[];
let training: readonly TrainingExample[];

beforeAll(async () => {
  const data = await readPipelineData(summarizer.pipeline);
  training = data.training;
  cases = summarizer.cases(data.kit);
});

const answered = (content: (asked: QualityCase) => string): readonly Answer[] =>
  cases.map((asked) => ({ case: asked, content: content(asked), finishReason: "stop" }));
const notesOf = ({ messages }: QualityCase): string => messages.at(-1)?.content ?? "";

describe("the cases of the summarizer", () => {
  test("are at least 300 a group, all different, and the same each time", () => {
    const groups = Map.groupBy(cases, ({ group }) => group);
    expect([...groups.keys()]).toEqual(["unseen words", "unseen phrasings"]);
    for (const of of groups.values()) expect(of.length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases.map(notesOf)).size).toBe(cases.length);
    expect(inventRelease("unseen words", 7)).toEqual(inventRelease("unseen words", 7));
  });

  test("have a held-out word in every change, and none of these words in the training data", () => {
    const seen = seenWords(summarizer.heldOut);
    for (let index = 0; index < 60; index++)
      for (const { what } of inventRelease("unseen words", index).changes) expect(seen([what]), what).toHaveLength(1);
    expect(seen(textsOf(training.map(({ messages }) => messages)))).toEqual([]);
  });

  test("ask with the pipeline's system message, and name both items in the notes", () => {
    const [system] = training[0]?.messages ?? [];
    for (const asked of cases) {
      expect(asked.messages[0]).toEqual({ role: "system", content: system?.content });
      const { items } = asked.reference as { readonly items: readonly string[] };
      for (const item of items) expect(notesOf(asked)).toContain(item);
    }
  });

  test("are answered in the words of the training data", () => {
    const clause = /^(Patches|Removes|Adds) (.+?) and (removes|adds|fixes) (.+)\.$/;
    for (const { messages } of training) expect(messages.at(-1)?.content).toMatch(clause);
    for (const { expected } of cases) expect(expected).toMatch(clause);
  });

  test("phrase the notes of the second group unlike any template", () => {
    // What stands before and after the change on a line: "- Added …", "[new] …".
    const frames = (notes: string, items: readonly string[]): readonly string[] =>
      notes
        .split("\n")
        .flatMap((line) => items.filter((item) => line.includes(item)).map((item) => line.replace(item, "…")));
    const of = (asked: QualityCase) =>
      frames(notesOf(asked), (asked.reference as { readonly items: readonly string[] }).items);
    const known = new Set(cases.filter(({ group }) => group === "unseen words").flatMap(of));
    expect(known.size).toBeGreaterThan(50);
    expect(
      cases
        .filter(({ group }) => group === "unseen phrasings")
        .flatMap(of)
        .filter((frame) => known.has(frame)),
    ).toEqual([]);
  });

  test("phrase the notes of the second group unlike the base corpus", () => {
    const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const lines = phrasings
      .flatMap((phrasing) => Object.values(phrasing))
      .map((line) => new RegExp(`^${line.split("{o}").map(escaped).join("(.+)")}$`));
    const found = new Set<string>();
    for (let index = 0; index < 5_000; index++)
      for (const { content } of baseExample(index).filter(({ role }) => role !== "assistant"))
        for (const line of content.split("\n")) if (lines.some((own) => own.test(line))) found.add(line);
    expect([...found]).toEqual([]);
  });
});

describe("the measures of the summarizer", () => {
  test("give the reference all, and the first line nothing over itself", () => {
    const right = answered(({ expected }) => expected ?? "");
    expect(meanRouge(right)).toBe(100);
    expect(right.every(namesBoth)).toBe(true);
    const [baseline] = summarizer.baselines ?? [];
    const lines = baseline?.answer(training, cases) ?? [];
    const copied = answered((asked) => lines[cases.indexOf(asked)] ?? "");
    expect(overFirstLine(copied)).toBe(0);
    expect(meanRouge(copied)).toBeGreaterThan(20); // no heading: a baseline that is worth beating
    expect(overFirstLine(right)).toBeCloseTo(100 - meanRouge(copied), 9);
  });

  test("name both items only where both stand in full", () => {
    const [asked] = cases as readonly [QualityCase];
    const { items } = asked.reference as { readonly items: readonly [string, string] };
    const says = (content: string): boolean => namesBoth({ case: asked, content, finishReason: "stop" });
    expect(says(`Removes ${items[1]}, and ${items[0]} too.`)).toBe(true);
    expect(says(`Removes ${items[0]}.`)).toBe(false);
    expect(says(`Removes ${items[0]} and ${items[1]}s.`)).toBe(false);
  });
});

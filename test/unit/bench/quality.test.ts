import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { ask } from "../../../bench/quality/ask.ts";
import { heldOutProducts, heldOutProductWords, isHeldOut } from "../../../bench/quality/held-out.ts";
import { macroF1, overMajority, trainNaiveBayes } from "../../../bench/quality/labels.ts";
import { hasPersona, namesAnother, namesProduct } from "../../../bench/quality/reviewer.ts";
import {
  answerBaselines,
  answersFor,
  failuresOf,
  measuresOf,
  scoreMeasure,
  type TaskAnswers,
} from "../../../bench/quality/score.ts";
import { failureLines, tableLines } from "../../../bench/quality/table.ts";
import type { Answer, Measure, QualityTask } from "../../../bench/quality/task.ts";
import { holdsPhrase, loops, percent, wordsOf } from "../../../bench/quality/text.ts";
import { ticketsByLabel } from "../../../bench/quality/triage-tickets.ts";
import { seenWords } from "../../../bench/quality/unseen.ts";
import type { CompletionRequest, Engine } from "../../../src/engine/engine.ts";

const answer = (content: string, reference: unknown = "", group = "all"): Answer => ({
  case: { messages: [{ role: "user", content: `asked: ${String(reference)}` }], group, reference },
  content,
  finishReason: "stop",
});

describe("texts", () => {
  test("a reply loops when four words come in the same order four times", () => {
    const round = "I love it so ";
    expect(loops(round.repeat(3))).toBe(false);
    expect(loops(round.repeat(4))).toBe(true);
    expect(loops("and and and and and and and")).toBe(true);
    expect(loops("and and and and and and")).toBe(false);
    expect(loops('{"a":"b c d"},'.repeat(4))).toBe(true);
    expect(loops("")).toBe(false);
  });

  test("a phrase is found as whole words only, in the case that it has", () => {
    expect(holdsPhrase("I love this lap dulcimer!", "lap dulcimer")).toBe(true);
    expect(holdsPhrase("My clap dulcimers, my lap dulcimer", "lap dulcimer")).toBe(true);
    expect(holdsPhrase("My clap dulcimer", "lap dulcimer")).toBe(false);
    expect(holdsPhrase("My lap dulcimers", "lap dulcimer")).toBe(false);
    expect(holdsPhrase("My Lap dulcimer", "lap dulcimer")).toBe(false);
  });

  test("held-out words are found in any case and in the plural, phrases word by word", () => {
    const search = seenWords(["theremin", "Tromso", "yo-yo", "fez"]);
    expect(search(["A Theremins case", "from TROMSO", "two fezes"])).toEqual(["theremin", "Tromso", "fez"]);
    expect(search(["thereminist", "yo, what a yo"])).toEqual([]);
    expect(search(["a red yo yo"])).toEqual(["yo-yo"]);
  });
});

describe("labels", () => {
  const answers = [answer("a", "a"), answer(" a\n", "a"), answer("b", "a"), answer("b", "b"), answer("what?", "b")];

  test("accuracy is told over always giving the most frequent label", () => {
    expect(overMajority(answers)).toBeCloseTo(60 - 60);
    expect(overMajority([answer("a", "a"), answer("b", "b")])).toBeCloseTo(100 - 50);
  });

  test("macro F1 is the mean over the labels, and an answer that is none of them is a miss", () => {
    // a: 2 right, 0 wrong, 1 missed; b: 1 right, 1 wrong, 1 missed.
    expect(macroF1(answers)).toBeCloseTo((4 / 5 + 2 / 4) / 2);
    expect(macroF1([answer("", "a")])).toBe(0);
  });

  test("naive Bayes weighs words by how often a label has them, smoothed by one", () => {
    const predict = trainNaiveBayes([
      { text: "late parcel", label: "shipping" },
      { text: "Late again", label: "shipping" },
      { text: "wrong bill", label: "billing" },
    ]);
    expect(predict("so LATE")).toBe("shipping");
    // shipping: 2/3 · (2+1)/(4+5) · (0+1)/(4+5) = 0.0247; billing: 1/3 · (0+1)/(2+5) · (1+1)/(2+5) = 0.0136.
    expect(predict("late bill")).toBe("shipping");
    // shipping: 2/3 · 1/9 · 1/9 = 0.0082; billing: 1/3 · 2/7 · 2/7 = 0.0272.
    expect(predict("wrong bill")).toBe("billing");
    expect(predict("nothing known")).toBe("shipping");
  });
});

describe("the reviewer's answers", () => {
  const reference = {
    product: "tabletop zither",
    others: ["zither", "webcam", "Clay Tagine"],
    persona: [
      { type: "contains", negated: false, options: { value: "!" } },
      { type: "icontains-any", negated: false, options: { value: ["love", "wow"] } },
    ],
  };

  test("have the persona when all of the pipeline's assertions on it hold", () => {
    expect(hasPersona(answer("Wow, a zither!", reference))).toBe(true);
    expect(hasPersona(answer("Wow, a zither.", reference))).toBe(false);
    expect(hasPersona(answer("A zither!", reference))).toBe(false);
    expect(hasPersona(answer("", reference))).toBe(false);
  });

  test("name the product only with the whole of its name", () => {
    expect(namesProduct(answer("I love this tabletop zither!", reference))).toBe(true);
    expect(namesProduct(answer("I love this zither, tabletop and all!", reference))).toBe(false);
  });

  test("name another product whatever its case, but not by a part of the right name", () => {
    expect(namesAnother(answer("I love this tabletop zither!", reference))).toBe(false);
    expect(namesAnother(answer("I love this clay tagine!", reference))).toBe(true);
    expect(namesAnother(answer("The webcam is a dream", reference))).toBe(true);
  });
});

describe("scores", () => {
  const right = ({ content, case: asked }: Answer): boolean => content === asked.reference;
  const measure = (extra: Partial<Measure> = {}): Measure => ({
    name: "right",
    direction: "at least",
    unit: "%",
    score: (answers) => percent(answers, right),
    passes: right,
    ...extra,
  });
  const cases = [answer("", "x", "one").case, answer("", "y", "two").case];
  const saying = (...texts: readonly string[]): readonly Answer[] =>
    cases.map((asked, index) => ({ case: asked, content: texts[index] ?? "", finishReason: "stop" }));
  const answers: TaskAnswers = {
    base: new Map([["free", saying("", "")]]),
    tuned: new Map([
      [1, new Map([["free", saying("x", "y")]])],
      [2, new Map([["free", saying("x", "?")]])],
    ]),
    baselines: answerBaselines([{ name: "always x", answer: (_, asked) => asked.map(() => "x") }], [], cases),
  };

  test("stand for base, every seed, their mean and its standard error", () => {
    const row = scoreMeasure(measure(), answers);
    expect(row).toMatchObject({ prompts: 2, base: 0, tuned: [100, 50], mean: 75, baselines: { "always x": 50 } });
    expect(row.standardError).toBeCloseTo(25);
    expect(row.verdict).toBe("-");
  });

  test("fail when one seed misses the floor, however good the mean", () => {
    expect(scoreMeasure(measure({ floor: 50 }), answers).verdict).toBe("pass");
    expect(scoreMeasure(measure({ floor: 51 }), answers).verdict).toBe("FAIL");
    expect(scoreMeasure(measure({ direction: "at most", floor: 99 }), answers).verdict).toBe("FAIL");
  });

  test("keep to the measure's group, and refuse one without cases", () => {
    expect(scoreMeasure(measure({ group: "one" }), answers)).toMatchObject({ prompts: 1, tuned: [100, 100] });
    expect(() => answersFor(measure({ group: "three" }), saying())).toThrow('no case of the group "three"');
    expect(() => scoreMeasure(measure({ variant: "constrained" }), answers)).toThrow('no variant "constrained"');
  });

  test("take the aim from a baseline that the measure names", () => {
    expect(scoreMeasure(measure({ aim: { baseline: "always x" } }), answers).aim).toBe(50);
    expect(scoreMeasure(measure({ aim: 90 }), answers).aim).toBe(90);
  });

  test("list what each seed got wrong, with the prompt's end", () => {
    const failures = failuresOf(measure(), answers);
    expect(failures.map(({ seed, answer: { content } }) => [seed, content])).toEqual([[2, "?"]]);
    expect(failureLines(measure(), failures, { most: 10, answers: 4 })).toEqual([
      "right: 1 of 4 answers fail",
      "  seed 2  …asked: y",
      "    expected  y",
      '    got       "?"',
    ]);
    expect(failureLines(measure(), failures, { most: 0, answers: 4 })).toEqual([]);
  });

  test("are printed with their bounds in one table", () => {
    const rows = [measure({ floor: 80, aim: 95 }), measure({ name: "F", unit: "F1", score: () => 0.5 })];
    const lines = tableLines(
      rows.map((row) => scoreMeasure(row, answers)),
      [1, 2],
    );
    expect(lines).toEqual([
      "measure  unit  prompts   floor     aim   base  always x  seed 1  seed 2    mean ± s.e.  verdict",
      "right       %        2  ≥ 80.0  ≥ 95.0    0.0      50.0   100.0    50.0    75.0 ± 25.0     FAIL",
      "F          F1        2       -       -  0.500     0.500   0.500   0.500  0.500 ± 0.000        -",
    ]);
  });

  test("every task is watched for loops, in each of its variants", () => {
    const task: QualityTask = { name: "t", pipeline: "", heldOut: [], cases: () => cases, measures: [] };
    expect(measuresOf(task).map(({ name }) => name)).toEqual(["replies that loop"]);
    const variants = [
      { name: "free", constrained: false },
      { name: "constrained", constrained: true },
    ];
    const [, constrained] = measuresOf({ ...task, variants });
    expect(constrained).toMatchObject({ name: "replies that loop, constrained", variant: "constrained", floor: 1 });
    expect(constrained?.score([answer("go on and on ".repeat(4)), answer("fine")])).toBe(50);
  });
});

test("cases are asked at temperature 0, held to their format in constrained variants only, and stay in order", async () => {
  const requests: CompletionRequest[] = [];
  const engine = {
    complete: async (request: CompletionRequest) => {
      requests.push(request);
      const content = request.messages[0]?.content ?? "";
      // Later questions are answered first.
      for (let turn = Number(content); turn < 20; turn++) await Promise.resolve();
      return { content, finishReason: "stop", usage: { prompt_tokens: 1, completion_tokens: 1 } };
    },
  } as Pick<Engine, "complete"> as Engine;
  const responseFormat = { type: "json_object" } as const;
  const cases = Array.from({ length: 20 }, (_, index) => ({
    messages: [{ role: "user" as const, content: String(index) }],
    group: "all",
    reference: index,
    responseFormat,
  }));
  const variants = [
    { name: "constrained", constrained: true },
    { name: "free", constrained: false },
  ];
  const answers = await ask(engine, { base: "ftpipe-nano" }, { cases, variants, maxTokens: 9 });
  for (const { name } of variants) {
    expect(answers.get(name)?.map(({ content }) => content)).toEqual(cases.map(({ reference }) => String(reference)));
  }
  expect(requests.every(({ sampling }) => sampling.temperature === 0 && sampling.max_tokens === 9)).toBe(true);
  const formats = requests.map((request) => ("responseFormat" in request ? request.responseFormat : undefined));
  expect(formats.slice(0, 20).every((format) => format === responseFormat)).toBe(true);
  expect(formats.slice(20).every((format) => format === undefined)).toBe(true);
});

describe("what is held out", () => {
  test("is known word by word, in any case and in the plural", () => {
    expect(["zither", "Zithers", "Ximena", "fezes"].filter(isHeldOut)).toHaveLength(4);
    expect(["guitar", "zith", ""].filter(isHeldOut)).toEqual([]);
  });

  test("are at least 300 products, each with a word that the reviewer's data does not have", () => {
    expect(new Set(heldOutProducts.map(({ name }) => name)).size).toBe(heldOutProducts.length);
    expect(heldOutProducts.length).toBeGreaterThanOrEqual(300);
    expect(heldOutProductWords.length).toBeGreaterThanOrEqual(110);
    for (const { name, word } of heldOutProducts) expect(name.split(" ")).toContain(word);
    expect(seenWords(heldOutProductWords)([readFileSync("pipelines/data/products.csv", "utf8")])).toEqual([]);
  });

  test("are at least 50 tickets a label, none worded like one of triage's data", () => {
    const rows = parse<{ readonly message: string }>(readFileSync("pipelines/data/tickets.csv"), { columns: true });
    const known = rows.map(({ message }) => wordsOf(message));
    const runs = new Set(known.flatMap(runsOfFive));
    for (const tickets of Object.values(ticketsByLabel)) {
      expect(new Set(tickets).size).toBeGreaterThanOrEqual(50);
      for (const ticket of tickets) {
        const words = wordsOf(ticket);
        expect(runsOfFive(words).filter((run) => runs.has(run))).toEqual([]);
        expect(Math.max(...known.map((other) => overlap(words, other)))).toBeLessThan(0.41);
      }
    }
  });
});

function runsOfFive(words: readonly string[]): readonly string[] {
  return words.slice(4).map((_, index) => words.slice(index, index + 5).join(" "));
}

/** Words that both have, over all that either has. */
function overlap(left: readonly string[], right: readonly string[]): number {
  const other = new Set(right);
  const both = [...new Set(left)].filter((word) => other.has(word)).length;
  return both / new Set([...left, ...right]).size;
}

import { describe, expect, test } from "vitest";
import { rouge1, rougeN } from "../../../src/evaluation/assertions/rouge-n.ts";
import { scoreAnswer } from "../../../src/evaluation/score.ts";

describe("rouge-n", () => {
  test("is twice the tokens in common over the tokens of both: the F score, not recall", () => {
    expect(rouge1("the cat sat", "the cat sat on the mat")).toBeCloseTo((2 * 3) / (3 + 6), 12); // recall would be 0.5
    expect(rouge1("the cat sat on the mat", "the cat sat")).toBeCloseTo((2 * 3) / (6 + 3), 12); // and here 1
  });

  test("counts a token as often as it stands in both, so repeating it does not help", () => {
    expect(rouge1("tea tea tea tea", "a cup of tea")).toBeCloseTo((2 * 1) / (4 + 4), 12);
    expect(rouge1("the the", "the cat and the dog")).toBeCloseTo((2 * 2) / (2 + 5), 12);
  });

  test("leaves case and order out of account, and counts punctuation as tokens", () => {
    expect(rouge1("Adds A Map", "a map adds")).toBe(1);
    expect(rouge1("Adds a map.", "Adds a map")).toBeCloseTo(6 / 7, 12);
    expect(rouge1("un café", "un Café")).toBe(1);
  });

  test("keeps hyphens, apostrophes and points inside a word", () => {
    expect(rouge1("e-mail", "e mail")).toBe(0);
    expect(rouge1("chef's knife", "chef s knife")).toBeCloseTo(2 / 5, 12);
    expect(rouge1("version 2.4.", "2.4")).toBeCloseTo(2 / 4, 12);
  });

  test("is 0 where nothing is in common, or there is nothing", () => {
    expect(rouge1("tea", "coffee")).toBe(0);
    expect(rouge1("", "coffee")).toBe(0);
  });

  test("passes from the threshold on and reports the score either way; not- turns both round", () => {
    const options = { value: "a cup of tea", threshold: 0.75 };
    const judge = (type: string, answer: string) =>
      scoreAnswer(rougeN, { type, negated: type.startsWith("not-"), options }, answer);
    expect(judge("rouge-n", "a cup of tea please ok")).toMatchObject({ pass: true, score: 0.8 });
    expect(judge("rouge-n", "a cup here")).toMatchObject({ pass: false, score: 4 / 7 });
    expect(judge("not-rouge-n", "a cup here")).toMatchObject({ pass: true, score: 1 - 4 / 7 });
    expect(judge("rouge-n", "a cup of coffee").pass).toBe(true); // 0.75 itself
    expect(judge("rouge-n", "a cup here").reason).toContain("0.57");
  });

  test("asks for 0.75 unless the pipeline says otherwise, as promptfoo does", () => {
    expect(rougeN.options.properties.threshold.default).toBe(0.75);
  });
});

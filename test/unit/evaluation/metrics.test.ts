import { describe, expect, test } from "vitest";
import type { EvalCase } from "../../../src/evaluation/cases.ts";
import type { EvalResult, SubjectName } from "../../../src/evaluation/evaluate.ts";
import { measure } from "../../../src/evaluation/metrics.ts";

const evalCase = (id: string, expected?: string, metrics: readonly (string | undefined)[] = [undefined]): EvalCase => ({
  id,
  expected,
  messages: [{ role: "user", content: id }],
  variables: {},
  assertions: metrics.map((metric) => ({ type: "contains", negated: false, metric, options: { value: "x" } })),
  location: { file: "p.yaml" },
});

function answered(caseId: string, subject: SubjectName, answer: string, ...passes: readonly boolean[]): EvalResult {
  const scores = passes.map((pass) => ({ type: "contains", pass, score: pass ? 1 : 0, reason: "So it is." }));
  return {
    caseId,
    subject,
    outcome: { kind: "answer", answer, finishReason: "stop", scores },
    pass: passes.every(Boolean),
  };
}

const broken = (caseId: string, subject: SubjectName): EvalResult => ({
  caseId,
  subject,
  outcome: { kind: "error", code: "NETWORK", message: "gone" },
  pass: false,
});

describe("metrics", () => {
  test("pass_rate counts cases, a named metric the assertions under that name, errors apart", () => {
    const cases = [
      evalCase("a", undefined, ["tone", undefined, "tone"]),
      evalCase("b", undefined, ["tone"]),
      evalCase("c", undefined, ["tone"]),
    ];
    const { shares } = measure(
      cases,
      [answered("a", "tuned", "", true, false, false), answered("b", "tuned", "", true), broken("c", "tuned")],
      undefined,
    );
    expect(shares).toEqual({
      tuned: { pass_rate: { passed: 1, judged: 2, errors: 1 }, tone: { passed: 2, judged: 3, errors: 1 } },
    });
  });

  test("compares pass rates over the cases that both models answered", () => {
    const cases = ["a", "b", "c", "d", "e"].map((id) => evalCase(id));
    const { comparisons } = measure(
      cases,
      [
        answered("a", "tuned", "", true),
        answered("a", "base", "", false),
        answered("b", "tuned", "", true),
        answered("b", "base", "", true),
        answered("c", "tuned", "", false),
        answered("c", "base", "", true),
        broken("d", "tuned"),
        answered("d", "base", "", true),
        answered("e", "tuned", "", true),
        answered("e", "base", "", false),
      ],
      undefined,
    );
    expect(comparisons).toMatchObject([
      { against: "base", pairs: 4, difference: 0.25, newlyPassing: ["a", "e"], newlyFailing: ["c"] },
    ]);
  });

  test("accuracy takes the trimmed answer as the label; what is no label counts as other", () => {
    const cases = [
      evalCase("a", "bug"),
      evalCase("b", "bug"),
      evalCase("c", "billing"),
      evalCase("d", "billing"),
      evalCase("e"),
    ];
    const { shares, confusion } = measure(
      cases,
      [
        answered("a", "tuned", " bug\n", true),
        answered("b", "tuned", "Bug", true),
        answered("c", "tuned", "bug", true),
        broken("d", "tuned"),
        answered("e", "tuned", "anything", true),
      ],
      ["billing", "bug", "question"],
    );
    expect(shares.tuned?.["accuracy"]).toEqual({ passed: 1, judged: 3, errors: 1 });
    expect(confusion).toEqual({
      expected: ["billing", "bug"],
      predicted: ["billing", "bug", "question", "(other)"],
      counts: [
        [0, 1, 0, 0],
        [0, 1, 0, 1],
      ],
    });
  });

  test("are there with nothing in them where no case yields any", () => {
    const { shares } = measure([evalCase("a")], [broken("a", "tuned")], ["x"]);
    expect(shares.tuned).toEqual({
      pass_rate: { passed: 0, judged: 0, errors: 1 },
      accuracy: { passed: 0, judged: 0, errors: 0 },
    });
  });

  test("what a recorded model was never asked counts nowhere, and the tuned model is compared without it", () => {
    const cases = ["a", "b", "c"].map((id) => evalCase(id));
    const results = [
      answered("a", "tuned", "", true),
      answered("b", "tuned", "", false),
      answered("c", "tuned", "", true),
      answered("b", "recorded:old", "", true),
      answered("c", "recorded:old", "", false),
    ];
    const { shares, paired, comparisons } = measure(cases, results, undefined);
    expect(shares["recorded:old"]).toEqual({ pass_rate: { passed: 1, judged: 2, errors: 0 } });
    expect(paired).toEqual({ "recorded:old": { pass_rate: { passed: 1, judged: 2, errors: 0 } } });
    expect(comparisons).toMatchObject([{ pairs: 2, difference: 0, newlyPassing: ["c"], newlyFailing: ["b"] }]);
    expect(measure(cases, results.slice(0, 3), undefined)).not.toHaveProperty("paired");
  });
});

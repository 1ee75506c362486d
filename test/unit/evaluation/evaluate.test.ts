import { describe, expect, test } from "vitest";
import { type ErrorCode, FtpipeError } from "../../../src/core/errors.ts";
import { assertionsByType } from "../../../src/evaluation/assertions/index.ts";
import type { EvalCase } from "../../../src/evaluation/cases.ts";
import { type EvaluateProgress, evaluate, type Subject } from "../../../src/evaluation/evaluate.ts";

const caseOf = (id: string): EvalCase => ({
  id,
  messages: [{ role: "user", content: id }],
  variables: {},
  assertions: [{ type: "contains", negated: false, options: { value: "yes" } }],
  location: { file: "p.yaml" },
});

const cases = (count: number) => Array.from({ length: count }, (_, index) => caseOf(`c${index}`));
const answering = (name: Subject["name"], ask: Subject["ask"]): Subject => ({ name, ask });
const say = async (content: string) => ({ content, finishReason: "stop" });
const failWith = async (code: ErrorCode): Promise<never> => {
  throw new FtpipeError(code, `it is ${code}`);
};

function run(
  list: readonly EvalCase[],
  subjects: readonly Subject[],
  more: { concurrency?: number; signal?: AbortSignal } = {},
) {
  const progress: EvaluateProgress[] = [];
  const results = evaluate(list, subjects, {
    definitions: assertionsByType,
    concurrency: more.concurrency ?? 4,
    signal: more.signal ?? new AbortController().signal,
    onProgress: (news) => progress.push(news),
  });
  return { results, progress };
}

describe("evaluate", () => {
  test("gives results in the order of the cases, whatever order the answers come in", async () => {
    const waiting: (() => void)[] = [];
    const late: Subject["ask"] = async ({ id }) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { content: `yes ${id}`, finishReason: "stop" };
    };
    const { results } = run(cases(4), [answering("base", late), answering("tuned", late)], { concurrency: 8 });
    await Promise.resolve();
    expect(waiting).toHaveLength(8);
    for (const release of waiting.reverse()) release();
    const order = (await results).map(({ caseId, subject }) => `${caseId} ${subject}`);
    expect(order).toEqual([0, 1, 2, 3].flatMap((index) => [`c${index} base`, `c${index} tuned`]));
  });

  test("never asks more at once than it may", async () => {
    let open = 0;
    let most = 0;
    const ask: Subject["ask"] = async () => {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open--;
      return say("yes");
    };
    await run(cases(20), [answering("tuned", ask)], { concurrency: 3 }).results;
    expect(most).toBe(3);
  });

  test("turns an error of one question into an error result, and goes on", async () => {
    for (const code of ["NETWORK", "PROVIDER_UNAVAILABLE", "PROVIDER_ANSWER", "PROVIDER_REJECTED"] as const) {
      const ask: Subject["ask"] = ({ id }) => (id === "c1" ? failWith(code) : say("yes"));
      const { results, progress } = run(cases(3), [answering("tuned", ask)], { concurrency: 1 });
      expect((await results).map(({ pass, outcome }) => [pass, outcome.kind])).toEqual([
        [true, "answer"],
        [false, "error"],
        [true, "answer"],
      ]);
      expect(progress.at(-1)).toEqual({ done: 3, total: 3, failed: 0, errors: 1 });
    }
  });

  test("stops at an error that every question would meet", async () => {
    for (const code of ["CREDENTIALS_REJECTED", "MODEL_GONE", "QUOTA_EXCEEDED", "PERMISSION_DENIED"] as const) {
      let asked = 0;
      const ask: Subject["ask"] = () => (++asked === 2 ? failWith(code) : say("yes"));
      await expect(run(cases(50), [answering("tuned", ask)], { concurrency: 1 }).results).rejects.toMatchObject({
        code,
      });
      expect(asked).toBe(2);
    }
  });

  test("stops when nobody ever answers, instead of waiting for each question", async () => {
    let asked = 0;
    const ask: Subject["ask"] = () => {
      asked++;
      return failWith("NETWORK");
    };
    await expect(run(cases(500), [answering("tuned", ask)], { concurrency: 1 }).results).rejects.toMatchObject({
      code: "NETWORK",
    });
    expect(asked).toBe(20);
    await expect(run(cases(1), [answering("tuned", ask)]).results).rejects.toMatchObject({ code: "NETWORK" });
  });

  test("throws bugs as they are", async () => {
    const ask: Subject["ask"] = () => Promise.reject(new TypeError("a bug"));
    await expect(run(cases(3), [answering("tuned", ask)]).results).rejects.toBeInstanceOf(TypeError);
  });

  test("asks nothing more once it is interrupted", async () => {
    const controller = new AbortController();
    let asked = 0;
    const ask: Subject["ask"] = async () => {
      if (++asked === 2) controller.abort(new FtpipeError("INTERRUPTED", "Interrupted."));
      return say("yes");
    };
    const { results } = run(cases(10), [answering("tuned", ask)], { concurrency: 1, signal: controller.signal });
    await expect(results).rejects.toMatchObject({ code: "INTERRUPTED" });
    expect(asked).toBe(2);
  });

  test("does not pass a case without assertions, nor an empty answer", async () => {
    const bare = { ...caseOf("bare"), assertions: [] };
    const [first, second] = await run(
      [bare, caseOf("c")],
      [answering("tuned", ({ id }) => say(id === "c" ? " " : "yes"))],
    ).results;
    expect(first?.pass).toBe(false);
    expect(second?.pass).toBe(false);
  });

  test("recorded answers are judged anew; where there is none there is no result", async () => {
    const old = answering("recorded:old", async ({ id }) => (id === "c1" ? undefined : say("yes")));
    const { results } = run(cases(3), [old, answering("tuned", () => say("no"))]);
    const told = (await results).map(({ caseId, subject, pass }) => [caseId, subject, pass]);
    expect(told).toEqual([
      ["c0", "recorded:old", true],
      ["c0", "tuned", false],
      ["c1", "tuned", false],
      ["c2", "recorded:old", true],
      ["c2", "tuned", false],
    ]);
  });

  test("recorded answers are no sign that a provider answers", async () => {
    const subjects = [answering("recorded:old", () => say("yes")), answering("tuned", () => failWith("NETWORK"))];
    await expect(run(cases(50), subjects).results).rejects.toMatchObject({ code: "NETWORK" });
  });
});

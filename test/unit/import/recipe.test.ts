import { describe, expect, test } from "vitest";
import { withImported } from "../../../src/import/attempt.ts";
import { graderFiles } from "../../../src/import/grader-settings.ts";
import { type Proposal, proposeTemplates } from "../../../src/import/proposal.ts";
import { type PastJob, readJob } from "../../../src/import/recipe.ts";
import type { ImportRecord } from "../../../src/import/record.ts";
import { resultsCsv } from "../../../src/import/results.ts";
import { emptyLock, formatLock } from "../../../src/run/lock.ts";
import type { Row } from "../../../src/sources/source.ts";

const base = { id: "ftjob-1", status: "succeeded", model: "gpt-4o-mini-2024-07-18" };

describe("the recipe of a job", () => {
  test.each([
    [
      "of 2023, with its hyperparameters beside it",
      { hyperparameters: { n_epochs: 3 } },
      { method: "supervised", hyperparameters: { n_epochs: 3 } },
    ],
    [
      "with a method, whose numbers go before `auto`",
      {
        hyperparameters: { n_epochs: "auto" },
        method: { type: "supervised", supervised: { hyperparameters: { n_epochs: 2 } } },
      },
      { hyperparameters: { n_epochs: 2 } },
    ],
    [
      "of dpo, without hyperparameters of its own",
      { hyperparameters: null, method: { type: "dpo", dpo: { hyperparameters: { beta: 0.1 } } } },
      { method: "dpo", hyperparameters: { beta: 0.1 } },
    ],
    [
      "whose suffix only its model has",
      { fine_tuned_model: "ft:gpt-4o-mini-2024-07-18:acme:shop:x1" },
      { suffix: "shop" },
    ],
    ["without a suffix", { fine_tuned_model: "ft:gpt-4o-mini-2024-07-18:acme::x1" }, { suffix: undefined }],
    ["that failed", { status: "failed", error: { code: "c", message: "Why." } }, { state: "failed", error: "Why." }],
    ["that is fine, by any year's way to say so", { error: { code: null, message: null } }, { error: undefined }],
    ["that ftpipe made", { metadata: { ftpipe_fp: "a".repeat(64) } }, { fingerprint: "a".repeat(64) }],
    ["that is paused", { status: "paused" }, { state: "running" }],
  ])("%s", (_name, more, wanted) => {
    expect(readJob({ ...base, ...more })).toMatchObject(wanted);
  });

  test("of a method that is not known is named", () => {
    expect(readJob({ ...base, method: { type: "distillation" } })).toEqual({ unknownMethod: "distillation" });
  });

  test("has the programs of graders in files of their own", () => {
    const { setting, files } = graderFiles(
      {
        type: "multi",
        graders: { near: { type: "python", source: "def grade(sample, item): return 1.0", name: null } },
        calculate_output: "near",
      },
      "graders/shop",
    );
    expect(setting).toMatchObject({ graders: { near: { type: "python", source: "graders/shop/near.py" } } });
    expect(files).toEqual({ "graders/shop/near.py": "def grade(sample, item): return 1.0\n" });
  });

  test("has its metrics as CSV, in base64 or not", () => {
    expect(resultsCsv(Buffer.from("step,train_loss\n1,2\n"))).toBe("step,train_loss\n1,2\n");
    expect(resultsCsv(Buffer.from(Buffer.from("step,a\n1,2\n").toString("base64")))).toBe("step,a\n1,2\n");
    expect(resultsCsv(Buffer.from("<html>"))).toBeUndefined();
  });
});

describe("an imported model in the lock", () => {
  const record: ImportRecord = { import_version: 1, host: "h", job: "ftjob-1", name: "shop", pieces: {}, done: true };
  const job = readJob({ ...base, fine_tuned_model: "ft:m" }) as PastJob;

  test("is accepted if it answers and no other is", () => {
    const lock = withImported(emptyLock, "openai", { job, record, lives: true, stages: {} });
    expect(lock.targets["openai"]).toMatchObject({
      candidate: "ft:m",
      accepted: "ft:m",
      attempts: [{ verdict: "imported" }],
    });
    expect(withImported(lock, "openai", { job, record, lives: true, stages: {} })).toEqual(lock);
  });

  test("is only the candidate if it is gone", async () => {
    const lock = withImported(emptyLock, "openai", { job, record, lives: false, stages: {} });
    expect(lock.targets["openai"]?.accepted).toBeUndefined();
    expect(await formatLock(lock)).toContain("candidate: ft:m");
  });
});

describe("templates are proposed", () => {
  const row = (messages: unknown, more: object = {}): Row => ({
    values: { messages, ...more },
    location: { file: "a.jsonl", line: 1 },
  });
  const chat = (question: string, answer: string, system = "Be brief.") =>
    row([
      { role: "system", content: system },
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ]);
  const because = (proposal: Proposal) => ("because" in proposal ? proposal.because : undefined);

  test("for training and validation lines alike, with empty cells allowed where they are", () => {
    const proposal = proposeTemplates(
      [chat("Product: a\nNote: x", "1"), chat("Product: b\nNote: ", "2")],
      [chat("Product: c\nNote: z", "3")],
    );
    expect(proposal).toMatchObject({
      templates: {
        columns: ["product", "note", "answer"],
        emptyColumns: ["note"],
        training: [
          ["a", "x", "1"],
          ["b", "", "2"],
        ],
        validation: [["c", "z", "3"]],
      },
    });
  });

  test.each([
    [
      "weights",
      [
        row([
          { role: "user", content: "a" },
          { role: "assistant", content: "b", weight: 0 },
        ]),
      ],
      "weight",
    ],
    [
      "tools",
      [
        row(
          [
            { role: "user", content: "a" },
            { role: "assistant", content: "b" },
          ],
          { tools: [] },
        ),
      ],
      "tools",
    ],
    [
      "parts",
      [
        row([
          { role: "user", content: [{ type: "text", text: "a" }] },
          { role: "assistant", content: "b" },
        ]),
      ],
      "no text",
    ],
    ["equal lines", [chat("a", "b"), chat("a", "b")], "say the same"],
    ["nothing in common", [chat("Why?", "b", "One."), chat("How come", "d", "Two!")], "no shape"],
    ["half a character", [chat("\ud83d", "b")], "broken text"],
  ])("not where there are %s", (_name, rows, reason) => {
    expect(because(proposeTemplates(rows, []))).toContain(reason);
  });
});

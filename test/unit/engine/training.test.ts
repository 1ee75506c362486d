import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEngine } from "../../../src/engine/create.ts";
import type { Checkpoint, StepMetrics, SupervisedRequest, TrainingExample } from "../../../src/engine/engine.ts";

const capitals = {
  France: "Paris",
  Japan: "Tokyo",
  Italy: "Rome",
  Spain: "Madrid",
  Egypt: "Cairo",
  Peru: "Lima",
  Kenya: "Nairobi",
  Cuba: "Havana",
  Norway: "Oslo",
  Greece: "Athens",
};
const examples: readonly TrainingExample[] = Object.entries(capitals).map(([country, capital]) => ({
  messages: [
    { role: "user", content: `Capital of ${country}?` },
    { role: "assistant", content: `It is ${capital}.` },
  ],
}));

const engine = createEngine({ threads: 2 });
afterAll(() => engine.close());

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ftpipe-engine-"));
});
afterEach(() => rm(directory, { recursive: true }));

function request(changes: Partial<SupervisedRequest> = {}): SupervisedRequest {
  return {
    model: { base: "ftpipe-nano" },
    training: examples,
    validation: [],
    hyperparameters: { n_epochs: 3, batch_size: 4, learning_rate_multiplier: 1 },
    seed: 1,
    directory,
    ...changes,
  };
}

const inFolder = async (name: string): Promise<string> => mkdtemp(join(directory, `${name}-`));
const stepsTo = (list: StepMetrics[]) => (metrics: StepMetrics) => void list.push(metrics);
/** All that is reproducible of a step. */
const lossesOf = (steps: readonly StepMetrics[]): readonly unknown[] =>
  steps.map(({ tokensPerSecond: _, ...metrics }) => metrics);

describe("training", () => {
  test("ten examples are learnt by heart", async () => {
    const hyperparameters = { n_epochs: 40, batch_size: 2, learning_rate_multiplier: 1 };
    const { file } = await engine.train(request({ hyperparameters }));
    const answers = await Promise.all(
      examples.map(({ messages }) =>
        engine.complete({
          model: { file },
          messages: messages.slice(0, 1),
          sampling: { temperature: 0, max_tokens: 40 },
        }),
      ),
    );
    expect(answers.map(({ content }) => content)).toEqual(examples.map(({ messages }) => messages[1]?.content));
    expect(answers.every(({ finishReason }) => finishReason === "stop")).toBe(true);
  });

  test("gives the same bits and the same losses at 1, 2 and 4 threads, in a second run, and without workers", async () => {
    const runs = [{ threads: 1 }, { threads: 2 }, { threads: 4 }, { threads: 2 }, { workers: false }].map(
      async (options) => {
        const other = createEngine(options);
        const steps: StepMetrics[] = [];
        const folder = await inFolder("threads");
        const result = await other.train(request({ directory: folder, validation: examples.slice(0, 3) }), {
          onStep: stepsTo(steps),
        });
        await other.close();
        return { sha256: result.sha256, losses: lossesOf(steps) };
      },
    );
    const [first, ...others] = await Promise.all(runs);
    for (const other of others) expect(other).toEqual(first);
  });

  test("another seed, another order of examples, or another setting gives other bits", async () => {
    const results = [];
    for (const changes of [
      {},
      { seed: 2 },
      { training: [...examples].reverse() },
      { hyperparameters: { n_epochs: 3, batch_size: 4, learning_rate_multiplier: 0.5 } },
    ]) {
      results.push(await engine.train(request({ ...changes, directory: await inFolder("other") })));
    }
    expect(new Set(results.map(({ sha256 }) => sha256)).size).toBe(results.length);
  });

  test("reports every step, and the validation at the end of each epoch", async () => {
    const steps: StepMetrics[] = [];
    const { trainedTokens } = await engine.train(request({ validation: examples.slice(0, 4) }), {
      onStep: stepsTo(steps),
    });
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(steps.every(({ totalSteps, tokensPerSecond }) => totalSteps === 9 && tokensPerSecond > 0)).toBe(true);
    expect(steps.map(({ validationLoss }) => validationLoss !== undefined)).toEqual(
      [1, 2, 3].flatMap(() => [false, false, true]),
    );
    expect(steps.at(-1)?.trainLoss).toBeLessThan(steps[0]?.trainLoss ?? 0);
    const text = examples.flatMap(({ messages }) => messages.map(({ content }) => content)).join("");
    expect(trainedTokens).toBe(3 * (text.length + 3 * examples.length)); // bytes, two roles and an end each
  });

  test("messages of weight 0 are context, not something to learn", async () => {
    const spoken = (weight: 0 | 1): readonly TrainingExample[] => [
      {
        messages: [
          { role: "assistant", content: "zzzz", weight },
          { role: "user", content: "a" },
          { role: "assistant", content: "b" },
        ],
      },
    ];
    const saysItUnasked = async (training: readonly TrainingExample[]): Promise<boolean> => {
      const hyperparameters = { n_epochs: 30, batch_size: 1, learning_rate_multiplier: 1 };
      const { file } = await engine.train(request({ training, hyperparameters, directory: await inFolder("weight") }));
      const sampling = { temperature: 0, max_tokens: 4 };
      return (await engine.complete({ model: { file }, messages: [], sampling })).content === "zzzz";
    };
    expect([await saysItUnasked(spoken(1)), await saysItUnasked(spoken(0))]).toEqual([true, false]);
  });

  test("a training that diverges fails, saying at which step and what to lower", async () => {
    const hyperparameters = { n_epochs: 3, batch_size: 4, learning_rate_multiplier: 1e30 };
    await expect(engine.train(request({ hyperparameters }))).rejects.toMatchObject({
      code: "JOB_FAILED",
      hint: "Lower learning_rate_multiplier.",
    });
    expect(await readdir(directory)).not.toContain("model.bin");
  });

  test("a tuned model can be trained further, and that depends on what it was", async () => {
    const tuned = await engine.train(request());
    const further = await engine.train(request({ model: { file: tuned.file }, directory: await inFolder("further") }));
    const steps: StepMetrics[] = [];
    await engine.train(request({ model: { file: further.file }, directory: await inFolder("third") }), {
      onStep: stepsTo(steps),
    });
    expect(further.sha256).not.toBe(tuned.sha256);
    expect(steps[0]?.trainLoss).toBeLessThan(2.5); // an untrained one starts at ln 260 = 5.6
  });
});

describe("files of a training", () => {
  test("the last three epochs leave a checkpoint that can be asked; the last is the model", async () => {
    const checkpoints: Checkpoint[] = [];
    const hyperparameters = { n_epochs: 5, batch_size: 5, learning_rate_multiplier: 1 };
    const { file, sha256 } = await engine.train(request({ hyperparameters }), {
      onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
    });
    expect(checkpoints.map(({ step }) => step)).toEqual([6, 8, 10]);
    expect((await readdir(directory)).sort()).toEqual([
      "checkpoint-10.bin",
      "checkpoint-6.bin",
      "checkpoint-8.bin",
      "model.bin",
    ]);
    expect(
      createHash("sha256")
        .update(await readFile(file))
        .digest("hex"),
    ).toBe(sha256);
    const sampling = { temperature: 0, max_tokens: 5 };
    const messages = [{ role: "user", content: "Capital of Peru?" }] as const;
    const ask = (model: string) => engine.complete({ model: { file: model }, messages, sampling });
    expect(await ask(checkpoints[2]!.file)).toEqual(await ask(file));
    expect((await ask(checkpoints[0]!.file)).usage.completion_tokens).toBeGreaterThan(0);
  });

  test("a training that was stopped goes on from its last epoch to the same bits", async () => {
    const whole = await engine.train(request({ directory: await inFolder("whole") }));
    const stop = new AbortController();
    const stopped = engine.train(request(), { onCheckpoint: () => stop.abort(), signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect((await readdir(directory)).sort()).toContain("state.bin");
    const steps: StepMetrics[] = [];
    const resumed = await engine.train(request(), { onStep: stepsTo(steps) });
    expect(steps.map(({ step }) => step)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(resumed.sha256).toBe(whole.sha256);
  });

  test("a training that is stopped in the midst of an epoch, twice, does no step again and ends in the same bits", async () => {
    const figures: StepMetrics[] = [];
    const validation = examples.slice(0, 3);
    const whole = await engine.train(request({ validation, directory: await inFolder("whole") }), {
      onStep: stepsTo(figures),
    });
    const steps: StepMetrics[] = [];
    for (const last of [2, 5]) {
      const stop = new AbortController();
      const onStep = (metrics: StepMetrics) => {
        steps.push(metrics);
        if (metrics.step === last) stop.abort();
      };
      const stopped = engine.train(request({ validation }), { onStep, signal: stop.signal });
      await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    }
    const resumed = await engine.train(request({ validation }), { onStep: stepsTo(steps) });
    expect(resumed.sha256).toBe(whole.sha256);
    expect(lossesOf(steps)).toEqual(lossesOf(figures));
  });

  test("a training that is stopped before its first step leaves no state", async () => {
    await expect(engine.train(request(), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortError",
    });
    expect(await readdir(directory)).toEqual([]);
  });

  test.each(["a state of another request", "a torn state"])("%s is not gone on from", async (kind) => {
    const stop = new AbortController();
    const first = request(kind === "a torn state" ? {} : { seed: 99 });
    await expect(engine.train(first, { onCheckpoint: () => stop.abort(), signal: stop.signal })).rejects.toThrow();
    if (kind === "a torn state") await truncate(join(directory, "state.bin"), 5000);
    const steps: StepMetrics[] = [];
    const fresh = await engine.train(request(), { onStep: stepsTo(steps) });
    expect(steps[0]?.step).toBe(1);
    expect(fresh.sha256).toBe((await engine.train(request({ directory: await inFolder("clean") }))).sha256);
  });

  test("a finished training is not repeated; one of another request, or a torn model, is", async () => {
    const count = async (changes: Partial<SupervisedRequest> = {}): Promise<number> => {
      const steps: StepMetrics[] = [];
      await engine.train(request(changes), { onStep: stepsTo(steps) });
      return steps.length;
    };
    expect(await count()).toBe(9);
    expect(await count()).toBe(0);
    expect(await count({ seed: 5 })).toBe(9);
    await truncate(join(directory, "model.bin"), 5000);
    expect(await count({ seed: 5 })).toBe(9);
  });

  test("what is no model file is refused by name", async () => {
    const ask = (file: string) =>
      engine.complete({ model: { file }, messages: [], sampling: { temperature: 0, max_tokens: 1 } });
    const file = join(directory, "other.bin");
    await expect(ask(file)).rejects.toMatchObject({ name: "FtpipeError", code: "MODEL_GONE" });
    await writeFile(file, "not a model");
    await expect(ask(file)).rejects.toMatchObject({ name: "FtpipeError", code: "STATE_DAMAGED" });
  });
});

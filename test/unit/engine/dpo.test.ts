import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createEngine } from "../../../src/engine/create.ts";
import type {
  Checkpoint,
  DpoRequest,
  ModelRef,
  PreferenceExample,
  StepMetrics,
  TrainingExample,
} from "../../../src/engine/engine.ts";

const nano = { base: "ftpipe-nano" } as const;
const syllables = ["ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro"];
const words = syllables.flatMap((first) => syllables.map((second) => first + second));
const ask = (word: string) => ({ role: "user", content: `Say ${word}` }) as const;
const pairs = words.map(
  (word): PreferenceExample => ({ input: [ask(word)], preferred: `I say ${word}!`, rejected: `I say ${word}.` }),
);
const [known, unseen] = [pairs.slice(0, 60), pairs.slice(60)];

const engine = createEngine({ threads: 2 });
let home: string;
/** A model that gives the rejected kind of answer two times out of three. */
let tuned: ModelRef;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "ftpipe-dpo-"));
  const training = pairs.flatMap(({ input, preferred, rejected }) =>
    [rejected, preferred, rejected].map(
      (content): TrainingExample => ({ messages: [...input, { role: "assistant", content }] }),
    ),
  );
  const hyperparameters = { n_epochs: 6, batch_size: 4, learning_rate_multiplier: 1 };
  const request = { model: nano, training, validation: [], hyperparameters, seed: 1, directory: home };
  tuned = { file: (await engine.train(request)).file };
});
afterAll(async () => {
  await engine.close();
  await rm(home, { recursive: true });
});

let directory: string;
const newFolder = (): Promise<string> => mkdtemp(join(home, "training-"));
beforeEach(async () => {
  directory = await newFolder();
});

function request(changes: Partial<DpoRequest> = {}): DpoRequest {
  return {
    method: "dpo",
    model: tuned,
    training: known,
    validation: unseen,
    hyperparameters: { n_epochs: 3, batch_size: 4, learning_rate_multiplier: 1, beta: 0.1 },
    seed: 1,
    directory,
    ...changes,
  };
}

const stepsTo = (list: StepMetrics[]) => (metrics: StepMetrics) => void list.push(metrics);
/** All that is reproducible of a step. */
const figuresOf = (steps: readonly StepMetrics[]): readonly unknown[] =>
  steps.map(({ tokensPerSecond: _, ...metrics }) => metrics);

/** How many of the unseen prompts are answered as preferred, and how many as rejected. */
async function answers(model: ModelRef): Promise<{ preferred: number; rejected: number }> {
  const said = await Promise.all(
    unseen.map(({ input }) =>
      engine.complete({ model, messages: input, sampling: { temperature: 0, max_tokens: 20 } }),
    ),
  );
  const count = (which: "preferred" | "rejected") =>
    unseen.filter((pair, index) => said[index]?.content === pair[which]).length;
  return { preferred: count("preferred"), rejected: count("rejected") };
}

describe("direct preference optimisation", () => {
  test("raises the preferred answers' margin on pairs never seen, and the model gives those answers", async () => {
    const before = await answers(tuned);
    expect(before.rejected).toBeGreaterThan(0.9 * unseen.length);
    const steps: StepMetrics[] = [];
    const hyperparameters = { ...request().hyperparameters, n_epochs: 6 };
    const { file } = await engine.train(request({ hyperparameters }), { onStep: stepsTo(steps) });
    const last = steps.at(-1);
    expect(last?.validationAccuracy).toBe(1);
    expect(last?.validationLoss).toBeLessThan(0.6); // ln 2 = 0.69 says that nothing was learnt
    const after = await answers({ file });
    expect(after.preferred).toBeGreaterThan(0.9 * unseen.length);
    expect(after.rejected).toBe(0);
  });

  test("starts at a loss of ln 2 with no pair ahead, whatever the model, and reports each epoch's validation", async () => {
    const steps: StepMetrics[] = [];
    await engine.train(request({ model: nano }), { onStep: stepsTo(steps) });
    expect(steps[0]?.trainLoss).toBeCloseTo(Math.LN2, 9);
    expect(steps[0]?.trainAccuracy).toBe(0);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 45 }, (_, index) => index + 1));
    const validated = steps.flatMap(({ step, validationLoss }) => (validationLoss === undefined ? [] : [step]));
    expect(validated).toEqual([15, 30, 45]);
  });

  test("answers that change places are learnt the other way round", async () => {
    const swap = ({ input, preferred, rejected }: PreferenceExample): PreferenceExample => ({
      input,
      preferred: rejected,
      rejected: preferred,
    });
    const { file } = await engine.train(request({ training: known.map(swap), validation: [] }));
    expect(await answers({ file })).toMatchObject({ preferred: 0 });
    expect((await answers({ file })).rejected).toBeGreaterThan(0.9 * unseen.length);
  });

  test("the chat is context only: its assistant's messages are not learnt", async () => {
    const input = [{ role: "assistant", content: "zz" }, ask("a")] as const;
    const loud: PreferenceExample = { input, preferred: "b", rejected: "c" };
    const quiet = [{ ...input[0], weight: 0 }, input[1]] as const;
    const sums = async (example: PreferenceExample): Promise<readonly unknown[]> => {
      const steps: StepMetrics[] = [];
      const hyperparameters = { n_epochs: 3, batch_size: 1, learning_rate_multiplier: 1, beta: 0.1 };
      const training = [example];
      await engine.train(
        request({ model: nano, training, validation: [], hyperparameters, directory: await newFolder() }),
        { onStep: stepsTo(steps) },
      );
      return figuresOf(steps);
    };
    expect(await sums(loud)).toEqual(await sums({ ...loud, input: quiet }));
  });

  test("a higher beta holds the model closer to what it was", async () => {
    const lossesOf = async (beta: number): Promise<readonly number[]> => {
      const steps: StepMetrics[] = [];
      const hyperparameters = { n_epochs: 6, batch_size: 4, learning_rate_multiplier: 2, beta };
      await engine.train(request({ hyperparameters, directory: await newFolder() }), { onStep: stepsTo(steps) });
      // -log sigmoid(beta * margin) back to the margin, which all betas share.
      return steps.flatMap(({ validationLoss: loss }) =>
        loss === undefined ? [] : [-Math.log(Math.exp(loss) - 1) / beta],
      );
    };
    const [loose, tight] = [await lossesOf(0.1), await lossesOf(2)];
    expect(loose.at(-1)).toBeGreaterThan(tight.at(-1) ?? Number.NaN);
    expect(tight.at(-1)).toBeGreaterThan(0);
  });

  test("gives the same bits and figures at 1, 2 and 4 threads", async () => {
    const runs = [1, 2, 4].map(async (threads) => {
      const other = createEngine({ threads });
      const steps: StepMetrics[] = [];
      const { sha256, trainedTokens } = await other.train(request({ directory: await newFolder() }), {
        onStep: stepsTo(steps),
      });
      await other.close();
      return { sha256, trainedTokens, steps: figuresOf(steps) };
    });
    const [first, ...others] = await Promise.all(runs);
    for (const other of others) expect(other).toEqual(first);
  });

  test("a training that was stopped in the midst of an epoch goes on there to the same bits and figures", async () => {
    const whole: StepMetrics[] = [];
    const { sha256 } = await engine.train(request({ directory: await newFolder() }), { onStep: stepsTo(whole) });
    const stop = new AbortController();
    const first: StepMetrics[] = [];
    const onStep = (metrics: StepMetrics) => {
      first.push(metrics);
      if (metrics.step === 20) stop.abort();
    };
    const stopped = engine.train(request(), { onStep, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(directory)).toContain("state.bin");
    const rest: StepMetrics[] = [];
    const resumed = await engine.train(request(), { onStep: stepsTo(rest) });
    expect(rest[0]?.step).toBe(21);
    expect(resumed.sha256).toBe(sha256);
    expect(figuresOf([...first, ...rest])).toEqual(figuresOf(whole));
  });

  test("leaves a checkpoint an epoch; tokens count the chat once and both answers", async () => {
    const checkpoints: Checkpoint[] = [];
    const { trainedTokens } = await engine.train(request(), {
      onCheckpoint: (checkpoint) => checkpoints.push(checkpoint),
    });
    expect(checkpoints.map(({ step }) => step)).toEqual([15, 30, 45]);
    const bytes = known.reduce((sum, pair) => {
      return sum + (pair.input[0]?.content.length ?? 0) + pair.preferred.length + pair.rejected.length;
    }, 0);
    expect(trainedTokens).toBe(3 * (bytes + 5 * known.length)); // the user's role, and role and end of both answers
  });

  test("another beta or method is another request", async () => {
    const count = async (changes: Partial<DpoRequest> = {}): Promise<number> => {
      const steps: StepMetrics[] = [];
      await engine.train(request(changes), { onStep: stepsTo(steps) });
      return steps.length;
    };
    expect(await count()).toBe(45);
    expect(await count()).toBe(0);
    expect(await count({ hyperparameters: { ...request().hyperparameters, beta: 0.2 } })).toBe(45);
  });

  test("pairs that can't be learnt are named, by index from 0, and refused", async () => {
    const training: readonly PreferenceExample[] = [
      { input: [ask("a")], preferred: "b", rejected: "c" },
      { input: [ask("a")], preferred: "", rejected: "c" },
      { input: [ask("a")], preferred: "b", rejected: "" },
      { input: [ask("a")], preferred: "b", rejected: "b" },
      { input: [], preferred: "y", rejected: "x".repeat(511) },
    ];
    expect(await engine.validate(nano, training)).toEqual([
      { index: 1, message: "Its preferred answer is empty." },
      { index: 2, message: "Its rejected answer is empty." },
      { index: 3, message: "Its two answers are the same, so neither can be preferred." },
      { index: 4, message: "It has 513 tokens; ftpipe-nano takes at most 512." },
    ]);
    await expect(engine.train(request({ training }))).rejects.toMatchObject({
      code: "EXAMPLE_INVALID",
      message: "Line 2 of the training examples: Its preferred answer is empty. 4 examples can't be used in all.",
    });
    await expect(engine.train(request({ training: [] }))).rejects.toMatchObject({ code: "EXAMPLES_TOO_FEW" });
  });

  test("auto takes a beta of 0.1 and the rest as for supervised training", () => {
    const { beta, ...rest } = engine.resolveDpoHyperparameters(nano, 60, {});
    expect(beta).toBe(0.1);
    expect(rest).toEqual(engine.resolveHyperparameters(nano, 60, {}));
    expect(engine.resolveDpoHyperparameters(nano, 60, { beta: 1.5, n_epochs: 2 })).toMatchObject({
      beta: 1.5,
      n_epochs: 2,
    });
  });
});

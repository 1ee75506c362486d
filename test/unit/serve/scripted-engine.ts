import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sha256 } from "../../../src/core/hash.ts";
import type { Engine, StepMetrics } from "../../../src/engine/engine.ts";

/** Training stands still before this step until `release` is called or the signal is aborted. */
export interface ScriptedEngine extends Engine {
  /** Resolves once training stands. */
  readonly standing: Promise<void>;
  release(): void;
  /** Steps that were really done, over all trainings. */
  readonly steps: number[];
}

const settings = (examples: number) => ({
  n_epochs: Math.min(4, examples),
  batch_size: 5,
  learning_rate_multiplier: 1,
});

/**
 * An engine that keeps its contract without learning: figures follow from the step, weights from the request,
 * state is saved after each epoch. For tests of what goes on around training.
 */
export function scriptedEngine(standBefore?: number): ScriptedEngine {
  const standing = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const steps: number[] = [];
  return {
    standing: standing.promise,
    release: gate.resolve,
    steps,
    version: "scripted-1",
    bases: [
      { name: "ftpipe-mini", parameters: 1, context: 256, description: "for tests" },
      { name: "ftpipe-nano", parameters: 1, context: 128, description: "for tests" },
    ],
    validate: async (_model, examples, overContext) =>
      examples.flatMap((example, index) => {
        const texts =
          "messages" in example
            ? example.messages.map(({ content }) => content)
            : [example.preferred, example.rejected];
        const fault = { index, message: "1001 tokens are too many." };
        if (!texts.some((text) => text.length > 1000)) return [];
        return [overContext === "cut" ? { ...fault, cut: true as const } : fault];
      }),
    resolveHyperparameters: (_model, examples, given) => ({ ...settings(examples), ...given }),
    resolveDpoHyperparameters: (_model, examples, given) => ({ ...settings(examples), beta: 0.25, ...given }),
    train: async (request, hooks = {}) => {
      const { n_epochs, batch_size } = request.hyperparameters;
      const perEpoch = Math.ceil(request.training.length / batch_size);
      const totalSteps = n_epochs * perEpoch;
      const state = join(request.directory, "state.txt");
      const done = Number(await readFile(state, "utf8").catch(() => "0"));
      for (let step = done + 1; step <= totalSteps; step++) {
        await setImmediate();
        if (step === standBefore) {
          standing.resolve();
          const aborted = new Promise((resolve) => hooks.signal?.addEventListener("abort", resolve));
          await Promise.race([gate.promise, aborted]);
        }
        hooks.signal?.throwIfAborted();
        steps.push(step);
        const last = step % perEpoch === 0;
        const metrics: StepMetrics = {
          step,
          totalSteps,
          trainLoss: 3 / step,
          trainAccuracy: 1 - 1 / (step + 1),
          tokensPerSecond: 1000,
          ...(last && request.validation.length > 0 ? { validationLoss: 4 / step, validationAccuracy: 0.5 } : {}),
        };
        hooks.onStep?.(metrics);
        if (!last) continue;
        const file = join(request.directory, `checkpoint-${step}.bin`);
        await writeFile(file, `checkpoint ${step}`);
        await writeFile(state, String(step));
        hooks.onCheckpoint?.({ step, file, metrics });
      }
      const file = join(request.directory, "model.bin");
      const weights = JSON.stringify([request.training, request.hyperparameters, request.seed]);
      await writeFile(file, weights);
      const trainedTokens = request.training.length * n_epochs * 10;
      return { file, sha256: sha256(weights), trainedTokens };
    },
    complete: async ({ messages, sampling }) => {
      const text = messages.map(({ content }) => content).join(" ");
      if (text.length > 128)
        throw new Error(`The prompt has ${text.length} tokens; with an answer it must fit into 128.`);
      const content = text.slice(0, sampling.max_tokens);
      return {
        content,
        finishReason: content.length < text.length ? "length" : "stop",
        usage: { prompt_tokens: text.length, completion_tokens: content.length },
      };
    },
    close: async () => {},
  };
}

/**
 * Speed of the built-in engine on this machine: the matrix product beside a plain triple loop, training of
 * ftpipe-mini at 1 and 2 threads, and answering. Compare ratios rather than figures: both sides run in the
 * same process within a minute.
 *
 *   node bench/engine.ts
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEngine } from "../src/engine/create.ts";
import type { TrainingExample } from "../src/engine/engine.ts";
import { matrix } from "../src/engine/kernels/matrix.ts";
import { createMultiply } from "../src/engine/kernels/multiply.ts";
import { createRandom } from "../src/engine/random.ts";

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median seconds of one call. */
function timed(work: () => void, rounds: number): number {
  return median(
    Array.from({ length: rounds }, () => {
      const start = performance.now();
      work();
      return (performance.now() - start) / 1000;
    }),
  );
}

function multiplyTripleLoop(out: Float32Array, left: Float32Array, right: Float32Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += left[i * size + k]! * right[k * size + j]!;
      out[i * size + j] = sum;
    }
  }
}

function benchMultiply(): void {
  const size = 256;
  const random = createRandom(1);
  const numbers = (): Float32Array => Float32Array.from({ length: size * size }, () => random.normal());
  const [left, right, out] = [numbers(), numbers(), numbers()];
  const multiply = createMultiply();
  const square = (data: Float32Array) => matrix(data, size, size);
  const rate = (seconds: number): number => (2 * size ** 3) / seconds / 1e9;
  const blocked = rate(timed(() => multiply(square(out), square(left), square(right)), 31));
  const naive = rate(timed(() => multiplyTripleLoop(out, left, right, size), 31));
  print(`matrix product ${size}^3   ${blocked.toFixed(2)} GFLOP/s, ${(blocked / naive).toFixed(1)} x a triple loop`);
}

/** About as many tokens as a review has. */
function makeExamples(count: number): readonly TrainingExample[] {
  const words = "this lovely steady bright little lamp keeps every quiet evening warm and clear".split(" ");
  const random = createRandom(2);
  const text = (length: number): string => Array.from({ length }, () => words[random.below(words.length)]).join(" ");
  return Array.from({ length: count }, () => ({
    messages: [
      { role: "system", content: text(8) },
      { role: "user", content: text(6) },
      { role: "assistant", content: text(50) },
    ],
  }));
}

async function benchTraining(threads: number): Promise<number> {
  const engine = createEngine({ threads });
  const directory = await mkdtemp(join(tmpdir(), "ftpipe-bench-"));
  const speeds: number[] = [];
  const hyperparameters = { n_epochs: 1, batch_size: 4, learning_rate_multiplier: 1 };
  const request = { model: { base: "ftpipe-mini" }, training: makeExamples(160), validation: [], seed: 1 } as const;
  const { file } = await engine.train(
    { ...request, hyperparameters, directory },
    { onStep: ({ tokensPerSecond }) => speeds.push(tokensPerSecond) },
  );
  const speed = median(speeds);
  const sampling = { temperature: 1, max_tokens: 100, seed: 1 };
  const start = performance.now();
  const answers = await Promise.all(
    makeExamples(20).map(({ messages }) =>
      engine.complete({ model: { file }, messages: messages.slice(0, 2), sampling }),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  const tokens = answers.reduce((sum, { usage }) => sum + usage.prompt_tokens + usage.completion_tokens, 0);
  print(
    `ftpipe-mini, ${threads} threads   ${speed.toFixed(0)} tokens/s trained, ${(tokens / seconds).toFixed(0)} tokens/s answered`,
  );
  await engine.close();
  await rm(directory, { recursive: true });
  return speed;
}

benchMultiply();
const one = await benchTraining(1);
const two = await benchTraining(2);
print(`2 threads train ${(two / one).toFixed(2)} x as fast as 1`);

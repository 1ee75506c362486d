import { expect, test } from "vitest";
import { createWorkspace } from "../../../src/engine/activations.ts";
import { evaluatePack } from "../../../src/engine/backward.ts";
import { createDecoder } from "../../../src/engine/decoder.ts";
import { heapArena } from "../../../src/engine/kernels/arena.ts";
import { plainKernels } from "../../../src/engine/kernels/plain.ts";
import { packOf } from "../../../src/engine/pack.ts";
import { initialize, parameterCount, viewParameters } from "../../../src/engine/parameters.ts";
import { createRandom } from "../../../src/engine/random.ts";

const shape = { vocabulary: 23, width: 16, layers: 2, heads: 2, hidden: 24, context: 40 };
const random = createRandom(5);
const parameters = viewParameters(shape, new Float32Array(parameterCount(shape)));
initialize(shape, parameters, random);
parameters.all.forEach((value, i) => {
  parameters.all[i] = value + 0.2 * random.normal();
});
const tokens = Int32Array.from({ length: 40 }, () => random.below(9));

const open = () => createDecoder(shape, parameters, { slots: 3, rows: 8 });
const row = (slot: number, token: number, predict = true) => ({ slot, token, predict });

test("decoding token by token gives the same predictions as the whole sequence at once", () => {
  const workspace = createWorkspace(shape, heapArena(), { rows: 40, longest: 40 });
  const runner = { shape, parameters, workspace, kernels: plainKernels() };
  const inputs = tokens.subarray(0, 39);
  const decoder = open();
  inputs.forEach((token, t) => {
    const logits = decoder.step([row(0, token)])[0]!;
    const most = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
    const loss = Math.log(sum) + most - logits[tokens[t + 1]!]!;
    const targets = Int32Array.from(inputs, (_, at) => (at === t ? tokens[t + 1]! : -1));
    expect(loss).toBeCloseTo(evaluatePack(runner, packOf([{ tokens: inputs, targets }]))[0]!.loss, 3);
  });
});

test("a chat's logits are the same to the bit, whatever else is in the step and however its prompt is cut", () => {
  const chat = [3, 1, 4, 1, 5, 9];
  const alone = open();
  const expected = chat.map((token) => Array.from(alone.step([row(0, token)])[0]!));
  const shared = open();
  shared.step([row(2, 7), row(2, 7), row(1, 3, false), row(1, 1, false), row(0, 8), row(1, 4, false)]);
  // Copied, because the next step overwrites them.
  const [, first, , second] = shared.step([row(0, 2), row(1, 1), row(2, 6), row(1, 5)]).map((x) => Array.from(x!));
  const [, third] = shared.step([row(2, 6), row(1, 9), row(0, 2)]).map((x) => Array.from(x!));
  expect([first, second, third]).toEqual(expected.slice(3));
});

test("no logits are computed where none are wanted", () => {
  expect(
    open()
      .step([row(0, 3, false), row(1, 4)])
      .map((logits) => logits !== undefined),
  ).toEqual([false, true]);
});

test("after a reset nothing of the chat before is left, and other chats are unharmed", () => {
  const decoder = open();
  const chat = [3, 1, 4, 1, 5];
  const run = (slot: number) => chat.map((token) => Array.from(decoder.step([row(slot, token)])[0]!));
  const first = run(0);
  const other = chat.slice(0, 3).map((token) => Array.from(decoder.step([row(1, token)])[0]!));
  decoder.reset(0);
  expect(run(0)).toEqual(first);
  expect([...other, ...chat.slice(3).map((token) => Array.from(decoder.step([row(1, token)])[0]!))]).toEqual(first);
});

test("a token past the context is refused, as are more rows than a step takes", () => {
  const decoder = open();
  for (const token of tokens) decoder.step([row(0, token)]);
  expect(() => decoder.step([row(0, 4)])).toThrow("the context of 40 tokens is full");
  expect(() => decoder.step(Array.from({ length: 9 }, () => row(1, 4)))).toThrow("a step of 9 rows");
});

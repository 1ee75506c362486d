import { expect, test } from "vitest";
import { createWorkspace } from "../../../src/engine/activations.ts";
import { evaluateSequence } from "../../../src/engine/backward.ts";
import { createDecoder } from "../../../src/engine/decoder.ts";
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

/** Loss of each next token by the decoder's logits. */
function decodedLosses(): readonly number[] {
  const decoder = createDecoder(shape, parameters);
  return [...tokens.subarray(0, 39)].map((token, t) => {
    const logits = decoder.step(token);
    const most = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
    return Math.log(sum) + most - logits[tokens[t + 1]!]!;
  });
}

test("decoding token by token gives the same predictions as the whole sequence at once", () => {
  const runner = { shape, parameters, workspace: createWorkspace(shape) };
  const inputs = tokens.subarray(0, 39);
  decodedLosses().forEach((loss, t) => {
    const targets = Int32Array.from(inputs, (_, at) => (at === t ? tokens[t + 1]! : -1));
    expect(loss).toBeCloseTo(evaluateSequence(runner, { tokens: inputs, targets }).loss, 3);
  });
});

test("after a reset nothing of the chat before is left", () => {
  const decoder = createDecoder(shape, parameters);
  const first = [3, 1, 4, 1, 5].map((token) => Array.from(decoder.step(token)));
  decoder.reset();
  const second = [3, 1, 4, 1, 5].map((token) => Array.from(decoder.step(token)));
  expect(second).toEqual(first);
});

test("a token past the context is refused", () => {
  const decoder = createDecoder(shape, parameters);
  for (const token of tokens) decoder.step(token);
  expect(() => decoder.step(4)).toThrow("the context of 40 tokens is full");
});

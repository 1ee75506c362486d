import { expect, test } from "vitest";
import { batchesOf } from "../../../src/engine/batches.ts";
import { fillHyperparameters } from "../../../src/engine/hyperparameters.ts";
import { plainKernels } from "../../../src/engine/kernels/plain.ts";
import { adamSettings, rateAt } from "../../../src/engine/optimizer.ts";

const { adam } = plainKernels();

test("the learning rate rises over the first twentieth, then falls to a twentieth", () => {
  expect(rateAt(1, 100)).toBeCloseTo(0.2, 9);
  expect(rateAt(5, 100)).toBe(1);
  const rates = Array.from({ length: 95 }, (_, i) => rateAt(6 + i, 100));
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
  expect(rates.at(-1)).toBeCloseTo(0.05, 6);
  expect(rateAt(1, 1)).toBe(1);
});

test("Adam's first step moves each weight against its slope by the learning rate, and clears the gradient", () => {
  const range = {
    parameters: Float64Array.of(1, 1, 0),
    gradient: Float64Array.of(0.5, -30, 0),
    firstMoment: new Float64Array(3),
    secondMoment: new Float64Array(3),
  };
  adam(range, adamSettings({ rate: 0.1, clip: 0.01, step: 1 }));
  const decay = 0.1 * 0.02;
  expect(range.parameters[0]).toBeCloseTo(1 - 0.1 - decay, 5);
  expect(range.parameters[1]).toBeCloseTo(1 + 0.1 - decay, 5);
  expect(range.parameters[2]).toBe(0);
  expect([...range.gradient]).toEqual([0, 0, 0]);
});

test("Adam finds the bottom of a bowl", () => {
  const range = {
    parameters: Float64Array.of(3, -2),
    gradient: new Float64Array(2),
    firstMoment: new Float64Array(2),
    secondMoment: new Float64Array(2),
  };
  for (let step = 1; step <= 500; step++) {
    range.gradient.set([2 * (range.parameters[0]! - 1), 20 * range.parameters[1]!]);
    adam(range, adamSettings({ rate: 0.1 * rateAt(step, 500), clip: 1, step }));
  }
  expect(range.parameters[0]).toBeCloseTo(1, 1);
  expect(range.parameters[1]).toBeCloseTo(0, 1);
});

test("an epoch's batches hold every example once, in an order of its own", () => {
  const settings = { examples: 10, batchSize: 4, seed: 3 };
  const epochs = [0, 1].map((epoch) => batchesOf(epoch, settings));
  for (const batches of epochs) {
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 2]);
    expect(batches.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(batchesOf(1, settings)).toEqual(epochs[1]);
  expect(batchesOf(1, { ...settings, seed: 4 })).not.toEqual(epochs[1]);
});

test.each([
  [1, 25],
  [10, 10],
  [33, 3],
  [34, 3],
  [240, 3],
  [10_000, 2],
  [30_000, 1],
])("%i examples are seen %i times by OpenAI's rule", (examples, epochs) => {
  expect(fillHyperparameters(examples, {}).n_epochs).toBe(epochs);
});

test.each([
  [10, 2], // 100 seen in all
  [120, 4],
  [180, 6],
  [240, 8],
  [20_000, 8],
])("%i examples make batches of %i, for some 90 steps", (examples, batchSize) => {
  expect(fillHyperparameters(examples, {}).batch_size).toBe(batchSize);
});

test("what is given is kept, the rest is filled", () => {
  expect(fillHyperparameters(240, { n_epochs: 7 })).toEqual({
    n_epochs: 7,
    batch_size: 8,
    learning_rate_multiplier: 1,
  });
  expect(fillHyperparameters(240, { batch_size: 16, learning_rate_multiplier: 0.5 })).toEqual({
    n_epochs: 3,
    batch_size: 16,
    learning_rate_multiplier: 0.5,
  });
});

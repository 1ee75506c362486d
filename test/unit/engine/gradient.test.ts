import { describe, expect, test } from "vitest";
import { createWorkspace } from "../../../src/engine/activations.ts";
import { evaluateSequence, trainSequence } from "../../../src/engine/backward.ts";
import type { Floats } from "../../../src/engine/kernels/matrix.ts";
import { initialize, type Parameters, parameterCount, viewParameters } from "../../../src/engine/parameters.ts";
import { createRandom } from "../../../src/engine/random.ts";

const shape = { vocabulary: 11, width: 8, layers: 2, heads: 2, hidden: 12, context: 16 };
const random = createRandom(3);

function randomParameters(): Parameters {
  const parameters = viewParameters(shape, new Float64Array(parameterCount(shape)));
  initialize(shape, parameters, random);
  // Away from the start, where gains are 1 and the copy head is 0, so that no term hides.
  parameters.all.forEach((value, i) => {
    parameters.all[i] = value + 0.3 * random.normal();
  });
  return parameters;
}

// Two messages over few tokens, so that the copy head finds matches of several lengths in both.
const tokens = Int32Array.of(1, 5, 6, 7, 5, 6, 4, 2, 5, 6, 7, 8, 5, 6, 7);
const targets = Int32Array.from(tokens, (_, t) => (t % 4 === 1 ? -1 : ((t * 7) % 8) + 3));

const layerTensors = [
  "attentionGain",
  "queryKeyValue",
  "keyShift",
  "attentionOutput",
  "hiddenGain",
  "hiddenIn",
  "hiddenOut",
] as const;

describe("the gradient equals central differences of the loss, in 64 bits", () => {
  const parameters = randomParameters();
  const gradient = viewParameters(shape, new Float64Array(parameterCount(shape)));
  const runner = { shape, parameters, workspace: createWorkspace(shape, Float64Array) };
  const sums = trainSequence(runner, { tokens, targets }, { gradient, scale: 1 });

  const groups: readonly (readonly [string, (of: Parameters) => Floats])[] = [
    ["embedding", (of) => of.embedding],
    ["final gain", (of) => of.finalGain],
    ["copy weights", (of) => of.copyWeights],
    ["copy bias", (of) => of.copyBias],
    ...[0, 1].flatMap((layer) =>
      layerTensors.map((name) => [`${name} of layer ${layer}`, (of: Parameters) => of.layers[layer]![name]] as const),
    ),
  ];

  test.each(groups)("%s", (_, pick) => {
    const values = pick(parameters);
    const slopes = pick(gradient);
    const epsilon = 1e-5;
    const lossAt = (index: number, value: number): number => {
      const kept = values[index]!;
      values[index] = value;
      const { loss } = evaluateSequence(runner, { tokens, targets });
      values[index] = kept;
      return loss;
    };
    values.forEach((value, index) => {
      const difference = (lossAt(index, value + epsilon) - lossAt(index, value - epsilon)) / (2 * epsilon);
      expect(Math.abs(difference - slopes[index]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(difference)));
    });
    expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-3); // a gradient of zeros would prove nothing
  });

  test("loss is taken on rows with a target alone", () => {
    expect(sums.trained).toBe(targets.filter((target) => target >= 0).length);
    const none = Int32Array.from(tokens, () => -1);
    expect(evaluateSequence(runner, { tokens, targets: none })).toEqual({ loss: 0, correct: 0, trained: 0 });
  });

  test("the loss of a sequence is the sum over its targets one by one", () => {
    const single = [...targets].map((target, t) => {
      if (target < 0) return 0;
      const only = Int32Array.from(targets, (value, at) => (at === t ? value : -1));
      return evaluateSequence(runner, { tokens, targets: only }).loss;
    });
    expect(single.reduce((sum, loss) => sum + loss, 0)).toBeCloseTo(sums.loss, 9);
  });

  test("gradients of two sequences add up, each with its scale", () => {
    const short = { tokens: tokens.subarray(0, 9), targets: targets.subarray(0, 9) };
    const empty = (): Parameters => viewParameters(shape, new Float64Array(parameterCount(shape)));
    const [first, second, both] = [empty(), empty(), empty()];
    trainSequence(runner, { tokens, targets }, { gradient: first, scale: 0.5 });
    trainSequence(runner, short, { gradient: second, scale: 2 });
    trainSequence(runner, { tokens, targets }, { gradient: both, scale: 0.5 });
    trainSequence(runner, short, { gradient: both, scale: 2 });
    both.all.forEach((value, i) => {
      expect(value).toBeCloseTo(first.all[i]! + second.all[i]!, 9);
    });
  });
});

import { describe, expect, test } from "vitest";
import { createWorkspace } from "../../../src/engine/activations.ts";
import { evaluatePack, trainPack } from "../../../src/engine/backward.ts";
import { heapArena } from "../../../src/engine/kernels/arena.ts";
import type { Floats } from "../../../src/engine/kernels/matrix.ts";
import { plainKernels } from "../../../src/engine/kernels/plain.ts";
import { packOf, type Sequence } from "../../../src/engine/pack.ts";
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
  const workspace = createWorkspace(shape, heapArena(Float64Array), { rows: 40, longest: 16 });
  const runner = { shape, parameters, workspace, kernels: plainKernels() };
  const evaluateSequence = (sequence: Sequence) => evaluatePack(runner, packOf([sequence]))[0]!;
  // Two sequences in one pack, of different length and weight: none may leak into the other.
  const short = { tokens: tokens.subarray(0, 9), targets: targets.subarray(0, 9) };
  const pack = packOf([{ tokens, targets }, short]);
  const scales = [1, -0.5];
  const [sums] = trainPack(runner, pack, { gradient, scales });
  const weightedLoss = (): number =>
    evaluatePack(runner, pack).reduce((sum, { loss }, i) => sum + loss * scales[i]!, 0);

  const groups: readonly (readonly [string, (of: Parameters) => Floats])[] = [
    ["embedding", (of) => of.embedding],
    ["final gain", (of) => of.finalGain],
    ["copy weights", (of) => of.copyWeights],
    ["copy bias", (of) => of.copyBias],
    ["pointer queries", (of) => of.pointerQuery],
    ["pointer keys", (of) => of.pointerKey],
    ["pointer gate", (of) => of.pointerGate],
    ["pointer gate's bias", (of) => of.pointerGateBias],
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
      const loss = weightedLoss();
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
    expect(sums?.trained).toBe(targets.filter((target) => target >= 0).length);
    const none = Int32Array.from(tokens, () => -1);
    expect(evaluateSequence({ tokens, targets: none })).toEqual({ loss: 0, correct: 0, trained: 0 });
  });

  test("the loss of a sequence is the sum over its targets one by one", () => {
    const single = [...targets].map((target, t) => {
      if (target < 0) return 0;
      const only = Int32Array.from(targets, (value, at) => (at === t ? value : -1));
      return evaluateSequence({ tokens, targets: only }).loss;
    });
    expect(single.reduce((sum, loss) => sum + loss, 0)).toBeCloseTo(sums?.loss ?? Number.NaN, 9);
  });

  test("gradients of two sequences add up, each with its scale, in one pack or one after the other", () => {
    const empty = (): Parameters => viewParameters(shape, new Float64Array(parameterCount(shape)));
    const [apart, together] = [empty(), empty()];
    trainPack(runner, packOf([{ tokens, targets }]), { gradient: apart, scales: [0.5] });
    trainPack(runner, packOf([short]), { gradient: apart, scales: [2] });
    trainPack(runner, pack, { gradient: together, scales: [0.5, 2] });
    together.all.forEach((value, i) => {
      expect(value).toBeCloseTo(apart.all[i]!, 9);
    });
  });

  test("a pack that is too large for the workspace is refused", () => {
    expect(() => evaluatePack(runner, packOf([short, short, short, short, short]))).toThrow("a pack of 45 rows");
  });
});

import type { SequenceStore } from "../../src/engine/examples.ts";
import { rotationTable } from "../../src/engine/kernels/rotation.ts";
import type { ModelShape } from "../../src/engine/parameters.ts";
import { createRandom } from "../../src/engine/random.ts";
import type { Jax, JaxArray } from "./jax.ts";

/** `type`, not `interface`: a tree of arrays to @jax-js/jax. */
type Layer = {
  readonly attentionGain: JaxArray;
  readonly keyShift: JaxArray;
  readonly queryKeyValue: JaxArray;
  readonly attentionOutput: JaxArray;
  readonly hiddenGain: JaxArray;
  readonly hiddenIn: JaxArray;
  readonly hiddenOut: JaxArray;
};

type Weights = {
  readonly embedding: JaxArray;
  readonly position: JaxArray;
  readonly layers: readonly Layer[];
  readonly finalGain: JaxArray;
};

const beta1 = 0.9;
const beta2 = 0.98;
const rate = 1e-3;

/**
 * The training step of our model in @jax-js/jax: the same layers, rotations, shifted keys and tied embedding, every
 * position scored, then Adam; without the copy head, so it does a little less. The gradient is compiled as a whole,
 * and so is Adam: in one function both take half as long again.
 * @returns Takes a step and tells the loss before it.
 */
export function createJaxStep(jax: Jax, shape: ModelShape, rows: SequenceStore): () => Promise<number> {
  const { numpy, nn, tree } = jax;
  const { width: C, heads: H, hidden: F, vocabulary: V } = shape;
  const B = rows.starts.length - 1;
  const T = rows.tokens.length / B;
  const D = C / H;

  const random = createRandom(1);
  const normal = (dimensions: readonly number[], deviation: number): JaxArray => {
    const length = dimensions.reduce((product, size) => product * size, 1);
    return numpy.array(Float32Array.from({ length }, () => random.normal() * deviation)).reshape(dimensions);
  };
  const table = numpy.array(Float32Array.from(rotationTable(T, D))).reshape([1, T, 1, D]);
  const cosines = table.ref.slice([], [], [], [0, D / 2]);
  const sines = table.slice([], [], [], [D / 2, D]);

  const normalize = (x: JaxArray, gain: JaxArray): JaxArray => {
    const squares = numpy.mean(numpy.square(x.ref), -1, { keepdims: true });
    return x.mul(numpy.reciprocal(numpy.sqrt(squares.add(1e-5)))).mul(gain);
  };
  /** (B,T,H,D) */
  const rotate = (x: JaxArray): JaxArray => {
    const [first, second] = [x.ref.slice([], [], [], [0, D / 2]), x.slice([], [], [], [D / 2, D])];
    const turned = first.ref.mul(cosines.ref).sub(second.ref.mul(sines.ref));
    return numpy.concatenate([turned, first.mul(sines.ref).add(second.mul(cosines.ref))], 3);
  };
  const shift = (keys: JaxArray, by: JaxArray): JaxArray => {
    const before = numpy.pad(keys.ref.slice([], [0, T - 1], [], []), [[0, 0], [1, 0], [0, 0], [0, 0]]); // biome-ignore format: one pair a dimension
    return keys.ref.add(by.reshape([H, D]).mul(before.sub(keys)));
  };
  /** stream: (B*T,C) */
  const runLayer = (stream: JaxArray, layer: Layer): JaxArray => {
    const projections = numpy.matmul(normalize(stream.ref, layer.attentionGain), layer.queryKeyValue);
    const parts = projections.reshape([B, T, 3, H, D]);
    const queries = numpy.transpose(rotate(parts.ref.slice([], [], 0)), [0, 2, 1, 3]);
    const keys = numpy.transpose(rotate(shift(parts.ref.slice([], [], 1), layer.keyShift)), [0, 2, 3, 1]);
    const values = numpy.transpose(parts.slice([], [], 2), [0, 2, 1, 3]);
    const scores = numpy.matmul(queries, keys).mul(1 / Math.sqrt(D));
    const seen = numpy.greater(numpy.tri(T).reshape([1, 1, T, T]), 0);
    const attention = nn.softmax(numpy.where(seen, scores, -1e9), -1);
    const answers = numpy.transpose(numpy.matmul(attention, values), [0, 2, 1, 3]).reshape([B * T, C]);
    const middle = stream.add(numpy.matmul(answers, layer.attentionOutput));
    const hidden = numpy.matmul(normalize(middle.ref, layer.hiddenGain), layer.hiddenIn);
    return middle.add(numpy.matmul(numpy.square(nn.relu(hidden)), layer.hiddenOut));
  };
  const meanLoss = (weights: Weights, tokens: JaxArray, targets: JaxArray): JaxArray => {
    const embedded = numpy.matmul(nn.oneHot(tokens, V), weights.embedding.ref);
    // Our model has no such addition. Without it the compiler makes a step of five times the length.
    const start = embedded
      .reshape([B, T, C])
      .add(weights.position)
      .reshape([B * T, C]);
    const stream = weights.layers.reduce(runLayer, start);
    const logits = numpy.matmul(normalize(stream, weights.finalGain), numpy.transpose(weights.embedding));
    return numpy.sum(nn.logSoftmax(logits, -1).mul(nn.oneHot(targets, V))).mul(-1 / (B * T));
  };
  const gradient = jax.jit(jax.valueAndGrad(meanLoss));
  const adam = jax.jit(
    (weights: Weights, first: Weights, second: Weights, slopes: Weights, corrections: JaxArray): Weights[] => {
      const [values, structure] = tree.flatten(weights);
      const [firsts, seconds, gradients] = [first, second, slopes].map((moment) => tree.flatten(moment)[0]) as [
        JaxArray[],
        JaxArray[],
        JaxArray[],
      ];
      const newFirsts = firsts.map((moment, i) => moment.mul(beta1).add(gradients[i]!.ref.mul(1 - beta1)));
      const newSeconds = seconds.map((moment, i) => moment.mul(beta2).add(numpy.square(gradients[i]!).mul(1 - beta2)));
      const [c1, c2] = [corrections.ref.slice(0), corrections.slice(1)];
      const newValues = values.map((value, i) => {
        const spread = numpy.sqrt(newSeconds[i]!.ref.mul(c2.ref)).add(1e-8);
        return value.sub(newFirsts[i]!.ref.mul(c1.ref).div(spread).mul(rate));
      });
      return [newValues, newFirsts, newSeconds].map((leaves) => tree.unflatten<Weights>(structure, leaves));
    },
  );

  let weights: Weights = {
    embedding: normal([V, C], 0.06),
    position: normal([T, C], 0.02),
    layers: Array.from({ length: shape.layers }, () => ({
      attentionGain: numpy.ones([C]),
      keyShift: numpy.zeros([C]),
      queryKeyValue: normal([C, 3 * C], 0.06),
      attentionOutput: normal([C, C], 0.02),
      hiddenGain: numpy.ones([C]),
      hiddenIn: normal([C, F], 0.06),
      hiddenOut: normal([F, C], 0.01),
    })),
    finalGain: numpy.ones([C]),
  };
  const zeros = (): Weights => tree.map((leaf) => numpy.zeros(leaf.shape), weights);
  let [first, second] = [zeros(), zeros()];
  const tokens = numpy.array(Int32Array.from(rows.tokens), { dtype: numpy.int32 });
  const targets = numpy.array(Int32Array.from(rows.targets), { dtype: numpy.int32 });
  let step = 0;

  return async () => {
    step++;
    const corrections = numpy.array([1 / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]);
    const [loss, slopes] = gradient(tree.ref(weights), tokens.ref, targets.ref);
    [weights, first, second] = adam(weights, first, second, slopes, corrections) as [Weights, Weights, Weights];
    await jax.blockUntilReady([weights, first, second]);
    return loss.js() as number;
  };
}

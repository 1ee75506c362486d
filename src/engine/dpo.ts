import type { DpoRequest } from "./engine.ts";
import { encodeExamples, sequenceCount } from "./examples.ts";
import { type Lesson, refuseFaults, throwIfAborted } from "./lesson.ts";
import type { LoadedModel } from "./model-file.ts";
import { parameterCount } from "./parameters.ts";
import { marginOf, type PairLosses, pairsOf, preferenceLoss, preferenceScales } from "./preference.ts";
import type { Team } from "./team.ts";

/** Peak learning rate, as a part of the supervised one: the model shall lean one way, not learn to speak anew. */
const rateShare = 0.15;

/**
 * Adam's epsilon at a beta of 1, times the root of the number of weights, so that it compares to slopes of the same
 * length in a model of any size. What both answers of a pair share all but cancels out of the gradient; Adam as it
 * is takes full steps along that rest too, and the model forgets how to speak while the margin grows. With this
 * epsilon weights move by what they matter to the pairs, and hardly once the pairs lie apart.
 */
const epsilonAtUnitLength = 36;

/** So many pairs of the reference are measured between two looks at the signal. */
const slicePairs = 64;

/**
 * Learns to prefer one of two answers. Nothing is replayed: the reference already holds the model to what it was.
 * @throws FtpipeError EXAMPLE_INVALID.
 */
export async function dpoLesson(request: DpoRequest, { base, header }: LoadedModel): Promise<Lesson> {
  const { batch_size: batchSize, learning_rate_multiplier: multiplier, beta } = request.hyperparameters;
  const training = await encodeExamples(base, request.training, request.overContext);
  refuseFaults(training, "training");
  const validation = await encodeExamples(base, request.validation, request.overContext);
  refuseFaults(validation, "validation");
  const { starts } = training.store;
  const epsilon = (beta * epsilonAtUnitLength) / Math.sqrt(parameterCount(base.shape));
  return {
    stores: { training: training.store, validation: validation.store },
    batchSequences: 2 * batchSize,
    tokens: training.tokens,
    labels: header?.labels,
    peakRate: base.learningRate * rateShare * multiplier,
    tokensOf: (pairs) => pairs.reduce((sum, pair) => sum + starts[2 * pair + 2]! - starts[2 * pair]!, 0),
    async begin(team, signal) {
      // Frozen: a resumed training measures it again from the same weights, before it restores its own.
      const reference = await measurePairs(team, request.training.length, signal);
      const held = sequenceCount(validation.store) === 0 ? undefined : pairsOf(await team.measure("validation"));
      const marginsOf = (pairs: readonly number[], now: readonly PairLosses[]): readonly number[] =>
        now.map((losses, place) => marginOf(losses, reference[pairs[place]!]!));
      return {
        async step(pairs, settings) {
          const examples = pairs.flatMap((pair) => [2 * pair, 2 * pair + 1]);
          const margins = marginsOf(pairs, pairsOf(await team.measure(examples)));
          await team.descend({ examples, scales: preferenceScales(margins, beta) }, { ...settings, epsilon });
          return preferenceLoss(margins, beta);
        },
        async evaluate() {
          if (held === undefined) return undefined;
          const now = pairsOf(await team.measure("validation"));
          return preferenceLoss(
            now.map((losses, pair) => marginOf(losses, held[pair]!)),
            beta,
          );
        },
      };
    },
  };
}

/** Of all training pairs. */
async function measurePairs(
  team: Team,
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly PairLosses[]> {
  const losses: number[] = [];
  for (let pair = 0; pair < count; pair += slicePairs) {
    throwIfAborted(signal);
    const pairs = Math.min(slicePairs, count - pair);
    losses.push(...(await team.measure(Array.from({ length: 2 * pairs }, (_, index) => 2 * pair + index))));
  }
  return pairsOf(losses);
}

import type { SupervisedRequest } from "./engine.ts";
import { encodeExamples, joinStores, sequenceCount } from "./examples.ts";
import { countLabels } from "./labels.ts";
import { type Lesson, refuseFaults } from "./lesson.ts";
import type { LoadedModel } from "./model-file.ts";
import { replayExamples, replayOf } from "./replay.ts";

/**
 * Learns the answers of chats by the mean cross-entropy of their tokens, with a few examples of the base's own
 * training in every batch.
 * @throws FtpipeError EXAMPLE_INVALID.
 */
export async function supervisedLesson(request: SupervisedRequest, { base }: LoadedModel): Promise<Lesson> {
  const { hyperparameters, seed } = request;
  const { batch_size: batchSize, learning_rate_multiplier: multiplier } = hyperparameters;
  const training = await encodeExamples(base, request.training, request.overContext);
  refuseFaults(training, "training");
  const replay = replayExamples(base);
  const replayed = await encodeExamples(base, replay);
  refuseFaults(replayed, "replayed");
  const validation = await encodeExamples(base, request.validation, request.overContext);
  refuseFaults(validation, "validation");
  const { starts } = training.store;
  const count = request.training.length;
  return {
    stores: { training: joinStores(training.store, replayed.store), validation: validation.store },
    batchSequences: batchSize,
    tokens: training.tokens,
    labels: countLabels(request.training),
    peakRate: base.learningRate * multiplier,
    tokensOf: (examples) => examples.reduce((sum, example) => sum + starts[example + 1]! - starts[example]!, 0),
    begin: async (team) => ({
      step(examples, settings) {
        const { share, weight } = base.replay;
        const again = replayOf(settings.step, { batchSize, share, examples: replay.length, seed });
        return team.step(examples, settings, { examples: again.map((index) => count + index), weight });
      },
      evaluate: async () => (sequenceCount(validation.store) === 0 ? undefined : team.evaluate()),
    }),
  };
}

import type { DpoHyperparameters, Hyperparameters } from "./engine.ts";

/** Fills what is not given. @param examples Number of training examples. */
export function fillHyperparameters(examples: number, given: Partial<Hyperparameters>): Hyperparameters {
  const epochs = given.n_epochs ?? autoEpochs(examples);
  return {
    n_epochs: epochs,
    batch_size: given.batch_size ?? autoBatchSize(examples * epochs),
    learning_rate_multiplier: given.learning_rate_multiplier ?? 1,
  };
}

/** OpenAI publishes no value of its `auto`; this is the one of the paper's experiments (Rafailov et al. 2023, appendix B). */
const usualBeta = 0.1;

/** @param examples Number of pairs of answers. */
export function fillDpoHyperparameters(examples: number, given: Partial<DpoHyperparameters>): DpoHyperparameters {
  return { ...fillHyperparameters(examples, given), beta: given.beta ?? usualBeta };
}

const usualEpochs = 3;
const fewestPasses = 100;
const mostPasses = 25_000;
const mostEpochs = 25;

/**
 * OpenAI's rule: three epochs, but at least 100 examples seen in all, and at most 25,000.
 * Published in its cookbook, "Data preparation and analysis for chat model fine-tuning".
 */
function autoEpochs(examples: number): number {
  if (examples * usualEpochs < fewestPasses)
    return Math.min(mostEpochs, Math.max(1, Math.floor(fewestPasses / Math.max(examples, 1))));
  if (examples * usualEpochs > mostPasses) return Math.max(1, Math.floor(mostPasses / examples));
  return usualEpochs;
}

/** Fewer steps than this leave a small model half taught, however large the batches. */
const wantedSteps = 90;
const leastBatch = 2;
/** More is no better for the examples, and keeps four threads at work. */
const mostBatch = 8;

/** As large as the wanted number of steps allows. @param passes Examples seen in all epochs. */
function autoBatchSize(passes: number): number {
  return Math.min(mostBatch, Math.max(leastBatch, Math.floor(passes / wantedSteps)));
}

import { exponential, softPlus } from "./kernels/elementary.ts";
import type { MeanLoss } from "./team.ts";

/**
 * Direct preference optimisation (Rafailov et al. 2023, equation 7). A pair's loss is
 * -log sigmoid(beta * margin), where the margin says how much further the logarithms of the two answers'
 * probabilities lie apart than they do in the reference, the model that training started from.
 */

/** Of one pair, -log p of each answer in nats: the sum over its tokens, its end among them. */
export interface PairLosses {
  readonly preferred: number;
  readonly rejected: number;
}

/** The losses of sequences in pairs: the preferred answers at even places, the rejected ones behind them. */
export function pairsOf(losses: readonly number[]): readonly PairLosses[] {
  return Array.from({ length: losses.length / 2 }, (_, pair) => ({
    preferred: losses[2 * pair]!,
    rejected: losses[2 * pair + 1]!,
  }));
}

/** In nats; 0 while nothing has been learnt, positive where the preferred answer has gained on the rejected one. */
export function marginOf(now: PairLosses, reference: PairLosses): number {
  return reference.preferred - now.preferred - (reference.rejected - now.rejected);
}

/** Mean loss of a batch, and the share of its pairs whose margin is positive. */
export function preferenceLoss(margins: readonly number[], beta: number): MeanLoss {
  const total = margins.reduce((sum, margin) => sum + softPlus(-beta * margin), 0);
  const gained = margins.filter((margin) => margin > 0).length;
  return { loss: total / margins.length, accuracy: gained / margins.length };
}

/**
 * The slopes of the batch's mean loss by each sequence's -log p, in the order of `pairsOf`: what the gradients of
 * those are multiplied by. A pair that the model already sets far enough apart counts next to nothing.
 */
export function preferenceScales(margins: readonly number[], beta: number): readonly number[] {
  return margins.flatMap((margin) => {
    const slope = beta / (1 + exponential(beta * margin)) / margins.length;
    return [slope, -slope];
  });
}

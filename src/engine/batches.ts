import { createRandom, shuffledIndexes } from "./random.ts";

/**
 * The batches of an epoch: every example once, in an order that only the seed and the epoch decide, so that a
 * resumed training goes on with the same ones.
 * @param epoch From 0.
 */
export function batchesOf(
  epoch: number,
  { examples, batchSize, seed }: { examples: number; batchSize: number; seed: number },
): readonly (readonly number[])[] {
  const order = Array.from(shuffledIndexes(examples, createRandom(seed, epoch)));
  return Array.from({ length: Math.ceil(examples / batchSize) }, (_, batch) =>
    order.slice(batch * batchSize, (batch + 1) * batchSize),
  );
}

/** A seeded stream of numbers, the same on every machine. */
export interface RandomStream {
  /** In [0, 1), 32 bits. */
  next(): number;
  /** Whole, from 0 to below `bound`. */
  below(bound: number): number;
  /** Nearly normal, mean 0, deviation 1: the sum of twelve uniforms, which needs no logarithm. */
  normal(): number;
}

/** Mulberry32 started from a mix of all seeds, each a safe integer. */
export function createRandom(...seeds: readonly number[]): RandomStream {
  let state = 0x9e3779b9;
  for (const seed of seeds) {
    state = scramble((state ^ seed) + 0x6d2b79f5);
    state = scramble((state ^ Math.floor(seed / 2 ** 32)) + 0x6d2b79f5);
  }
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    return scramble(state) / 2 ** 32;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    normal: () => {
      let sum = -6;
      for (let i = 0; i < 12; i++) sum += next();
      return sum;
    },
  };
}

function scramble(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}

/** The numbers 0 ... count - 1 in an order that the stream decides (Fisher and Yates). */
export function shuffledIndexes(count: number, random: RandomStream): Int32Array {
  const order = Int32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

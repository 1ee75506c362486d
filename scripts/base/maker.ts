import type { RandomStream } from "../../src/engine/random.ts";

/** What every task draws from: one stream of numbers and the example's own habits. */
export interface Maker {
  /** Whether the example should fill a long row, 250 to 500 tokens. */
  readonly long: boolean;
  /** Share of made-up words among its things and names, 0 to 1: some examples know only common words. */
  readonly inventing: number;
  below(bound: number): number;
  /** Whole, both ends included. */
  between(least: number, most: number): number;
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
  /** That many of the list, none twice, in random order. */
  sample<T>(list: readonly T[], count: number): T[];
}

export function createMaker(random: RandomStream, long: boolean): Maker {
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error("Nothing to pick from.");
    return list[random.below(list.length)] as T;
  };
  const shuffled = <T>(list: readonly T[]): T[] => {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  };
  const sample = <T>(list: readonly T[], count: number): T[] => {
    if (count * 4 > list.length) return shuffled(list).slice(0, count);
    const chosen = new Set<T>();
    while (chosen.size < count) chosen.add(pick(list));
    return [...chosen];
  };
  return {
    long,
    inventing: pick([0, 0, 0.1, 0.2, 0.3, 0.5, 0.8]),
    below: random.below,
    between: (least, most) => least + random.below(most - least + 1),
    chance: (share) => random.next() < share,
    pick,
    shuffled,
    sample,
  };
}

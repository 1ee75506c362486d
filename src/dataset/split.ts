import { hashFraction } from "../core/hash.ts";
import type { HeldOutSplit } from "./example.ts";

export type SplitName = "training" | HeldOutSplit;

/** Shares of the rows, 0 to 0.9; 0 too for a split with a file of its own. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/** A group's place between 0 and 1. It depends on nothing but the seed and the group, so other rows move none. */
export function groupFraction(seed: number, group: string): number {
  return hashFraction("split", seed, group);
}

/** Test takes [0, test), validation [test, test + validation), training the rest. */
export function splitByThreshold(fraction: number, { validation, test }: Shares): SplitName {
  if (fraction < test) return "test";
  return fraction < test + validation ? "validation" : "training";
}

/** Splits with a share that no group fell into, each with the training group that comes nearest. */
export interface SplitPlan {
  readonly moved: ReadonlyMap<string, HeldOutSplit>;
  readonly stillEmpty: readonly HeldOutSplit[];
}

/**
 * Looks at every group once and fills splits that would be empty.
 * @param groups May repeat. At least one group stays in training.
 */
export async function planSplit(groups: AsyncIterable<string>, seed: number, shares: Shares): Promise<SplitPlan> {
  const filled = new Set<SplitName>();
  const trainingGroups = new Set<string>();
  /** By held-out split, the nearest training groups; two, since both splits may want the same one. */
  const near: Record<HeldOutSplit, { readonly group: string; readonly distance: number }[]> = {
    validation: [],
    test: [],
  };
  const wanted = (["test", "validation"] as const).filter((split) => shares[split] > 0);
  for await (const group of groups) {
    const fraction = groupFraction(seed, group);
    const split = splitByThreshold(fraction, shares);
    filled.add(split);
    if (split !== "training") continue;
    if (trainingGroups.size < 3) trainingGroups.add(group); // only whether one is left matters
    for (const name of wanted) {
      const end = name === "test" ? shares.test : shares.test + shares.validation;
      keepNearest(near[name], { group, distance: fraction - end });
    }
  }
  const moved = new Map<string, HeldOutSplit>();
  const stillEmpty: HeldOutSplit[] = [];
  for (const split of wanted) {
    if (filled.has(split)) continue;
    const taken = trainingGroups.size - moved.size > 1 ? near[split].find(({ group }) => !moved.has(group)) : undefined;
    if (taken === undefined) stillEmpty.push(split);
    else moved.set(taken.group, split);
  }
  return { moved, stillEmpty };
}

function keepNearest(
  near: { readonly group: string; readonly distance: number }[],
  candidate: { readonly group: string; readonly distance: number },
): void {
  if (near.some(({ group }) => group === candidate.group)) return;
  near.push(candidate);
  near.sort((a, b) => a.distance - b.distance);
  near.length = Math.min(near.length, 2);
}

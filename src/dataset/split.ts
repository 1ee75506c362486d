import { type Digest, digestOf, mixedFraction } from "../core/hash.ts";
import type { HeldOutSplit } from "./example.ts";

export type SplitName = "training" | HeldOutSplit;

/** Where a split is kept as a number, it is its place here: in the file of kept rows too, so the order stays. */
export const splitNames: readonly SplitName[] = ["training", "validation", "test"];

/** Shares of the rows, 0 to 0.9; 0 too for a split with a file of its own. */
export interface Shares {
  readonly validation: number;
  readonly test: number;
}

/**
 * Groups' places between 0 and 1. They depend on nothing but the seed and the group, so other rows move none.
 * @returns A function of a group's digest.
 */
export function groupFraction(seed: number): (group: Digest) => number {
  const ofSeed = digestOf(`split ${seed}`);
  return (group) => mixedFraction(group, ofSeed);
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

/** Looks at every group once and fills splits that would be empty. */
export interface SplitPlanner {
  /** @param fraction Its `groupFraction`. May come again. */
  add(group: string, fraction: number): void;
  /** At least one group stays in training. */
  plan(): SplitPlan;
}

export function splitPlanner(shares: Shares): SplitPlanner {
  const filled = new Set<SplitName>();
  const trainingGroups = new Set<string>();
  /** By held-out split, the nearest training groups; two, since both splits may want the same one. */
  const near: Record<HeldOutSplit, { readonly group: string; readonly distance: number }[]> = {
    validation: [],
    test: [],
  };
  const wanted = (["test", "validation"] as const).filter((split) => shares[split] > 0);
  const isDone = (): boolean => wanted.every((split) => filled.has(split));
  return {
    add(group, fraction) {
      filled.add(splitByThreshold(fraction, shares));
      if (isDone() || splitByThreshold(fraction, shares) !== "training") return;
      if (trainingGroups.size < 3) trainingGroups.add(group); // only whether one is left matters
      for (const name of wanted) {
        const end = name === "test" ? shares.test : shares.test + shares.validation;
        keepNearest(near[name], { group, distance: fraction - end });
      }
    },
    plan() {
      const moved = new Map<string, HeldOutSplit>();
      const stillEmpty: HeldOutSplit[] = [];
      for (const split of wanted) {
        if (filled.has(split)) continue;
        const spare = trainingGroups.size - moved.size > 1;
        const taken = spare ? near[split].find(({ group }) => !moved.has(group)) : undefined;
        if (taken === undefined) stillEmpty.push(split);
        else moved.set(taken.group, split);
      }
      return { moved, stillEmpty };
    },
  };
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

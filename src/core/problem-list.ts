import type { Problem } from "./errors.ts";
import type { Location } from "./location.ts";

/** Further places that are kept of one problem; the rest is only counted. */
const maxPlaces = 200;

/** Collects what is wrong with an input, each kind of problem once, with all its places. */
export interface ProblemList {
  /** @param kind Equal problems have equal kinds; default: the code and message. */
  add(problem: Problem, kind?: string): void;
  /** In the order in which each kind was first met. */
  all(): readonly Problem[];
  /** Places in all, of errors and warnings. */
  readonly places: number;
}

export function problemList(): ProblemList {
  const kinds = new Map<string, { readonly first: Problem; readonly alsoAt: Location[]; unlisted: number }>();
  let places = 0;
  return {
    get places() {
      return places;
    },
    add: (problem, kind = `${problem.code} ${problem.message}`) => {
      places++;
      const known = kinds.get(kind);
      if (known === undefined) {
        kinds.set(kind, { first: problem, alsoAt: [...(problem.alsoAt ?? [])], unlisted: 0 });
      } else if (problem.location !== undefined && known.alsoAt.length < maxPlaces) {
        known.alsoAt.push(problem.location);
      } else {
        known.unlisted++;
      }
    },
    all: () =>
      [...kinds.values()].map(({ first, alsoAt, unlisted }) => ({
        ...first,
        ...(alsoAt.length === 0 ? {} : { alsoAt }),
        ...(unlisted === 0 ? {} : { unlisted }),
      })),
  };
}

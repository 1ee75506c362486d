import type { Machine, Path, State } from "./machine.ts";
import { childOf, type Seam, type TokenTrie, type TokenTries } from "./token-trie.ts";

/** Where a text stands between two tokens. */
export interface Position {
  readonly state: State;
  readonly seam: Seam;
}

/** A text as its first byte and the rest, with the fewest tokens that write it from each seam. */
interface Suffix extends Readonly<Record<Seam, number>> {
  readonly byte: number;
  readonly rest: Suffix | undefined;
}

/** How many tokens end a text; see `createTokenCount`. */
export interface TokenCount {
  /** The count; of a very long text a lower bound. */
  of(position: Position): number;
  /** Whether that many tokens are enough: then it is right to rely on them. */
  isWithin(position: Position, tokens: number): boolean;
}

/** Bytes; more than any model's context has tokens of. */
const longestCounted = 100_000;

/**
 * Counts the fewest tokens that write a state's shortest text (in bytes). Another text may need fewer; but the
 * count has a plan behind it: after the plan's first token it is smaller by one, so whoever keeps within it ends in time.
 */
export function createTokenCount(machine: Machine, tries: TokenTries): TokenCount {
  const suffixes = new Map<Path, Suffix | undefined>();
  const counts: Readonly<Record<Seam, Map<State, number>>> = { apart: new Map(), joined: new Map(), spaced: new Map() };

  const prepend = (byte: number, rest: Suffix | undefined): Suffix => {
    const apart = 1 + fewestAfterFirst(tries.apart, byte, rest);
    const joined = 1 + fewestAfterFirst(tries.joined, byte, rest);
    if (!tries.hasJoiner) return { byte, rest, apart, joined: Number.POSITIVE_INFINITY, spaced: apart };
    return { byte, rest, apart: Math.min(apart, 1 + joined), joined: Math.min(joined, 1 + apart), spaced: apart };
  };

  const suffixOf = (path: Path): Suffix | undefined => {
    if (suffixes.has(path)) return suffixes.get(path);
    const own = machine.shortest(path);
    let suffix = path.rest.id === 0 ? undefined : suffixOf(path.rest as Path);
    for (let i = own.length - 1; i >= 0; i--) suffix = prepend(own.charCodeAt(i), suffix);
    suffixes.set(path, suffix);
    return suffix;
  };

  const of = ({ state, seam }: Position): number => {
    if (state.whole) return 0;
    if (state.least > longestCounted) return Math.ceil(state.least / tries.longest);
    const known = counts[seam].get(state);
    if (known !== undefined) return known;
    const count = state.paths
      .filter(({ least }) => least === state.least)
      .reduce((fewest, path) => Math.min(fewest, suffixOf(path)![seam]), Number.POSITIVE_INFINITY);
    counts[seam].set(state, count);
    return count;
  };

  return {
    of,
    isWithin({ state, seam }, tokens) {
      // Every byte is a token; after a joiner a space needs one more.
      if (state.least + (seam === "joined" ? 1 : 0) <= tokens) return true;
      return state.least <= tokens * tries.longest && of({ state, seam }) <= tokens;
    },
  };
}

/** Fewest tokens that follow a first one which begins with the byte. Each byte has a token of its own. */
function fewestAfterFirst(trie: TokenTrie, first: number, rest: Suffix | undefined): number {
  let fewest = Number.POSITIVE_INFINITY;
  let left = rest;
  for (let node = trie.roots[first]!; node >= 0; ) {
    for (let entry = trie.from[node]!; entry < trie.from[node + 1]!; entry++) {
      // No joiner comes after the last byte.
      if (left === undefined && trie.joins[entry] === 1) continue;
      fewest = Math.min(fewest, left === undefined ? 0 : left[trie.joins[entry] === 1 ? "joined" : "apart"]);
    }
    if (left === undefined) break;
    node = childOf(trie, node, left.byte);
    left = left.rest;
  }
  return fewest;
}

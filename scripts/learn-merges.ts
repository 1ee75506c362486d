import { splitPieces } from "../src/engine/pieces.ts";
import { firstByte, type Merge, mergePair, pairKey, toSymbols } from "../src/engine/tokenizer.ts";

/** A distinct piece of the texts. */
interface Piece {
  readonly tokens: number[];
  /** How often it occurs. */
  readonly count: number;
}

/** Two neighbouring tokens. */
interface Pair {
  readonly key: number;
  readonly merge: Merge;
  /** How often they occur, in all pieces. */
  count: number;
  /** Pieces that have them, or had them once. */
  readonly pieces: Set<Piece>;
}

/**
 * Byte-pair encoding: joins the most frequent pair, smallest tokens first among equals, until there are `vocabulary`
 * tokens. After each merge only the pieces that hold the pair are counted anew.
 * @param texts As they are encoded, with their prefix.
 * @throws Error when the texts have too few pairs.
 */
export function learnMerges(texts: Iterable<string>, vocabulary: number): readonly Merge[] {
  const pairs = new Map<number, Pair>();
  const count = (piece: Piece, sign: 1 | -1): void => {
    for (const [index, right] of piece.tokens.entries()) {
      if (index === 0) continue;
      const merge: Merge = [piece.tokens[index - 1] as number, right];
      const key = pairKey(...merge);
      const pair = pairs.get(key) ?? { key, merge, count: 0, pieces: new Set() };
      pairs.set(key, pair);
      pair.count += sign * piece.count;
      if (sign > 0) pair.pieces.add(piece);
    }
  };
  for (const piece of countPieces(texts)) count(piece, 1);

  const merges: Merge[] = [];
  const firstMerge = firstByte + 256;
  while (firstMerge + merges.length < vocabulary) {
    const best = mostFrequent(pairs.values());
    if (best === undefined) throw new Error(`The texts have only ${merges.length} pairs to merge.`);
    for (const piece of best.pieces) {
      count(piece, -1);
      mergePair(piece.tokens, best.merge, firstMerge + merges.length);
      count(piece, 1);
    }
    pairs.delete(best.key);
    merges.push(best.merge);
  }
  return merges;
}

function countPieces(texts: Iterable<string>): readonly Piece[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const piece of splitPieces(text)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
  return Array.from(counts, ([piece, times]) => ({ tokens: toSymbols(piece), count: times }));
}

function mostFrequent(pairs: Iterable<Pair>): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) {
    if (pair.count === 0) continue;
    if (best === undefined || pair.count > best.count || (pair.count === best.count && pair.key < best.key)) {
      best = pair;
    }
  }
  return best;
}

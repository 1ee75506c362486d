import { hiddenDifference } from "./hidden-characters.ts";

/** Levenshtein distance in UTF-16 units: the least number of insertions, deletions and substitutions. */
export function levenshteinDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1));
    }
    previous = current;
  }
  return previous[b.length] as number;
}

/** The candidate that the writer most likely meant, if one is near enough (a third of its length, at least 2). */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = levenshteinDistance(word.toLowerCase(), candidate.toLowerCase());
    const limit = Math.max(2, Math.floor(candidate.length / 3));
    if (distance <= limit && distance < word.length && (best === undefined || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

/** So many of what is known are named. */
const mostNamed = 30;

/**
 * `Did you mean "x"? ` or nothing, followed by the list of what is known.
 * @param named What of the candidates is listed; default: all.
 */
export function didYouMean(
  word: string,
  candidates: readonly string[],
  label: string,
  named: readonly string[] = candidates,
): string {
  const guess = nearest(word, candidates);
  const more = named.length > mostNamed ? ` and ${named.length - mostNamed} more` : "";
  const known = named.length === 0 ? "" : `${label}: ${named.slice(0, mostNamed).join(", ")}${more}.`;
  const difference = guess === undefined ? undefined : hiddenDifference(word, guess);
  return [guess === undefined ? "" : `Did you mean "${guess}"?`, difference, known].filter(Boolean).join(" ");
}

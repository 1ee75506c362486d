import type { Suggestion } from "../providers/catalogue.ts";

/** Base models to go on with elsewhere, by their names on Hugging Face. */
export interface Move {
  readonly first: string;
  readonly also: readonly string[];
}

/**
 * Where a tune of one of OpenAI's bases may be trained next.
 * @param suggestions Of the catalogue that `ftpipe targets` shows.
 */
export function moveFrom(
  base: string | undefined,
  { images }: { readonly images: boolean },
  suggestions: readonly Suggestion[],
): Move | undefined {
  // A snapshot is its model with a date: the longest name that fits is the model.
  const bare = (base ?? "").replace(/^ft:/, "");
  const length = ({ from }: Suggestion) =>
    Math.max(0, ...from.filter((name) => bare === name || bare.startsWith(`${name}-`)).map((name) => name.length));
  const ofKind = suggestions.filter(({ use }) => (use === "images") === images);
  const [best] = ofKind.toSorted((a, b) => length(b) - length(a));
  const [first, ...also] = best?.first ?? [];
  return best === undefined || first === undefined ? undefined : { first, also: [...also, ...best.also] };
}

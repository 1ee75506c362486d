import type { ExampleTokens } from "./tokens.ts";

/** Tokens of examples together; `longest` is that of one of them, `tools` and `images` are counts of examples. */
export type TokenTally = ExampleTokens;

export const noTokens: TokenTally = { tokens: 0, trained: 0, longest: 0, tools: 0, images: 0 };

/** A sum that grows in place: a new one for each of a million examples would be work for the collector of garbage. */
export type TokenSum = { -readonly [Key in keyof TokenTally]: TokenTally[Key] };

export function addTokens(sum: TokenSum, tally: TokenTally): void {
  sum.tokens += tally.tokens;
  sum.trained += tally.trained;
  sum.longest = Math.max(sum.longest, tally.longest);
  sum.tools += tally.tools;
  sum.images += tally.images;
}

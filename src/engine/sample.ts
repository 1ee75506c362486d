import { exponential } from "./kernels/elementary.ts";
import type { Floats } from "./kernels/matrix.ts";
import type { RandomStream } from "./random.ts";

/** How one token is drawn. */
export interface TokenSampling {
  /** 0: always the likeliest; ties go to the smallest token. */
  readonly temperature: number;
  /** The likeliest tokens that together reach this share are drawn from; at least one. */
  readonly topP: number;
  readonly random: RandomStream;
}

/** Which tokens may be drawn. */
export interface TokenChoice {
  /** Tokens below are never drawn. */
  readonly from: number;
  /** (V): 1 for tokens that may be drawn; at least one. Default: all. */
  readonly allowed?: Uint8Array;
}

/** Draws a token. @param logits (V) */
export function sampleToken(
  logits: Floats,
  { temperature, topP, random }: TokenSampling,
  { from, allowed }: TokenChoice,
): number {
  let best = -1;
  for (let v = from; v < logits.length; v++) {
    if (allowed?.[v] === 0) continue;
    if (best < 0 || logits[v]! > logits[best]!) best = v;
  }
  if (best < 0) throw new Error("no token is allowed");
  if (temperature === 0) return best;
  const candidates: { readonly token: number; readonly weight: number }[] = [];
  let total = 0;
  for (let token = from; token < logits.length; token++) {
    if (allowed?.[token] === 0) continue;
    const weight = exponential((logits[token]! - logits[best]!) / temperature);
    candidates.push({ token, weight });
    total += weight;
  }
  candidates.sort((a, b) => b.weight - a.weight || a.token - b.token);
  let kept = 0;
  let mass = 0;
  do mass += candidates[kept++]!.weight;
  while (kept < candidates.length && mass < topP * total);
  let rest = random.next() * mass;
  for (const { token, weight } of candidates.slice(0, kept)) {
    rest -= weight;
    if (rest < 0) return token;
  }
  return candidates[kept - 1]!.token;
}

import { cosine, exponential, sine } from "./elementary.ts";

/**
 * Cosines and sines of rotary positions (Su et al. 2021), base 10000.
 * @returns (T, headWidth): for each position headWidth / 2 cosines, then as many sines.
 */
export function rotationTable(positions: number, headWidth: number): Float64Array {
  const half = headWidth / 2;
  const table = new Float64Array(positions * headWidth);
  for (let i = 0; i < half; i++) {
    const angle = exponential((-i / half) * Math.LN10 * 4);
    const stepCosine = cosine(angle);
    const stepSine = sine(angle);
    let c = 1;
    let s = 0;
    for (let t = 0; t < positions; t++) {
      table[t * headWidth + i] = c;
      table[t * headWidth + half + i] = s;
      [c, s] = [c * stepCosine - s * stepSine, s * stepCosine + c * stepSine];
    }
  }
  return table;
}

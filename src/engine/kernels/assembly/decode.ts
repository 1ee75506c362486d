import { dots, exponential4, maximum } from "./elementary";
import { rotateRow } from "./layers";

/**
 * Attention of one token over what its chat remembers. projections: (3 width) of the token, whose key is shifted
 * and, with the query, rotated here; keys, values: (context, width), the token's own row is written;
 * plainKey: (width), the last token's key before shift and rotation; scores: (context + 4) space; attended: (width).
 */
export function attendStep(
  attended: usize,
  projections: usize,
  keys: usize,
  values: usize,
  plainKey: usize,
  shift: usize,
  angles: usize,
  position: i32,
  heads: i32,
  headWidth: i32,
  scores: usize,
): void {
  const width = heads * headWidth;
  const bytes = (<usize>width) << 2;
  const zero = f32x4.splat(0);
  const key = projections + bytes;
  for (let c: usize = 0; c < bytes; c += 16) {
    const own = v128.load(key + c);
    const before = position == 0 ? zero : v128.load(plainKey + c);
    v128.store(plainKey + c, own);
    v128.store(key + c, f32x4.add(own, f32x4.mul(v128.load(shift + c), f32x4.sub(before, own))));
  }
  rotateRow(projections, heads, headWidth, angles, 1);
  rotateRow(key, heads, headWidth, angles, 1);
  memory.copy(keys + <usize>position * bytes, key, bytes);
  memory.copy(values + <usize>position * bytes, key + bytes, bytes);
  const scale: f32 = <f32>1 / sqrt<f32>(<f32>headWidth);
  const rows = position + 1;
  for (let h = 0; h < heads; h++) {
    const head = (<usize>(h * headWidth)) << 2;
    dots(scores, projections + head, keys + head, bytes, rows, headWidth, scale);
    const most = maximum(scores, rows);
    const top = f32x4.splat(most);
    for (let t = 0; t < rows; t += 4) {
      const at = scores + ((<usize>t) << 2);
      v128.store(at, exponential4(f32x4.sub(v128.load(at), top)));
    }
    let sum: f32 = 0;
    for (let t = 0; t < rows; t++) sum += load<f32>(scores + ((<usize>t) << 2));
    const share = f32x4.splat(<f32>1 / sum);
    const headBytes = (<usize>headWidth) << 2;
    let c: usize = 0;
    // Four vectors side by side: one alone would wait for its own sum at every row.
    for (; c + 64 <= headBytes; c += 64) {
      let answer0 = zero;
      let answer1 = zero;
      let answer2 = zero;
      let answer3 = zero;
      let from = values + head + c;
      for (let t = 0; t < rows; t++) {
        const score = v128.load_splat<f32>(scores + ((<usize>t) << 2));
        answer0 = f32x4.add(answer0, f32x4.mul(score, v128.load(from)));
        answer1 = f32x4.add(answer1, f32x4.mul(score, v128.load(from, 16)));
        answer2 = f32x4.add(answer2, f32x4.mul(score, v128.load(from, 32)));
        answer3 = f32x4.add(answer3, f32x4.mul(score, v128.load(from, 48)));
        from += bytes;
      }
      const to = attended + head + c;
      v128.store(to, f32x4.mul(answer0, share));
      v128.store(to, f32x4.mul(answer1, share), 16);
      v128.store(to, f32x4.mul(answer2, share), 32);
      v128.store(to, f32x4.mul(answer3, share), 48);
    }
    for (; c < headBytes; c += 16) {
      let answer = zero;
      let from = values + head + c;
      for (let t = 0; t < rows; t++) {
        answer = f32x4.add(answer, f32x4.mul(v128.load_splat<f32>(scores + ((<usize>t) << 2)), v128.load(from)));
        from += bytes;
      }
      v128.store(attended + head + c, f32x4.mul(answer, share));
    }
  }
}

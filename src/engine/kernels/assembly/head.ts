import { addScaled, dot, exponential, exponential4, logarithm, maximum, multiplyBy, sumLanes } from "./elementary";

/**
 * Cross-entropy of rows of logits: (rows, columns), which become scale[row] * (softmax - onehot(target)).
 * @param losses (rows) gets each row's loss in nats. @param correct (rows) gets 1 where the likeliest was right.
 */
export function crossEntropy(
  logits: usize,
  targets: usize,
  scales: usize,
  losses: usize,
  correct: usize,
  rows: i32,
  columns: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const at = <usize>row << 2;
    const target = load<i32>(targets + at);
    const scale = load<f32>(scales + at);
    const most = maximum(logits, columns);
    let best = 0;
    while (best < columns - 1 && load<f32>(logits + (<usize>best << 2)) != most) best++;
    const own = logits + (<usize>target << 2);
    const targetLogit = load<f32>(own);
    const top = f32x4.splat(most);
    let sums = f32x4.splat(0);
    let v = 0;
    for (; v + 4 <= columns; v += 4) {
      const place = logits + (<usize>v << 2);
      const weight = exponential4(f32x4.sub(v128.load(place), top));
      v128.store(place, weight);
      sums = f32x4.add(sums, weight);
    }
    let sum = sumLanes(sums);
    for (; v < columns; v++) {
      const place = logits + (<usize>v << 2);
      const weight = exponential(load<f32>(place) - most);
      store<f32>(place, weight);
      sum += weight;
    }
    const share: f32 = scale / sum;
    multiplyBy(logits, columns, share);
    store<f32>(own, load<f32>(own) - scale);
    store<f32>(losses + at, logarithm(sum) - (targetLogit - most));
    store<i32>(correct + at, best == target ? 1 : 0);
    logits += <usize>columns << 2;
  }
}

/** Longest match, in tokens, that the copy head tells apart; kinds are matches of each length, then presence. */
const longestMatch: i32 = 4;
const kindsPerPlace: i32 = 5;
/** Tokens below are roles: system, user, assistant. */
const roles: i32 = 3;

/** Token and length of the match found last. */
let matchToken: i32 = -1;
let matchLength: i32 = 0;

/** What followed the longest match (the most recent of equals) of the end of tokens[0..count), within [from, to). */
function findMatch(tokens: usize, count: i32, from: i32, to: i32): void {
  matchLength = 0;
  matchToken = -1;
  const last = load<i32>(tokens + (<usize>(count - 1) << 2));
  for (let next = to - 1; next >= from; next--) {
    if (load<i32>(tokens + (<usize>(next - 1) << 2)) != last) continue;
    let length = 1;
    while (
      length < longestMatch &&
      length < next &&
      load<i32>(tokens + (<usize>(next - 1 - length) << 2)) == load<i32>(tokens + (<usize>(count - 1 - length) << 2))
    ) {
      length++;
    }
    if (length > matchLength) {
      matchLength = length;
      matchToken = load<i32>(tokens + (<usize>next << 2));
      if (length == longestMatch) return;
    }
  }
}

/** The raise of a kind of suggestion: bias + weights . state. */
// @ts-expect-error: decorator
@inline
function raiseOf(kind: i32, weights: usize, bias: usize, state: usize, width: i32): f32 {
  return dot(weights + ((<usize>kind * width) << 2), state, width) + load<f32>(bias + (<usize>kind << 2));
}

/**
 * The copy head over one sequence: raises, in the logits of its rows, the tokens that the context suggests.
 * Position p belongs to row rowOf[p], -1 where no logits are wanted.
 * @param marks (vocabulary) integers, all 0, and 0 again afterwards. @param lists (2, count) integers of space.
 * @param states (rows, width), the states that predict. @param logits (rows, vocabulary).
 */
export function copyLogits(
  tokens: usize,
  count: i32,
  rowOf: usize,
  states: usize,
  logits: usize,
  weights: usize,
  bias: usize,
  width: i32,
  vocabulary: i32,
  marks: usize,
  lists: usize,
): void {
  walk(false, tokens, count, rowOf, states, logits, weights, bias, width, vocabulary, marks, lists, 0, 0, 0);
}

/** Gradient of `copyLogits`; adds to dWeights, dBias and dStates: (rows, width). logits: (rows, vocabulary) hold gradients. */
export function copyLogitsBackward(
  tokens: usize,
  count: i32,
  rowOf: usize,
  states: usize,
  logits: usize,
  weights: usize,
  bias: usize,
  width: i32,
  vocabulary: i32,
  marks: usize,
  lists: usize,
  dStates: usize,
  dWeights: usize,
  dBias: usize,
): void {
  walk(true, tokens, count, rowOf, states, logits, weights, bias, width, vocabulary, marks, lists, dStates, dWeights, dBias);
}

/** Goes through a sequence once, keeping the distinct tokens of earlier messages and of the present one. */
function walk(
  backward: bool,
  tokens: usize,
  count: i32,
  rowOf: usize,
  states: usize,
  logits: usize,
  weights: usize,
  bias: usize,
  width: i32,
  vocabulary: i32,
  marks: usize,
  lists: usize,
  dStates: usize,
  dWeights: usize,
  dBias: usize,
): void {
  const earlier = lists;
  const current = lists + (<usize>count << 2);
  let earlierCount = 0;
  let currentCount = 0;
  let messageStart = 0;
  for (let p = 0; p < count; p++) {
    const token = load<i32>(tokens + (<usize>p << 2));
    if (token < roles) {
      // Bit 1 marks tokens of earlier messages, bit 2 those of the present one.
      for (let i = 0; i < currentCount; i++) {
        const known = load<i32>(current + (<usize>i << 2));
        const mark = marks + (<usize>known << 2);
        if ((load<i32>(mark) & 1) == 0) {
          store<i32>(earlier + (<usize>earlierCount << 2), known);
          earlierCount++;
        }
        store<i32>(mark, 1);
      }
      currentCount = 0;
      messageStart = p;
    }
    const mark = marks + (<usize>token << 2);
    const marked = load<i32>(mark);
    if ((marked & 2) == 0) {
      store<i32>(mark, marked | 2);
      store<i32>(current + (<usize>currentCount << 2), token);
      currentCount++;
    }
    const row = load<i32>(rowOf + (<usize>p << 2));
    if (row < 0) continue;
    const state = states + ((<usize>row * width) << 2);
    const rowLogits = logits + ((<usize>row * vocabulary) << 2);
    const dState = dStates + ((<usize>row * width) << 2);
    for (let place = 0; place < 2; place++) {
      const from = place == 0 ? 1 : messageStart + 1;
      const to = place == 0 ? messageStart : p + 1;
      const present = place == 0 ? earlier : current;
      const presentCount = place == 0 ? earlierCount : currentCount;
      const first = place * kindsPerPlace;
      findMatch(tokens, p + 1, from, to);
      if (matchLength > 0) {
        const kind = first + matchLength - 1;
        const at = rowLogits + (<usize>matchToken << 2);
        if (backward) pass(kind, load<f32>(at), state, dState, weights, dWeights, dBias, width);
        else store<f32>(at, load<f32>(at) + raiseOf(kind, weights, bias, state, width));
      }
      const kind = first + longestMatch;
      if (backward) {
        let slope: f32 = 0;
        for (let i = 0; i < presentCount; i++) {
          slope += load<f32>(rowLogits + (<usize>load<i32>(present + (<usize>i << 2)) << 2));
        }
        pass(kind, slope, state, dState, weights, dWeights, dBias, width);
      } else {
        const raise = raiseOf(kind, weights, bias, state, width);
        for (let i = 0; i < presentCount; i++) {
          const at = rowLogits + (<usize>load<i32>(present + (<usize>i << 2)) << 2);
          store<f32>(at, load<f32>(at) + raise);
        }
      }
    }
  }
  for (let i = 0; i < earlierCount; i++) store<i32>(marks + (<usize>load<i32>(earlier + (<usize>i << 2)) << 2), 0);
  for (let i = 0; i < currentCount; i++) store<i32>(marks + (<usize>load<i32>(current + (<usize>i << 2)) << 2), 0);
}

/** Passes a raise's slope back. */
function pass(
  kind: i32,
  slope: f32,
  state: usize,
  dState: usize,
  weights: usize,
  dWeights: usize,
  dBias: usize,
  width: i32,
): void {
  const row = (<usize>kind * width) << 2;
  const at = dBias + (<usize>kind << 2);
  store<f32>(at, load<f32>(at) + slope);
  addScaled(dWeights + row, state, slope, width);
  addScaled(dState, weights + row, slope, width);
}

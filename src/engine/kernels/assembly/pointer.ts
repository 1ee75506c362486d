import { addScaled, dot, dots, softmax } from "./elementary";

/**
 * The pointer head over one sequence: a row's scores: (rows, count) become shares, by softmax over the tokens up to
 * its own position; each token's share, times the row's gate: (rows), is added to its logit: (rows, vocabulary).
 * @param positions (rows) of a pack, the sequence's first being at `start`. @param scale What scores are multiplied by.
 */
export function pointLogits(
  logits: usize,
  scores: usize,
  gates: usize,
  tokens: usize,
  positions: usize,
  rows: i32,
  count: i32,
  start: i32,
  scale: f32,
  vocabulary: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const known = load<i32>(positions + (<usize>row << 2)) - start + 1;
    const rowScores = scores + ((<usize>row * count) << 2);
    const gate = load<f32>(gates + (<usize>row << 2));
    pointRow(logits + ((<usize>row * vocabulary) << 2), rowScores, gate, tokens, known, scale);
    for (let p = known; p < count; p++) store<f32>(rowScores + (<usize>p << 2), 0);
  }
}

/** One row of `pointLogits`, over the first `known` tokens. */
function pointRow(logits: usize, scores: usize, gate: f32, tokens: usize, known: i32, scale: f32): void {
  softmax(scores, known, scale);
  for (let p = 0; p < known; p++) {
    const at = logits + (<usize>load<i32>(tokens + (<usize>p << 2)) << 2);
    store<f32>(at, load<f32>(at) + gate * load<f32>(scores + (<usize>p << 2)));
  }
}

/**
 * The pointer head of one token that predicts. logits: (vocabulary), scores: (known) space, query: (width),
 * keys: (known, width) and tokens: (known) of its chat so far, the gate a number.
 */
export function pointStep(
  logits: usize,
  scores: usize,
  query: usize,
  keys: usize,
  gate: usize,
  tokens: usize,
  known: i32,
  width: i32,
  scale: f32,
): void {
  dots(scores, query, keys, <usize>width << 2, known, width, 1);
  pointRow(logits, scores, load<f32>(gate), tokens, known, scale);
}

/** Gradient of `pointLogits`: shares: (rows, count) become that of the scores, dGates: (rows) is filled. logits hold gradients. */
export function pointLogitsBackward(
  logits: usize,
  shares: usize,
  gates: usize,
  dGates: usize,
  tokens: usize,
  positions: usize,
  rows: i32,
  count: i32,
  start: i32,
  scale: f32,
  vocabulary: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const last = load<i32>(positions + (<usize>row << 2)) - start;
    const rowLogits = logits + ((<usize>row * vocabulary) << 2);
    const rowShares = shares + ((<usize>row * count) << 2);
    let mean: f32 = 0;
    for (let p = 0; p <= last; p++) {
      const slope = load<f32>(rowLogits + (<usize>load<i32>(tokens + (<usize>p << 2)) << 2));
      mean += load<f32>(rowShares + (<usize>p << 2)) * slope;
    }
    store<f32>(dGates + (<usize>row << 2), mean);
    const factor = load<f32>(gates + (<usize>row << 2)) * scale;
    for (let p = 0; p <= last; p++) {
      const place = rowShares + (<usize>p << 2);
      const slope = load<f32>(rowLogits + (<usize>load<i32>(tokens + (<usize>p << 2)) << 2));
      store<f32>(place, load<f32>(place) * (slope - mean) * factor);
    }
  }
}

/** gates[row] = weights . states[row] + bias. states: (rows, width). */
export function pointerGates(gates: usize, states: usize, weights: usize, bias: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    const state = states + ((<usize>row * width) << 2);
    store<f32>(gates + (<usize>row << 2), dot(weights, state, width) + load<f32>(bias));
  }
}

/** Adds what dGates: (rows) pass back to dStates: (rows, width), dWeights: (width) and dBias. */
export function pointerGatesBackward(
  dGates: usize,
  states: usize,
  weights: usize,
  dStates: usize,
  dWeights: usize,
  dBias: usize,
  rows: i32,
  width: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const slope = load<f32>(dGates + (<usize>row << 2));
    const at = (<usize>row * width) << 2;
    addScaled(dStates + at, weights, slope, width);
    addScaled(dWeights, states + at, slope, width);
    store<f32>(dBias, load<f32>(dBias) + slope);
  }
}

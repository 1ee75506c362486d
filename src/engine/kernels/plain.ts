import { copyKinds, createCopyContext } from "../copying.ts";
import { attendPlainly, attendPlainlyBackward, softmax } from "./attention.ts";
import { exponential } from "./elementary.ts";
import type { CopyHead, Kernels } from "./kernels.ts";
import type { Floats } from "./matrix.ts";
import { createMultiply } from "./multiply.ts";

const epsilon = 1e-6;

/** The kernels in plain TypeScript, on arrays of 32 or 64 bits: slow, and easy to see through. */
export function plainKernels(): Kernels {
  const multiply = createMultiply();
  return {
    multiply,
    attend: (attended, attention) => attendPlainly(multiply, attended, attention),
    attendBackward: (d, slopes, attention) => attendPlainlyBackward(multiply, d, slopes, attention),
    normalize(out, { x, gain, inverse, rows }) {
      const C = gain.length;
      for (let t = 0; t < rows; t++) {
        const row = t * C;
        let squares = 0;
        for (let c = 0; c < C; c++) squares += x[row + c]! * x[row + c]!;
        const scale = 1 / Math.sqrt(squares / C + epsilon);
        inverse[t] = scale;
        for (let c = 0; c < C; c++) out[row + c] = x[row + c]! * scale * gain[c]!;
      }
    },
    normalizeBackward(dx, dGain, dOut, { x, gain, inverse, rows }) {
      const C = gain.length;
      for (let t = 0; t < rows; t++) {
        const row = t * C;
        const scale = inverse[t]!;
        let projection = 0;
        for (let c = 0; c < C; c++) projection += x[row + c]! * dOut[row + c]! * gain[c]!;
        projection *= (scale * scale * scale) / C;
        for (let c = 0; c < C; c++) {
          const value = x[row + c]!;
          const slope = dOut[row + c]!;
          dx[row + c] = dx[row + c]! + slope * gain[c]! * scale - value * projection;
          dGain[c] = dGain[c]! + slope * value * scale;
        }
      }
    },
    rotate(data, { start, stride, rows, heads, headWidth, table, direction }) {
      const half = headWidth / 2;
      for (let t = 0; t < rows; t++) {
        const angles = t * headWidth;
        for (let h = 0; h < heads; h++) {
          const head = start + t * stride + h * headWidth;
          for (let i = 0; i < half; i++) {
            const c = table[angles + i]!;
            const s = direction * table[angles + half + i]!;
            const a = data[head + i]!;
            const b = data[head + half + i]!;
            data[head + i] = a * c - b * s;
            data[head + half + i] = a * s + b * c;
          }
        }
      }
    },
    shiftKeys(queryKeyValue, keys, shift, rows) {
      const C = shift.length;
      for (let t = 0; t < rows; t++) {
        for (let c = 0; c < C; c++) {
          const at = t * 3 * C + C + c;
          const key = queryKeyValue[at]!;
          keys[t * C + c] = key;
          const before = t === 0 ? 0 : keys[(t - 1) * C + c]!;
          queryKeyValue[at] = key + shift[c]! * (before - key);
        }
      }
    },
    shiftKeysBackward(dQueryKeyValue, dShift, { keys, shift, rows }) {
      const C = shift.length;
      for (let t = 0; t < rows; t++) {
        for (let c = 0; c < C; c++) {
          const at = t * 3 * C + C + c;
          const before = t === 0 ? 0 : keys[(t - 1) * C + c]!;
          dShift[c] = dShift[c]! + dQueryKeyValue[at]! * (before - keys[t * C + c]!);
          const fromNext = t + 1 < rows ? shift[c]! * dQueryKeyValue[at + 3 * C]! : 0;
          dQueryKeyValue[at] = dQueryKeyValue[at]! * (1 - shift[c]!) + fromNext;
        }
      }
    },
    rectify(out, x, count) {
      for (let i = 0; i < count; i++) out[i] = Math.max(x[i]!, 0) ** 2;
    },
    rectifyBackward(d, x, count) {
      for (let i = 0; i < count; i++) d[i] = d[i]! * 2 * Math.max(x[i]!, 0);
    },
    gatherRows(out, table, indexes, width) {
      indexes.forEach((index, row) => {
        for (let c = 0; c < width; c++) out[row * width + c] = table[index * width + c]!;
      });
    },
    scatterRows(table, from, indexes, width) {
      indexes.forEach((index, row) => {
        for (let c = 0; c < width; c++) table[index * width + c] = table[index * width + c]! + from[row * width + c]!;
      });
    },
    crossEntropy(logits, { targets, scales, losses, correct, rows, columns }) {
      for (let row = 0; row < rows; row++) {
        const result = crossEntropy(logits.subarray(row * columns, (row + 1) * columns), targets[row]!, scales[row]!);
        losses[row] = result.loss;
        correct[row] = result.correct ? 1 : 0;
      }
    },
    copyLogits(logits, head) {
      const { states, weights, bias, marks } = head;
      const C = weights.length / copyKinds;
      const V = marks.length;
      eachSuggestion(head, ({ row, kind, tokens }) => {
        let raise = bias[kind]!;
        for (let c = 0; c < C; c++) raise += weights[kind * C + c]! * states[row * C + c]!;
        for (const token of tokens) logits[row * V + token] = logits[row * V + token]! + raise;
      });
    },
    copyLogitsBackward({ dLogits, dStates, dWeights, dBias }, head) {
      const { states, weights, marks } = head;
      const C = weights.length / copyKinds;
      const V = marks.length;
      eachSuggestion(head, ({ row, kind, tokens }) => {
        let slope = 0;
        for (const token of tokens) slope += dLogits[row * V + token]!;
        dBias[kind] = dBias[kind]! + slope;
        for (let c = 0; c < C; c++) {
          const at = kind * C + c;
          dWeights[at] = dWeights[at]! + slope * states[row * C + c]!;
          dStates[row * C + c] = dStates[row * C + c]! + slope * weights[at]!;
        }
      });
    },
    pointLogits(logits, { tokens, positions, start, scores, gates, scale, columns }) {
      const N = tokens.length;
      positions.forEach((position, row) => {
        const shares = scores.subarray(row * N, (row + 1) * N);
        const known = position - start + 1;
        shares.fill(0, known);
        softmax(shares.subarray(0, known), scale);
        for (let p = 0; p < known; p++) {
          const at = row * columns + tokens[p]!;
          logits[at] = logits[at]! + gates[row]! * shares[p]!;
        }
      });
    },
    pointLogitsBackward({ dLogits, dGates }, { tokens, positions, scores, gates, scale, columns }) {
      const N = tokens.length;
      positions.forEach((_, row) => {
        const shares = scores.subarray(row * N, (row + 1) * N);
        const slope = (p: number): number => dLogits[row * columns + tokens[p]!]!;
        let mean = 0;
        for (let p = 0; p < N; p++) mean += shares[p]! * slope(p);
        dGates[row] = mean;
        shares.forEach((share, p) => {
          shares[p] = share * (slope(p) - mean) * gates[row]! * scale;
        });
      });
    },
    pointerGates(gates, { states, weights, bias, rows }) {
      const C = weights.length;
      for (let row = 0; row < rows; row++) {
        gates[row] = bias[0]!;
        for (let c = 0; c < C; c++) gates[row] = gates[row]! + weights[c]! * states[row * C + c]!;
      }
    },
    pointerGatesBackward({ dGates, dStates, dWeights, dBias }, { states, weights, rows }) {
      const C = weights.length;
      for (let row = 0; row < rows; row++) {
        const slope = dGates[row]!;
        dBias[0] = dBias[0]! + slope;
        for (let c = 0; c < C; c++) {
          dWeights[c] = dWeights[c]! + slope * states[row * C + c]!;
          dStates[row * C + c] = dStates[row * C + c]! + slope * weights[c]!;
        }
      }
    },
    sumShards([first, ...others]) {
      let squares = 0;
      for (let i = 0; i < first!.length; i++) {
        let sum = first![i]!;
        for (const other of others) {
          sum += other[i]!;
          other[i] = 0;
        }
        first![i] = sum;
        squares += first![i]! * first![i]!;
      }
      return squares;
    },
    adam({ parameters, gradient, firstMoment, secondMoment }, settings) {
      const { rate, beta1, beta2, correction1, correction2, epsilon: floor, weightDecay, clip } = settings;
      for (let i = 0; i < parameters.length; i++) {
        const slope = gradient[i]! * clip;
        const first = beta1 * firstMoment[i]! + (1 - beta1) * slope;
        const second = beta2 * secondMoment[i]! + (1 - beta2) * slope * slope;
        firstMoment[i] = first;
        secondMoment[i] = second;
        gradient[i] = 0;
        const value = parameters[i]!;
        const direction = (first * correction1) / (Math.sqrt(second * correction2) + floor);
        parameters[i] = value - rate * (direction + weightDecay * value);
      }
    },
  };
}

/** Cross-entropy of one row, whose logits: (V) become scale * (softmax - onehot(target)). */
function crossEntropy(logits: Floats, target: number, scale: number): { loss: number; correct: boolean } {
  let best = 0;
  for (let v = 1; v < logits.length; v++) if (logits[v]! > logits[best]!) best = v;
  const most = logits[best]!;
  const targetLogit = logits[target]!;
  let sum = 0;
  for (let v = 0; v < logits.length; v++) {
    const weight = exponential(logits[v]! - most);
    logits[v] = weight;
    sum += weight;
  }
  for (let v = 0; v < logits.length; v++) logits[v] = (logits[v]! / sum) * scale;
  logits[target] = logits[target]! - scale;
  return { loss: Math.log(sum) - (targetLogit - most), correct: best === target };
}

function eachSuggestion(
  { tokens, rowOf }: CopyHead,
  act: (found: { row: number; kind: number; tokens: readonly number[] }) => void,
): void {
  const copying = createCopyContext(tokens.length);
  tokens.forEach((token, position) => {
    copying.push(token);
    const row = rowOf[position]!;
    if (row < 0) return;
    for (const { kind, tokens: suggested } of copying.suggestions()) act({ row, kind, tokens: suggested });
  });
}

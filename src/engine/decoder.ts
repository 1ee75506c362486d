import { createCopyContext } from "./copying.ts";
import { addCopyLogits } from "./head.ts";
import { exponential } from "./kernels/elementary.ts";
import { normalize, rotate, rotationTable } from "./kernels/layers.ts";
import type { Floats } from "./kernels/matrix.ts";
import type { LayerParameters, ModelShape, Parameters } from "./parameters.ts";

/** Runs a model token by token, keeping keys and values of those before. One chat at a time. */
export interface Decoder {
  /** Forgets the chat. */
  reset(): void;
  /**
   * Takes the next token of the chat.
   * @returns Logits of the token after it: (V); overwritten by the next call.
   * @throws Error past the context.
   */
  step(token: number): Float32Array;
}

/** What a layer remembers of a chat. */
interface LayerMemory {
  /** (T,C) each; keys shifted and rotated. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  /** (C): the last token's key before shift and rotation. */
  readonly plainKey: Float32Array;
}

/** The same arithmetic as `forward` and `addCopyLogits`, a row at a time. */
export function createDecoder(shape: ModelShape, parameters: Parameters): Decoder {
  const { context: T, width: C, hidden: F, vocabulary: V, heads } = shape;
  const headWidth = C / heads;
  const table = rotationTable(T, headWidth);
  const memories = parameters.layers.map(
    (): LayerMemory => ({
      keys: new Float32Array(T * C),
      values: new Float32Array(T * C),
      plainKey: new Float32Array(C),
    }),
  );
  const stream = new Float32Array(C);
  const normal = new Float32Array(C);
  const inverse = new Float32Array(1);
  const projections = new Float32Array(3 * C);
  const attended = new Float32Array(C);
  const added = new Float32Array(C);
  const hidden = new Float32Array(F);
  const scores = new Float32Array(T);
  const logits = new Float32Array(V);
  const copying = createCopyContext(T);
  let position = 0;

  const attend = (layer: LayerParameters, { keys, values, plainKey }: LayerMemory): void => {
    normalize(normal, inverse, { x: stream, gain: layer.attentionGain, rows: 1 });
    multiplyRow(projections, normal, layer.queryKeyValue);
    for (let c = 0; c < C; c++) {
      const key = projections[C + c]!;
      const before = position === 0 ? 0 : plainKey[c]!;
      plainKey[c] = key;
      projections[C + c] = key + layer.keyShift[c]! * (before - key);
    }
    const rotation = { stride: 3 * C, rows: 1, heads, headWidth, table, position, direction: 1 } as const;
    rotate(projections, { ...rotation, start: 0 });
    rotate(projections, { ...rotation, start: C });
    keys.set(projections.subarray(C, 2 * C), position * C);
    values.set(projections.subarray(2 * C), position * C);
    for (let head = 0; head < C; head += headWidth) {
      attendHead(attended.subarray(head, head + headWidth), scores, {
        query: projections.subarray(head, head + headWidth),
        keys,
        values,
        start: head,
        stride: C,
        rows: position + 1,
      });
    }
    multiplyRow(added, attended, layer.attentionOutput);
    for (let c = 0; c < C; c++) stream[c] = stream[c]! + added[c]!;
  };

  const think = (layer: LayerParameters): void => {
    normalize(normal, inverse, { x: stream, gain: layer.hiddenGain, rows: 1 });
    multiplyRow(hidden, normal, layer.hiddenIn);
    for (let f = 0; f < F; f++) hidden[f] = Math.max(hidden[f]!, 0) ** 2;
    multiplyRow(added, hidden, layer.hiddenOut);
    for (let c = 0; c < C; c++) stream[c] = stream[c]! + added[c]!;
  };

  return {
    reset() {
      position = 0;
      copying.reset();
    },
    step(token) {
      if (position >= T) throw new Error(`the context of ${T} tokens is full`);
      copying.push(token);
      stream.set(parameters.embedding.subarray(token * C, (token + 1) * C));
      parameters.layers.forEach((layer, index) => {
        attend(layer, memories[index]!);
        think(layer);
      });
      normalize(normal, inverse, { x: stream, gain: parameters.finalGain, rows: 1 });
      for (let v = 0; v < V; v++) {
        let sum = 0;
        for (let c = 0; c < C; c++) sum += normal[c]! * parameters.embedding[v * C + c]!;
        logits[v] = sum;
      }
      addCopyLogits(logits, parameters, { state: normal, suggestions: copying.suggestions() });
      position++;
      return logits;
    },
  };
}

/** out = row * weights. out: (N), row: (K), weights: (K,N). */
function multiplyRow(out: Float32Array, row: Float32Array, weights: Floats): void {
  const N = out.length;
  out.fill(0);
  for (let k = 0; k < row.length; k++) {
    const factor = row[k]!;
    if (factor === 0) continue;
    for (let n = 0; n < N; n++) out[n] = out[n]! + factor * weights[k * N + n]!;
  }
}

/** One head's answer: out: (headWidth). Its part of row t of keys and values begins at start + t * stride. */
function attendHead(
  out: Float32Array,
  scores: Float32Array,
  {
    query,
    keys,
    values,
    start,
    stride,
    rows,
  }: { query: Float32Array; keys: Float32Array; values: Float32Array; start: number; stride: number; rows: number },
): void {
  const width = query.length;
  const scale = 1 / Math.sqrt(width);
  let most = -Infinity;
  for (let t = 0; t < rows; t++) {
    let score = 0;
    for (let i = 0; i < width; i++) score += query[i]! * keys[start + t * stride + i]!;
    scores[t] = score * scale;
    most = Math.max(most, scores[t]!);
  }
  let sum = 0;
  for (let t = 0; t < rows; t++) {
    scores[t] = exponential(scores[t]! - most);
    sum += scores[t]!;
  }
  out.fill(0);
  for (let t = 0; t < rows; t++) {
    const weight = scores[t]! / sum;
    for (let i = 0; i < width; i++) out[i] = out[i]! + weight * values[start + t * stride + i]!;
  }
}

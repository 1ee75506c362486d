import { addCopyLogits, createCopyContext } from "./copying.ts";
import { sharedArena } from "./kernels/arena.ts";
import type { Floats } from "./kernels/matrix.ts";
import { rotationTable } from "./kernels/rotation.ts";
import { addressOf, instantiateKernels, packedLength, scratchLength } from "./kernels/wasm.ts";
import { type ModelShape, type Parameters, pointerScale, pointerWidth, viewParameters } from "./parameters.ts";

/** The next token of a chat. */
export interface DecoderRow {
  /** Which chat, from 0 to below `slots`. Its rows come in order. */
  readonly slot: number;
  readonly token: number;
  /** Whether the logits after this token are wanted. */
  readonly predict: boolean;
}

/** Runs a model token by token, keeping keys and values of those before, several chats at a time. */
export interface Decoder {
  /** Chats that can be open at once. */
  readonly slots: number;
  /** Most rows of a step. */
  readonly rows: number;
  /** Begins a new chat in a slot. */
  reset(slot: number): void;
  /**
   * Takes tokens of any chats. A chat's logits don't depend, to the bit, on what else is in the step.
   * @returns For each row the logits of the token after it, (V), or undefined where none were wanted;
   * overwritten by the next step.
   * @throws Error past the context.
   */
  step(rows: readonly DecoderRow[]): readonly (Float32Array | undefined)[];
}

/** What a chat's layer remembers. */
interface LayerMemory {
  /** (T,C) each; keys shifted and rotated. */
  readonly keys: Float32Array;
  readonly values: Float32Array;
  /** (C): the last token's key before shift and rotation. */
  readonly plainKey: Float32Array;
}

/** The same arithmetic as `forward` and the head, a few rows at a time. */
export function createDecoder(
  shape: ModelShape,
  weights: Parameters,
  { slots, rows: R }: { readonly slots: number; readonly rows: number },
): Decoder {
  const { context: T, width: C, hidden: F, vocabulary: V, heads } = shape;
  const headWidth = C / heads;
  const D = pointerWidth(shape);
  const arena = sharedArena();
  const wasm = instantiateKernels(arena.memory);
  const own = arena.floats(weights.all.length);
  own.set(weights.all);
  const parameters = viewParameters(shape, own);
  const pack = (matrix: Floats, inner: number, columns: number): Float32Array => {
    const packed = arena.floats(packedLength(inner, columns));
    wasm.packWeights(addressOf(packed), addressOf(matrix), columns, 1, inner, columns);
    return packed;
  };
  const layers = parameters.layers.map((layer) => ({
    ...layer,
    packed: {
      queryKeyValue: pack(layer.queryKeyValue, C, 3 * C),
      attentionOutput: pack(layer.attentionOutput, C, C),
      hiddenIn: pack(layer.hiddenIn, C, F),
      hiddenOut: pack(layer.hiddenOut, F, C),
    },
  }));
  const pointer = {
    query: pack(parameters.pointerQuery, C, D),
    key: pack(parameters.pointerKey, C, D),
  };
  // Logits are states times the embedding's transpose: its rows are the product's columns.
  const output = arena.floats(packedLength(C, V));
  wasm.packWeights(addressOf(output), addressOf(parameters.embedding), 1, C, C, V);
  const table = arena.floats(T * headWidth);
  table.set(rotationTable(T, headWidth));
  const chats = Array.from({ length: slots }, () => ({
    position: 0,
    copying: createCopyContext(T),
    /** (T), and (T,D): what each is found by. */
    tokens: arena.integers(T),
    pointerKeys: arena.floats(T * D),
    layers: layers.map(
      (): LayerMemory => ({ keys: arena.floats(T * C), values: arena.floats(T * C), plainKey: arena.floats(C) }),
    ),
  }));
  const tokens = arena.integers(R);
  const stream = arena.floats(R * C);
  const normal = arena.floats(R * C);
  const inverse = arena.floats(R);
  const projections = arena.floats(R * 3 * C);
  const attended = arena.floats(R * C);
  const hidden = arena.floats(R * F);
  const scores = arena.floats(T + 4);
  const pointerKeys = arena.floats(R * D);
  const pointerQueries = arena.floats(R * D);
  const pointerGates = arena.floats(R);
  const picks = arena.integers(R);
  const picked = arena.floats(R * C);
  const logits = arena.floats(R * V);
  const scratch = addressOf(arena.floats(scratchLength(Math.max(V, 3 * C, F, T))));
  const at = addressOf;

  return {
    slots,
    rows: R,
    reset(slot) {
      const chat = chats[slot]!;
      chat.position = 0;
      chat.copying.reset();
    },
    step(rows) {
      const N = rows.length;
      if (N > R) throw new Error(`a step of ${N} rows is too large for ${R}`);
      const positions = rows.map(({ slot }) => {
        const chat = chats[slot]!;
        if (chat.position >= T) throw new Error(`the context of ${T} tokens is full`);
        return chat.position++;
      });
      tokens.set(rows.map(({ token }) => token));
      wasm.gatherRows(at(stream), at(parameters.embedding), at(tokens), N, C);
      layers.forEach((layer, index) => {
        const { packed } = layer;
        wasm.normalize(at(normal), at(inverse), at(stream), at(layer.attentionGain), N, C);
        wasm.multiplyPacked(N, 3 * C, C, at(normal), at(packed.queryKeyValue), at(projections), false, scratch);
        rows.forEach(({ slot }, row) => {
          const memory = chats[slot]!.layers[index]!;
          wasm.attendStep(
            at(attended, row * C),
            at(projections, row * 3 * C),
            at(memory.keys),
            at(memory.values),
            at(memory.plainKey),
            at(layer.keyShift),
            at(table, positions[row]! * headWidth),
            positions[row]!,
            heads,
            headWidth,
            at(scores),
          );
        });
        wasm.multiplyPacked(N, C, C, at(attended), at(packed.attentionOutput), at(stream), true, scratch);
        wasm.normalize(at(normal), at(inverse), at(stream), at(layer.hiddenGain), N, C);
        wasm.multiplyPacked(N, F, C, at(normal), at(packed.hiddenIn), at(hidden), false, scratch);
        wasm.rectify(at(hidden), at(hidden), N * F);
        wasm.multiplyPacked(N, C, F, at(hidden), at(packed.hiddenOut), at(stream), true, scratch);
      });
      wasm.normalize(at(normal), at(inverse), at(stream), at(parameters.finalGain), N, C);
      const wanted = rows.flatMap(({ predict }, row) => (predict ? [row] : []));
      picks.set(wanted);
      wasm.gatherRows(at(picked), at(normal), at(picks), wanted.length, C);
      wasm.multiplyPacked(wanted.length, V, C, at(picked), at(output), at(logits), false, scratch);
      wasm.multiplyPacked(N, D, C, at(normal), at(pointer.key), at(pointerKeys), false, scratch);
      wasm.multiplyPacked(wanted.length, D, C, at(picked), at(pointer.query), at(pointerQueries), false, scratch);
      const { pointerGate, pointerGateBias } = parameters;
      wasm.pointerGates(at(pointerGates), at(picked), at(pointerGate), at(pointerGateBias), wanted.length, C);
      const results: (Float32Array | undefined)[] = rows.map(() => undefined);
      let place = 0;
      rows.forEach(({ slot, token, predict }, row) => {
        const chat = chats[slot]!;
        const position = positions[row]!;
        chat.copying.push(token);
        chat.tokens[position] = token;
        chat.pointerKeys.set(pointerKeys.subarray(row * D, (row + 1) * D), position * D);
        if (!predict) return;
        wasm.pointStep(
          at(logits, place * V),
          at(scores),
          at(pointerQueries, place * D),
          at(chat.pointerKeys),
          at(pointerGates, place),
          at(chat.tokens),
          position + 1,
          D,
          pointerScale(shape),
        );
        const answer = logits.subarray(place * V, (place + 1) * V);
        addCopyLogits(answer, parameters, picked.subarray(place * C, (place + 1) * C), chat.copying.suggestions());
        results[row] = answer;
        place++;
      });
      return results;
    },
  };
}

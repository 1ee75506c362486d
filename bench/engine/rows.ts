import { baseExample } from "../../scripts/base/corpus.ts";
import { baseOf } from "../../src/engine/bases.ts";
import { encodeExamples, type SequenceStore } from "../../src/engine/examples.ts";

/** Far from what the base was trained on. */
const unseenStart = 3_000_000_000;

/** Rows of one length, cut from the base's kind of text; a loss is taken on every token. */
export async function makeRows(count: number, length: number): Promise<SequenceStore> {
  const text: number[] = [];
  for (let index = unseenStart; text.length <= count * length; index++) {
    const { store } = await encodeExamples(baseOf("ftpipe-mini"), [{ messages: baseExample(index) }]);
    text.push(...store.tokens);
  }
  return {
    tokens: sharedIntegers(text.slice(0, count * length)),
    targets: sharedIntegers(text.slice(1, count * length + 1)),
    starts: sharedIntegers(Array.from({ length: count + 1 }, (_, row) => row * length)),
  };
}

export const noRows: SequenceStore = {
  tokens: sharedIntegers([]),
  targets: sharedIntegers([]),
  starts: sharedIntegers([0]),
};

function sharedIntegers(values: readonly number[]): Int32Array {
  const made = new Int32Array(new SharedArrayBuffer(values.length * Int32Array.BYTES_PER_ELEMENT));
  made.set(values);
  return made;
}

import { type Digest, digestWord } from "../core/hash.ts";

/**
 * Keeps digests in the order in which they come, each with a number. Which of them came twice is found at the end, by
 * sorting: looking each up when it comes would wait for memory a million times, since no cache holds a table of them.
 */
export interface DigestLog {
  /** @param value From 0 to 2^32 - 2. */
  add(digest: Digest, value: number): void;
  /**
   * Tells of all that came before, in order. Equal are digests whose first 96 bits are: among 3 million, two share
   * them once in 10^16 times.
   * @param found Is given the number of one, and that of the first that was equal.
   */
  repeated(found: (value: number, first: number) => void): void;
}

/** Of an entry: 64 bits to sort by, 32 to make sure, its number. */
const words = 4;
const chunkEntries = 1 << 16;

/** Which of the two words of a 64-bit number is the higher one on this machine. */
const high = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** 16 bytes a digest, half as much again while `repeated` runs. */
export function digestLog(): DigestLog {
  const chunks: Uint32Array[] = [];
  let chunk = new Uint32Array(0);
  let used = 0;
  const each = (look: (chunk: Uint32Array, at: number) => void): void => {
    for (const some of chunks) {
      const end = some === chunk ? used : some.length;
      for (let at = 0; at < end; at += words) look(some, at);
    }
  };
  /** Of the digests that came more than once the sorted 64 bits, each once. */
  const repeatedBits = (): Uint32Array => {
    const count = Math.max(0, chunks.length - 1) * chunkEntries + used / words;
    const bits = new Uint32Array(2 * count);
    let next = 0;
    each((some, at) => {
      bits[next++] = some[at] as number;
      bits[next++] = some[at + 1] as number;
    });
    new BigUint64Array(bits.buffer).sort();
    const isSame = (one: number, other: number): boolean =>
      bits[one] === bits[other] && bits[one + 1] === bits[other + 1];
    let kept = 0;
    for (let at = 2; at < bits.length; at += 2) {
      if (!isSame(at, at - 2) || (kept > 0 && isSame(at, kept - 2))) continue;
      bits[kept++] = bits[at] as number;
      bits[kept++] = bits[at + 1] as number;
    }
    return bits.subarray(0, kept);
  };
  return {
    add(digest, value) {
      if (used === chunk.length) {
        chunk = new Uint32Array(words * chunkEntries);
        chunks.push(chunk);
        used = 0;
      }
      chunk[used] = digestWord(digest, 0);
      chunk[used + 1] = digestWord(digest, 4);
      chunk[used + 2] = digestWord(digest, 8);
      chunk[used + 3] = value;
      used += words;
    },
    repeated(found) {
      const bits = repeatedBits();
      if (bits.length === 0) return;
      /** Of each of the repeated its first: the number plus 1, and the bits to make sure. */
      const firsts = new Uint32Array(bits.length);
      each((some, at) => {
        const place = placeOf(bits, some[at] as number, some[at + 1] as number);
        if (place < 0) return;
        const value = some[at + 3] as number;
        const first = firsts[place] as number;
        if (first === 0) {
          firsts[place] = value + 1;
          firsts[place + 1] = some[at + 2] as number;
        } else if (firsts[place + 1] === some[at + 2]) found(value, first - 1);
      });
    },
  };
}

/** Where two words stand in a sorted list of pairs of words; negative if they do not. */
function placeOf(sorted: Uint32Array, zeroth: number, first: number): number {
  const [wantedHigh, wantedLow] = high === 1 ? [first, zeroth] : [zeroth, first];
  let [from, to] = [0, sorted.length / 2];
  while (from < to) {
    const middle = (from + to) >> 1;
    const at = 2 * middle;
    const [ofHigh, ofLow] = [sorted[at + high] as number, sorted[at + 1 - high] as number];
    if (ofHigh === wantedHigh && ofLow === wantedLow) return at;
    if (ofHigh < wantedHigh || (ofHigh === wantedHigh && ofLow < wantedLow)) from = middle + 1;
    else to = middle;
  }
  return -1;
}

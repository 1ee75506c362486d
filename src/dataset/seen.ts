import { digestOf, digestWord } from "../core/hash.ts";

/** Remembers texts by 72 bits of their sha256, each with a number: among 3 million, two share them once in a billion times. */
export interface SeenTable {
  /** The number kept with an equal text that came before, else undefined and the text is remembered with this one. @param value From 0 to 2^32 - 2. */
  remember(text: string, value: number): number | undefined;
}

const words = 3;
const parts = 256;

interface Part {
  /** Of each slot two words of a digest, then the number kept with it plus 1; 0 marks a free slot. */
  slots: Uint32Array;
  /** Of the number of slots, a power of two, less 1. */
  mask: number;
  count: number;
}

/**
 * Open addressing, at most three quarters full: 16 to 32 bytes a text of any length. In many parts that grow each for
 * itself, so that growing never holds all of it twice.
 */
export function seenTable(): SeenTable {
  const table = Array.from({ length: parts }, (): Part => ({ slots: new Uint32Array(words << 4), mask: 15, count: 0 }));

  /** The place in a part of what has these 64 bits, or the free one where it belongs. */
  const find = (slots: Uint32Array, mask: number, a: number, b: number): number => {
    let slot = a & mask;
    for (;;) {
      const at = slot * words;
      if (slots[at + 2] === 0 || (slots[at] === a && slots[at + 1] === b)) return at;
      slot = (slot + 1) & mask;
    }
  };
  const put = (slots: Uint32Array, at: number, a: number, b: number, stored: number): void => {
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = stored;
  };
  const grow = (part: Part): void => {
    const { slots } = part;
    const larger = new Uint32Array(slots.length * 2);
    const mask = part.mask * 2 + 1;
    for (let at = 0; at < slots.length; at += words) {
      const stored = slots[at + 2] as number;
      if (stored === 0) continue;
      const [a, b] = [slots[at] as number, slots[at + 1] as number];
      put(larger, find(larger, mask, a, b), a, b, stored);
    }
    part.slots = larger;
    part.mask = mask;
  };
  /** @returns The number kept with these bits plus 1, or 0. */
  const look = (a: number, b: number, c: number, value: number): number => {
    const part = table[c] as Part;
    const at = find(part.slots, part.mask, a, b);
    const stored = part.slots[at + 2] as number;
    if (stored !== 0) return stored;
    put(part.slots, at, a, b, value + 1);
    if (++part.count * words * 4 > part.slots.length * 3) grow(part);
    return 0;
  };

  return {
    remember: (text, value) => {
      const digest = digestOf(text);
      const stored = look(digestWord(digest, 0), digestWord(digest, 4), digest.charCodeAt(8), value);
      return stored === 0 ? undefined : stored - 1;
    },
  };
}

/** Where rows stand, by a small number each; 8 bytes a row. */
export interface PlaceBook {
  /** The number of a place: that of the last one if it is the same, else the next. */
  add(file: string, line: number): number;
  at(number: number): Place;
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

export function placeBook(): PlaceBook {
  const files: string[] = [];
  let places = new Uint32Array(1 << 10);
  let count = 0;
  const at = (number: number): Place => ({
    file: files[places[2 * number] ?? 0] ?? "",
    line: places[2 * number + 1] ?? 0,
  });
  return {
    add(file, line) {
      if (count > 0) {
        const last = at(count - 1); // the variants of a row follow one another
        if (last.line === line && last.file === file) return count - 1;
      }
      if (files.at(-1) !== file && !files.includes(file)) files.push(file);
      if (2 * count === places.length) {
        const longer = new Uint32Array(places.length * 2);
        longer.set(places);
        places = longer;
      }
      places[2 * count] = files.at(-1) === file ? files.length - 1 : files.indexOf(file);
      places[2 * count + 1] = line;
      return count++;
    },
    at,
  };
}

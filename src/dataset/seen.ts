import { createHash } from "node:crypto";

/** Remembers texts by 96 bits of their sha256, each with a number; 16 bytes a slot instead of the texts. */
export interface SeenTable {
  /** The number kept with an equal text that came before, else undefined and the text is remembered with this one. @param value From 0 to 2^32 - 2. */
  remember(text: string, value: number): number | undefined;
}

const words = 4;

/** Open addressing in one growing Uint32Array, at most half full: 32 to 64 bytes a text at any length. */
export function seenTable(): SeenTable {
  let slots = 1 << 10;
  let table = new Uint32Array(slots * words);
  let count = 0;

  const place = (into: Uint32Array, size: number, digest: readonly [number, number, number]): number => {
    let slot = digest[0] & (size - 1);
    for (;;) {
      const at = slot * words;
      if (into[at + 3] === 0) return at;
      if (into[at] === digest[0] && into[at + 1] === digest[1] && into[at + 2] === digest[2]) return at;
      slot = (slot + 1) & (size - 1);
    }
  };
  const put = (into: Uint32Array, at: number, digest: readonly [number, number, number], stored: number): void => {
    into[at] = digest[0];
    into[at + 1] = digest[1];
    into[at + 2] = digest[2];
    into[at + 3] = stored;
  };
  const grow = (): void => {
    const larger = new Uint32Array(table.length * 2);
    for (let at = 0; at < table.length; at += words) {
      const [first = 0, second = 0, third = 0, stored = 0] = table.subarray(at, at + words);
      if (stored === 0) continue;
      const digest = [first, second, third] as const;
      put(larger, place(larger, slots * 2, digest), digest, stored);
    }
    table = larger;
    slots *= 2;
  };

  return {
    remember: (text, value) => {
      const bytes = createHash("sha256").update(text).digest();
      const digest = [bytes.readUInt32LE(0), bytes.readUInt32LE(4), bytes.readUInt32LE(8)] as const;
      const at = place(table, slots, digest);
      const stored = table[at + 3] ?? 0;
      if (stored !== 0) return stored - 1; // 0 marks a free slot
      put(table, at, digest, value + 1);
      if (++count * 2 > slots) grow();
      return undefined;
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

import type { Leaf } from "./rule.ts";

/** Code points from the first to the second, both included. Sets are lists of them in rising order, without overlap. */
export type CharacterRange = readonly [number, number];

const last = 0x10ffff;
const surrogates: CharacterRange = [0xd800, 0xdfff];

/** Puts ranges in order and joins what overlaps. */
export function union(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before !== undefined && low <= before[1] + 1) before[1] = Math.max(before[1], high);
    else joined.push([low, high]);
  }
  return joined;
}

/** All characters that are not in the set. Surrogates are no characters. */
export function complement(ranges: readonly CharacterRange[]): readonly CharacterRange[] {
  const rest: CharacterRange[] = [];
  let from = 0;
  for (const [low, high] of union([...ranges, surrogates])) {
    if (low > from) rest.push([from, low - 1]);
    from = high + 1;
  }
  return from <= last ? [...rest, [from, last]] : rest;
}

/** The first code point and the number of bytes of each length of UTF-8. */
const utf8Lengths = [
  [0x20, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xffff],
  [0x10000, last],
] as const;

const done = "done";

/**
 * One character of a set inside a JSON string, as `JSON.stringify` writes it. A place is the bytes so far.
 * @param ranges Not empty, without surrogates.
 */
export function characterIn(ranges: readonly CharacterRange[]): Leaf {
  const has = (code: number): boolean => ranges.some(([low, high]) => code >= low && code <= high);
  const escapes = [...Array(0x20).keys(), 0x22, 0x5c]
    .filter(has)
    .map((code) => JSON.stringify(String.fromCodePoint(code)).slice(1, -1))
    .sort((a, b) => a.length - b.length);
  /** The lowest character in the range that needs no escape. */
  const lowest = (from: number, to: number): number | undefined => {
    for (const [low, high] of ranges) {
      let code = Math.max(low, from);
      while (code === 0x22 || code === 0x5c) code++;
      if (code <= Math.min(high, to)) return code;
    }
    return undefined;
  };
  const startingWith = (bytes: string): string | undefined => {
    if (bytes.startsWith("\\")) return escapes.find((text) => text.startsWith(bytes));
    const range = codesStartingWith(bytes);
    const code = range === undefined ? undefined : lowest(...range);
    return code === undefined ? undefined : utf8(code);
  };
  const first = (): string => {
    const plain = utf8Lengths.map(([low, high]) => lowest(low, high)).find((code) => code !== undefined);
    const texts = [...(plain === undefined ? [] : [utf8(plain)]), ...escapes.slice(0, 1)];
    return texts.toSorted((a, b) => a.length - b.length)[0] as string; // the set is not empty
  };
  const start = first();
  const whole = (bytes: string): string => (bytes === "" ? start : (startingWith(bytes) as string));
  return {
    kind: "leaf",
    start: "",
    step: (place, byte) => {
      if (place === done) return undefined;
      const bytes = `${place}${String.fromCharCode(byte)}`;
      const text = startingWith(bytes);
      return text === undefined ? undefined : text.length === bytes.length ? done : bytes;
    },
    status: (place) => (place === done ? "closed" : "open"),
    shortest: (place) => (place === done ? "" : whole(place as string).slice((place as string).length)),
    shortestLength: (place) => (place === done ? 0 : whole(place as string).length - (place as string).length),
  };
}

const utf8 = (code: number): string => Buffer.from(String.fromCodePoint(code)).toString("latin1");

/** The characters whose UTF-8 starts with these bytes. */
function codesStartingWith(bytes: string): CharacterRange | undefined {
  const lead = bytes.charCodeAt(0);
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  const limits = utf8Lengths[length - 1];
  if (limits === undefined || bytes.length > length) return undefined;
  let code = length === 1 ? lead : lead & (0x7f >> length);
  for (let i = 1; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    if (byte < 0x80 || byte > 0xbf) return undefined;
    code = code * 64 + (byte & 0x3f);
  }
  const open = 64 ** (length - bytes.length);
  return [Math.max(code * open, limits[0]), Math.min(code * open + open - 1, limits[1])];
}

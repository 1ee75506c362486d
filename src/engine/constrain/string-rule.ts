import type { Leaf, Place } from "./rule.ts";

/**
 * The content of a JSON string and its closing quote, written as `JSON.stringify` writes well-formed text: UTF-8,
 * and escapes only for what must be escaped, in their shortest form. A place is 16 times the number of characters
 * begun, plus one of these; -1 when the string is closed.
 */
const between = 0;
const afterBackslash = 1;
/** After `\u`, `\u0`, `\u00`, `\u000`, `\u001`. */
const hex1 = 2;
const hex2 = 3;
const hex3 = 4;
const hexLow = 5;
const hexHigh = 6;
/** That many bytes of the character are still to come, of any value that continues one. */
const oneMore = 7;
const twoMore = 8;
const threeMore = 9;
/** The next byte's range is narrower: after E0, ED, F0, F4 (no overlong forms, no surrogates, none past U+10FFFF). */
const afterE0 = 10;
const afterED = 11;
const afterF0 = 12;
const afterF4 = 13;
const closed = -1;

const quote = 0x22;
const backslash = 0x5c;
/** Any character, to fill a string up to its least length. */
const filler = "a";

/** From a place inside a character, the bytes of one that ends it. */
const restOfCharacter: readonly string[] = [
  "",
  '"',
  "0000",
  "000",
  "00",
  "0",
  "0",
  "\x80",
  "\x80\x80",
  "\x80\x80\x80",
  "\xa0\x80",
  "\x80\x80",
  "\x90\x80\x80",
  "\x80\x80\x80",
];

export interface StringLimits {
  /** In characters (code points). Default 0. */
  readonly minimum?: number;
  /** Default: none. */
  readonly maximum?: number;
  readonly quotes?: boolean;
}

/** A string after its opening quote, up to and with the closing one. */
export function stringRest({ minimum = 0, maximum = Number.POSITIVE_INFINITY, quotes }: StringLimits = {}): Leaf {
  // Without a greatest length it does not matter how far above the least one is: fewer places, more in common.
  const most = maximum === Number.POSITIVE_INFINITY ? minimum : maximum;
  const missing = (count: number): number => Math.max(0, minimum - count);
  const step = (place: Place, byte: number): number | undefined => {
    const at = place as number;
    if (at === closed) return undefined;
    const state = at & 15;
    const count = at >> 4;
    if (state !== between) {
      const next = continueCharacter(state, byte);
      return next === undefined ? undefined : count * 16 + next;
    }
    if (byte === quote) return count >= minimum ? closed : undefined;
    if (count >= maximum) return undefined;
    const next = beginCharacter(byte);
    return next === undefined ? undefined : Math.min(count + 1, most) * 16 + next;
  };
  return {
    kind: "leaf",
    start: 0,
    ...(quotes === true ? { quotes } : {}),
    step,
    status: (place) => (place === closed ? "closed" : "open"),
    shortest: (place) => {
      const at = place as number;
      return at === closed ? "" : `${restOfCharacter[at & 15]}${filler.repeat(missing(at >> 4))}"`;
    },
    shortestLength: (place) => {
      const at = place as number;
      return at === closed ? 0 : restOfCharacter[at & 15]!.length + missing(at >> 4) + 1;
    },
  };
}

/**
 * Any string after its opening quote that is none of the given ones.
 * @param except Contents as `JSON.stringify` writes them, without quotes.
 */
export function otherStringRest(except: readonly string[]): Leaf {
  const any = stringRest();
  const names = new Set(except.map((name) => Buffer.from(name).toString("latin1")));
  const placeOf = (text: string): number => {
    let place: Place = any.start;
    for (let i = 0; i < text.length; i++) place = any.step(place, text.charCodeAt(i)) as number;
    return place as number;
  };
  const restOf = (text: string): string => {
    let rest = restOfCharacter[placeOf(text) & 15]!;
    while (names.has(text + rest)) rest += filler;
    return `${rest}"`;
  };
  // A place is the text so far while it may still become one of the names, and one of `any`'s from then on.
  const shortest = (place: Place): string => (typeof place === "string" ? restOf(place) : any.shortest(place));
  return {
    kind: "leaf",
    start: "",
    step: (place, byte) => {
      if (typeof place === "number") return any.step(place, byte);
      const next = any.step(placeOf(place), byte);
      if (next === undefined) return undefined;
      if (next === closed) return names.has(place) ? undefined : closed;
      const text = place + String.fromCharCode(byte);
      return [...names].some((name) => name.startsWith(text)) ? text : next;
    },
    status: (place) => (place === closed ? "closed" : "open"),
    shortest,
    shortestLength: (place) => shortest(place).length,
  };
}

function beginCharacter(byte: number): number | undefined {
  if (byte === backslash) return afterBackslash;
  if (byte < 0x20) return undefined;
  if (byte < 0x80) return between;
  if (byte < 0xc2) return undefined;
  if (byte < 0xe0) return oneMore;
  if (byte < 0xf0) return byte === 0xe0 ? afterE0 : byte === 0xed ? afterED : twoMore;
  if (byte > 0xf4) return undefined;
  return byte === 0xf0 ? afterF0 : byte === 0xf4 ? afterF4 : threeMore;
}

function continueCharacter(state: number, byte: number): number | undefined {
  const character = String.fromCharCode(byte);
  const within = (low: number, high: number, next: number) => (byte >= low && byte <= high ? next : undefined);
  switch (state) {
    case afterBackslash:
      return character === "u" ? hex1 : '"\\bfnrt'.includes(character) ? between : undefined;
    case hex1:
      return character === "0" ? hex2 : undefined;
    case hex2:
      return character === "0" ? hex3 : undefined;
    case hex3:
      return character === "0" ? hexLow : character === "1" ? hexHigh : undefined;
    case hexLow:
      // \b, \t, \n, \f and \r have forms of their own.
      return "01234567bef".includes(character) ? between : undefined;
    case hexHigh:
      return "0123456789abcdef".includes(character) ? between : undefined;
    case oneMore:
      return within(0x80, 0xbf, between);
    case twoMore:
      return within(0x80, 0xbf, oneMore);
    case threeMore:
      return within(0x80, 0xbf, twoMore);
    case afterE0:
      return within(0xa0, 0xbf, oneMore);
    case afterED:
      return within(0x80, 0x9f, oneMore);
    case afterF0:
      return within(0x90, 0xbf, twoMore);
    case afterF4:
      return within(0x80, 0x8f, twoMore);
    default:
      return undefined;
  }
}

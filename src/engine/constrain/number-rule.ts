import type { Leaf, Place } from "./rule.ts";

/** Most digits of a number: that many come through a double and back unchanged, with all comparisons. */
export const mostDigits = 15;

/** Values are whole multiples of 10^-15, exactly. */
const one = 10n ** BigInt(mostDigits);
const highest = one * one - 1n;
/** `JSON.stringify` writes an exponent below 1e-6. */
const smallestFraction = one / 1_000_000n;

export interface NumberLimits {
  readonly integer: boolean;
  /** Inclusive unless `exclusive…`. Default: none. */
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
}

/** What a text so far leaves open: how to end it soonest, and whether it can also go on. */
interface Outlook {
  readonly shortest: string;
  readonly goesOn: boolean;
}

/**
 * A number as `JSON.stringify` writes it, without exponent: at most 15 digits, at most five zeros after the point
 * before the first other digit, none at the end. A place is the text so far.
 * @returns undefined if no such number is within the limits.
 */
export function numberWithin(limits: NumberLimits): Leaf | undefined {
  const { low, high } = bounds(limits);
  const completion = (text: string): string | undefined => {
    const negative = text.startsWith("-");
    const digits = negative ? text.slice(1) : text;
    const from = negative ? max(-high, 1n) : max(low, 0n);
    const to = negative ? -low : high;
    const positive = from > to ? undefined : completeDigits(digits, { from, to, integer: limits.integer });
    if (text !== "") return positive;
    const below = completion("-");
    return positive ?? (below === undefined ? undefined : `-${below}`);
  };
  const outlooks = new Map<string, Outlook | undefined>();
  const outlook = (text: string): Outlook | undefined => {
    if (outlooks.has(text)) return outlooks.get(text);
    const shortest = completion(text);
    const goesOn = () =>
      [..."0123456789.-"].some((byte) => isBegun(text + byte) && completion(text + byte) !== undefined);
    const found = shortest === undefined ? undefined : { shortest, goesOn: shortest !== "" || goesOn() };
    outlooks.set(text, found);
    return found;
  };
  if (outlook("") === undefined) return undefined;
  const at = (place: Place): Outlook => outlook(place as string) as Outlook; // places are only ever feasible texts
  return {
    kind: "leaf",
    start: "",
    step: (place, byte) => {
      const text = (place as string) + String.fromCharCode(byte);
      return isBegun(text) && outlook(text) !== undefined ? text : undefined;
    },
    status: (place) => {
      const { shortest, goesOn } = at(place);
      return shortest !== "" ? "open" : goesOn ? "whole" : "closed";
    },
    shortest: (place) => at(place).shortest,
    shortestLength: (place) => at(place).shortest.length,
  };
}

/** Whether a number can begin so, of whatever value. */
const isBegun = (text: string): boolean => /^-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)?$/.test(text);

interface Span {
  readonly from: bigint;
  readonly to: bigint;
  readonly integer: boolean;
}

/**
 * The fewest characters, then the smallest number, that make the text a number of the span. Ties between more
 * digits before and after the point go to those after, so that the rest of an answer is itself the answer later on.
 */
function completeDigits(text: string, { from, to, integer }: Span): string | undefined {
  const [whole = "", begun] = text.split(".");
  if (integer && begun !== undefined) return undefined;
  for (let added = 0; added <= mostDigits + 2; added++) {
    const mostWhole = begun === undefined && whole !== "0" ? added : 0;
    for (let wholeAdded = 0; wholeAdded <= mostWhole; wholeAdded++) {
      const fraction = added - wholeAdded + (begun === undefined ? -1 : begun.length);
      // -1: no point is written. 0: one is, but nothing follows it.
      if (fraction === 0 || (integer && fraction > 0)) continue;
      const found = leastNumber({ whole, begun, wholeAdded, fraction: Math.max(fraction, 0) }, { from, to, integer });
      if (found !== undefined) return found.slice(text.length);
    }
  }
  return undefined;
}

interface Form {
  readonly whole: string;
  readonly begun: string | undefined;
  readonly wholeAdded: number;
  /** Digits after the point. */
  readonly fraction: number;
}

/** The smallest number of the span with these first digits and that many in all. */
function leastNumber({ whole, begun, wholeAdded, fraction }: Form, { from, to }: Span): string | undefined {
  const digits = whole.length + wholeAdded;
  if (digits === 0 || digits + fraction > mostDigits) return undefined;
  const unit = 10n ** BigInt(mostDigits - fraction);
  const scale = 10n ** BigInt(wholeAdded) * one;
  // Nothing written yet: a first digit other than 0, unless it is the only one.
  const least = whole === "" ? (digits === 1 ? 0n : 10n ** BigInt(digits - 1) * one) : BigInt(whole) * scale;
  const begunUnit = 10n ** BigInt(mostDigits - (begun?.length ?? 0));
  const start = begun === undefined ? least : least + BigInt(begun || "0") * begunUnit;
  const width = begun === undefined ? (whole === "" ? 10n ** BigInt(digits) * one - least : scale) : begunUnit;
  let value = max(start, from);
  if (fraction > 0 && value < smallestFraction) value = smallestFraction;
  value = ((value + unit - 1n) / unit) * unit;
  if (fraction > 0 && value % (unit * 10n) === 0n) value += unit;
  if (value > to || value >= start + width) return undefined;
  const wholeText = String(value / one);
  return fraction === 0
    ? wholeText
    : `${wholeText}.${String(value % one)
        .padStart(mostDigits, "0")
        .slice(0, fraction)}`;
}

function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: NumberLimits): { low: bigint; high: bigint } {
  const lows = [-highest];
  if (minimum !== undefined) lows.push(scaled(minimum));
  if (exclusiveMinimum !== undefined) lows.push(scaled(exclusiveMinimum) + 1n);
  const highs = [highest];
  if (maximum !== undefined) highs.push(scaled(maximum));
  if (exclusiveMaximum !== undefined) highs.push(scaled(exclusiveMaximum) - 1n);
  return { low: lows.reduce(max), high: highs.reduce(min) };
}

/** Whether a limit has few enough digits to be compared exactly. */
export function isExact(limit: number): boolean {
  return (
    /^-?\d+(?:\.\d+)?$/.test(JSON.stringify(limit)) && JSON.stringify(limit).replace(/[-.]/g, "").length <= mostDigits
  );
}

function scaled(limit: number): bigint {
  const [whole = "", fraction = ""] = JSON.stringify(Math.abs(limit)).split(".");
  const value = BigInt(whole + fraction.padEnd(mostDigits, "0"));
  return limit < 0 ? -value : value;
}

// Math.max takes no bigint.
const max = (a: bigint, b: bigint): bigint => (b > a ? b : a);
const min = (a: bigint, b: bigint): bigint => (b > a ? a : b);

/**
 * How far a leaf has come. A name for it, so that equal places are one: the leaf alone knows what it means.
 */
export type Place = number | string;

/** A piece of text with a matcher of its own, byte by byte. */
export interface Leaf {
  readonly kind: "leaf";
  readonly start: Place;
  /** @returns Where it is after the byte; undefined if the byte may not come. From each place it can come to an end. */
  step(place: Place, byte: number): Place | undefined;
  /** `open`: it must go on; `whole`: it may end or go on; `closed`: it must end. */
  status(place: Place): "open" | "whole" | "closed";
  /**
   * The bytes of a shortest way to its end, of U+0000 to U+00FF. Once its first byte is taken, the rest of it is the
   * answer from there: what counts on it is never disappointed.
   */
  shortest(place: Place): string;
  /** Length of the above, which may be too long to be built. */
  shortestLength(place: Place): number;
  /** A string of free text, so that it may be asked to repeat words of the prompt. */
  readonly quotes?: boolean;
}

/** Parts that follow each other. */
export interface Sequence {
  readonly kind: "sequence";
  readonly parts: readonly Rule[];
}

export interface Choice {
  readonly kind: "choice";
  readonly options: readonly Rule[];
}

export interface Repeat {
  readonly kind: "repeat";
  readonly rule: Rule;
  readonly minimum: number;
  /** Infinity if there is none. */
  readonly maximum: number;
}

/** A rule that is still to be made: rules may contain themselves, but never begin with themselves. */
export interface Later {
  readonly kind: "later";
  readonly get: () => Rule;
}

/** What may be written: a grammar over bytes. */
export type Rule = Leaf | Sequence | Choice | Repeat | Later;

export const sequence = (...parts: readonly Rule[]): Rule =>
  parts.length === 1 ? (parts[0] as Rule) : { kind: "sequence", parts };

export const choice = (...options: readonly Rule[]): Rule =>
  options.length === 1 ? (options[0] as Rule) : { kind: "choice", options };

export const later = (get: () => Rule): Rule => ({ kind: "later", get });

export const nothing: Rule = { kind: "sequence", parts: [] };

/** Exactly this text. */
export function literal(text: string): Leaf {
  const bytes = Buffer.from(text).toString("latin1");
  return {
    kind: "leaf",
    start: 0,
    step: (place, byte) => (bytes.charCodeAt(place as number) === byte ? (place as number) + 1 : undefined),
    status: (place) => (place === bytes.length ? "closed" : "open"),
    shortest: (place) => bytes.slice(place as number),
    shortestLength: (place) => bytes.length - (place as number),
  };
}

/**
 * Bytes of the shortest text of each rule that can be reached; Infinity for one that has no text, such as a list
 * that must contain itself.
 */
export function measure(root: Rule): ReadonlyMap<Rule, number> {
  const lengths = new Map<Rule, number>();
  const pending = [root];
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) {
    if (lengths.has(rule)) continue;
    lengths.set(rule, Number.POSITIVE_INFINITY);
    pending.push(...children(rule));
  }
  const rules = [...lengths.keys()].reverse();
  // Lengths only fall, and each round settles at least one rule for good.
  for (let changed = true; changed; ) {
    changed = false;
    for (const rule of rules) {
      const length = lengthOf(rule, (part) => lengths.get(part) as number);
      if (length === lengths.get(rule)) continue;
      lengths.set(rule, length);
      changed = true;
    }
  }
  return lengths;
}

function children(rule: Rule): readonly Rule[] {
  switch (rule.kind) {
    case "leaf":
      return [];
    case "sequence":
      return rule.parts;
    case "choice":
      return rule.options;
    case "repeat":
      return [rule.rule];
    case "later":
      return [rule.get()];
  }
}

function lengthOf(rule: Rule, known: (part: Rule) => number): number {
  switch (rule.kind) {
    case "leaf":
      return rule.shortestLength(rule.start);
    case "sequence":
      return rule.parts.reduce((sum, part) => sum + known(part), 0);
    case "choice":
      return Math.min(...rule.options.map(known));
    case "repeat":
      return rule.minimum === 0 ? 0 : rule.minimum * known(rule.rule);
    case "later":
      return known(rule.get());
  }
}

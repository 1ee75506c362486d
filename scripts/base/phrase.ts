import type { Maker } from "./maker.ts";

/** What stands for `{name}` in a phrase; a function is asked anew at each place. */
export type Slots = Readonly<Record<string, string | (() => string)>>;

type Part = string | { readonly slot: string } | { readonly choices: readonly (readonly Part[])[] };

const compiled = new Map<string, readonly Part[]>();

/**
 * One wording of a pattern: `[a|b|]` is one of its alternatives (may be nested, may be empty), `{name}` a slot.
 * Afterwards "a" becomes "an" where the next word asks for it. What slots bring is not expanded again.
 */
export function phrase(maker: Maker, pattern: string, slots: Slots = {}): string {
  let parts = compiled.get(pattern);
  if (parts === undefined) {
    parts = compile(pattern);
    compiled.set(pattern, parts);
  }
  return withArticles(render(maker, parts, slots));
}

/** `phrase` of one pattern out of several. */
export function phraseOf(maker: Maker, patterns: readonly string[], slots: Slots = {}): string {
  return phrase(maker, maker.pick(patterns), slots);
}

function render(maker: Maker, parts: readonly Part[], slots: Slots): string {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if ("choices" in part) text += render(maker, maker.pick(part.choices), slots);
    else {
      const value = slots[part.slot];
      if (value === undefined) throw new Error(`Nothing stands for {${part.slot}}.`);
      text += typeof value === "string" ? value : value();
    }
  }
  return text;
}

function compile(pattern: string): readonly Part[] {
  let at = 0;
  const sequence = (closing: boolean): Part[][] => {
    const choices: Part[][] = [[]];
    let current: Part[] = choices[0] as Part[];
    while (at < pattern.length) {
      const stop = pattern.slice(at).search(/[[\]|{]/);
      const end = stop < 0 ? pattern.length : at + stop;
      if (end > at) current.push(pattern.slice(at, end));
      at = end;
      const sign = pattern[at++];
      if (sign === "[") current.push({ choices: sequence(true) });
      else if (sign === "{") {
        const close = pattern.indexOf("}", at);
        current.push({ slot: pattern.slice(at, close) });
        at = close + 1;
      } else if (sign === "|" && closing) {
        current = [];
        choices.push(current);
      } else if (sign === "]" && closing) return choices;
      else if (sign !== undefined) throw new Error(`A stray ${sign} in the phrase: ${pattern}`);
    }
    if (closing) throw new Error(`A bracket is not closed in the phrase: ${pattern}`);
    return choices;
  };
  return sequence(false)[0] as Part[];
}

/** "a oven" to "an oven", by the letters that a word begins with. */
export function withArticles(text: string): string {
  return text.replace(/\b([Aa]) (?=(?:[aeio]|u(?!ni|s[aeu]|ti|r[aeiou]|kul)|8|1[18]\b)(?!ne\b|nce\b|uro))/g, "$1n ");
}

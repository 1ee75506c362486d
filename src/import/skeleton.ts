/** What texts of one shape have in common. Between each two literals stands a value, so there is one literal more. */
export interface Skeleton {
  /** Only the first and the last may be empty. */
  readonly literals: readonly string[];
}

/** The values of a text, so that literals and values in turn give the text to the letter; undefined: it has another shape. */
export function valuesOf({ literals }: Skeleton, text: string): readonly string[] | undefined {
  const [first = "", ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first ? [] : undefined;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const literal of others) {
    const at = text.indexOf(literal, from);
    if (at < 0 || at + literal.length > end) return undefined;
    values.push(text.slice(from, at));
    from = at + literal.length;
  }
  return [...values, text.slice(from, end)];
}

/** Whether texts that have this in common were made by a template, and did not just happen to begin alike. */
export function isShape({ literals }: Skeleton): boolean {
  return literals.length === 1 || literals.some((literal) => (literal.match(/\p{L}/gu)?.length ?? 0) >= 3);
}

/**
 * What all texts have in common, word by word: their beginning, their end, and between them what stands in each in
 * the same order and reads like a heading or a phrase. Every one of the texts has `valuesOf` it.
 * @param texts At least one.
 */
export function findSkeleton(texts: readonly string[]): Skeleton {
  const [sample = ""] = texts;
  if (texts.every((text) => text === sample)) return { literals: [sample] };
  const first = commonStart(texts);
  const last = commonEnd(texts.map((text) => text.slice(first.length)));
  const inner = texts.map((text) => text.slice(first.length, text.length - last.length));
  return { literals: [first, ...commonPhrases(inner), last] };
}

/** A letter, digit, mark or half of a character: between two of them no text is cut. */
const inWord = /[\p{L}\p{N}\p{M}\p{Cs}_]/u;

const isCut = (text: string, at: number): boolean =>
  at > 0 && at < text.length && inWord.test(text[at - 1] as string) && inWord.test(text[at] as string);

function commonStart(texts: readonly string[]): string {
  const [sample = ""] = texts;
  let length = sample.length;
  for (const text of texts) {
    let at = 0;
    while (at < length && text[at] === sample[at]) at++;
    length = at;
  }
  while (length > 0 && texts.some((text) => isCut(text, length))) length--;
  return sample.slice(0, length);
}

function commonEnd(texts: readonly string[]): string {
  const [sample = ""] = texts;
  let length = sample.length;
  for (const text of texts) {
    let at = 0;
    while (at < length && at < text.length && text.at(-1 - at) === sample.at(-1 - at)) at++;
    length = at;
  }
  while (length > 0 && texts.some((text) => isCut(text, text.length - length))) length--;
  return sample.slice(sample.length - length);
}

/** So many texts are looked at closely; the others only drop what they do not have. */
const sampled = 24;
/** Longer texts are no filled-in templates, and looking for phrases in them would take long. */
const longest = 20_000;

/** Phrases that stand in all texts, in the same order. */
function commonPhrases(texts: readonly string[]): readonly string[] {
  const step = Math.max(1, Math.floor(texts.length / sampled));
  const some = texts.filter((_text, index) => index % step === 0).slice(0, sampled * 2);
  const shortest = some.reduce((a, b) => (b.length < a.length ? b : a));
  if (shortest.length > longest) return [];
  let phrases = phrasesOf(shortest, some);
  for (;;) {
    const missing = missingIn(phrases, texts);
    if (missing.size === 0) return phrases;
    phrases = phrases.filter((_phrase, index) => !missing.has(index));
  }
}

/** Of a text, from left to right, the longest phrases that the others have too, each behind the one before. */
function phrasesOf(text: string, others: readonly string[]): readonly string[] {
  const words = text.match(/[\p{L}\p{N}\p{M}\p{Cs}_]+|\n|[^\S\n]+|[^\p{L}\p{N}\p{M}\p{Cs}_\s]/gu) ?? [];
  const from = others.map(() => 0);
  const found: string[] = [];
  let index = 0;
  while (index < words.length) {
    let phrase = "";
    let used = index;
    while (used < words.length) {
      const longer = phrase + words[used];
      if (!others.every((other, which) => other.indexOf(longer, from[which]) >= 0)) break;
      phrase = longer;
      used++;
    }
    if (isPhrase(phrase) && others.every((other, which) => standsAlone(other, phrase, from[which] as number))) {
      found.push(phrase);
      others.forEach((other, which) => {
        from[which] = other.indexOf(phrase, from[which]) + phrase.length;
      });
      index = used;
    } else index++;
  }
  return found;
}

/** A heading (`Price:`, a line of its own), or several words: single words stand in many texts by chance. */
function isPhrase(text: string): boolean {
  const words = text.match(/\p{L}{2,}/gu) ?? [];
  if (words.length === 0) return false;
  return /[:\n<>"|]/.test(text) || (words.length >= 2 && words.join("").length >= 8);
}

/** Whether it is no part of longer words there. */
function standsAlone(text: string, phrase: string, from: number): boolean {
  const at = text.indexOf(phrase, from);
  return at >= 0 && !isCut(text, at) && !isCut(text, at + phrase.length);
}

/** Numbers of the phrases that some text lacks at their place. */
function missingIn(phrases: readonly string[], texts: readonly string[]): ReadonlySet<number> {
  const missing = new Set<number>();
  for (const text of texts) {
    let from = 0;
    phrases.forEach((phrase, index) => {
      if (missing.has(index)) return;
      const at = text.indexOf(phrase, from);
      if (at < 0) missing.add(index);
      else from = at + phrase.length;
    });
  }
  return missing;
}

import { capitalized } from "./grammar.ts";
import { adjectives, cities, colors, firstNames, phraseFillers, sentences, verbs } from "./lexicon.ts";
import type { Maker } from "./maker.ts";
import { adjective, city, firstName, noun } from "./names.ts";
import { phrase } from "./phrase.ts";

/** A sentence of the word lists, with `{thing}` and its kin filled in. */
export function filled(maker: Maker, pattern: string, subject: string | undefined): string {
  const text = phrase(maker, pattern, {
    thing: subject ?? (() => noun(maker)),
    adjective: () => (subject === undefined ? adjective(maker) : maker.pick(adjectives)),
    place: () => (subject === undefined ? city(maker) : maker.pick(cities)),
    person: () => (subject === undefined ? firstName(maker) : maker.pick(firstNames)),
    number: () => String(maker.between(2, 99)),
    color: () => maker.pick(colors),
    verb: () => maker.pick(verbs).base,
  });
  return capitalized(text);
}

/** A sentence of ordinary prose about anything. */
export function aside(maker: Maker): string {
  if (maker.chance(0.1)) return `${capitalized(maker.pick(phraseFillers))}.`;
  return filled(maker, maker.pick(sentences), undefined);
}

const plain = sentences.filter((sentence) => !/\{(?:place|person|number|color)\}/.test(sentence));

/** The same, but without a name, a number or a color that could be taken for what a question is about. */
export function plainAside(maker: Maker): string {
  return filled(maker, maker.pick(plain), undefined);
}

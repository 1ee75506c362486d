import { isHeldOut } from "../../bench/quality/held-out.ts";
import { capitalized, numberWord, plural } from "./grammar.ts";
import { adjectives, cities, companies, firstNames, lastNames, materials, nouns } from "./lexicon.ts";
import type { Maker } from "./maker.ts";

const onsets =
  "b b b bl br c c c ch cl cr d d d dr f f fl fr g g gl gr h h j k k l l l m m m n n n p p p pl pr qu r r r s s s sh sk sl sn sp st t t t th tr v v w z".split(
    " ",
  );
const vowels = "a a a a e e e e i i i i o o o o u u u ai ea ee io oo ou".split(" ");
const codas = [
  ..."ck d l ll m n n n nd ng nt p r r r rd rn s st t t x".split(" "),
  ...Array.from({ length: 22 }, () => ""),
];
const endings = "a al an ar el en er et ia ic in ing ix ol on or um us y".split(" ");

/** A made-up word of two or three syllables: it has to be copied piece by piece. Never one that tests keep for themselves. */
export function inventedWord(maker: Maker): string {
  for (;;) {
    const word = syllables(maker);
    if (!isHeldOut(word) && !isHeldOut(plural(word))) return word;
  }
}

function syllables(maker: Maker): string {
  let word = "";
  for (let left = maker.chance(0.75) ? 1 : 2; left > 0; left--) word += syllable(maker);
  return word + (maker.chance(0.6) ? maker.pick(endings) : syllable(maker));
}

const syllable = (maker: Maker): string => maker.pick(onsets) + maker.pick(vowels) + maker.pick(codas);

/** A word of the list, or a made-up one as often as this example makes words up. */
function wordOf(maker: Maker, list: readonly string[]): string {
  return maker.chance(maker.inventing) ? inventedWord(maker) : maker.pick(list);
}

export const noun = (maker: Maker): string => wordOf(maker, nouns);
export const adjective = (maker: Maker): string => wordOf(maker, adjectives);

const doing =
  "carrying cleaning cooling cutting drying folding heating holding lifting measuring mixing opening peeling printing recording reading roasting rolling running saving sewing sorting spinning storing training warming washing watching weighing writing".split(
    " ",
  );
const joints =
  "based backed covered cutting free friendly lined loaded mounted powered proof ready resistant saving shaped sized tested wrapped".split(
    " ",
  );
const owners =
  "artist baker barber builder butcher child cook driver farmer fisher gardener guest hiker hunter judge king nurse painter pilot plumber potter rider sailor singer surgeon tailor teacher traveler waiter welder writer".split(
    " ",
  );
const units =
  "-piece -pack -inch -speed -way -port -foot -cup -seat -liter -step -watt -volt -hour -color -room -person -tier -pound -button -string".split(
    " ",
  );
const figures = ["4K", "5G", "3D", "2D", "12V", "24V", "USB", "GPS", "UV", "DIY"];

function modifier(maker: Maker): string {
  const kind = maker.below(20);
  if (kind < 8) return adjective(maker);
  if (kind < 11) return wordOf(maker, materials);
  if (kind < 14) return noun(maker);
  if (kind === 14) return `${noun(maker)}-${maker.pick(joints)}`;
  if (kind === 15) return maker.chance(0.5) ? maker.pick(figures) : `${maker.between(2, 99)}${maker.pick(units)}`;
  if (kind === 16) return `${maker.chance(0.3) ? inventedWord(maker) : maker.pick(owners)}'s`;
  if (kind === 17) return `${noun(maker)}-${maker.pick(doing)}`;
  if (kind === 18) return `${adjective(maker)}-${noun(maker)}`;
  return maker.chance(0.4) ? capitalized(inventedWord(maker)) : maker.pick(doing);
}

/** A thing of one to four words, singular, without an article: "chair", "oat-cutting tray", "painter's 3D lamp". */
export function thing(maker: Maker): string {
  const kind = maker.below(20);
  if (kind < 3) return noun(maker);
  if (kind < 13) return `${modifier(maker)} ${noun(maker)}`;
  if (kind < 17) return `${modifier(maker)} ${modifier(maker)} ${noun(maker)}`;
  if (kind === 17) return `${modifier(maker)} ${adjective(maker)} ${noun(maker)} ${noun(maker)}`;
  if (kind === 18) return `${noun(maker)} ${noun(maker)}`;
  return `${modifier(maker)} ${noun(maker)} ${maker.pick(["", "X", "R", "MK", "T"])}${maker.between(2, 900)}`;
}

export function things(maker: Maker): string {
  let one = thing(maker);
  while (/\d$/.test(one)) one = thing(maker);
  return plural(one);
}

/** One to three words, most of them plain. */
export function plainThing(maker: Maker): string {
  const word = (): string => {
    const kind = maker.below(10);
    return kind < 5 ? adjective(maker) : kind < 8 ? noun(maker) : wordOf(maker, materials);
  };
  const kind = maker.below(20);
  if (kind < 5) return noun(maker);
  if (kind < 16) return `${word()} ${noun(maker)}`;
  if (kind < 19) return `${word()} ${word()} ${noun(maker)}`;
  return `${modifier(maker)} ${noun(maker)}`;
}

/** That many values of a maker, none twice. */
export function distinct<T>(count: number, make: () => T): T[] {
  const found = new Set<T>();
  while (found.size < count) found.add(make());
  return [...found];
}

const name = (maker: Maker, list: readonly string[]): string => capitalized(wordOf(maker, list));

export const firstName = (maker: Maker): string => name(maker, firstNames);

export function person(maker: Maker): string {
  const kind = maker.below(20);
  if (kind < 4) return firstName(maker);
  if (kind === 4) return `${maker.pick(["Mr.", "Ms.", "Mrs.", "Dr."])} ${name(maker, lastNames)}`;
  if (kind === 5) return `${firstName(maker)} ${maker.pick([..."ABCDEFGHJKLMNPRSTVW"])}. ${name(maker, lastNames)}`;
  if (kind === 6) return `${firstName(maker)} ${name(maker, lastNames)}-${name(maker, lastNames)}`;
  if (kind === 7)
    return `${firstName(maker)} ${maker.pick(["van", "de", "von", "da", "di", "al", "Mac", "O'"])} ${name(maker, lastNames)}`.replace(
      "' ",
      "'",
    );
  return `${firstName(maker)} ${name(maker, lastNames)}`;
}

/** A name as most letters are signed: first and last. */
export function plainPerson(maker: Maker): string {
  const kind = maker.below(20);
  if (kind < 2) return person(maker);
  if (kind < 4) return firstName(maker);
  return `${firstName(maker)} ${name(maker, lastNames)}`;
}

export function plainCity(maker: Maker): string {
  return maker.chance(0.3) ? city(maker) : name(maker, cities);
}

export function city(maker: Maker): string {
  const plain = name(maker, cities);
  const kind = maker.below(16);
  if (kind === 0)
    return `${maker.pick(["New", "Old", "North", "South", "East", "West", "Port", "San", "Lake", "Fort", "Upper", "Saint", "Bad", "Los"])} ${plain}`;
  if (kind === 1)
    return `${plain} ${maker.pick(["Falls", "Hills", "Bay", "Springs", "Beach", "Heights", "Park", "Valley", "Bridge", "City"])}`;
  if (kind === 2) return `${plain}-${maker.pick(["on-Sea", "Nord", "Sud", "Town", "le-Bain", "upon-Tay"])}`;
  return plain;
}

export function company(maker: Maker): string {
  const kind = maker.below(8);
  if (kind < 3) return maker.pick(companies);
  const plain = name(maker, lastNames);
  if (kind === 3) return `${plain} & ${name(maker, lastNames)}`;
  return `${plain} ${maker.pick(["Ltd", "Inc", "Works", "Tools", "Foods", "Group", "Supply", "Trading", "Brothers", "Logistics", "Studio", "Labs", "Partners", "Bakery", "Motors"])}`;
}

/** Such as "KR-2041" or "B7719". */
export function code(maker: Maker): string {
  const letter = (): string => maker.pick([..."ABCDEFGHKLMNPQRSTUVWXYZ"]);
  const letters = letter() + (maker.chance(0.6) ? letter() : "");
  return `${letters}${maker.pick(["-", "", "-", "_"])}${maker.between(10, 99999)}`;
}

export interface Amount {
  readonly value: number;
  /** In digits or words, to stand before a noun in the plural: "7", "twenty-one", "a dozen", "a pair of". */
  readonly words: string;
}

const special: readonly Amount[] = [
  { value: 12, words: "a dozen" },
  { value: 12, words: "one dozen" },
  { value: 24, words: "two dozen" },
  { value: 36, words: "three dozen" },
  { value: 6, words: "half a dozen" },
  { value: 2, words: "a pair of" },
  { value: 2, words: "a couple of" },
  { value: 3, words: "a trio of" },
  { value: 100, words: "a hundred" },
  { value: 20, words: "a score of" },
];

/** What an order counts: in one of two cases up to twelve, and then often in a word. */
export function plainAmount(maker: Maker): Amount {
  const kind = maker.below(20);
  const value = kind < 12 ? maker.between(2, 12) : kind < 16 ? maker.between(13, 99) : maker.between(100, 400);
  return { value, words: value <= 12 && maker.chance(0.5) ? numberWord(value) : String(value) };
}

/** A count from 2 on. */
export function amount(maker: Maker): Amount {
  const kind = maker.below(20);
  if (kind < 2) return maker.pick(special);
  const value = kind < 13 ? maker.between(2, 20) : kind < 18 ? maker.between(2, 99) : maker.between(100, 999);
  if (maker.chance(value <= 20 ? 0.5 : 0.2)) return { value, words: numberWord(value) };
  return { value, words: String(value) };
}

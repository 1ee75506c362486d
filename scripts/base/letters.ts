import { type Statement, scrap, type Voice } from "./facts.ts";
import { capitalized } from "./grammar.ts";
import type { Maker } from "./maker.ts";
import { firstName, noun, person, thing, things } from "./names.ts";
import { phraseOf } from "./phrase.ts";
import { plainAside } from "./prose.ts";

const greetings = [
  "[Hello|Hi|Hey|Good morning|Good evening|Good day|Good afternoon|Greetings|Dear|Hello again|Hi there|Hi again|Hello dear] [team|all|friends|sir or madam|shop|neighbors|colleagues|everybody|folks|crew|office|support|people|madam|sir|warehouse]{e}",
  "[Hello|Hi|Hey|Good morning|Dear|Good day|Good evening] {name}{e}",
  "[Dear|Good day,] [Mr.|Ms.|Mrs.|Dr.] {family}{e}",
  "[Hello|Hi|Hey|Good morning|Good evening|Good afternoon|Good day|Hi there|Greetings|Hi again]{e}",
  "[To whom it may concern|Attention please|A quick note|Just a line|It's me again|Me again|As agreed on the phone]:",
];

/** Say nothing about any field that an answer may ask for. */
const asides = [
  "[I hope|We hope] [you are well|all is well|this finds you well|you had a good week|you slept well|business is good|the family is fine].",
  "[Thank you for|Thanks for|Many thanks for|We liked] [your last letter|your kind answer|the catalog|the last parcel|your patience|the nice talk|your work|the good advice].",
  "[I called|We tried|I wrote] [{d} times|twice|before|last week][.|, but nobody answered.]",
  "[We have known|I have known] you for {d} years.",
  "[Our old|Your last|My first|The other] {n} [was fine|still works|is a joy|is in the cellar|has served us well].",
  "[My colleague|My neighbor|Your colleague|My sister|Our teacher|A friend called] {name} [says hello|told me about you|sends greetings|knows you|recommended you|was very kind].",
  "[The last|Our last|The first] {d} {x} [were fine|arrived safely|were a success|are long gone].",
  "[Tell|Say hello to|Greet|Give my love to] {name} [from us|from me|for me].",
  "[I look forward to hearing from you|Please confirm|Please write back|Let me know if that works|A short answer is enough|Please tell me what it costs|Many thanks|Thank you very much|Is that all right|I hope that is possible|Thanks for your help|Write if anything is unclear].",
  "[As you know|As I said|You may remember], [we like it simple|our {n} is old|I like to walk|there is a {n} next door|the door is on the left].",
  "[Ring twice|The bell is broken|Leave it with the neighbor|Mind the dog|The gate is open|Use the back door|The entrance is behind the {n}].",
  "[I saw|We saw|I read about] your [shop|stand|advert|website|window|list] [at the fair|in the paper|on the way home|by chance].",
  "[One more thing:|By the way,|Also,|P.S.] [the {n} is lovely|I still have your {n}|my cat likes your boxes|we moved the {n}].",
];

const reportAsides = [
  "[Please check|Please handle|Please look into it|I promised an answer|They will call back|I wrote it down|See the file|More in the folder|No other wishes|We said yes|They were very polite|The line was bad].",
  "[They have been here|They called] {d} times.",
  "[The last {x} were fine|The {n} was fine|They liked the {n}|They asked about a {n} too].",
];

function greeting(maker: Maker): string {
  return phraseOf(maker, greetings, {
    name: () => firstName(maker),
    family: () => person(maker).split(" ").at(-1) ?? "",
    e: maker.pick([",", ",", "!", ",\n", "!\n", ", ", ":", " -"]),
  });
}

/** A sentence that settles nothing. */
export function smallTalk(maker: Maker, voice: Voice): string {
  if (maker.chance(maker.long ? 0.5 : 0.15)) return plainAside(maker);
  return phraseOf(maker, voice === "report" ? reportAsides : asides, {
    d: () => String(maker.between(2, 30)),
    n: () => noun(maker),
    x: () => things(maker),
    name: () => firstName(maker),
    t: () => thing(maker),
  });
}

export interface Composition {
  readonly voice: Voice;
  readonly statements: readonly Statement[];
  /** Whether names and numbers may stand beside that belong to nothing asked for. */
  readonly distracting: boolean;
}

/** The statements in some order as a letter, a report or a filled form. */
export function compose(maker: Maker, { voice, statements, distracting }: Composition): string {
  const told = maker.shuffled(
    statements.filter(({ text, last }) => text !== "" && last !== true).map(({ text }) => text),
  );
  const end = statements.find(({ last }) => last === true)?.text;
  if (voice === "form") return told.join(maker.pick(["\n", "\n", "\n", "; ", " / "]));
  if (voice === "jumble") return jumbled(maker, told);
  const extra = distracting ? (maker.long ? maker.between(9, 18) : maker.pick([0, 0, 1, 1, 2])) : 0;
  for (let i = 0; i < extra; i++) told.splice(maker.between(0, told.length), 0, smallTalk(maker, voice));
  const opening = voice === "letter" && distracting && maker.chance(0.6) ? [greeting(maker)] : [];
  const space = maker.pick([" ", " ", " ", "\n"]);
  const body = [...opening, ...told]
    .join(space)
    .replaceAll("\n ", "\n")
    .replaceAll("  ", " ")
    .replaceAll("\n\n\n", "\n");
  if (end === undefined) return body.trim();
  return `${body}${end.startsWith("\n") ? "" : maker.pick([" ", "\n", "\n"])}${end}`.trim();
}

/** The pieces one after another, now as parts of a sentence, now as sentences, with other words before or behind. */
function jumbled(maker: Maker, pieces: readonly string[]): string {
  const all = [...(maker.chance(0.35) ? [scrap(maker)] : []), ...pieces, ...(maker.chance(0.3) ? [scrap(maker)] : [])];
  let text = "";
  let begins = true;
  all.forEach((piece, place) => {
    text += begins ? capitalized(piece) : piece;
    const ended = /[.!?]$/.test(piece);
    const sign = ended ? " " : place === all.length - 1 ? maker.pick([".", ".", "!", "", "?"]) : maker.pick(signs);
    text += sign;
    begins = ended || /[.!?\n]/.test(sign);
  });
  return text.trim();
}

const signs = [" ", " ", ", ", ", ", ". ", ". ", "! ", " and ", "\n"] as const;

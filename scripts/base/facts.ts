import { type Choice, choices, priority, priorityNames, yesNos } from "./choices.ts";
import { capitalized, plural } from "./grammar.ts";
import { colors, functionWords, months, weekdays } from "./lexicon.ts";
import type { Maker } from "./maker.ts";
import { code, noun, plainAmount, plainCity, plainPerson, plainThing } from "./names.ts";
import { phrase, phraseOf, type Slots } from "./phrase.ts";
import { signatures, type Wording, wordings } from "./wordings.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One value that a text states, with the names that an answer's key may have for it. */
export interface Field {
  readonly key: string;
  /** What the key means, in words. */
  readonly about: string;
  readonly type: "string" | "integer" | "boolean" | "choice";
  /** The values of a choice. */
  readonly values?: readonly string[];
  /** The value of a choice that holds where the text gives no hint. */
  readonly fallback?: string;
  readonly value: Json;
}

/** Who speaks: the writer in whole sentences, somebody about the writer, labelled lines, or scraps among any words. */
export type Voice = "letter" | "report" | "form" | "jumble";

/** A piece of text and the fields that it settles. */
export interface Statement {
  readonly fields: readonly Field[];
  /** Empty where the fields hold because nothing is said. */
  readonly text: string;
  /** A signature stands last. */
  readonly last?: boolean;
}

type Kind = (maker: Maker, voice: Voice) => Statement;

function stated(
  maker: Maker,
  voice: Voice,
  { wording, value, text = value }: { wording: Wording; value: string; text?: string },
): Statement {
  const fields: readonly Field[] = [{ key: maker.pick(wording.keys), about: wording.about, type: "string", value }];
  if (voice === "form") return { fields, text: `${maker.pick(wording.labels)}: ${text}` };
  const slots = { v: text, v2: capitalized(text), ...scraps(maker) };
  return { fields, text: phraseOf(maker, wording[voice], slots).replace("..", ".") };
}

/** Words that mean nothing: what a value is told apart from. */
export function scrap(maker: Maker): string {
  const words = Array.from({ length: maker.between(0, 2) }, () =>
    maker.chance(0.6) ? maker.pick(functionWords) : noun(maker),
  );
  return [maker.pick(functionWords), ...words].join(" ");
}

const scraps = (maker: Maker): Slots => ({ f: () => scrap(maker), w: () => noun(maker) });

export function personFact(maker: Maker, voice: Voice): Statement {
  const value = plainPerson(maker);
  const statement = stated(maker, voice, { wording: wordings.person, value });
  if (voice !== "letter" || maker.chance(0.35)) return statement;
  return { ...statement, text: phraseOf(maker, signatures, { v: value }), last: true };
}

export const cityFact: Kind = (maker, voice) =>
  stated(maker, voice, { wording: wordings.city, value: plainCity(maker) });
const colorFact: Kind = (maker, voice) => stated(maker, voice, { wording: wordings.color, value: maker.pick(colors) });
const codeFact: Kind = (maker, voice) => stated(maker, voice, { wording: wordings.code, value: code(maker) });

const dayFact: Kind = (maker, voice) => {
  const value = maker.chance(0.6)
    ? maker.pick(weekdays)
    : phrase(maker, "[{m} {d}|{d} {m}]", { m: maker.pick(months), d: String(maker.between(1, 28)) });
  return stated(maker, voice, { wording: wordings.day, value });
};

const itemKeys = ["item", "item", "product", "thing", "article", "goods", "object", "what", "item_name", "order"];
const countKeys = ["quantity", "quantity", "count", "amount", "number", "how_many", "pieces", "units", "qty", "total"];

const wishes = [
  "[I would like|I'd like|We would like|I want|We want|We need|I need|We'd like|Please send|Send us|Please ship|I am ordering|We order|I order|Please put aside|Reserve|Please reserve|Please prepare|We are looking for|I am after|We are short of|Put me down for|Please add|I'd like to buy|Let me have|We could use|My order is|Our order is|The order is for|It's about|Kindly send|I'm writing to order|Get us|Bring us|Deliver|Please pack|We wish to order|I hereby order|Count us in for|We have room for|My wish is for|We lack|I'll take|We'll take|Ship me|Mark us down for|Today we need] {g}[.|.|.| again.| this time.| as discussed.| from your catalog.| for the [shop|office|team|party|school|garden|kitchen].| if you have them.]",
  "[Could you send|Can I get|Could we have|May I order|Can you deliver|Would you send us|Can we have|Could I buy|May we order|Is it possible to get|Could you set aside|Can you spare|Do you have] {g}[?|?| for us?| in stock?| please?]",
];
const reports = [
  "[They want|They need|They order|The order is|The wish is for|Wanted:|To be packed:|Please pack|It's about|The order is for|We should send|Needed:|They asked for|They would like|Send them|Order of|They are short of] {g}.",
];
const towards = [
  " to {c}",
  " for {c}",
  " delivered to {c}",
  " sent to {c}",
  " to our [shop|office|store|house|address|branch|warehouse|school|hotel] in {c}",
  " for our [shop|office|store|house|branch|team|school|hotel|cafe] in {c}",
  " here in {c}",
  " shipped to {c}",
];

const needs =
  "[Our|The|My] [shop|office|store|house|branch|team|school|hotel|cafe|clinic|library|bakery|kitchen] in {c} [needs|could use|wants|asks for|is short of|has run out of|orders|would be glad of|is out of|lacks|ordered] {g}.";

const introductions = [
  "[My name is|I am|I'm|This is|It's] {v} [from|in|of|and I live in|, based in|, calling from] {c}.",
  "{v} from {c} [here|speaking|writing].",
];
const introduced = [
  "{v} [from|in|of] {c} [called|wrote|phoned|stopped by|sent a note|mailed us].",
  "[The caller|The customer|The sender] was {v} [from|of] {c}.",
];
const signedFrom = [
  "[Regards|Best regards|Thanks|Cheers|Yours|Sincerely|Thank you|Best|Greetings|All the best|Warm regards][,|,\n|\n|, ]{v}[, |\n| from | in | / |, writing from |, owner, | - ]{c}",
  "[-- |\n]{v}, {c}",
  "[Greetings|Regards|Best wishes] from {c}[, |,\n|\n]{v}",
];

const pairs = ["{v}[ from | of | in |, | - |, writing from |; ]{c}", "[{c}: {v}|{c}, {v}|{c} - {v}]"];

/** Both who and where in one line. */
function personInCity(maker: Maker, voice: Voice): Statement {
  const values = { v: plainPerson(maker), c: plainCity(maker) };
  const fields: readonly Field[] = [
    { key: maker.pick(wordings.person.keys), about: wordings.person.about, type: "string", value: values.v },
    { key: maker.pick(wordings.city.keys), about: wordings.city.about, type: "string", value: values.c },
  ];
  if (voice === "form")
    return {
      fields,
      text: phrase(maker, "[Customer|Name|For|From|To]: {v}[, | / | in | (]{c}", values).replace(/(\([^)]*)$/, "$1)"),
    };
  if (voice === "report") return { fields, text: phraseOf(maker, introduced, values) };
  if (voice === "jumble") return { fields, text: phraseOf(maker, pairs, values) };
  if (maker.chance(0.4)) return { fields, text: phraseOf(maker, introductions, values).replace(" ,", ",") };
  return { fields, text: phraseOf(maker, signedFrom, values), last: true };
}

const jumbledGoods = [
  "{g}",
  "[we have|please send|send|I saw|buy|bring|need|we need|order|she wants|there are|looking for|deliver|ask for|we take|{f}] {g}",
  "{f} {g} {f}",
  "{f} {i}[, {n} of them|, {n} in all| - {n} pieces|: {n}| ({n})|, make it {n}|. We need {n}]",
  "{n} of [the|your|those] {i}",
  "[item|goods|what|product]: {i}[\n|, |; ][number|count|quantity|how many]: {n}",
];

function goodsFields(maker: Maker, item: string, value: number): readonly Field[] {
  return [
    { key: maker.pick(itemKeys), about: "what is wanted", type: "string", value: item },
    { key: maker.pick(countKeys), about: "how many", type: "integer", value },
  ];
}

/** An item in the plural, how many of it, and sometimes where it goes. */
export function goodsFact(maker: Maker, voice: Voice, withCity = false): Statement {
  const item = plural(plainThing(maker));
  const { value, words } = plainAmount(maker);
  const fields = goodsFields(maker, item, value);
  if (voice === "form") {
    const goods = phrase(maker, "[{n} x {i}|{n}x {i}|{i} ({n})|{i}: {n}|{n} {i}|{i}, {n} pieces|{i} x {n}]", {
      n: String(value),
      i: item,
    });
    const text = maker.chance(0.4)
      ? phrase(maker, "[Item|Product|Goods|Article|What]: {i}\n[Quantity|Count|How many|Number|Qty|Amount]: {w}", {
          i: item,
          w: maker.chance(0.6) ? String(value) : words.replace(/ of$/, ""),
        })
      : phrase(maker, "[Order: |Wanted: |Goods: |]{g}", { g: goods });
    return { fields, text };
  }
  if (voice === "jumble") {
    const goods = { g: `${words} ${item}`, n: words, i: item, ...scraps(maker) };
    return { fields, text: phraseOf(maker, jumbledGoods, goods) };
  }
  const place = withCity && maker.chance(0.5) ? plainCity(maker) : undefined;
  const goods = `${words} ${item}`;
  if (place === undefined)
    return { fields, text: phraseOf(maker, voice === "report" ? reports : wishes, { g: goods }) };
  const open = maker.chance(0.25)
    ? phrase(maker, needs, { g: goods, c: place })
    : phraseOf(maker, voice === "report" ? reports : wishes, { g: goods + phraseOf(maker, towards, { c: place }) });
  const text = open.replace(/ for (?:us|the \w+)(?=[.?]$)/, "");
  return {
    fields: [
      ...fields,
      { key: maker.pick(wordings.city.keys), about: wordings.city.about, type: "string", value: place },
    ],
    text,
  };
}

const thingFact: Kind = (maker, voice) => {
  const value = plainThing(maker);
  const fields: readonly Field[] = [{ key: maker.pick(itemKeys), about: "the thing", type: "string", value }];
  const patterns = {
    letter: [
      "[I lost|I found|I bought|We sell|We have|I saw|I'd like|I need|We want|I borrowed|It's about|I forgot|Please repair|We lost|I'm looking for|My problem is|I sell|We offer] [a|the|a|this|my] {v}[.| yesterday.| last week.| again.]",
    ],
    report: [
      "[It is about|Lost:|Found:|They want|They sell|For sale:|The thing is|They bought|Missing:] [a|the|a] {v}.",
    ],
    form: ["[Item|Thing|Product|Object|Article|What]: {v}"],
    jumble: ["[a|the|this|my|our] {v}", "{f} [a|the|this|my] {v} {f}"],
  } as const;
  return { fields, text: phraseOf(maker, patterns[voice], { v: value, ...scraps(maker) }) };
};

function priorityFact(maker: Maker, voice: Voice): Statement {
  const names = maker.pick(priorityNames);
  const level = maker.pick([0, 1, 2] as const);
  const cues = priority.options[["low", "normal", "high"][level] ?? ""] ?? [];
  const field: Field = {
    key: maker.pick(priority.keys),
    about: priority.about,
    type: "choice",
    values: names,
    fallback: names[1],
    value: names[level],
  };
  const silent = level === 1 && maker.chance(0.8);
  return { fields: [field], text: silent ? "" : cue(maker, voice, cues) };
}

function cue(maker: Maker, voice: Voice, cues: readonly string[]): string {
  const slots: Slots = { m: () => maker.pick(months), w: () => maker.pick(weekdays) };
  const text = phraseOf(maker, cues, slots);
  return voice === "form" ? `${maker.pick(["Note", "Remark", "P.S.", "Comment", "Also"])}: ${text}` : text;
}

function choiceFact(maker: Maker, voice: Voice, choice: Choice): Statement {
  const values = Object.keys(choice.options);
  const value = maker.pick(values);
  const key = maker.pick(choice.keys);
  return {
    fields: [
      { key, about: choice.about, type: "choice", values: maker.chance(0.5) ? values : maker.shuffled(values), value },
    ],
    text: cue(maker, voice, choice.options[value] ?? []),
  };
}

const yesNoFact: Kind = (maker, voice) => {
  const { keys, about, yes, no } = maker.pick(yesNos);
  const value = maker.chance(0.5);
  return {
    fields: [{ key: maker.pick(keys), about, type: "boolean", value }],
    text: cue(maker, voice, value ? yes : no),
  };
};

const anyKinds: readonly Kind[] = [
  personFact,
  personFact,
  cityFact,
  cityFact,
  colorFact,
  dayFact,
  codeFact,
  thingFact,
  thingFact,
  goodsFact,
  goodsFact,
  yesNoFact,
];

/** Choices that a hurried or patient sentence could be taken for. */
const nearPriority = new Set(["how it gets there", "when in the day", "how to answer"]);

/** What an order says: who, what, how many, where to, how urgent. */
export function orderFacts(maker: Maker, voice: Voice): readonly Statement[] {
  const goods = goodsFact(maker, voice, true);
  const statements = [goods];
  const together = goods.fields.length < 3 && maker.chance(0.3);
  if (together) statements.push(personInCity(maker, voice));
  else if (maker.chance(0.92)) statements.push(personFact(maker, voice));
  if (!together && goods.fields.length < 3 && maker.chance(0.85)) statements.push(cityFact(maker, voice));
  if (maker.chance(0.75)) statements.push(priorityFact(maker, voice));
  for (const extra of maker.sample(
    [colorFact, codeFact, yesNoFact, dayFact],
    maker.long ? 3 : maker.pick([0, 0, 0, 0, 0, 1]),
  ))
    statements.push(extra(maker, voice));
  return statements;
}

/** Facts of any kinds, each kind of key once. */
export function mixedFacts(maker: Maker, voice: Voice): readonly Statement[] {
  const count = maker.long ? maker.between(5, 7) : maker.between(1, 4);
  const kinds = new Set(maker.sample(anyKinds, count));
  // What is wanted and what it is about would go by the same names.
  if (kinds.has(thingFact)) kinds.delete(goodsFact);
  const statements = [...kinds].map((kind) => kind(maker, voice));
  const urgent = maker.chance(0.25);
  if (urgent) statements.push(priorityFact(maker, voice));
  if (maker.chance(0.45))
    statements.push(
      choiceFact(maker, voice, maker.pick(urgent ? choices.filter(({ about }) => !nearPriority.has(about)) : choices)),
    );
  return statements;
}

import type { ChangeKind } from "./change-kinds.ts";
import { abstractNouns, type Verb, verbs } from "./lexicon.ts";
import type { Maker } from "./maker.ts";
import { adjective, city, code, inventedWord, noun, thing, things } from "./names.ts";
import { phraseOf, withArticles } from "./phrase.ts";

export interface Change {
  readonly kind: ChangeKind;
  readonly what: string;
}

const topicNouns =
  "account admin alert audio backup billing button cache calendar camera cart chart chat checkout cloud color contact dashboard data database date device draft email error export file filter folder font form header image import invoice keyboard label language layout link list log login mail map menu message mobile mode network order page panel password payment photo plugin post printer profile project query queue report request role screen script search server session setting share sidebar sign-in spam storage sync tab table tag task team template theme timer toolbar token update upload user video view widget window zoom".split(
    " ",
  );
const actions =
  "clicking closing copying deleting dragging exporting importing loading logging moving opening pasting printing reading renaming resizing saving scrolling searching sending sharing signing sorting starting syncing typing uploading zooming".split(
    " ",
  );
const word = (maker: Maker): string =>
  maker.chance(maker.inventing * 0.7) ? inventedWord(maker) : maker.chance(0.75) ? maker.pick(topicNouns) : noun(maker);

const objects: Readonly<Record<string, readonly string[]>> = {
  adds: [
    "[a|a|the] {w} {w}",
    "{w} {w}s",
    "{w} [export|import|search|filters|support|mode|history|preview]",
    "[a|an optional] {a} {w}[| for {w}s| in the {w}|s view]",
    "[support|shortcuts|filters|a shortcut|an icon|translations] for {w}s",
    "export to {u}",
    "{w} [by|per] {w}",
    "[dark|{a}|offline|quiet|night|compact] mode",
    "sorting of {w}s[| by {w}]",
    "a {w} for [each|every|the] {w}",
    "{t}",
  ],
  fixes: [
    "[a|the] crash when {g}[| a {w}| {w}s]",
    "[the|a] {w} [error|bug|glitch|crash|delay|loop|leak]",
    "[wrong|missing|double|broken|lost|late] {w}s[| in the {w}| after {g}]",
    "{w}s that [vanished|froze|jumped|blinked|were lost][| after {g}| when {g}]",
    "[slow|broken] {g} of {w}s",
    "a [freeze|hang|slip|typo] in the {a} {w}",
    "the {w} [in|of|on] the {w}",
    "[a|the] {a} {w}",
    "the {t}",
  ],
  removes: [
    "[the|the old] {w} {w}",
    "support for {w}s",
    "the [old|{a}] {w}[| in the {w}| page]",
    "{w} {w}s",
    "the {w} [format|theme|menu|API|setting|option]",
    "version {d} of the {w}",
    "[the|a] {t}",
  ],
  patches: [
    "[a|the] {w} [leak|hole|flaw|weakness|overflow]",
    "[a|an open] hole in the {w}[| {w}]",
    "[a leak|a flaw|an injection|a weakness] in [the {w}|{w} {w}s|{g} {w}s]",
    "{w}s [readable|visible|open] to [anyone|guests|other users]",
    "the {w} {w} [bypass|leak]",
    "unsafe {w}s",
  ],
  improves: ["[the|the] {w} {w}", "{w} [speed|quality|layout|search]", "{g} of {w}s", "the {a} {w}"],
  updates: [
    "[the|some] {w} [tests|comments|docs|files|names|scripts]",
    "[the|a] {w} [library|package|build|folder]",
    "the code of the {w}",
    "{w} {w}s",
    "the build",
    "the {a} {w}",
  ],
};

/** What a change is about, such as "a crash when saving" or "the old login page". */
function object(maker: Maker, kind: ChangeKind): string {
  return phraseOf(maker, objects[kind.third] ?? ["{t}"], {
    w: () => word(maker),
    a: () => adjective(maker),
    g: () => maker.pick(actions),
    d: () => String(maker.between(1, 9)),
    u: () => maker.pick(["CSV", "PDF", "JSON", "Excel", "XML", "PNG", "a file", "the cloud"]),
    t: () => thing(maker),
  })
    .replace(/\b(\w+[^s\s])ys\b/g, (all, stem: string) => (/[aeiou]$/.test(stem) ? all : `${stem}ies`))
    .replace(/(x|ch|sh|ss)s\b/g, "$1es");
}

export function change(maker: Maker, kinds: readonly ChangeKind[]): Change {
  const kind = maker.pick(kinds);
  return { kind, what: object(maker, kind) };
}

export const noteStyles = [
  "past",
  "past",
  "label",
  "label",
  "we",
  "heading",
  "tag",
  "command",
  "after",
  "before",
  "bracket",
  "mixed",
] as const;
export type NoteStyle = (typeof noteStyles)[number];

export interface Note {
  readonly change: Change;
  readonly style: NoteStyle;
  readonly bullet: string;
}

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A change as a line of release notes. */
export function noteLine(maker: Maker, { change: { kind, what }, style, bullet }: Note): string {
  const end = maker.chance(0.12) ? "." : "";
  if (style === "mixed")
    return noteLine(maker, {
      change: { kind, what },
      style: maker.pick(["past", "label", "we", "after", "before", "tag"] as const),
      bullet,
    });
  if (style === "heading")
    return `${maker.pick(["## #", "### #", "#:", "# #", "**#**"]).replace(/#(?!.*#)/, upper(maker.pick(kind.label)))}\n${bullet === "" ? "- " : bullet}${what}`;
  if (style === "past") return `${bullet}${maker.pick(kind.past)} ${what}${end}`;
  if (style === "command") return `${bullet}${maker.pick(kind.command)} ${what}${end}`;
  if (style === "label")
    return `${bullet}${maker.pick(kind.label)}${maker.pick([": ", ": ", ": ", " - "])}${what}${end}`;
  if (style === "tag")
    return `${bullet}${maker.pick(["[#]", "[#]", "(#)", "<#>", "*#*"]).replace("#", maker.pick(kind.label))} ${what}`;
  if (style === "we")
    return `${bullet}We ${maker.chance(0.2) ? "have " : ""}${maker.pick(kind.past.slice(0, 4)).toLowerCase()} ${what}.`;
  if (style === "after") return `${bullet}${maker.chance(0.6) ? upper(what) : what} ${maker.pick(kind.after)}${end}`;
  if (style === "bracket") return `${bullet}${what} (${maker.pick(kind.label).toLowerCase()})`;
  return `${bullet}${maker.pick(kind.before)} ${what}${end}`;
}

export interface Deed {
  readonly verb: Verb;
  readonly what: string;
}

const places = [
  "{t}",
  "{ts}",
  "a {t}",
  "the {t}",
  "the {t}",
  "the {t} in {c}",
  "{n} for the {m}",
  "the {t} of the {m}",
  "{d} {ts}",
  "the {a} {b}",
  "{c}",
  "my {t}",
  "our {ts}",
  "order {k}",
  "the {t} and the {m}",
];

/** Something that was done: any verb, with a thing after it. */
export function deed(maker: Maker): Deed {
  const what = phraseOf(maker, places, {
    t: () => thing(maker),
    ts: () => things(maker),
    n: () => things(maker),
    m: () => noun(maker),
    a: () => adjective(maker),
    b: () => maker.pick(abstractNouns),
    c: () => city(maker),
    d: () => String(maker.between(2, 60)),
    k: () => code(maker),
  });
  return { verb: maker.pick(verbs), what: withArticles(what) };
}

import { article } from "../../src/dataset/article.ts";
import { createDraw, type Draw } from "../../src/dataset/draw.ts";
import { heldOutFeatures } from "./held-out.ts";

export type Kind = "security" | "removed" | "added" | "fixed" | "internal";

interface Change {
  readonly kind: Kind;
  /** What it was done to; has one held-out word in it. */
  readonly what: string;
}

/** A release that nobody made, the two changes that a summary names first. */
export interface Release {
  readonly title: string;
  readonly changes: readonly Change[];
}

/** What may stand round a held-out word: {w} is the word, {a} the word with its article. */
const things: Readonly<Record<Kind, readonly string[]>> = {
  security: ["a leak in the {w}", "a login gap in the {w}", "{a} open to strangers", "a stored script in the {w}"],
  removed: ["the old {w}", "the {w} page", "support for the {w}", "the second {w}", "the {w} in the side bar"],
  added: ["{a}", "{a} for teams", "a shared {w}", "a small {w} on the front page", "{a} with colors"],
  fixed: ["a crash in the {w}", "a blank {w}", "the slow {w}", "a wrong number in the {w}", "{a} that would not close"],
  internal: ["the {w} tests", "the {w} code", "the {w} build"],
};

/** The lead, the second, and what else may stand in the notes without a claim to be named. */
const plans: readonly (readonly [lead: Kind, second: Kind, rest: readonly Kind[]])[] = [
  ["security", "removed", ["added", "fixed", "internal"]],
  ["security", "added", ["fixed", "internal", "fixed"]],
  ["security", "fixed", ["internal", "internal"]],
  ["removed", "added", ["fixed", "internal", "fixed"]],
  ["removed", "fixed", ["internal", "internal"]],
  ["added", "fixed", ["internal", "internal"]],
];

/** Ways of writing release notes that neither the example's templates nor the base corpus have; {o} is the change. */
export const phrasings: readonly Readonly<Record<Kind, string>>[] = [
  {
    security: "• This release closes a security issue: {o}.",
    removed: "• This release no longer has {o}.",
    added: "• This release comes with {o}.",
    fixed: "• This release corrects {o}.",
    internal: "• This release refreshes {o}.",
  },
  {
    security: "SECURED {o}",
    removed: "REMOVED {o}",
    added: "ADDED {o}",
    fixed: "FIXED {o}",
    internal: "INTERNAL {o}",
  },
  {
    security: "{o} -- secured",
    removed: "{o} -- discontinued",
    added: "{o} -- brand new",
    fixed: "{o} -- repaired",
    internal: "{o} -- refactored",
  },
  {
    security: "Security issue closed: {o}",
    removed: "Breaking change: removed {o}",
    added: "Wish granted: {o}",
    fixed: "Bug corrected: {o}",
    internal: "Code hygiene: {o}",
  },
  {
    security: "+ patches {o}",
    removed: "+ removes {o}",
    added: "+ adds {o}",
    fixed: "+ fixes {o}",
    internal: "+ updates {o}",
  },
  {
    security: "For your safety we have patched {o}.",
    removed: "As announced, we have removed {o}.",
    added: "Because you asked, we have added {o}.",
    fixed: "After many reports we have fixed {o}.",
    internal: "To ease our own work we have reworked {o}.",
  },
  {
    security: "o Secure the app against {o} (done)",
    removed: "o Retire {o} (done)",
    added: "o Implement {o} (done)",
    fixed: "o Correct {o} (done)",
    internal: "o Refactor {o} (done)",
  },
  {
    security: "fix(security): {o}",
    removed: "feat(app)!: remove {o}",
    added: "feat(app): add {o}",
    fixed: "fix(app): {o}",
    internal: "chore(app): update {o}",
  },
  {
    security: "| security | {o} |",
    removed: "| removed | {o} |",
    added: "| added | {o} |",
    fixed: "| fixed | {o} |",
    internal: "| upkeep | {o} |",
  },
  {
    security: "- {o}, which put data at risk, has been sealed off.",
    removed: "- {o}, which hardly anybody used, has been taken away.",
    added: "- {o}, which you have long asked for, is now part of the app.",
    fixed: "- {o}, which many of you reported, has been mended.",
    internal: "- {o}, which only we ever see, has been rewritten.",
  },
  {
    security: "Patched today: {o}",
    removed: "Retired today: {o}",
    added: "Launched today: {o}",
    fixed: "Solved today: {o}",
    internal: "Polished today: {o}",
  },
  {
    security: "Anna patched {o}",
    removed: "Ben removed {o}",
    added: "Clara added {o}",
    fixed: "David fixed {o}",
    internal: "Emma reviewed {o}",
  },
];

/** @param index From 0; another index, another release. @param purpose Sets of releases that share no draws. */
export function inventRelease(purpose: string, index: number): Release {
  const draw = createDraw({ seed: 1, key: `${purpose} ${index}`, variant: 0, template: "release" });
  const [lead, second, rest] = plans[(index + Math.floor(index / phrasings.length)) % plans.length]!; // each in each phrasing
  const words = shuffled(heldOutFeatures, draw);
  const kinds = [lead, second, ...rest.slice(0, 1 + Math.floor(draw.next() * rest.length))];
  const changes = kinds.map((kind, place) => {
    const word = words[place + 1]!;
    const what = picked(things[kind], draw).replace("{a}", article(word)).replace("{w}", word);
    return { kind, what };
  });
  const product = words[0]!;
  return { title: `${product[0]!.toUpperCase()}${product.slice(1)} ${1 + (index % 9)}.${index % 7}`, changes };
}

/** The notes in a phrasing of the bench's own, the changes in a drawn order. */
export function writeNotes({ title, changes }: Release, index: number): string {
  const draw = createDraw({ seed: 1, key: `notes ${index}`, variant: 0, template: "notes" });
  const phrasing = phrasings[index % phrasings.length]!;
  const lines = shuffled(changes, draw).map(({ kind, what }) => phrasing[kind].replace("{o}", what));
  const heading = picked(["", `Changes in ${title}:\n`, `${title} is out\n`], draw);
  return heading + lines.join("\n");
}

function picked<T>(items: readonly T[], draw: Draw): T {
  return items[Math.floor(draw.next() * items.length)]!;
}

function shuffled<T>(items: readonly T[], draw: Draw): readonly T[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(draw.next() * rest.length), 1)[0]!);
}

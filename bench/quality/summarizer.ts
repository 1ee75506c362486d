import { rouge1 } from "../../src/evaluation/assertions/rouge-n.ts";
import { heldOutFeatures } from "./held-out.ts";
import { inventRelease, type Kind, type Release, writeNotes } from "./release-notes.ts";
import type { Answer, Measure, QualityTask } from "./task.ts";
import { holdsPhrase, percent, wordsOf } from "./text.ts";

interface Reference {
  readonly summary: string;
  /** The two changes that it names. */
  readonly items: readonly [string, string];
  /** The first line of the notes that names a change; a heading is not what a reader would copy. */
  readonly firstLine: string;
}

const casesPerGroup = 312; // a multiple of the twelve phrasings, so that each counts the same
const groups = ["unseen words", "unseen phrasings"] as const;

const referenceOf = ({ case: { reference } }: Answer): Reference => reference as Reference;

/** ROUGE-1 F of words alone: signs at the ends of lines would count for one side only. 0 to 100. */
const overlap = (text: string, { summary }: Reference): number =>
  100 * rouge1(wordsOf(text).join(" "), wordsOf(summary).join(" "));

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

export const meanRouge = (answers: readonly Answer[]): number =>
  mean(answers.map((answer) => overlap(answer.content, referenceOf(answer))));

/** Mean ROUGE-1 F minus that of copying the first line, in points. */
export const overFirstLine = (answers: readonly Answer[]): number =>
  meanRouge(answers) - mean(answers.map((answer) => overlap(referenceOf(answer).firstLine, referenceOf(answer))));

export const namesBoth = (answer: Answer): boolean =>
  referenceOf(answer).items.every((item) => holdsPhrase(answer.content, item));

const verbs: Readonly<Record<Exclude<Kind, "internal">, string>> = {
  security: "patches",
  removed: "removes",
  added: "adds",
  fixed: "fixes",
};

function referenceFor({ changes }: Release, notes: string): Reference {
  const [lead, second] = changes;
  if (lead === undefined || second === undefined) throw new Error("a release has two changes at least");
  const clause = ({ kind, what }: typeof lead): string => {
    if (kind === "internal") throw new Error("upkeep is not named in a summary");
    return `${verbs[kind]} ${what}`;
  };
  const sentence = `${clause(lead)} and ${clause(second)}.`;
  const firstLine = notes.split("\n").find((line) => changes.some(({ what }) => line.includes(what)));
  if (firstLine === undefined) throw new Error(`no line of the notes names a change: ${notes}`);
  return {
    summary: sentence.charAt(0).toUpperCase() + sentence.slice(1),
    items: [lead.what, second.what],
    firstLine,
  };
}

/** The row of the pipeline's data that a release would be. */
function rowOf({ title, changes }: Release): Readonly<Record<string, string>> {
  const columns = ["lead", "second", "third", "fourth", "fifth"].flatMap((column, place) => [
    [`${column}_kind`, changes[place]?.kind ?? ""],
    [column, changes[place]?.what ?? ""],
  ]);
  return { release: title, product: title.split(" ")[0] ?? title, ...Object.fromEntries(columns) };
}

function measuresOf(group: (typeof groups)[number], bounds: { readonly floor: number; readonly aim: number }) {
  const measures: readonly Measure[] = [
    {
      name: `rouge-1 over the first line, ${group}`,
      group,
      direction: "at least",
      ...bounds,
      unit: "points",
      score: overFirstLine,
    },
    { name: `rouge-1, ${group}`, group, direction: "at least", unit: "points", score: meanRouge },
    {
      name: `both items named, ${group}`,
      group,
      direction: "at least",
      unit: "%",
      score: (answers) => percent(answers, namesBoth),
      passes: namesBoth,
    },
  ];
  return measures;
}

/** Does a model choose by the rule and put it drily when the program's parts, and then the notes, are new to it? */
export const summarizer: QualityTask = {
  name: "summarizer",
  pipeline: "pipelines/summarizer.yaml",
  heldOut: heldOutFeatures,
  cases: ({ renderPrompt, renderSystem }) =>
    groups.flatMap((group) =>
      Array.from({ length: casesPerGroup }, (_, index) => {
        const release = inventRelease(group, index);
        const row = rowOf(release);
        const messages =
          group === "unseen words"
            ? renderPrompt(row)
            : [...renderSystem(row), { role: "user" as const, content: writeNotes(release, index) }];
        const reference = referenceFor(release, messages.at(-1)?.content ?? "");
        return { messages, group, reference, expected: reference.summary };
      }),
    ),
  measures: [
    ...measuresOf("unseen words", { floor: 30, aim: 40 }),
    ...measuresOf("unseen phrasings", { floor: 15, aim: 25 }),
  ],
  baselines: [
    {
      name: "first line",
      answer: (_training, cases) => cases.map(({ reference }) => (reference as Reference).firstLine),
    },
  ],
};

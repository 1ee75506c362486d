import type { TrainingExample } from "../../src/engine/engine.ts";
import type { Answer, Baseline } from "./task.ts";
import { percent, wordsOf } from "./text.ts";

/** The label that a model gave: its whole answer. */
const labelOf = ({ content }: Answer): string => content.trim();

export const hasRightLabel = (answer: Answer): boolean => labelOf(answer) === answer.case.reference;

/** Accuracy minus that of always giving the most frequent label of these cases, in points. */
export function overMajority(answers: readonly Answer[]): number {
  const counts = new Map<unknown, number>();
  for (const { case: asked } of answers) counts.set(asked.reference, (counts.get(asked.reference) ?? 0) + 1);
  return percent(answers, hasRightLabel) - (100 * Math.max(...counts.values())) / answers.length;
}

/**
 * Mean over the labels that are asked for of 2 TP / (2 TP + FP + FN), 0 to 1. An answer that is no label counts
 * against the label that it should have been.
 */
export function macroF1(answers: readonly Answer[]): number {
  const labels = [...new Set(answers.map(({ case: { reference } }) => reference))];
  const scores = labels.map((label) => {
    const expected = answers.filter(({ case: { reference } }) => reference === label);
    const given = answers.filter((answer) => labelOf(answer) === label);
    return (2 * expected.filter(hasRightLabel).length) / (expected.length + given.length);
  });
  return scores.reduce((sum, score) => sum + score, 0) / labels.length;
}

interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/**
 * Multinomial naive Bayes over lower-case words with Laplace smoothing of 1. Words that no training text has
 * are passed over.
 */
export function trainNaiveBayes(training: readonly LabelledText[]): (text: string) => string {
  const vocabulary = new Set(training.flatMap(({ text }) => wordsOf(text)));
  const classes = [...Map.groupBy(training, ({ label }) => label)].map(([label, texts]) => {
    const words = texts.flatMap(({ text }) => wordsOf(text));
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return { label, prior: texts.length / training.length, counts, total: words.length };
  });
  return (text) => {
    const known = wordsOf(text).filter((word) => vocabulary.has(word));
    const scored = classes.map(({ label, prior, counts, total }) => ({
      label,
      score: known.reduce(
        (sum, word) => sum + Math.log(((counts.get(word) ?? 0) + 1) / (total + vocabulary.size)),
        Math.log(prior),
      ),
    }));
    return scored.reduce((best, next) => (next.score > best.score ? next : best)).label;
  };
}

/** Reads the last user message of each example, and its answer as the label. */
export const naiveBayes: Baseline = {
  name: "naive Bayes",
  answer: (training, cases) => {
    const predict = trainNaiveBayes(training.map(labelled));
    return cases.map(({ messages }) => predict(lastOf("user", messages)));
  },
};

function labelled({ messages }: TrainingExample): LabelledText {
  return { text: lastOf("user", messages), label: lastOf("assistant", messages) };
}

function lastOf(role: string, messages: TrainingExample["messages"]): string {
  return messages.findLast((message) => message.role === role)?.content ?? "";
}

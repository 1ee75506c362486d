import { hasRightLabel, macroF1, naiveBayes, overMajority } from "./labels.ts";
import type { QualityTask } from "./task.ts";
import { percent } from "./text.ts";
import { ticketsByLabel } from "./triage-tickets.ts";

/** Are tickets sorted well that other people wrote than those of the training data? */
export const triage: QualityTask = {
  name: "triage",
  pipeline: "pipelines/triage.yaml",
  heldOut: [], // the sentences are new, not their words; a test compares them with the data
  cases: ({ renderPrompt }) =>
    Object.entries(ticketsByLabel).flatMap(([label, tickets]) =>
      tickets.map((message) => ({ messages: renderPrompt({ message }), group: "unseen phrasings", reference: label })),
    ),
  measures: [
    {
      name: "accuracy",
      direction: "at least",
      unit: "%",
      aim: { baseline: naiveBayes.name },
      score: (answers) => percent(answers, hasRightLabel),
      passes: hasRightLabel,
    },
    {
      name: "accuracy over the majority class",
      direction: "at least",
      floor: 25,
      aim: { baseline: naiveBayes.name },
      unit: "points",
      score: overMajority,
    },
    {
      name: "macro F1",
      direction: "at least",
      floor: 0.45,
      aim: { baseline: naiveBayes.name },
      unit: "F1",
      score: macroF1,
    },
  ],
  baselines: [naiveBayes],
};

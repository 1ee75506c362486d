import { didYouMean } from "../core/suggest.ts";
import { defineGrader, modelOptions, textsOfMessages } from "./grader.ts";

export const labelModel = defineGrader({
  type: "label_model",
  summary: "1 if another model gives one of the passing labels, else 0. Only as a part of multi.",
  only: "part",
  options: {
    type: "object",
    properties: {
      ...modelOptions,
      labels: {
        type: "array",
        items: { type: "string" },
        minItems: 2,
        uniqueItems: true,
        description: "All labels that it may give.",
      },
      passing_labels: {
        type: "array",
        items: { type: "string" },
        minItems: 1,
        uniqueItems: true,
        description: "Those of the labels whose grade is 1.",
      },
    },
    required: ["model", "input", "labels", "passing_labels"],
  },
  texts: ({ input }) => textsOfMessages(input),
  invalid({ labels, passing_labels: passing }) {
    const unknown = passing.flatMap((label, index) =>
      labels.includes(label)
        ? []
        : [
            {
              pointer: `/passing_labels/${index}`,
              message: `"${label}" is none of the labels.`,
              hint: didYouMean(label, labels, "Labels"),
            },
          ],
    );
    if (unknown.length > 0 || passing.length < labels.length) return unknown;
    return [
      { pointer: "/passing_labels", message: "Every label passes, so every grade is 1.", hint: "Leave one out." },
    ];
  },
});

import { defineGrader, modelOptions, textsOfMessages } from "./grader.ts";

export const scoreModel = defineGrader({
  type: "score_model",
  summary: "A number that another model gives.",
  options: {
    type: "object",
    properties: {
      ...modelOptions,
      range: {
        type: "array",
        items: { type: "number" },
        minItems: 2,
        maxItems: 2,
        description: "Least and greatest grade; what lies outside is cut off. Default: [0, 1].",
      },
      sampling_params: {
        $ref: "pipeline.schema.json#/$defs/grader_sampling",
        description: "How its answer is sampled.",
      },
    },
    required: ["model", "input"],
  },
  texts: ({ input }) => textsOfMessages(input),
  invalid({ range }) {
    if (range === undefined) return [];
    const [least, greatest] = range as readonly [number, number]; // the schema says so
    if (least < greatest) return [];
    const message = `The range begins at ${least} and ends at ${greatest}, so every grade is the same.`;
    return [{ pointer: "/range", message, hint: "Write the least grade first: [0, 1]." }];
  },
});

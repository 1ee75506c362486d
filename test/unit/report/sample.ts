import type { ReportData } from "../../../src/report/data.ts";

const user = (content: string) => ({ role: "user", content });
const system = { role: "system", content: "You are an enthusiastic product reviewer." };

/** A failed gate over three cases: one newly failing, one that passes, one that ended in an error. */
export const sample: ReportData = {
  pipeline: { name: "reviewer", description: "An enthusiastic product reviewer" },
  target: "local",
  verdict: "failed",
  reason: "pass_rate ≥ 80 %: measured 50 %.",
  rules: [
    { text: "pass_rate ≥ 80 %", measured: "50 %", state: "failed" },
    { text: "pass_rate: gain over base ≥ 20 points", measured: "+50 points", state: "passed" },
    { text: "tone: drop from previous ≤ 2 points", measured: "no predecessor", state: "no_predecessor" },
  ],
  subjects: [
    { name: "base", model: "ftpipe-mini" },
    { name: "tuned", model: "ft:ftpipe-mini:local:reviewer:7d0e1c2b" },
  ],
  metrics: [
    {
      name: "pass_rate",
      shares: { base: { passed: 1, judged: 3, errors: 0 }, tuned: { passed: 1, judged: 2, errors: 1 } },
    },
    { name: "tone", shares: { base: { passed: 0, judged: 3, errors: 0 }, tuned: { passed: 2, judged: 2, errors: 0 } } },
  ],
  comparisons: [
    { against: "base", pairs: 2, difference: 0.5, low: -0.169, high: 0.906, newlyFailing: ["1:headphone"] },
  ],
  cases: [
    {
      id: "2:blender",
      place: "data/products.csv:12",
      messages: [system, user("Review this product: a blender.")],
      expected: "What a blender! I love it!",
      answers: [
        {
          subject: "base",
          pass: false,
          text: "A blender is a blender is a",
          cut: true,
          assertions: [{ type: "contains-any", pass: false, reason: 'The answer contains none of "!", "love".' }],
        },
        {
          subject: "tuned",
          pass: true,
          text: "What a blender! It purrs like a kitten, and I love it!",
          cut: false,
          assertions: [{ type: "contains-any", pass: true, reason: 'The answer contains "!".' }],
        },
      ],
    },
    {
      id: "1:headphone",
      description: "Names the product",
      place: "pipelines/reviewer.yaml:31",
      messages: [system, user("Review this product: a noise-cancelling headphone.")],
      answers: [
        {
          subject: "base",
          pass: true,
          text: "A noise-cancelling headphone is a noise.",
          cut: false,
          assertions: [{ type: "icontains", pass: true, reason: "The answer contains it." }],
        },
        {
          subject: "tuned",
          pass: false,
          text: "Prepare to be amazed by these speakers!\nThey rock.",
          cut: false,
          assertions: [
            {
              type: "icontains",
              pass: false,
              reason: 'The answer does not contain "noise-cancelling headphone", case aside.',
            },
          ],
        },
      ],
    },
    {
      id: "2:lamp",
      place: "data/products.csv:40",
      messages: [system, user("Review this product: a lamp.")],
      answers: [
        {
          subject: "base",
          pass: false,
          text: "",
          cut: false,
          assertions: [{ type: "contains-any", pass: false, reason: "The answer is empty." }],
        },
        { subject: "tuned", pass: false, error: "The connection was closed.", cut: false, assertions: [] },
      ],
    },
  ],
  checkpoints: [
    { step: 41, model: "ft:ftpipe-mini:local:reviewer:0a1b2c3d:ckpt-step-41", training: 0.61, validation: 0.72 },
    { step: 82, model: "ft:ftpipe-mini:local:reviewer:1b2c3d4e:ckpt-step-82", training: 0.33 },
  ],
  loss: Array.from({ length: 123 }, (_, index) => ({
    step: index + 1,
    training: 0.2 + 5.1 * Math.exp(-index / 25) + 0.12 * Math.sin(index * 1.7) * Math.exp(-index / 60),
    ...(index % 20 === 19 || index === 122 ? { validation: 0.35 + 4.9 * Math.exp(-index / 27) } : {}),
  })),
  lossPer: "token",
  data: [
    { split: "training", rows: 123, examples: 246, tokens: 41_208 },
    { split: "validation", rows: 15, examples: 15, tokens: 2_480 },
    { split: "test", rows: 14, examples: 14, tokens: 2_301 },
  ],
  lineage: [
    ["pipeline", "pipelines/reviewer.yaml"],
    ["base model", "ftpipe-mini"],
    ["job", "ftjob-7d0e1c2b"],
    ["training data sha256", "9f2c31d6a5e0b14f7b9a7cfe2b7c85de1c64d0a83f3c5e5a6f2b9d60ce1a7f44"],
  ],
  command: "ftpipe run pipelines/reviewer.yaml --target local",
  writtenAt: "2026-11-21T10:14:00Z",
};

export const classification: ReportData = {
  ...sample,
  verdict: "passed",
  reason: "Every rule is met.",
  rules: [{ text: "accuracy ≥ 85 %", measured: "90 %", state: "passed" }],
  confusion: {
    expected: ["billing", "bug", "question"],
    predicted: ["billing", "bug", "question", "(other)"],
    counts: [
      [12, 1, 0, 0],
      [0, 9, 1, 1],
      [0, 0, 16, 0],
    ],
  },
};

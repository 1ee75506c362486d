import { type Problem, problem } from "../core/errors.ts";
import { type Location, locateOffset } from "../core/location.ts";
import { didYouMean } from "../core/suggest.ts";
import { changedNumbers } from "./changed-numbers.ts";
import { datasetRules } from "./dataset-rules.ts";
import type { YamlDocument } from "./document.ts";
import type { Pipeline, Test } from "./pipeline.gen.ts";
import type { Finding, PipelineRule } from "./pipeline-rule.ts";

/** The word of `--target` that stands for all targets of a pipeline. */
export const everyTarget = "all";

/** Held-out shares must leave something to train on. */
const sharesLeaveTraining: PipelineRule = ({ dataset: { split } }) => {
  const sum = [split.validation, split.test].reduce<number>(
    (total, share) => total + (typeof share === "number" ? share : 0),
    0,
  );
  if (sum <= 0.9) return [];
  return [
    {
      pointer: "/dataset/split",
      message: `The split holds out ${Math.round(sum * 100)} % of the rows.`,
      hint: "Leave at least 10 % for training.",
    },
  ];
};

/** The target that a run takes must be known. */
const defaultTargetExists: PipelineRule = ({ default_target: name, targets }) => {
  const names = Object.keys(targets);
  if (name === undefined) return [];
  if (names.includes(name)) return [];
  return [
    { pointer: "/default_target", message: `There is no target "${name}".`, hint: didYouMean(name, names, "Targets") },
  ];
};

/** `--target all` means every target. */
const targetNamesAreFree: PipelineRule = ({ targets }) =>
  Object.keys(targets)
    .filter((name) => name === everyTarget)
    .map((name) => ({
      pointer: `/targets/${name}`,
      message: `The target name "${name}" is taken: --target ${name} means every target.`,
      hint: "Choose a name of your own.",
      on: "key",
    }));

/** A gate rule has exactly one bound that fits it, and compares only with models that are asked. */
const gateRulesHaveOneBound: PipelineRule = ({ evaluation }) =>
  evaluation.gate.flatMap((rule, index): Finding[] => {
    const pointer = `/evaluation/gate/${index}`;
    const absolute = (["minimum", "maximum"] as const).filter((key) => rule[key] !== undefined);
    const relative = (["minimum_gain", "maximum_drop"] as const).filter((key) => rule[key] !== undefined);
    if (rule.against === undefined && relative[0] !== undefined) {
      return [
        {
          pointer: `${pointer}/${relative[0]}`,
          message: `${relative[0]} needs \`against\`.`,
          hint: "Add against: base",
          on: "key",
        },
      ];
    }
    if (rule.against !== undefined && absolute[0] !== undefined) {
      return [
        {
          pointer: `${pointer}/${absolute[0]}`,
          message: `${absolute[0]} can't be combined with \`against\`.`,
          hint: "Write minimum_gain or maximum_drop, or a rule of its own.",
          on: "key",
        },
      ];
    }
    if (absolute.length + relative.length === 0) {
      return [
        {
          pointer,
          message: "The gate rule has no bound.",
          hint: rule.against === undefined ? "Add minimum or maximum." : "Add minimum_gain or maximum_drop.",
        },
      ];
    }
    if (rule.minimum !== undefined && rule.maximum !== undefined && rule.minimum > rule.maximum) {
      return [
        {
          pointer: `${pointer}/maximum`,
          message: `The maximum (${rule.maximum}) is below the minimum (${rule.minimum}), so nothing can pass.`,
          hint: "Swap them, or keep one.",
        },
      ];
    }
    if (rule.against !== undefined && !evaluation.compare.includes(rule.against)) {
      return [
        {
          pointer: `${pointer}/against`,
          message: `${rule.against} is not asked in this evaluation.`,
          hint: `Add it: compare: [${[...evaluation.compare, rule.against].join(", ")}]`,
        },
      ];
    }
    return [];
  });

/** A gate may only speak of metrics that the evaluation yields. */
const gateMetricsExist: PipelineRule = ({ evaluation, dataset }) => {
  const named = evaluation.tests.flatMap(({ assert }) =>
    assert.flatMap(({ metric }) => (metric === undefined ? [] : [metric])),
  );
  const labels = dataset.rules.some((rule) => rule.type === "one_of" && (rule.role ?? "assistant") === "assistant");
  const known = [...new Set(["pass_rate", ...(labels ? ["accuracy"] : []), ...named])];
  return evaluation.gate.flatMap(({ metric }, index) => {
    if (known.includes(metric)) return [];
    const hint =
      metric === "accuracy"
        ? "accuracy needs the labels: a dataset rule { type: one_of, values: […] }."
        : didYouMean(metric, known, "Metrics");
    return [
      { pointer: `/evaluation/gate/${index}/metric`, message: `The evaluation has no metric "${metric}".`, hint },
    ];
  });
};

/** Names that the metrics of the evaluation itself have. */
const metricNamesAreFree: PipelineRule = ({ evaluation }) =>
  evaluation.tests.flatMap(({ assert }, test) =>
    assert.flatMap(({ metric }, index) =>
      metric === "pass_rate" || metric === "accuracy"
        ? [
            {
              pointer: `/evaluation/tests/${test}/assert/${index}/metric`,
              message: `The metric name "${metric}" is taken.`,
              hint: "Choose a name of your own.",
            },
          ]
        : [],
    ),
  );

/** Accuracy compares answers with those that are expected. */
const accuracyHasAnswers: PipelineRule = ({ evaluation: { tests, gate }, training }) => {
  const hasAnswers = training.method !== "reinforcement"; // of held-out rows
  const isAnswered = ({ from, vars = {} }: Test) =>
    (hasAnswers && from !== undefined) || Object.hasOwn(vars, "expected");
  if (tests.some(isAnswered)) return [];
  return gate.flatMap(({ metric }, index) =>
    metric === "accuracy"
      ? [
          {
            pointer: `/evaluation/gate/${index}/metric`,
            message: "No case has an expected answer that accuracy could compare with.",
            hint: hasAnswers
              ? "Add a test with from: split.test, or give a test's `vars` an `expected`."
              : "Items have no answer of their own: give a test's `vars` an `expected`.",
          },
        ]
      : [],
  );
};

/** A rule for messages that no example has would hold nothing back. */
const ruleRolesExist: PipelineRule = ({ dataset: { messages, preference, rules } }) =>
  rules.flatMap(({ role, action }, index) =>
    role === undefined ||
    action === "off" ||
    messages.length === 0 ||
    (role === "assistant" && preference !== undefined) ||
    messages.some((message) => message.turns !== undefined || message.role === role)
      ? []
      : [
          {
            pointer: `/dataset/rules/${index}/role`,
            message: `The rule is for ${role} messages, and dataset.messages has no ${role} message.`,
            hint: "Remove `role`, or name one that speaks.",
          },
        ],
  );

/** An address has a host, and no password in it: keys come from the environment. */
const addressesWork: PipelineRule = ({ targets }) =>
  Object.entries(targets).flatMap(([name, target]): Finding[] => {
    const address = (target as { readonly base_url?: unknown }).base_url;
    if (typeof address !== "string") return [];
    const pointer = `/targets/${name}/base_url`;
    if (!URL.canParse(address)) {
      const hint = "It has the form https://llm.example.org/v1.";
      return [{ pointer, message: `base_url is no address: ${address}.`, hint }];
    }
    const { username, password } = new URL(address);
    if (username === "" && password === "") return [];
    const hint = "Remove it, and name an environment variable: api_key_env.";
    return [{ pointer, message: "base_url holds a user name or a password.", hint, code: "SECRET_IN_PIPELINE" }];
  });

/** Nobody trains on another model's answers by oversight. */
const recordedAnswersAreMeant: PipelineRule = ({ source }) =>
  source.type !== "recorded" || source.i_accept_provider_terms
    ? []
    : [
        {
          pointer: "/source",
          message: "The source is what another model answered, and its provider's terms may forbid to train on that.",
          hint: "Read them. If they allow it: i_accept_provider_terms: true",
          on: "key",
        },
      ];

const rules: readonly PipelineRule[] = [
  ...datasetRules,
  sharesLeaveTraining,
  defaultTargetExists,
  targetNamesAreFree,
  gateRulesHaveOneBound,
  gateMetricsExist,
  metricNamesAreFree,
  accuracyHasAnswers,
  ruleRolesExist,
  addressesWork,
  recordedAnswersAreMeant,
];

/** Applies every rule. @param more Rules of the registries: options that a schema can't judge. */
export function checkRules(pipeline: Pipeline, document: YamlDocument, more: readonly PipelineRule[]): Problem[] {
  const found = [...rules, ...more].flatMap((rule) =>
    rule(pipeline).map((finding) => {
      const { message, hint, code = "PIPELINE_INVALID" } = finding;
      return problem("error", code, message, { hint, location: placeOf(finding, document) });
    }),
  );
  return [...found, ...changedNumbers(pipeline, document)];
}

function placeOf({ pointer, on, at }: Finding, document: YamlDocument): Location {
  if (at !== undefined) {
    const { line = 1, column } = locateOffset("", at.text, at.offset);
    return document.locateIn(pointer, line, column ?? 1, at.length);
  }
  return on === "key" ? document.locateKey(pointer) : document.locate(pointer);
}

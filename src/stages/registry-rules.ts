import type { PipelineRule } from "../config/pipeline-rule.ts";
import { FtpipeError } from "../core/errors.ts";
import { rulesByType } from "../dataset/rules/index.ts";
import { assertionsByType } from "../evaluation/assertions/index.ts";
import { filePathOf } from "../evaluation/assertions/json.ts";
import { providersByName } from "../providers/index.ts";
import type { TargetSettings } from "../providers/provider.ts";
import { compileWhere } from "../sources/where.ts";
import { graderRules } from "./grader-rules.ts";

/** Options that meet the schema and yet can't work: a pattern that does not compile, bounds that cross. */
const ruleOptionsWork: PipelineRule = ({ dataset }) =>
  dataset.rules.flatMap((rule, index) => {
    const { type, role: _role, action, at_most: _most, ...options } = rule;
    const pointer = `/dataset/rules/${index}`;
    const definition = rulesByType[type];
    const fault = definition?.invalid?.(options);
    const dropsNothing = definition !== undefined && "over" in definition && !definition.drops && action === "drop";
    // With one option there is no doubt which is at fault.
    const [only, second] = Object.keys(options);
    const faultyOption = only !== undefined && second === undefined ? `${pointer}/${only}` : pointer;
    const hasNoRole = rule.role !== undefined && definition?.wholeChats === true;
    const isStrict = rule.at_most !== undefined && (action === "error" || action === "off");
    return [
      ...(isStrict
        ? [
            {
              pointer: `${pointer}/at_most`,
              message: `at_most does nothing beside action: ${action}.`,
              hint: "Take action: warn or drop; more than at_most is then an error.",
              on: "key" as const,
            },
          ]
        : []),
      ...(fault === undefined ? [] : [{ pointer: faultyOption, message: `The rule ${type}: ${fault}` }]),
      ...(hasNoRole
        ? [
            {
              pointer: `${pointer}/role`,
              message: `The rule ${type} looks at whole chats, so it takes no role.`,
              hint: "Remove it.",
              on: "key" as const,
            },
          ]
        : []),
      ...(dropsNothing
        ? [
            {
              pointer: `${pointer}/action`,
              message: `The rule ${type} judges the whole set: it can't say which examples to drop.`,
              hint: "Take action: error or warn.",
            },
          ]
        : []),
    ];
  });

/** By reinforcement there are no answers in the data; a rule on them would hold nothing back, or take a turn for one. */
const rulesHaveAnswers: PipelineRule = ({ dataset, training }) => {
  if (training.method !== "reinforcement") return [];
  const { messages } = dataset;
  const areSilent = messages.length > 0 && messages.every(({ role }) => role === "system" || role === "user");
  return dataset.rules.flatMap(({ type, role, action }, index) => {
    const { defaultRole, ofAnswers } = rulesByType[type] ?? {};
    const findsNothing = areSilent && role === undefined && defaultRole === "assistant";
    if (action === "off" || (!findsNothing && ofAnswers !== true)) return [];
    return [
      {
        pointer: `/dataset/rules/${index}`,
        message: `The rule ${type} judges the assistant's answers, and by the method reinforcement there are none in the data.`,
        hint: ofAnswers === true ? "Remove it." : "Remove it, or name another role.",
      },
    ];
  });
};

/** Patterns compile. */
const conditionsWork: PipelineRule = ({ source }) =>
  source.where.flatMap((condition, index) => {
    try {
      compileWhere([condition]);
      return [];
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [{ pointer: `/source/where/${index}/matches`, message: `The condition's pattern: ${message}` }];
    }
  });

const assertionOptionsWork: PipelineRule = ({ evaluation }) =>
  evaluation.tests.flatMap(({ assert }, test) =>
    assert.flatMap((assertion, index) => {
      const { type, metric: _metric, ...options } = assertion;
      // A value left out, or with a template in it, is known only case by case.
      if (!("value" in options) || JSON.stringify(options).includes("{{")) return [];
      const definition = assertionsByType[type.replace(/^not-/, "")];
      // What stands in a file is looked at when the cases are laid out.
      if (definition?.valueMayBeFile === true && filePathOf(options.value) !== undefined) return [];
      const fault = definition?.invalid?.(options);
      const pointer = `/evaluation/tests/${test}/assert/${index}`;
      return fault === undefined ? [] : [{ pointer, message: `The assertion ${type}: ${fault}` }];
    }),
  );

/** What a provider reads of its own options, such as an address, can be read. Its message begins with the option's name. */
const targetsCanBeRead: PipelineRule = ({ targets }) =>
  Object.entries(targets).flatMap(([name, target]) => {
    const provider = providersByName[target.provider];
    const address = (target as TargetSettings)["base_url"];
    if (typeof address === "string" && !URL.canParse(address)) return []; // told by the rule on addresses
    try {
      provider?.capabilities(target as TargetSettings);
      return [];
    } catch (error) {
      if (!(error instanceof FtpipeError)) throw error;
      const option = Object.keys(provider?.options.properties ?? {}).find((key) => error.message.startsWith(`${key} `));
      const pointer = option === undefined ? `/targets/${name}` : `/targets/${name}/${option}`;
      return [{ pointer, message: error.message, hint: error.hint }];
    }
  });

/** Options of a target that meet the schema and yet can't be used. */
const targetOptionsWork: PipelineRule = ({ targets }) =>
  Object.entries(targets).flatMap(([name, target]) =>
    (providersByName[target.provider]?.optionFaults?.(target as TargetSettings) ?? []).map(({ path, ...fault }) => ({
      pointer: `/targets/${name}/${path}`,
      ...fault,
    })),
  );

/** Rules over a pipeline that need the registries. */
export const registryRules: readonly PipelineRule[] = [
  conditionsWork,
  ruleOptionsWork,
  assertionOptionsWork,
  targetsCanBeRead,
  targetOptionsWork,
  rulesHaveAnswers,
  ...graderRules,
];

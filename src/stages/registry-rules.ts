import type { PipelineRule } from "../config/rules.ts";
import { didYouMean } from "../core/suggest.ts";
import { rulesByType } from "../dataset/rules/index.ts";
import { assertionsByType } from "../evaluation/assertions/index.ts";
import { filePathOf } from "../evaluation/assertions/json.ts";
import { providersByName } from "../providers/index.ts";
import type { TargetSettings } from "../providers/provider.ts";
import { compileWhere } from "../sources/where.ts";

/** Options that meet the schema and yet can't work: a pattern that does not compile, bounds that cross. */
const ruleOptionsWork: PipelineRule = ({ dataset }) =>
  dataset.rules.flatMap((rule, index) => {
    const { type, role: _role, action, at_most: _most, ...options } = rule;
    const pointer = `/dataset/rules/${index}`;
    const definition = rulesByType[type];
    const fault = definition?.invalid?.(options);
    const dropsNothing = definition !== undefined && "over" in definition && !definition.drops && action === "drop";
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
      ...(fault === undefined ? [] : [{ pointer, message: `The rule ${type}: ${fault}` }]),
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

/** A target must not be asked for what its provider can't do: settings that are dropped in silence train another model than was meant. */
const targetsAreAble: PipelineRule = ({ targets, training, dataset }) =>
  Object.entries(targets).flatMap(([name, target]) => {
    const settings = target as TargetSettings;
    const capabilities = providersByName[target.provider]?.capabilities(settings);
    if (capabilities === undefined || !capabilities.trains) return [];
    const own = (settings["hyperparameters"] ?? {}) as Readonly<Record<string, unknown>>;
    const unable = (pointer: string, key: string) => ({
      pointer,
      message: `The provider ${target.provider} (target ${name}) does not take ${key}.`,
      hint: didYouMean(key, capabilities.hyperparameters, "It takes"),
      on: "key" as const,
    });
    const suffix = typeof settings["suffix"] === "string" ? settings["suffix"] : training.suffix;
    return [
      ...(capabilities.methods.includes(training.method)
        ? []
        : [
            {
              pointer: "/training/method",
              message: `The provider ${target.provider} (target ${name}) does not train by ${training.method}.`,
            },
          ]),
      ...dataset.messages.flatMap(({ role }, index) =>
        capabilities.roles.includes(role)
          ? []
          : [
              {
                pointer: `/dataset/messages/${index}/role`,
                message: `The provider ${target.provider} (target ${name}) knows no ${role} messages.`,
              },
            ],
      ),
      ...Object.keys(own)
        .filter((key) => !capabilities.hyperparameters.includes(key))
        .map((key) => unable(`/targets/${name}/hyperparameters/${key}`, key)),
      ...Object.entries(training.hyperparameters)
        .filter(([key, value]) => value !== "auto" && !(key in own) && !capabilities.hyperparameters.includes(key))
        .map(([key]) => unable(`/training/hyperparameters/${key}`, key)),
      ...(suffix !== undefined && suffix.length > capabilities.maxSuffix
        ? [
            {
              pointer: "/training/suffix",
              message: `The suffix is longer than the ${capabilities.maxSuffix} characters that ${target.provider} takes.`,
            },
          ]
        : []),
    ];
  });

/** Rules over a pipeline that need the registries. */
export const registryRules: readonly PipelineRule[] = [
  conditionsWork,
  ruleOptionsWork,
  assertionOptionsWork,
  targetsAreAble,
];

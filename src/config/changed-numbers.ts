import { type Problem, problem } from "../core/errors.ts";
import type { YamlDocument } from "./document.ts";
import type { Pipeline } from "./pipeline.gen.ts";

/** Values that are compared or printed as texts, by their pointers; of lists and mappings all that is in them. */
function textValues({ source, evaluation }: Pipeline): readonly string[] {
  const within = (value: unknown, pointer: string): readonly string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) =>
          within(inner, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
        )
      : [pointer];
  return [
    ...source.where.flatMap(({ column: _column, ...test }, index) => within(test, `/source/where/${index}`)),
    ...evaluation.tests.flatMap(({ vars = {}, assert }, test) => [
      ...within(vars, `/evaluation/tests/${test}/vars`),
      // What stands in a mapping is JSON, where a number is a number.
      ...assert.flatMap((assertion, index) => {
        const value: unknown = "value" in assertion ? assertion.value : undefined;
        const isMapping = typeof value === "object" && !Array.isArray(value);
        return isMapping ? [] : within(value, `/evaluation/tests/${test}/assert/${index}/value`);
      }),
    ]),
  ];
}

/** A number such as 007 or 1.10 loses what makes it a text: YAML reads 7 and 1.1. */
export function changedNumbers(pipeline: Pipeline, document: YamlDocument): Problem[] {
  return textValues(pipeline).flatMap((pointer) => {
    const number = document.number(pointer);
    if (number === undefined || number.written === String(number.value)) return [];
    const message = `The number ${number.written} stands where a text is wanted, and would read ${number.value}.`;
    const hint = `Put it in quotes: "${number.written}".`;
    return [problem("error", "PIPELINE_INVALID", message, { hint, location: document.locate(pointer) })];
  });
}

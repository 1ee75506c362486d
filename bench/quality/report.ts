import type { BaseName } from "../../src/engine/engine.ts";
import type { TaskResult } from "./run-task.ts";
import type { Row } from "./score.ts";

export interface ReportHead {
  readonly engine: string;
  readonly model: BaseName;
  readonly seeds: readonly number[];
}

/** All results as one JSON document: the tables, and every answer. */
export function reportOf(results: readonly TaskResult[], head: ReportHead) {
  return {
    ...head,
    tasks: results.map((result) => ({
      name: result.task.name,
      pipeline: result.task.pipeline,
      training_examples: result.training.length,
      hyperparameters: result.hyperparameters,
      training_seconds: result.seconds,
      measures: result.rows.map(measureOf),
      answers: answersOf(result),
    })),
  };
}

function measureOf({ measure, prompts, aim, base, tuned, mean, standardError, baselines, verdict }: Row) {
  const { name, group, variant, unit, direction, floor } = measure;
  return {
    name,
    group,
    variant,
    unit,
    prompts,
    direction,
    floor,
    aim,
    base,
    tuned,
    mean,
    standard_error: standardError,
    baselines,
    verdict,
  };
}

/** A case with what each model said to it, for each variant. */
function answersOf({ cases, answers: { base, tuned } }: TaskResult) {
  return [...base].flatMap(([variant, baseAnswers]) =>
    cases.map(({ messages, group, reference, expected }, index) => ({
      variant,
      group,
      prompt: messages.at(-1)?.content,
      expected: expected ?? reference,
      base: baseAnswers[index]?.content,
      tuned: [...tuned.values()].map((byVariant) => byVariant.get(variant)?.[index]?.content),
    })),
  );
}

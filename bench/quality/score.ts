import type { AnswersByVariant } from "./ask.ts";
import type { Answer, Baseline, Measure, QualityTask, Variant } from "./task.ts";
import { loops, percent } from "./text.ts";

export type Verdict = "pass" | "FAIL" | "-";

/** One line of the table. Scores are in the measure's unit. */
export interface Row {
  readonly measure: Measure;
  /** Prompts that it is about. */
  readonly prompts: number;
  readonly aim: number | undefined;
  readonly base: number;
  /** By seed, in the order of the answers given. */
  readonly tuned: readonly number[];
  readonly mean: number;
  /** Of the mean over the seeds: their standard deviation / √seeds; undefined for one seed. */
  readonly standardError: number | undefined;
  readonly baselines: Readonly<Record<string, number>>;
  /** Every seed reaches the floor; "-" where there is none. */
  readonly verdict: Verdict;
}

export interface Failure {
  readonly seed: number;
  readonly answer: Answer;
}

export interface TaskAnswers {
  readonly base: AnswersByVariant;
  /** By seed. */
  readonly tuned: ReadonlyMap<number, AnswersByVariant>;
  /** Baselines' answers, by name; the same in every variant. */
  readonly baselines: ReadonlyMap<string, readonly Answer[]>;
}

export const freely: readonly Variant[] = [{ name: "free", constrained: false }];

/** The task's measures, and in each variant that no reply runs into a loop. */
export function measuresOf({ measures, variants = freely }: QualityTask): readonly Measure[] {
  const repeats = variants.map(
    ({ name }): Measure => ({
      name: variants.length === 1 ? "replies that loop" : `replies that loop, ${name}`,
      variant: name,
      direction: "at most",
      floor: 1,
      aim: 0,
      unit: "%",
      score: (answers) => percent(answers, ({ content }) => loops(content)),
      passes: ({ content }) => !loops(content),
    }),
  );
  return [...measures, ...repeats];
}

/** What a baseline answers, in the shape of a model's answers. @throws Error if it left a case out. */
function answersOf(texts: readonly string[], cases: readonly Answer["case"][]): readonly Answer[] {
  if (texts.length !== cases.length) throw new Error(`${texts.length} answers to ${cases.length} cases`);
  return cases.map((asked, index) => ({ case: asked, content: texts[index] as string, finishReason: "stop" }));
}

/** The answers that a measure is about. @throws Error if there are none: no score may stand on nothing. */
export function answersFor(measure: Measure, answers: readonly Answer[]): readonly Answer[] {
  const { group, name } = measure;
  const chosen = group === undefined ? answers : answers.filter(({ case: asked }) => asked.group === group);
  if (chosen.length === 0) throw new Error(`no case of the group "${group}", which "${name}" is about`);
  return chosen;
}

function reaches({ direction }: Measure, score: number, bound: number): boolean {
  return direction === "at least" ? score >= bound : score <= bound;
}

export function scoreMeasure(measure: Measure, { base, tuned, baselines }: TaskAnswers): Row {
  const scoreOf = (answers: readonly Answer[]): number => measure.score(answersFor(measure, answers));
  const inVariant = (answers: AnswersByVariant): readonly Answer[] => variantOf(measure, answers);
  const scores = [...tuned.values()].map((answers) => scoreOf(inVariant(answers)));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const simple = Object.fromEntries([...baselines].map(([name, answers]) => [name, scoreOf(answers)]));
  const { floor } = measure;
  return {
    measure,
    prompts: answersFor(measure, inVariant(base)).length,
    aim: typeof measure.aim === "object" ? simple[measure.aim.baseline] : measure.aim,
    base: scoreOf(inVariant(base)),
    tuned: scores,
    mean,
    standardError: standardErrorOf(scores, mean),
    baselines: simple,
    verdict: floor === undefined ? "-" : scores.every((score) => reaches(measure, score, floor)) ? "pass" : "FAIL",
  };
}

/** The answers of the tuned models that a measure holds against them; none where it can't say. */
export function failuresOf(measure: Measure, { tuned }: TaskAnswers): readonly Failure[] {
  const { passes } = measure;
  if (passes === undefined) return [];
  return [...tuned].flatMap(([seed, answers]) =>
    answersFor(measure, variantOf(measure, answers))
      .filter((answer) => !passes(answer))
      .map((answer) => ({ seed, answer })),
  );
}

export function answerBaselines(
  baselines: readonly Baseline[],
  training: Parameters<Baseline["answer"]>[0],
  cases: readonly Answer["case"][],
): ReadonlyMap<string, readonly Answer[]> {
  return new Map(baselines.map(({ name, answer }) => [name, answersOf(answer(training, cases), cases)]));
}

function variantOf({ name, variant }: Measure, answers: AnswersByVariant): readonly Answer[] {
  const [first] = answers.values();
  const chosen = variant === undefined ? first : answers.get(variant);
  if (chosen === undefined) throw new Error(`no variant "${variant}", which "${name}" is about`);
  return chosen;
}

function standardErrorOf(scores: readonly number[], mean: number): number | undefined {
  if (scores.length < 2) return undefined;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (scores.length - 1);
  return Math.sqrt(variance / scores.length);
}

import type { SamplingSettings } from "../core/chat.ts";
import { FtpipeError, problem } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import { toolSettingsOf } from "../dataset/example.ts";
import { assertionsByType } from "../evaluation/assertions/index.ts";
import type { EvalCase } from "../evaluation/cases.ts";
import { type EvalResult, evaluate as runEvaluation, type SubjectName } from "../evaluation/evaluate.ts";
import { type Metrics, measure } from "../evaluation/metrics.ts";
import type { Artifact, OutputsOf } from "../run/stage.ts";
import { comparedRecordings } from "./baselines.ts";
import { casesOf } from "./cases.ts";
import { evaluationFile } from "./evaluation-file.ts";
import { samplingOf, samplingRecord } from "./sampling.ts";
import { split } from "./split.ts";
import { connectSubjects, recordedHashes, type Subjects, subjectsOf } from "./subjects.ts";
import { accountOf } from "./upload.ts";
import { wait } from "./wait.ts";
import { defineStage, type World } from "./world.ts";

export interface EvaluateValue {
  readonly cases: number;
  readonly subjects: Subjects;
  readonly shares: Metrics["shares"];
  /** As `Metrics` has it. */
  readonly paired?: Metrics["paired"];
  readonly comparisons: readonly ComparisonValue[];
  /** Questions that ended in an error, over all subjects. */
  readonly errors: number;
}

export interface ComparisonValue {
  readonly against: SubjectName;
  readonly pairs: number;
  /** Pass rate of the tuned model minus the other's, with its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly newly_passing: number;
  readonly newly_failing: number;
}

type Inputs = OutputsOf<{ split: typeof split; wait: typeof wait }>;

/** Asks the tuned model, and those it is compared with, every case, and judges the answers. */
export const evaluate = defineStage({
  name: "evaluate",
  version: 1,
  effect: "remote",
  needs: { split, wait },
  settings: async (world, inputs) => {
    return {
      ...accountOf(world),
      subjects: await subjectsOf(world, inputs.wait.value),
      recorded: await recordedHashes(world),
      weights: inputs.wait.value.weights?.sha256,
      ...(await questionsRecord(world, inputs.split)),
    };
  },
  // The cases, and so the held-out rows, stand in the settings; other changes of the split don't matter.
  inputs: () => ({}),
  run: async ({
    world,
    inputs,
    create,
    progress,
    warn,
    signal,
  }): Promise<{ value: EvaluateValue; files: { results: Artifact } }> => {
    if (inputs.wait.value.job !== "" && world.target.capabilities.needsDeploy) throw undeployed(world, inputs);
    const cases = await casesFor(world, inputs.split);
    const models = await subjectsOf(world, inputs.wait.value);
    if (world.pipeline.evaluation.compare.includes("base") && models.base === undefined) {
      const message = `${world.target.provider.name} does not answer for the untuned ${inputs.wait.value.base}: only the tuned model is judged.`;
      warn(problem("warning", "TARGET_UNSUPPORTED", message, { location: world.loaded.locate("/evaluation/compare") }));
    }
    const { subjects, recorded, problems } = await connectSubjects(world, models, cases);
    const results = await runEvaluation(cases, subjects, {
      definitions: assertionsByType,
      concurrency: world.target.capabilities.maxConcurrency,
      signal,
      onProgress: ({ done, total, failed, errors }) => {
        const bad = [failed > 0 ? `${failed} failed` : "", errors > 0 ? `${errors} errors` : ""]
          .filter(Boolean)
          .join(", ");
        progress({
          message: `${done}/${total} answers${bad === "" ? "" : `  ${bad}`}`,
          data: { done, total, failed, errors },
        });
      },
    });
    for (const found of problems()) warn(found);
    const metrics = measure(cases, results, labelsOf(world));
    const file = await create("results.json");
    const evaluation = evaluationFile({ cases, results, metrics, subjects: models, recorded: recorded() });
    await file.write(`${JSON.stringify(evaluation, null, 1)}\n`);
    return { value: evaluateValue(cases, results, metrics, models), files: { results: await file.finish() } };
  },
  describe: ({ cases, subjects, shares, errors }) => {
    const rate = shares.tuned?.["pass_rate"];
    const passed = rate === undefined || rate.judged === 0 ? [] : [`${rate.passed} of ${rate.judged} pass`];
    const failed = errors === 0 ? [] : [`${errors} errors`];
    return {
      text: `${cases} ${cases === 1 ? "case" : "cases"} × ${Object.keys(subjects).join(", ")}`,
      note: [...passed, ...failed].join(", "),
    };
  },
});

/** A model that was trained and does not answer yet. */
function undeployed({ loaded, target }: World, { wait }: Inputs): FtpipeError {
  const { model, job } = wait.value;
  return new FtpipeError(
    "TARGET_UNSUPPORTED",
    `Job ${job} has made ${model}, which answers once it is deployed at ${target.provider.name}; ftpipe does not do that.`,
    {
      hint: `Deploy it there, then judge it under the name that it has there: ftpipe eval ${loaded.displayFile} --target ${target.name} --model NAME`,
    },
  );
}

/** What is asked and how it is judged, whatever the models. */
export async function questionsRecord(world: World, output: Inputs["split"]) {
  const cases = await casesFor(world, output);
  return {
    sampling: samplingRecord(await askedWith(world)),
    tests: world.pipeline.evaluation.tests,
    cases: hashJson(
      cases.map(({ id, messages, expected, assertions, tools = {} }) => ({
        id,
        messages,
        expected,
        assertions,
        // As text: the order of their keys is that in which the model sees them.
        tools: JSON.stringify(toolSettingsOf(tools)).replace(/^\{\}$/, "") || undefined,
      })),
    ),
    labels: labelsOf(world),
  };
}

/**
 * Finds the faults of the evaluation before anything is trained.
 * @returns The number of cases.
 * @throws FtpipeError CASE_INVALID, PIPELINE_INVALID for a response format that can't be used, BASELINE_NOT_FOUND, and others.
 */
export async function checkCases(world: World, output: Inputs["split"]): Promise<number> {
  await askedWith(world);
  await comparedRecordings(world);
  return (await casesFor(world, output)).length;
}

/** @throws FtpipeError with every fault of the tests. */
export function casesFor({ loaded, ports }: World, { value, files }: Inputs["split"]): Promise<readonly EvalCase[]> {
  const data = { columns: value.columns, train: files.train, heldOut: files.heldOut };
  return casesOf(data, { loaded, files: ports.files });
}

function askedWith({ loaded, ports }: World): Promise<SamplingSettings> {
  return samplingOf({ loaded, files: ports.files });
}

/** The labels of a classification: what a rule lets the assistant say. */
function labelsOf({ pipeline }: World): readonly string[] | undefined {
  for (const rule of pipeline.dataset.rules) {
    if (rule.type === "one_of" && (rule.role ?? "assistant") === "assistant") return rule.values;
  }
  return undefined;
}

function evaluateValue(
  cases: readonly EvalCase[],
  results: readonly EvalResult[],
  metrics: Metrics,
  subjects: Subjects,
): EvaluateValue {
  const comparisons = metrics.comparisons.map(({ newlyPassing, newlyFailing, ...rest }) => ({
    ...rest,
    newly_passing: newlyPassing.length,
    newly_failing: newlyFailing.length,
  }));
  const errors = results.filter(({ outcome }) => outcome.kind === "error").length;
  const { shares, paired } = metrics;
  return { cases: cases.length, subjects, shares, ...(paired === undefined ? {} : { paired }), comparisons, errors };
}

import { join, relative } from "node:path";
import { readJsonLines } from "../core/json-lines.ts";
import { htmlReport } from "../report/html.ts";
import { markdownReport } from "../report/markdown.ts";
import { recordedOutput } from "../run/record.ts";
import type { Artifact } from "../run/stage.ts";
import { estimate } from "./estimate.ts";
import { evaluate } from "./evaluate.ts";
import type { EvaluationFile } from "./evaluation-file.ts";
import { gate } from "./gate.ts";
import { type ReportSubject, reportData, type TrainingStep } from "./report-data.ts";
import { split } from "./split.ts";
import { type WaitValue, wait } from "./wait.ts";
import { defineStage, type World } from "./world.ts";

export interface ReportValue {
  /** Names in the run's folder. */
  readonly html: string;
  readonly markdown: string;
  readonly results: string;
}

const names: ReportValue = { html: "report.html", markdown: "report.md", results: "results.json" };

/** Writes the report into the run's folder. */
export const report = defineStage({
  name: "report",
  version: 1,
  effect: "local",
  needs: { split, estimate, wait, evaluate, gate },
  keeps: false,
  settings: () => ({}),
  run: async ({ world, inputs }): Promise<{ value: ReportValue; files: Record<never, never> }> => {
    const { files, clock } = world.ports;
    const results = await files.readText(inputs.evaluate.files.results.path);
    const data = reportData({
      subject: subjectOf(world),
      split: { value: inputs.split.value, files: recordedOutput(inputs.split).files },
      estimate: inputs.estimate.value,
      wait: inputs.wait.value,
      gate: inputs.gate.value,
      evaluation: JSON.parse(results) as EvaluationFile,
      steps: await stepsOf(world, inputs.wait.files),
      writtenAt: `${new Date(clock.now()).toISOString().slice(0, 19)}Z`,
    });
    const write = (name: string, text: string) => files.writeAtomic(join(world.runDirectory, name), text);
    await write(names.html, htmlReport(data));
    await write(names.markdown, markdownReport(data));
    await write(names.results, withCheckpoints(results, inputs.wait.value));
    return { value: names, files: {} };
  },
  describe: ({ html }, { runDirectory, loaded }) => {
    const inRoot = runDirectory.startsWith(loaded.root) ? runDirectory.slice(loaded.root.length + 1) : runDirectory;
    return { text: join(inRoot, html) };
  },
});

/** The evaluation's file as it is, with the job's checkpoints where there are any: each can be judged by `ftpipe eval --model`. */
function withCheckpoints(results: string, { checkpoints }: WaitValue): string {
  if (checkpoints === undefined) return results;
  // Those of a lock come with their keys sorted: wherever a run went on, its report has the same bytes.
  const ordered = checkpoints.map(({ step, model, ...losses }) => ({ step, model, ...losses }));
  return `${JSON.stringify({ ...(JSON.parse(results) as EvaluationFile), checkpoints: ordered }, null, 1)}\n`;
}

function subjectOf({ loaded, pipeline, target }: World): ReportSubject {
  return {
    file: relative(loaded.root, loaded.file),
    name: pipeline.name,
    description: pipeline.description,
    target: target.name,
    provider: target.provider.name,
    method: pipeline.training.method,
    sampling: pipeline.evaluation.defaults,
  };
}

/** The job's metrics; none where the job ran on another machine, or nothing was trained. */
async function stepsOf({ ports }: World, files: { readonly metrics?: Artifact }): Promise<readonly TrainingStep[]> {
  const steps: TrainingStep[] = [];
  if (files.metrics === undefined) return steps;
  for await (const step of readJsonLines<TrainingStep>(ports.files, files.metrics.path)) steps.push(step);
  return steps;
}

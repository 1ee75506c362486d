import { isRecorded } from "../evaluation/evaluate.ts";
import { jobMark } from "../providers/job-mark.ts";
import type {
  PlanCost,
  PlanCreates,
  PlanDocument,
  PlanEvaluation,
  PlanStage,
  PlanTraining,
} from "../report/plan-data.ts";
import { type LockAttempt, lockedStages } from "../run/lock.ts";
import { type PlannedStage, planDoneStages, planStages } from "../run/plan.ts";
import { keyOf } from "../run/record.ts";
import type { OutputsOf, StageOutput } from "../run/stage.ts";
import type { EstimateValue } from "./estimate.ts";
import { checkCases } from "./evaluate.ts";
import { type CompareOptions, compareData, describeData } from "./plan-compare.ts";
import { planHash } from "./plan-hash.ts";
import { attemptsThatHold, type RunRequest, type RunResult, runPipeline } from "./run-pipeline.ts";
import { costLimit, spendingOf } from "./spending.ts";
import type { split } from "./split.ts";
import { askedBeside } from "./subjects.ts";
import { plannedJob } from "./train.ts";
import { accountOf, remoteFileName, untrained } from "./upload.ts";
import type { World } from "./world.ts";

type Outputs = ReadonlyMap<string, StageOutput>;
type Split = OutputsOf<{ split: typeof split }>["split"];

export type PlannedRun = Omit<PlanDocument, "command">;

export interface Planned {
  readonly result: RunResult;
  /** Without the warnings of the stages, which are told while they run, and without the words of the command line. */
  readonly plan: PlannedRun;
}

/**
 * What a run would do. The local stages are built, because rows and tokens are known in no other way; nothing but the
 * cache is written, no key is needed, and nobody is called.
 * @throws FtpipeError whatever a run would refuse before it sends anything, but for its cost.
 */
export async function planPipeline(request: RunRequest, options: CompareOptions): Promise<Planned> {
  const { world, cache } = request;
  const result = await runPipeline({ ...request, until: "estimate", writesLock: false });
  const { outputs } = result;
  const data = outputs.get("split") as Split;
  const estimate = (outputs.get("estimate") as StageOutput<EstimateValue>).value;
  const compared = await compareData(world, data, options);
  const stages = await planAll(request, outputs, compared.attempt);
  const { name, provider, settings, capabilities } = world.target;
  const { tokens, encoding } = estimate;
  const plan: PlannedRun = {
    plan_version: 1,
    pipeline: world.pipeline.name,
    file: world.loaded.displayFile,
    target: { name, provider: provider.name, model: settings.model, paid: capabilities.paid },
    before: compared.before,
    data: await describeData(world, outputs, compared, { ...options, cache }),
    stages: stages.map(({ name: stage, action, because }): PlanStage => ({ name: stage, action, because })),
    training: untrained(world) === undefined ? await trainingOf(world, data, estimate) : null,
    tokens: { ...tokens, exact: encoding.exact, encoding: encoding.name },
    evaluation: await evaluationOf(world, data, estimate),
    cost: await costOf(request, estimate, stages),
    creates: await createsOf(world, data, stages),
    warnings: compared.warnings,
    plan_hash: await planHash(world, outputs),
  };
  return { result, plan };
}

/**
 * All stages: those that are free by what they came to, the others as far as the lock tells.
 * @param before Of the model that came before, perhaps on another target: the free stages are compared with it.
 */
async function planAll(
  request: RunRequest,
  outputs: Outputs,
  before: LockAttempt | undefined,
): Promise<readonly PlannedStage[]> {
  const { world, stages, lock } = request;
  const recorded = lockedStages(lock.targets[world.target.name]);
  const held = lockedStages(await attemptsThatHold(request));
  const firstRemote = stages.findIndex(({ effect }) => effect === "remote");
  const known = new Map(recorded);
  for (const stage of Object.values(before?.stages ?? {})) {
    // Put last, so that it is the one that a change is told against.
    known.delete(keyOf(stage.record));
    known.set(keyOf(stage.record), stage);
  }
  const local = await planDoneStages(stages.slice(0, firstRemote), world, outputs, known);
  const remote = await planStages(stages.slice(firstRemote), world, outputs, held);
  return [
    ...local,
    ...remote.map((stage) =>
      stage.action === "run" && stage.key !== undefined && recorded.has(stage.key)
        ? { ...stage, because: "because its weights are not on this machine" }
        : stage,
    ),
  ];
}

const runs = (stages: readonly PlannedStage[], wanted: string): boolean =>
  stages.some(({ name, action }) => name === wanted && action === "run");

async function trainingOf(world: World, data: Split, { epochs }: EstimateValue): Promise<PlanTraining> {
  const { order, attempt } = await plannedJob(world, { split: data });
  return {
    method: order.method,
    hyperparameters: order.hyperparameters,
    epochs,
    epochs_given: order.hyperparameters["n_epochs"] !== undefined,
    seed: order.seed ?? null,
    suffix: order.suffix ?? null,
    attempt,
  };
}

async function evaluationOf(world: World, data: Split, { evaluation }: EstimateValue): Promise<PlanEvaluation> {
  const models = [...askedBeside(world), ...world.pipeline.evaluation.compare.filter(isRecorded), "tuned"];
  return { cases: await checkCases(world, data), questions: evaluation.questions, models };
}

async function costOf(
  { world, maxCost }: RunRequest,
  estimate: EstimateValue,
  stages: readonly PlannedStage[],
): Promise<PlanCost> {
  const { price, evaluation } = estimate;
  const limit = (await costLimit(world, maxCost)) ?? null;
  if (!world.target.capabilities.paid) return { usd: 0, training_usd: 0, evaluation_usd: 0, price: null, limit };
  const spending = spendingOf(world, estimate, stages);
  return {
    usd: spending === undefined ? 0 : spending.usd,
    training_usd: price?.usd ?? null,
    evaluation_usd: evaluation.usd,
    price: price === null ? null : { date: price.date, source: price.source },
    limit,
  };
}

async function createsOf(world: World, data: Split, stages: readonly PlannedStage[]): Promise<PlanCreates | null> {
  const [uploads, trains] = [runs(stages, "upload"), runs(stages, "train")];
  if (!uploads && !trains) return null;
  const { provider, ...account } = accountOf(world);
  const { order, fingerprint } = await plannedJob(world, { split: data });
  const mark = jobMark({ suffix: order.suffix, fingerprint }, world.target.capabilities);
  const { train, validation } = data.files;
  const files = [
    { name: remoteFileName("train", train.sha256), bytes: train.bytes },
    ...(data.value.validation.examples === 0
      ? []
      : [{ name: remoteFileName("validation", validation.sha256), bytes: validation.bytes }]),
  ];
  return {
    at: account["origin"] ?? provider ?? "",
    files: uploads ? files : [],
    job: trains ? { model: order.model, suffix: mark.suffix ?? null, metadata: mark.metadata ?? {} } : null,
  };
}

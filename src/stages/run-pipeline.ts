import { join, relative } from "node:path";
import { minuteAfter } from "../core/duration.ts";
import { exitCodeOf, FtpipeError, throwIfErrors } from "../core/errors.ts";
import type { Cache } from "../run/cache.ts";
import type { Emit } from "../run/events.ts";
import { type DoneStage, executeStages } from "../run/execute.ts";
import { type Lock, type LockAttempt, lockedStages, type Verdict } from "../run/lock.ts";
import { type PlannedStage, planStages } from "../run/plan.ts";
import { keyOf } from "../run/record.ts";
import { latestRun, type RunSummary } from "../run/run-log.ts";
import type { AnyStage, StageOutput } from "../run/stage.ts";
import { findBegun, lookingLine, nothingBegun } from "./begun.ts";
import type { EstimateValue } from "./estimate.ts";
import { checkCases } from "./evaluate.ts";
import { keepEvidence } from "./evidence.ts";
import { type EvidenceOrigin, originOf } from "./evidence-origin.ts";
import { keepsVerdict } from "./foreign-model.ts";
import type { GateValue } from "./gate.ts";
import { judgeTarget } from "./judge-target.ts";
import { recordAttempt } from "./lock-attempt.ts";
import type { SplitValue } from "./pass-outcomes.ts";
import { type PlanHash, planHash, refuseMoved } from "./plan-hash.ts";
import { rowsRecordFile } from "./rows-record.ts";
import { refuseDead, shutdownProblems, toldShutdowns } from "./shutdown-radar.ts";
import { costLimit, keepToLimit, type Spending, spendingOf } from "./spending.ts";
import type { TrainInputs, TrainValue } from "./train.ts";
import { untrained } from "./upload.ts";
import type { WaitValue } from "./wait.ts";
import type { World } from "./world.ts";

export interface RunRequest {
  readonly world: World;
  readonly runId: string;
  readonly stages: readonly AnyStage<World>[];
  readonly cache: Cache;
  readonly lock: Lock;
  readonly force: ReadonlySet<string>;
  /** Last stage to run; undefined: all. */
  readonly until: string | undefined;
  /** Whether the lock may be written (`run`), or must not (`eval`, `check`, `build`). */
  readonly writesLock: boolean;
  /** Refuse if the lock would change. */
  readonly frozen: boolean;
  /** US dollars that the run may cost at most; a lower limit of the pipeline or the trust file wins. */
  readonly maxCost: number | undefined;
  /** What was approved: the run is refused if anything of it has moved. */
  readonly planHash?: PlanHash | undefined;
  /** Asks before money is spent. @throws FtpipeError CONSENT_REQUIRED if there is nobody to ask, or the answer is no. */
  readonly consent: (spending: Spending) => Promise<void>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export interface RunResult {
  /** `up_to_date`: nothing was called, the verdict is the recorded one. */
  readonly status: "finished" | "up_to_date";
  readonly outputs: ReadonlyMap<string, StageOutput>;
  readonly verdict: Verdict | undefined;
  readonly model: string | undefined;
  readonly plan: readonly PlannedStage[];
}

/**
 * The whole path of the data: local stages, then, decided from the lock and shown before anything is spent,
 * the remote ones.
 * @throws FtpipeError of any stage; TARGET_UNSUPPORTED before anything is sent; PLAN_STALE, COST_LIMIT, CONSENT_REQUIRED, FROZEN before a paid one; MODEL_MISMATCH.
 */
export async function runPipeline(request: RunRequest): Promise<RunResult> {
  const { world, stages, until, signal } = request;
  const emit = tellingHolds(request);
  const last = until === undefined ? stages.length - 1 : stages.findIndex(({ name }) => name === until);
  const wanted = stages.slice(0, last + 1);
  const firstRemote = wanted.findIndex(({ effect }) => effect === "remote");
  const local = firstRemote < 0 ? wanted : wanted.slice(0, firstRemote);
  const rest = firstRemote < 0 ? [] : wanted.slice(firstRemote);
  const outputs = new Map<string, StageOutput>();
  const done = new Map<string, DoneStage>();
  let origin: EvidenceOrigin | undefined;
  const locked = lockedStages(await attemptsThatHold(request));
  const execution = {
    world,
    cache: request.cache,
    locked,
    force: request.force,
    clock: world.ports.clock,
    emit,
    signal,
    outputs,
    onDone: async (name: string, stage: DoneStage) => {
      done.set(name, stage);
      if (name === "wait") proveWeights(request, stage);
      // The lock is written when a job is created, when it ends, and when the gate decides.
      const written = request.writesLock && !request.frozen && ["train", "wait", "gate"].includes(name);
      const evidence = name === "gate" && origin !== undefined ? await keepEvidence(world, done, origin) : undefined;
      if (written) await recordAttempt(world, done, evidence);
      if (written && name === "gate") await keepRows(world, outputs);
    },
  };
  // What is only prepared is sent to nobody, and a target that does not train gets nothing to train on.
  const judges = local.some(({ name }) => name === "estimate") && untrained(world) === undefined;
  // Settings that the target can't honour are known at once, the rest when the data is made.
  if (judges) throwIfErrors((await judgeTarget(world, {}, signal)).problems);
  await executeStages(local, execution);
  // Faults of the evaluation are found before anything is trained, not after.
  if (outputs.has("split")) await checkCases(world, outputs.get("split") as Parameters<typeof checkCases>[1]);
  if (judges) await refuseUnfit(request, outputs);
  const idle = world.resumes ? untrained(world) : undefined;
  if (idle !== undefined) throw new FtpipeError("USAGE", `There is no training to go on with: ${idle}.`);
  if (rest.length === 0) return { status: "finished", outputs, verdict: undefined, model: undefined, plan: [] };

  const plan = withForced(await planStages(rest, world, outputs, locked), request.force);
  emit({ type: "planned", stages: plan });
  if (request.planHash !== undefined) refuseMoved(request.planHash, await planHash(world, outputs), world);
  const changed = plan.some(({ action }) => action === "run");
  if (!changed && keepsVerdict(world) && until === undefined && !(await lacksReport(request, plan))) {
    const attempt = currentAttempt(request, plan);
    const isRecorded = (await world.ports.files.stat(rowsRecordFile(world.loaded.lockFile))) !== undefined;
    if (request.writesLock && !request.frozen && !isRecorded) await keepRows(world, outputs);
    const accepted = request.lock.targets[world.target.name]?.accepted;
    for (const model of new Set([attempt?.ids.model, accepted])) {
      if (model !== undefined) await refuseDead(world, model);
    }
    return { status: "up_to_date", outputs, verdict: attempt?.verdict, model: attempt?.ids.model, plan };
  }
  if (request.frozen) {
    // What the lock records may have to be made again here, without a change of the lock: weights of the built-in engine.
    const recorded = lockedStages(request.lock.targets[world.target.name]);
    refuseChanges(await planStages(rest, world, outputs, recorded));
  }
  // A missing key or an untrusted host is said before anybody is asked, and before anything is sent.
  await world.connection();
  if (trainsAnew(plan)) {
    const accepted = request.lock.targets[world.target.name]?.accepted;
    for (const problem of await toldShutdowns(world, accepted, signal)) {
      emit({ type: "warning", stage: "train", problem });
    }
  }
  // So is a disk that could not keep what is bought.
  if (request.writesLock) await world.holdRoom();
  if (world.resumes && trainsAnew(plan)) await refuseUnbegun(request, outputs);
  const spending = spendingOf(
    world,
    outputs.get("estimate")?.value as EstimateValue,
    world.resumes ? paidFor(plan) : plan,
  );
  if (spending !== undefined) {
    keepToLimit(spending, await costLimit(world, request.maxCost), world);
    await request.consent(spending);
  }
  if (request.writesLock) origin = await originOf(world, done);
  await executeStages(rest, execution).catch((error: unknown) => {
    throw namingJob(error, outputs);
  });
  const verdict = (outputs.get("gate")?.value as GateValue | undefined)?.verdict;
  const model = (outputs.get("wait")?.value as WaitValue | undefined)?.model;
  if (outputs.has("report")) await writeSummary(request, outputs, done.get("gate"));
  return { status: "finished", outputs, verdict, model, plan };
}

/**
 * A run that waits because the provider asked for it says so, and until when: under the stage that it is at.
 * @returns What events go through from now on.
 */
function tellingHolds({ world, emit }: RunRequest): Emit {
  let stage: string | undefined;
  world.hearHolds((until) => {
    const message = `waits until ${minuteAfter(until)}: the provider asked for it`;
    if (stage !== undefined) emit({ type: "stage_progress", stage, message, keep: true });
  });
  return (event) => {
    if (event.type === "stage_started") stage = event.stage;
    emit(event);
  };
}

const trainsAnew = (plan: readonly PlannedStage[]): boolean =>
  plan.some(({ name, action }) => name === "train" && action === "run");

/** A job that was begun was agreed to when it was. */
const paidFor = (plan: readonly PlannedStage[]): readonly PlannedStage[] =>
  plan.filter(({ name }) => name !== "upload" && name !== "train");

/** @throws FtpipeError NOTHING_TO_SHOW if nothing was begun for the pipeline as it is now. */
async function refuseUnbegun({ world, lock, signal, emit }: RunRequest, outputs: ReadonlyMap<string, StageOutput>) {
  const split = outputs.get("split") as TrainInputs["split"];
  const onWaiting = (until: number) =>
    emit({ type: "stage_progress", stage: "train", message: lookingLine(until), keep: false });
  if ((await findBegun(world, { split }, { lock, signal, onWaiting })) === undefined) throw nothingBegun(world, lock);
}

/** A disk that fails may keep the job's id from the lock: then the error has it. */
function namingJob(error: unknown, outputs: ReadonlyMap<string, StageOutput>): unknown {
  const job = (outputs.get("train")?.value as TrainValue | undefined)?.job;
  const ended = outputs.has("wait");
  if (!(error instanceof FtpipeError) || error.exitCode !== exitCodeOf.FILE_UNWRITABLE || !job || ended) return error;
  const { code, message, hint, location, data } = error;
  return new FtpipeError(code, message, { hint, location, cause: error, data: { ...data, job } });
}

/** @throws FtpipeError TARGET_UNSUPPORTED with all that the target would refuse; what it merely ignores is warned about. */
async function refuseUnfit({ world, emit, signal }: RunRequest, outputs: ReadonlyMap<string, StageOutput>) {
  const split = outputs.get("split") as StageOutput<SplitValue> | undefined;
  const size = outputs.get("estimate")?.value as EstimateValue | undefined;
  const { problems } = await judgeTarget(world, { split, size }, signal);
  throwIfErrors(problems);
  for (const problem of [...problems, ...(await shutdownProblems(world))]) {
    emit({ type: "warning", stage: "estimate", problem });
  }
}

async function keepRows(world: World, outputs: ReadonlyMap<string, StageOutput>): Promise<void> {
  const manifest = outputs.get("split")?.files["manifest"];
  if (manifest !== undefined) await world.keepRows(manifest);
}

function withForced(plan: readonly PlannedStage[], force: ReadonlySet<string>): readonly PlannedStage[] {
  return plan.map((stage) => (force.has(stage.name) ? { ...stage, action: "run", because: "forced" } : stage));
}

function refuseChanges(plan: readonly PlannedStage[]): void {
  const changes = plan.filter(({ action }) => action === "run").map(({ name, because }) => `${name} (${because})`);
  if (changes.length === 0) return;
  throw new FtpipeError("FROZEN", `The lock would change: ${changes.join(", ")}.`, {
    hint: "Run without --frozen, and commit the lock.",
  });
}

/** Attempts whose results can still be used: those of the built-in engine only where their weights exist. */
export async function attemptsThatHold({ lock, world }: Pick<RunRequest, "lock" | "world">) {
  const target = lock.targets[world.target.name];
  if (target === undefined || world.target.capabilities.jobsOutliveProcess) return target;
  const attempts: LockAttempt[] = [];
  for (const attempt of target.attempts) {
    const { model } = attempt.ids;
    const weights = model === undefined ? undefined : await world.localModel(model);
    const expected = (attempt.stages["wait"]?.output.value as WaitValue | undefined)?.weights;
    if (weights !== undefined && (expected === undefined || weights.sha256 === expected.sha256)) attempts.push(attempt);
  }
  return { ...target, attempts };
}

/** The attempt whose gate decided over just these results. */
function currentAttempt({ lock, world }: RunRequest, plan: readonly PlannedStage[]): LockAttempt | undefined {
  const key = plan.find(({ name, action }) => name === "gate" && action === "reuse")?.key;
  return lock.targets[world.target.name]?.attempts.findLast(({ stages }) => {
    const { gate } = stages;
    return gate !== undefined && keyOf(gate.record) === key;
  });
}

/** Weights that another machine recorded for the same inputs must come out the same here, to the byte. */
function proveWeights({ lock, world }: RunRequest, { record, output }: DoneStage): void {
  const made = (output.value as WaitValue).weights;
  const recorded = lockedStages(lock.targets[world.target.name]).get(keyOf(record));
  const expected = (recorded?.output.value as WaitValue | undefined)?.weights;
  if (
    made === undefined ||
    expected === undefined ||
    made.engine !== expected.engine ||
    made.sha256 === expected.sha256
  )
    return;
  throw new FtpipeError(
    "MODEL_MISMATCH",
    `The training gave other weights (${made.sha256.slice(0, 12)}…) than the lock records (${expected.sha256.slice(0, 12)}…).`,
    {
      hint: "Equal inputs must give equal weights. If the lock is stale, remove it and run again; else please report this.",
      location: { file: world.loaded.lockFile },
    },
  );
}

/** Whether the run that judged was cut short before its report, on this machine: then all that it takes is here. */
async function lacksReport({ world, cache }: RunRequest, plan: readonly PlannedStage[]): Promise<boolean> {
  const keyOfStage = (stage: string) => plan.find(({ name, action }) => name === stage && action === "reuse")?.key;
  const [evaluation, gate] = [keyOfStage("evaluate"), keyOfStage("gate")];
  if (evaluation === undefined || gate === undefined) return false;
  const of = { pipeline: relative(world.loaded.root, world.loaded.file), target: world.target.name, gate };
  if ((await latestRun(world.loaded.stateDirectory, world.ports.files, of)) !== undefined) return false;
  return (await cache.read(evaluation)).entry !== undefined;
}

async function writeSummary(
  { world, runId }: RunRequest,
  outputs: ReadonlyMap<string, StageOutput>,
  gate: DoneStage | undefined,
): Promise<void> {
  const verdict = (outputs.get("gate")?.value as GateValue | undefined)?.verdict;
  const model = (outputs.get("wait")?.value as WaitValue | undefined)?.model;
  const summary: RunSummary = {
    run: runId,
    pipeline: relative(world.loaded.root, world.loaded.file),
    target: world.target.name,
    ...(model === undefined ? {} : { model }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(gate === undefined ? {} : { gate: keyOf(gate.record) }),
    finished_at: new Date(world.ports.clock.now()).toISOString(),
  };
  // The data as they were sent, under the run's own name: hard links, which cost no room.
  const { files } = outputs.get("split") as StageOutput;
  for (const [name, { path }] of Object.entries(files)) {
    if (name !== "heldOut") await world.ports.files.link(path, join(world.runDirectory, `${name}.jsonl`));
  }
  await world.ports.files.writeAtomic(join(world.runDirectory, "run.json"), `${JSON.stringify(summary, null, 2)}\n`);
}

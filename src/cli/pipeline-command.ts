import { join } from "node:path";
import { type OpenOptions, openSession, type Session } from "../compose.ts";
import { FtpipeError, type Problem } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import type { Emit, RunEvent } from "../run/events.ts";
import { type CheckedTargets, checkTargets, type TargetsCheck } from "../stages/check-targets.ts";
import { stages } from "../stages/index.ts";
import { type Planned, planPipeline } from "../stages/plan.ts";
import type { CompareOptions } from "../stages/plan-compare.ts";
import { type RunRequest, type RunResult, runPipeline } from "../stages/run-pipeline.ts";
import type { World } from "../stages/world.ts";
import { parseDuration, parseNumber, parseOverrides } from "./arguments.ts";
import type { CommandContext } from "./commands.ts";
import { findPipeline } from "./find-pipeline.ts";
import { formatProblem } from "./print.ts";
import { jsonView, lineView } from "./views/lines.ts";
import { quietUntilBusy, type RunView } from "./views/view.ts";

export interface SessionChoice {
  readonly trains: boolean;
  /** Whether the target is chosen as a run chooses it. Default: `trains`. */
  readonly meansToTrain?: boolean;
  /** Whether `--target all` is taken. Default: false. */
  readonly takesAll?: boolean;
  readonly reports?: boolean;
  /** Whether only what was begun goes on. Default: false. */
  readonly resumes?: boolean;
  readonly modelOverride?: string | undefined;
  /** Default: the first word of the command. */
  readonly pipeline?: string | undefined;
  /** The target's name. Default: `--target`. */
  readonly target?: string | undefined;
  /** How the lock is read; default: one that is damaged is refused. */
  readonly lockOf?: OpenOptions["lockOf"];
}

/** Opens what the flags of a pipeline command name. */
export async function sessionFor(context: CommandContext, choice: SessionChoice): Promise<Session> {
  const { arguments: given, ports, workingDirectory } = context;
  const { trains, meansToTrain = trains, takesAll = false, reports = trains, resumes = false } = choice;
  const { modelOverride, lockOf } = choice;
  const pipeline = "pipeline" in choice ? choice.pipeline : given.positionals[0];
  const target = "target" in choice ? choice.target : given.text("target");
  const timeout = given.text("timeout");
  return openSession({
    ports,
    workingDirectory,
    file: await findPipeline({ pipeline, workingDirectory, files: ports.files }),
    target,
    overrides: parseOverrides(given.texts("set")),
    newAttempt: given.has("new-attempt"),
    resumes,
    waitTimeoutMs: timeout === undefined ? undefined : parseDuration(timeout),
    workers: workersOf(given.text("workers")),
    measures: !["source", "dataset", "checks", "split"].includes(given.text("until") ?? ""),
    rehash: given.has("rehash"),
    trains,
    meansToTrain,
    takesAll,
    reports,
    modelOverride,
    lockOf,
  });
}

/** @throws FtpipeError USAGE */
function workersOf(text: string | undefined): number | undefined {
  const workers = parseNumber("workers", text);
  if (workers === undefined || (Number.isInteger(workers) && workers >= 1 && workers <= 64)) return workers;
  throw new FtpipeError("USAGE", `--workers takes a whole number from 1 to 64, not "${text}".`);
}

/** What is done with the stages, and its result. */
type Work<Done> = (request: RunRequest) => Promise<Done>;

export interface Shown {
  readonly result: RunResult;
  readonly warnings: readonly Problem[];
  readonly milliseconds: number;
}

/**
 * Runs stages and shows them: a task list on a terminal, lines elsewhere, NDJSON with `--json`. The events are
 * kept in the run's folder.
 */
export function runShown(context: CommandContext, session: Session, request: RequestedRun): Promise<Shown> {
  return workShown(context, session, { request, work: async (whole) => ({ result: await runPipeline(whole) }) });
}

type RequestedRun = Pick<RunRequest, "until" | "writesLock" | "frozen" | "maxCost" | "planHash" | "consent">;

async function workShown<Done extends { readonly result: RunResult }>(
  context: CommandContext,
  session: Session,
  { request, work }: { readonly request: RequestedRun; readonly work: Work<Done> },
): Promise<Done & Shown> {
  const { world } = session;
  const warnings: Problem[] = [...session.warnings];
  const kept: RunEvent[] = [];
  const view = await openView(context, session, request.until);
  const emit: Emit = (event) => {
    if (event.type === "warning") warnings.push(event.problem);
    if (event.type !== "stage_progress" || event.keep) kept.push(event);
    view.emit(event);
  };
  const started = world.ports.clock.monotonic();
  let failed = true;
  emit({
    type: "run_started",
    run: session.runId,
    pipeline: world.pipeline.name,
    target: world.target.name,
    model: modelLine(world),
  });
  try {
    const done = await work({
      world,
      runId: session.runId,
      stages,
      cache: session.cache,
      lock: session.lock,
      force: forcedStages(context),
      emit,
      signal: context.signal,
      ...request,
      consent: async (spending) => {
        await view.pause();
        await request.consent(spending);
      },
    });
    const { result } = done;
    const milliseconds = Math.round(world.ports.clock.monotonic() - started);
    emit({
      type: "run_finished",
      run: session.runId,
      milliseconds,
      ...(result.verdict === undefined ? {} : { verdict: result.verdict }),
      ...(result.model === undefined ? {} : { model: result.model }),
    });
    failed = false;
    return { ...done, warnings, milliseconds };
  } finally {
    await view.end();
    const keeping = keepEvents(world, kept);
    // What ended the run is what the user must read, not that its log could not be written either.
    await (failed ? keeping.catch(() => {}) : keeping);
  }
}

async function openView(context: CommandContext, { world }: Session, until: string | undefined): Promise<RunView> {
  const { terminal, arguments: given } = context;
  if (given.has("json")) return jsonView(terminal);
  const title = `${world.pipeline.name} → ${world.target.name}`;
  const verbose = given.has("verbose");
  if (!terminal.redraws || verbose) {
    const lines = lineView({ title, verbose }, terminal);
    return verbose ? lines : quietUntilBusy(lines);
  }
  const names = (effect: "local" | "remote") => {
    const last = until === undefined ? stages.length : stages.findIndex(({ name }) => name === until) + 1;
    const firstRemote = stages.findIndex((stage) => stage.effect === "remote");
    const wanted = stages.slice(0, last).map(({ name }) => name);
    return { names: effect === "local" ? wanted.slice(0, firstRemote) : wanted.slice(firstRemote) };
  };
  const { taskView } = await import("./tasks.ts");
  return quietUntilBusy(taskView([names("local"), names("remote")], terminal));
}

function forcedStages({ arguments: given }: CommandContext): ReadonlySet<string> {
  const forced = given.texts("force");
  const allowed = stages.filter(({ name }) => !["upload", "train", "wait"].includes(name)).map(({ name }) => name);
  for (const name of forced) {
    if (allowed.includes(name)) continue;
    const paid = stages.some((stage) => stage.name === name);
    throw new FtpipeError("USAGE", paid ? `--force ${name} could buy a training.` : `There is no stage "${name}".`, {
      hint: paid ? "To train again, say so: --new-attempt" : didYouMean(name, allowed, "Stages"),
    });
  }
  return new Set(forced);
}

/** @throws FtpipeError USAGE */
export function untilStage({ arguments: given }: CommandContext): string | undefined {
  const name = given.text("until");
  const names = stages.map((stage) => stage.name);
  if (name === undefined || names.includes(name)) return name;
  throw new FtpipeError("USAGE", `There is no stage "${name}".`, { hint: didYouMean(name, names, "Stages") });
}

function modelLine({ target }: World): string {
  const { paid, trains } = target.capabilities;
  const facts = [
    target.settings.model,
    ...(target.provider.name === "local" ? ["built in"] : []),
    trains ? (paid ? "paid" : "free") : "does not train",
  ];
  return facts.join(", ");
}

/** What happened, for afterwards; nothing of a run in which nothing was done. */
async function keepEvents({ ports, runDirectory }: World, events: readonly RunEvent[]): Promise<void> {
  const busy = events.some(
    (event) => event.type === "stage_failed" || (event.type === "stage_finished" && event.action === "ran"),
  );
  if (!busy || runDirectory === "") return;
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  await ports.files.writeAtomic(join(runDirectory, "events.jsonl"), `${lines}\n`);
}

/** Warnings after the run, where they are not scrolled away; in CI they stand in the log already. */
export function noteWarnings({ terminal, arguments: given }: CommandContext, warnings: readonly Problem[]): void {
  if (given.has("json") || !terminal.redraws || warnings.length === 0) return;
  const few = warnings.slice(0, 3).map((item) => formatProblem(item, terminal));
  if (warnings.length > few.length) few.push(`… and ${warnings.length - few.length} more warnings: ftpipe check`);
  terminal.note(`\n${few.join("\n")}`);
}

/** Runs the local stages, which are free and call nobody, for a command whose result is one document of its own. */
export function runLocalStages(context: CommandContext, session: Session): Promise<Shown> {
  return runShown(withoutEvents(context), session, localStages);
}

/** Runs the stages that make the data, whatever the target's model takes. */
export function runDataStages(context: CommandContext, session: Session): Promise<Shown> {
  return runShown(withoutEvents(context), session, { ...localStages, until: "split" });
}

/** Runs the local stages, and holds the data against each of the targets. */
export function runChecks(
  context: CommandContext,
  session: Session,
  targets: CheckedTargets,
): Promise<TargetsCheck & Shown> {
  const work: Work<TargetsCheck> = (request) => checkTargets(request, targets);
  return workShown(withoutEvents(context), session, { request: localStages, work });
}

/** Runs the local stages, and says what a whole run would do. */
export function runPlan(
  context: CommandContext,
  session: Session,
  { maxCost, ...options }: CompareOptions & Pick<RunRequest, "maxCost">,
): Promise<Planned & Shown> {
  const work: Work<Planned> = (request) => planPipeline(request, options);
  return workShown(withoutEvents(context), session, { request: { ...localStages, maxCost }, work });
}

/** Events must not mix with a command's own document. */
function withoutEvents(context: CommandContext): CommandContext {
  const given = context.arguments;
  return { ...context, arguments: { ...given, has: (flag: string) => flag !== "json" && given.has(flag) } };
}

const localStages: RequestedRun = {
  until: "estimate",
  writesLock: false,
  frozen: false,
  maxCost: undefined,
  consent: neverPaid,
};

/** For commands that train nothing. */
async function neverPaid(): Promise<void> {
  throw new Error("a command that trains nothing was about to spend money");
}

// biome-ignore lint/style/noRestrictedImports: GitHub's runner reads what is appended to its own files.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../compose.ts";
import { pipelineId } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { gateError } from "../../evaluation/gate.ts";
import { emptyLock, isUnfinished, type LockAttempt, readLock } from "../../run/lock.ts";
import { latestRun } from "../../run/run-log.ts";
import type { GateValue } from "../../stages/gate.ts";
import { recordEnd } from "../../stages/lock-attempt.ts";
import { parsePlanHash } from "../../stages/plan-hash.ts";
import type { RunResult } from "../../stages/run-pipeline.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";
import { askConsent } from "../consent.ts";
import { refuseForeignEvent } from "../github-event.ts";
import { noteWarnings, runShown, sessionFor, untilStage } from "../pipeline-command.ts";
import { summarize } from "../summary.ts";

export function run(context: CommandContext): Promise<number> {
  return trainAndJudge(context, { resumes: false });
}

/** The whole path, or with `resumes` only what is left of a run that was begun. @returns The exit code. */
export async function trainAndJudge(context: CommandContext, choice: { readonly resumes: boolean }): Promise<number> {
  const { arguments: given, terminal } = context;
  const until = untilStage(context);
  const maxCost = parseNumber("max-cost", given.text("max-cost"));
  const planHash = parsePlanHash(given.text("plan-hash"));
  refuseForeignEvent(context.ports);
  const onInterrupt = interruptChoice(context);
  const session = await sessionFor(context, { trains: true, ...choice });
  try {
    const detach = detachStage(context, session);
    const shown = await runShown(context, session, {
      until: detach ?? until,
      writesLock: true,
      frozen: given.has("frozen"),
      maxCost,
      planHash,
      consent: (spending) => askConsent(context, session.world, spending),
    });
    const { result, warnings } = shown;
    noteWarnings(context, warnings);
    if (result.status === "up_to_date") {
      await sayUpToDate(context, session, result);
      await context.keep?.();
      return 0;
    }
    const gate = result.outputs.get("gate")?.value as GateValue | undefined;
    if (!given.has("json")) {
      // Apart from what the run showed, on a screen that shows both.
      terminal.note("");
      terminal.result(await summarize(context, session, shown));
    }
    await tellGitHub(context, session, result);
    const failure = gate === undefined ? undefined : gateError(gate);
    if (failure !== undefined) throw failure;
    return 0;
  } catch (error) {
    throw await withJob(error, session, onInterrupt);
  } finally {
    await session.close();
  }
}

/** @throws FtpipeError USAGE */
function interruptChoice({ arguments: given }: CommandContext): "keep" | "cancel" {
  const text = given.text("on-interrupt") ?? "keep";
  if (text === "keep" || text === "cancel") return text;
  throw new FtpipeError("USAGE", `--on-interrupt takes keep or cancel, not "${text}".`);
}

/** With `--no-wait` a run ends once the job's id is in the lock. @throws FtpipeError USAGE if the job would end with it. */
function detachStage({ arguments: given }: CommandContext, { world }: Session): string | undefined {
  if (!given.has("no-wait")) return undefined;
  if (world.target.capabilities.jobsOutliveProcess) return "train";
  throw new FtpipeError("USAGE", `--no-wait: a job of ${world.target.provider.name} ends with this process.`, {
    hint: "Leave --no-wait out; a run that is cut short goes on where it was.",
  });
}

async function sayUpToDate(
  { terminal, arguments: given, ports, workingDirectory }: CommandContext,
  { world }: Session,
  result: RunResult,
): Promise<void> {
  const { loaded, target } = world;
  const last = await latestRun(loaded.stateDirectory, ports.files, {
    pipeline: pipelineId(loaded),
    target: target.name,
  });
  const since = last === undefined ? "" : ` since ${last.finished_at.slice(0, 16).replace("T", " ")} UTC`;
  const verdict = result.verdict ?? "not_gated";
  const words = verdict === "not_gated" ? "not gated" : `gate ${verdict}`;
  if (!given.has("json")) {
    terminal.result(
      `${loaded.pipeline.name} → ${target.name}  up to date${since} (${words}). Nothing was called. --new-attempt trains again.`,
    );
  }
  if (verdict === "failed") {
    throw new FtpipeError("GATE_FAILED", "The gate failed on this model, and nothing has changed since.", {
      hint:
        last === undefined
          ? "Change data, settings or gate."
          : `Report: ${displayPath(workingDirectory, join(last.directory, "report.html"))}`,
    });
  }
  if (verdict === "inconclusive") {
    throw new FtpipeError("GATE_INCONCLUSIVE", "The gate was inconclusive, and nothing has changed since.", {
      hint: "Ask the cases anew: --force evaluate",
    });
  }
}

/** Step summary and outputs of a GitHub Actions step, where there is one. */
async function tellGitHub(
  { ports }: CommandContext,
  { world }: Session,
  { verdict, model, outputs }: RunResult,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output } = ports.environment;
  if (!outputs.has("report")) return;
  // The runner reads both files by appending; they are no state of ours.
  if (summary) appendFileSync(summary, `${await ports.files.readText(join(world.runDirectory, "report.md"))}\n`);
  if (output)
    appendFileSync(
      output,
      `verdict=${verdict ?? "not_gated"}\nmodel=${(model ?? "").replace(/\s/g, "")}\nreport=${join(world.runDirectory, "report.html")}\n`,
    );
}

/** Ends that say all there is to say about the job. */
const aboutTheJob: ReadonlySet<string> = new Set([
  "JOB_FAILED",
  "JOB_CANCELLED",
  "JOB_GONE",
  "WAIT_TIMEOUT",
  "LOCKED",
  "FROZEN",
]);

/** Whatever ends a run early: whether a job still runs and costs money, and the next command. */
async function withJob(error: unknown, { world }: Session, onInterrupt: "keep" | "cancel"): Promise<unknown> {
  if (!(error instanceof FtpipeError) || aboutTheJob.has(error.code)) return error;
  const { lock } = await readLock(world.loaded.lockFile, world.ports.files).catch(() => ({ lock: emptyLock }));
  const running = lock.targets[world.target.name]?.attempts.findLast(isUnfinished);
  const words = `${world.loaded.displayFile} --target ${world.target.name}`;
  // A disk that failed may have kept the job's id from the lock.
  const job = running?.ids.job ?? (error.data["job"] as string | undefined);
  if (job === undefined) {
    if (error.code !== "INTERRUPTED") return error;
    return new FtpipeError(error.code, error.message, { hint: `go on   ftpipe run ${words}`, cause: error.cause });
  }
  const stopping = error.code === "INTERRUPTED" && onInterrupt === "cancel" ? running : undefined;
  const failure = stopping !== undefined ? await cancelJob(world, stopping, job) : undefined;
  if (stopping !== undefined && failure === undefined) {
    return new FtpipeError(error.code, `${error.message} Job ${job} was cancelled.`, {
      hint: `train the same again   ftpipe run ${words} --new-attempt`,
      cause: error.cause,
    });
  }
  const { paid, jobsOutliveProcess } = world.target.capabilities;
  const fate = jobsOutliveProcess
    ? `Job ${job} keeps running${paid ? " and keeps costing money" : ""}.`
    : `Job ${job} is saved and goes on with the next run.`;
  const facts = [error.message, ...(failure === undefined ? [] : [`It could not be cancelled: ${failure}`]), fate];
  const own = error.code === "INTERRUPTED" || error.hint === undefined ? "" : `${error.hint}\n`;
  return new FtpipeError(error.code, facts.join(" "), {
    hint: `${own}go on   ftpipe resume ${words}\nstop    ftpipe cancel ${words}`,
    location: error.location,
    cause: error.cause,
    data: error.data,
  });
}

/** Milliseconds that a cancellation may take: an interrupted run has few seconds left. */
const cancelMs = 3_000;

/** Stops the job at its provider and writes its end down. @returns Why it could not be; undefined if it was. */
async function cancelJob(
  world: Session["world"],
  { attempt, fingerprint }: LockAttempt,
  job: string,
): Promise<string | undefined> {
  try {
    const { state, status } = await (await world.connection()).cancel(job, AbortSignal.timeout(cancelMs));
    if (state === "cancelled") await recordEnd(world, { job, fingerprint, attempt }, "cancelled");
    return state === "cancelled" ? undefined : `it is ${status}.`;
  } catch (error) {
    return (error as Error).message;
  }
}

import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import type { Session } from "../../compose.ts";
import { pipelineId } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { gateError } from "../../evaluation/gate.ts";
import { latestRun } from "../../run/run-log.ts";
import type { EstimateValue } from "../../stages/estimate.ts";
import type { GateValue } from "../../stages/gate.ts";
import type { RunResult } from "../../stages/run-pipeline.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";
import { noteWarnings, runShown, sessionFor, untilStage } from "../pipeline-command.ts";
import { summarize } from "../summary.ts";
import { thousands } from "../views/view.ts";

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, terminal } = context;
  const until = untilStage(context);
  const maxCost = parseNumber("max-cost", given.text("max-cost"));
  const session = await sessionFor(context, { trains: true });
  try {
    const detach = detachStage(context, session);
    const shown = await runShown(context, session, {
      until: detach ?? until,
      writesLock: true,
      frozen: given.has("frozen"),
      maxCost,
      consent: (estimate) => askConsent(context, session, estimate),
    });
    const { result, warnings } = shown;
    noteWarnings(context, warnings);
    if (result.status === "up_to_date") return await sayUpToDate(context, session, result);
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
    throw await withJob(error, session);
  } finally {
    await session.close();
  }
}

/** With `--no-wait` a run ends once the job's id is in the lock. @throws FtpipeError USAGE if the job would end with it. */
function detachStage({ arguments: given }: CommandContext, { world }: Session): string | undefined {
  if (!given.has("no-wait")) return undefined;
  if (world.target.capabilities.jobsOutliveProcess) return "train";
  throw new FtpipeError("USAGE", `--no-wait: a job of ${world.target.provider.name} ends with this process.`, {
    hint: "Leave --no-wait out; a run that is cut short goes on where it was.",
  });
}

/** @throws FtpipeError CONSENT_REQUIRED */
async function askConsent(
  { arguments: given, terminal, signal }: CommandContext,
  { world }: Session,
  estimate: EstimateValue,
): Promise<void> {
  const { target } = world;
  const cost =
    estimate.price === null
      ? "for a price that ftpipe does not know"
      : `for about $${estimate.price.usd.toFixed(2)} (price of ${estimate.price.date}: ${estimate.price.source})`;
  const what = `${thousands(estimate.tokens.training)} tokens × ${estimate.epochs} ${estimate.epochs === 1 ? "epoch" : "epochs"} on ${target.provider.name} (${target.settings.model})`;
  terminal.note(`\nThis trains ${what} ${cost}.`);
  if (given.has("yes")) return;
  if (!terminal.asks) {
    throw new FtpipeError("CONSENT_REQUIRED", `The target ${target.name} costs money, and there is nobody to ask.`, {
      hint: "Agree beforehand: --yes (and --max-cost USD), or train for free: --target local",
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question("Go on? [y/N] ", { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new FtpipeError("CONSENT_REQUIRED", "Nothing was uploaded, nothing was trained.", {
    hint: "Run again to be asked again.",
  });
}

async function sayUpToDate(
  { terminal, arguments: given, ports, workingDirectory }: CommandContext,
  { world }: Session,
  result: RunResult,
): Promise<number> {
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
  return 0;
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
      `verdict=${verdict ?? "not_gated"}\nmodel=${model ?? ""}\nreport=${join(world.runDirectory, "report.html")}\n`,
    );
}

/** What became of the job, and what to do next, on whatever ends a run early. */
async function withJob(error: unknown, { world }: Session): Promise<unknown> {
  if (!(error instanceof FtpipeError)) return error;
  const running = ["INTERRUPTED", "NETWORK", "PROVIDER_UNAVAILABLE", "CREDENTIALS_REJECTED"].includes(error.code);
  if (!running) return error;
  const { readLock } = await import("../../run/lock.ts");
  const { lock } = await readLock(world.loaded.lockFile, world.ports.files);
  const attempt = lock.targets[world.target.name]?.attempts.at(-1);
  const command = `ftpipe run ${world.loaded.displayFile} --target ${world.target.name}`;
  if (attempt?.ids.job === undefined || attempt.verdict !== undefined) {
    return new FtpipeError(error.code, error.message, { hint: `go on   ${command}`, cause: error.cause });
  }
  const lives = world.target.capabilities.jobsOutliveProcess;
  const fate = lives
    ? `Job ${attempt.ids.job} keeps running${world.target.capabilities.paid ? " and keeps costing money" : ""}.`
    : `Job ${attempt.ids.job} is saved and goes on with the next run.`;
  const hint = `go on   ${command}\nstop    ${command.replace("ftpipe run", "ftpipe cancel")}`;
  return new FtpipeError(error.code, `${error.message} ${fate}`, { hint, cause: error.cause });
}

import type { Session } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import type { RemoteJob } from "../../providers/provider.ts";
import { isUnfinished, type LockAttempt } from "../../run/lock.ts";
import { toldShutdowns } from "../../stages/shutdown-radar.ts";
import { begunJobs } from "../begun-jobs.ts";
import type { CommandContext } from "../commands.ts";
import { followJob } from "../follow-job.ts";
import { sessionFor } from "../pipeline-command.ts";
import { formatProblem } from "../print.ts";

interface TargetStatus {
  readonly target: string;
  readonly candidate?: string | undefined;
  readonly accepted?: string | undefined;
  readonly accepted_before?: string | undefined;
  /** Why the accepted model is accepted although its gate did not pass. */
  readonly promoted?: string | undefined;
  readonly job?: string | undefined;
  readonly job_status?: string | undefined;
  /** Further jobs that may still run. */
  readonly other_jobs: readonly string[];
  readonly verdict?: string | undefined;
}

export async function run(context: CommandContext): Promise<number> {
  const session = await sessionFor(context, { trains: false });
  try {
    return context.arguments.has("follow") ? await follow(context, session) : await show(context, session);
  } finally {
    await session.close();
  }
}

/** Tells how the job does until it ends. @throws FtpipeError JOB_FAILED, JOB_CANCELLED, WAIT_TIMEOUT, NOTHING_TO_SHOW */
async function follow(context: CommandContext, session: Session): Promise<number> {
  const { terminal, arguments: given, signal } = context;
  const { world } = session;
  const words = `${world.loaded.displayFile} --target ${world.target.name}`;
  const id = (await begunJobs(context, session)).at(-1);
  if (id === undefined) {
    throw new FtpipeError("NOTHING_TO_SHOW", `No job of ${world.pipeline.name} → ${world.target.name} is running.`, {
      hint: `What the lock knows: ftpipe status ${world.loaded.displayFile}`,
    });
  }
  let last = "";
  const tell = (message: string, data: Readonly<Record<string, unknown>>) => {
    if (message === last) return;
    last = message;
    terminal.result(given.has("json") ? JSON.stringify(data) : message);
  };
  const ended = await followJob(id, { world, signal, tell });
  tell(`${ended.id}  ${ended.status}`, { job: ended.id, status: ended.status, model: ended.model });
  if (ended.state === "succeeded") {
    terminal.note(`Next: ftpipe resume ${words}`);
    return 0;
  }
  throw new FtpipeError(
    ended.state === "failed" ? "JOB_FAILED" : "JOB_CANCELLED",
    `Job ${ended.id} ${ended.state === "failed" ? `failed: ${ended.error ?? "no reason given"}` : "was cancelled."}`,
    { hint: `Train the same again: ftpipe run ${words} --new-attempt` },
  );
}

async function show(context: CommandContext, { world, lock }: Session): Promise<number> {
  const { terminal, arguments: given, signal } = context;
  const statuses: TargetStatus[] = [];
  for (const [target, { candidate, accepted, accepted_before, attempts }] of Object.entries(lock.targets)) {
    const attempt = attempts.findLast(isUnfinished) ?? attempts.at(-1);
    const live = target === world.target.name ? await liveJob(attempt, () => world.connection(), signal) : undefined;
    // The provider is asked already: whether its models have a last day costs one question more.
    const ahead = live === undefined ? [] : await toldShutdowns(world, accepted, signal);
    for (const problem of ahead) terminal.note(formatProblem(problem, terminal));
    statuses.push({
      target,
      candidate,
      accepted,
      accepted_before,
      promoted: attempts.find(({ ids }) => ids.model !== undefined && ids.model === accepted)?.promoted,
      job: attempt?.ids.job,
      job_status: statusOf(attempt, live),
      other_jobs: attempts.filter((other) => isUnfinished(other) && other !== attempt).map(({ ids }) => ids.job ?? ""),
      verdict: attempt?.verdict,
    });
  }
  if (given.has("json")) {
    terminal.result(JSON.stringify({ pipeline: world.pipeline.name, targets: statuses }, null, 2));
    return 0;
  }
  if (statuses.length === 0)
    terminal.result(`${world.pipeline.name}  nothing trained yet. Next: ftpipe run ${world.loaded.displayFile}`);
  for (const status of statuses) terminal.result(formatStatus(world.pipeline.name, status));
  return 0;
}

/** Undefined for a model that somebody else trained. */
function statusOf(attempt: LockAttempt | undefined, live: RemoteJob | undefined): string | undefined {
  if (attempt !== undefined && attempt.ids.job === undefined) return undefined;
  return live?.status ?? attempt?.outcome ?? (attempt?.ids.model === undefined ? "unknown" : "succeeded");
}

/** A job without a model in the lock may still run; anything else needs no call. */
async function liveJob(
  attempt: LockAttempt | undefined,
  connect: () => Promise<{ read: (id: string, signal?: AbortSignal) => Promise<RemoteJob> }>,
  signal: AbortSignal,
): Promise<RemoteJob | undefined> {
  if (attempt?.ids.job === undefined || !isUnfinished(attempt)) return undefined;
  return (await connect()).read(attempt.ids.job, signal);
}

function formatStatus(
  pipeline: string,
  {
    target,
    candidate,
    accepted,
    accepted_before: before,
    promoted,
    job,
    job_status,
    verdict,
    other_jobs: others,
  }: TargetStatus,
): string {
  const lines = [`${pipeline} → ${target}`];
  if (job !== undefined) lines.push(`  job        ${job}  ${job_status}`);
  for (const other of others) lines.push(`  job        ${other}  not looked at`);
  lines.push(`  candidate  ${candidate ?? "none"}${verdict === undefined ? "" : `  ${verdict.replace("_", " ")}`}`);
  lines.push(`  accepted   ${accepted ?? "none"}${promoted === undefined ? "" : `  promoted: ${promoted}`}`);
  if (before !== undefined) lines.push(`  before     ${before}`);
  return lines.join("\n");
}

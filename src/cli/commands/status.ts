import type { RemoteJob } from "../../providers/provider.ts";
import { isUnfinished, type LockAttempt } from "../../run/lock.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

interface TargetStatus {
  readonly target: string;
  readonly candidate?: string | undefined;
  readonly accepted?: string | undefined;
  readonly job?: string | undefined;
  readonly job_status?: string | undefined;
  /** Further jobs that may still run. */
  readonly other_jobs: readonly string[];
  readonly verdict?: string | undefined;
}

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, signal } = context;
  const session = await sessionFor(context, { trains: false });
  const { world, lock } = session;
  try {
    const statuses: TargetStatus[] = [];
    for (const [target, { candidate, accepted, attempts }] of Object.entries(lock.targets)) {
      const attempt = attempts.findLast(isUnfinished) ?? attempts.at(-1);
      const live = target === world.target.name ? await liveJob(attempt, () => world.connection(), signal) : undefined;
      statuses.push({
        target,
        candidate,
        accepted,
        job: attempt?.ids.job,
        job_status: live?.status ?? attempt?.outcome ?? (attempt?.ids.model === undefined ? "unknown" : "succeeded"),
        other_jobs: attempts
          .filter((other) => isUnfinished(other) && other !== attempt)
          .map(({ ids }) => ids.job ?? ""),
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
  } finally {
    await session.close();
  }
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
  { target, candidate, accepted, job, job_status, verdict, other_jobs: others }: TargetStatus,
): string {
  const lines = [`${pipeline} → ${target}`];
  if (job !== undefined) lines.push(`  job        ${job}  ${job_status}`);
  for (const other of others) lines.push(`  job        ${other}  not looked at`);
  lines.push(`  candidate  ${candidate ?? "none"}${verdict === undefined ? "" : `  ${verdict.replace("_", " ")}`}`);
  lines.push(`  accepted   ${accepted ?? "none"}`);
  return lines.join("\n");
}

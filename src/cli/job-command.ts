import { FtpipeError } from "../core/errors.ts";
import type { Connection, RemoteJob } from "../providers/provider.ts";
import type { World } from "../stages/world.ts";
import { begunJobs } from "./begun-jobs.ts";
import type { CommandContext } from "./commands.ts";
import { findPipeline } from "./find-pipeline.ts";
import { sessionFor } from "./pipeline-command.ts";

/** What a command does with jobs that were begun. */
export interface JobChange {
  /** The command's name. */
  readonly verb: string;
  /** Why it can't be asked of this target. @throws FtpipeError */
  readonly allow?: (world: World) => void;
  readonly change: (connection: Connection, job: RemoteJob, signal: AbortSignal) => Promise<RemoteJob>;
}

/** `VERB [PIPELINE] [JOB]`: changes the job that is named, else all of the target that may still run. */
export async function changeJobs(context: CommandContext, { verb, allow, change }: JobChange): Promise<number> {
  const { pipeline, job: named } = await readWords(context);
  const session = await sessionFor(context, { trains: false, pipeline });
  const { world } = session;
  try {
    allow?.(world);
    const jobs = named === undefined ? await begunJobs(context, session) : [named];
    if (jobs.length === 0) {
      throw new FtpipeError("NOTHING_TO_SHOW", `No job of ${world.pipeline.name} → ${world.target.name} is running.`, {
        hint: `Neither the lock nor the provider knows of one; name another: ftpipe ${verb} PIPELINE JOB`,
      });
    }
    const connection = await world.connection();
    for (const id of jobs) {
      const before = await connection.read(id, context.signal);
      const ended = before.state === "succeeded" || before.state === "failed" || before.state === "cancelled";
      show(context, ended ? before : await change(connection, before, context.signal), ended);
    }
    return 0;
  } finally {
    await session.close();
  }
}

function show({ arguments: given, terminal }: CommandContext, { id, status }: RemoteJob, ended: boolean): void {
  if (given.has("json")) terminal.result(JSON.stringify({ job: id, status }));
  else terminal.result(ended ? `Job ${id} had ended already: ${status}.` : `Job ${id}: ${status}.`);
}

/** A single word that is no pipeline is a job. */
async function readWords({ arguments: given, workingDirectory, ports }: CommandContext) {
  const [first, second] = given.positionals;
  if (first === undefined || second !== undefined) return { pipeline: first, job: second };
  const found = await findPipeline({ pipeline: first, workingDirectory, files: ports.files }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof FtpipeError && error.code === "PIPELINE_NOT_FOUND") return false;
      throw error;
    },
  );
  // What looks like a file is a pipeline that is not there, and that is said.
  return found || /[./]/.test(first) ? { pipeline: first, job: undefined } : { pipeline: undefined, job: first };
}

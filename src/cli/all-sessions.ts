import { relative } from "node:path";
import type { Session } from "../compose.ts";
import { FtpipeError, type Problem } from "../core/errors.ts";
import { targetOf } from "../stages/select-target.ts";
import type { World } from "../stages/world.ts";
import type { CommandContext } from "./commands.ts";
import { listPipelines } from "./find-pipeline.ts";
import { sessionFor } from "./pipeline-command.ts";

/**
 * A session for the pipeline that is named, else for each one here that can be read.
 * @param problems Takes why others can't. @throws FtpipeError PIPELINE_NOT_FOUND if there is none.
 */
export async function openAllSessions(context: CommandContext, problems: Problem[]): Promise<readonly Session[]> {
  const { workingDirectory, ports } = context;
  const named = context.arguments.positionals[0];
  const files = named === undefined ? await listPipelines(workingDirectory, ports.files) : [named];
  if (files.length === 0) {
    throw new FtpipeError("PIPELINE_NOT_FOUND", "There is no pipeline here, so no account is known.", {
      hint: "Make one of the account's jobs: ftpipe import --all",
    });
  }
  const sessions: Session[] = [];
  for (const file of files) {
    try {
      const choice = {
        trains: false,
        takesAll: true,
        target: "all",
        pipeline: relative(workingDirectory, file) || file,
      };
      sessions.push(await sessionFor(context, choice));
    } catch (error) {
      if (!(error instanceof FtpipeError) || named !== undefined) throw error;
      problems.push(...error.problems.map((one) => ({ ...one, severity: "warning" as const })));
    }
  }
  return sessions;
}

/** The world of each target of a session's pipeline. */
export function worldsOf({ world, worldOf }: Session): readonly World[] {
  const { targets } = world.pipeline;
  return Object.keys(targets).map((name) => (name === world.target.name ? world : worldOf(targetOf(targets, name))));
}

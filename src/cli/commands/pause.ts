import { FtpipeError } from "../../core/errors.ts";
import type { World } from "../../stages/world.ts";
import type { CommandContext } from "../commands.ts";
import { changeJobs } from "../job-command.ts";

/** Stops a job where it is; `ftpipe resume` goes on with it. */
export function run(context: CommandContext): Promise<number> {
  return changeJobs(context, {
    verb: "pause",
    allow: mayPause,
    change: (connection, { id }, signal) => connection.pause(id, signal),
  });
}

function mayPause({ target }: World): void {
  if (target.capabilities.pauses) return;
  throw new FtpipeError("TARGET_UNSUPPORTED", `The provider ${target.provider.name} can't pause jobs.`, {
    hint: "A job that is not wanted any more is cancelled: ftpipe cancel",
  });
}

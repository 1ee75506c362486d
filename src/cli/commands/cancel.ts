import type { CommandContext } from "../commands.ts";
import { changeJobs } from "../job-command.ts";

export function run(context: CommandContext): Promise<number> {
  return changeJobs(context, { verb: "cancel", change: (connection, { id }, signal) => connection.cancel(id, signal) });
}

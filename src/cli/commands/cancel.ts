import { FtpipeError } from "../../core/errors.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, signal } = context;
  const session = await sessionFor(context, { trains: false });
  const { world, lock } = session;
  try {
    const attempt = lock.targets[world.target.name]?.attempts.at(-1);
    if (attempt?.ids.job === undefined || attempt.ids.model !== undefined) {
      throw new FtpipeError("NOTHING_TO_SHOW", `No job of ${world.pipeline.name} → ${world.target.name} is running.`, {
        hint: "The lock knows of none; ftpipe status shows what it knows.",
      });
    }
    const connection = await world.connection();
    const before = await connection.read(attempt.ids.job, signal);
    const ended = before.state === "succeeded" || before.state === "failed" || before.state === "cancelled";
    const job = ended ? before : await connection.cancel(attempt.ids.job, signal);
    if (given.has("json")) terminal.result(JSON.stringify({ job: job.id, status: job.status }));
    else terminal.result(ended ? `Job ${job.id} had ended already: ${job.status}.` : `Job ${job.id}: ${job.status}.`);
    return 0;
  } finally {
    await session.close();
  }
}

import { FtpipeError } from "../../core/errors.ts";
import { isUnfinished } from "../../run/lock.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, signal } = context;
  const session = await sessionFor(context, { trains: false });
  const { world, lock } = session;
  try {
    const running = (lock.targets[world.target.name]?.attempts ?? []).filter(isUnfinished);
    if (running.length === 0) {
      throw new FtpipeError("NOTHING_TO_SHOW", `No job of ${world.pipeline.name} → ${world.target.name} is running.`, {
        hint: "The lock knows of none; ftpipe status shows what it knows.",
      });
    }
    const connection = await world.connection();
    for (const attempt of running) {
      const before = await connection.read(attempt.ids.job as string, signal);
      const ended = before.state === "succeeded" || before.state === "failed" || before.state === "cancelled";
      const job = ended ? before : await connection.cancel(before.id, signal);
      if (given.has("json")) terminal.result(JSON.stringify({ job: job.id, status: job.status }));
      else terminal.result(ended ? `Job ${job.id} had ended already: ${job.status}.` : `Job ${job.id}: ${job.status}.`);
    }
    return 0;
  } finally {
    await session.close();
  }
}

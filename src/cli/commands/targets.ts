import { everyTarget } from "../../config/rules.ts";
import { type Candidates, findCandidates } from "../../stages/candidates.ts";
import { formatCandidates } from "../candidates.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

/** What a pipeline could be trained on. Calls nobody; without a pipeline, all that is known. */
export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, terminal } = context;
  const { candidates, pipeline } = await gather(context);
  if (given.has("json")) terminal.result(JSON.stringify({ pipeline: pipeline ?? null, ...candidates }, null, 2));
  else terminal.result(formatCandidates(candidates, pipeline, terminal));
  return 0;
}

async function gather(
  context: CommandContext,
): Promise<{ readonly candidates: Candidates; readonly pipeline?: string | undefined }> {
  const { ports, signal } = context;
  // Without a name it is about all that there is, whatever pipelines lie here.
  if (context.arguments.positionals.length === 0) return { candidates: await findCandidates(ports.files) };
  const session = await sessionFor(context, { trains: false, target: everyTarget, takesAll: true });
  try {
    const { world, worldOf } = session;
    const candidates = await findCandidates(ports.files, { world, worldOf, signal });
    return { candidates, pipeline: world.pipeline.name };
  } finally {
    await session.close();
  }
}

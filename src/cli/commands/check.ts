import type { CommandContext } from "../commands.ts";
import { runLocalStages, sessionFor } from "../pipeline-command.ts";
import { count, formatProblems } from "../print.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given } = context;
  const session = await sessionFor(context, { trains: false });
  try {
    const { result, warnings } = await runLocalStages(context, session);
    const estimate = result.outputs.get("estimate")?.value;
    const split = result.outputs.get("split")?.value;
    if (given.has("json")) {
      terminal.result(
        JSON.stringify(
          {
            ok: true,
            pipeline: session.world.pipeline.name,
            target: session.world.target.name,
            split,
            estimate,
            warnings,
          },
          null,
          2,
        ),
      );
      return 0;
    }
    if (warnings.length > 0) terminal.note(formatProblems(warnings, terminal));
    const found = warnings.length === 0 ? "no problems" : count(warnings);
    terminal.result(`${session.world.pipeline.name} → ${session.world.target.name}  ${found}. Nothing was called.`);
    return 0;
  } finally {
    await session.close();
  }
}

import { resolve } from "node:path";
import { FtpipeError, type Problem } from "../../core/errors.ts";
import { sarifLog } from "../../report/sarif.ts";
import type { CommandContext } from "../commands.ts";
import { runLocalStages, sessionFor } from "../pipeline-command.ts";
import { count, formatProblems } from "../print.ts";

export async function run(context: CommandContext): Promise<number> {
  try {
    const { warnings, show } = await check(context);
    await writeSarif(context, warnings);
    show();
    return 0;
  } catch (error) {
    if (error instanceof FtpipeError) await writeSarif(context, error.problems);
    throw error;
  }
}

async function check(
  context: CommandContext,
): Promise<{ readonly warnings: readonly Problem[]; readonly show: () => void }> {
  const { terminal, arguments: given } = context;
  const session = await sessionFor(context, { trains: false });
  try {
    const { result, warnings } = await runLocalStages(context, session);
    const { pipeline, target } = session.world;
    const estimate = result.outputs.get("estimate")?.value;
    const split = result.outputs.get("split")?.value;
    const show = (): void => {
      if (given.has("json")) {
        const document = { ok: true, pipeline: pipeline.name, target: target.name, split, estimate, warnings };
        terminal.result(JSON.stringify(document, null, 2));
        return;
      }
      if (warnings.length > 0) terminal.note(formatProblems(warnings, terminal));
      const found = warnings.length === 0 ? "no problems" : count(warnings);
      terminal.result(`${pipeline.name} → ${target.name}  ${found}. Nothing was called.`);
    };
    return { warnings, show };
  } finally {
    await session.close();
  }
}

/** Where `--sarif` says, all problems with every place; an empty log where there are none. */
async function writeSarif(context: CommandContext, problems: readonly Problem[]): Promise<void> {
  const file = context.arguments.text("sarif");
  if (file === undefined) return;
  const log = sarifLog(problems, context.version);
  await context.ports.files.writeAtomic(resolve(context.workingDirectory, file), `${JSON.stringify(log, null, 2)}\n`);
}

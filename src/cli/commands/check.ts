import { resolve } from "node:path";
import type { Session } from "../../compose.ts";
import { everyTarget } from "../../config/rules.ts";
import { FtpipeError, type Problem, throwIfErrors } from "../../core/errors.ts";
import { sarifLog } from "../../report/sarif.ts";
import { targetOf } from "../../stages/select-target.ts";
import type { World } from "../../stages/world.ts";
import type { CommandContext } from "../commands.ts";
import { formatMatrix } from "../matrix.ts";
import { runChecks, sessionFor } from "../pipeline-command.ts";
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
  const session = await sessionFor(context, { trains: false, takesAll: true });
  try {
    const all = given.text("target") === everyTarget;
    const checked = await runChecks(context, session, {
      worlds: worldsOf(session, given.text("target")),
      // Without --target, the others are shown too, but only the one that a run would take decides.
      decides: (world) => all || world === session.world,
    });
    const { outputs } = checked.result;
    const { pipeline, target } = session.world;
    const problems = [...checked.warnings, ...checked.problems];
    const facts = { pipeline: pipeline.name, target: all ? everyTarget : target.name, targets: checked.reports };
    if (!given.has("json")) terminal.result(formatMatrix(checked.reports, terminal));
    throwIfErrors(problems, facts);
    const show = (): void => {
      if (given.has("json")) {
        const [split, estimate] = [outputs.get("split")?.value, outputs.get("estimate")?.value];
        terminal.result(JSON.stringify({ ok: true, ...facts, split, estimate, warnings: problems }, null, 2));
        return;
      }
      if (problems.length > 0) terminal.note(formatProblems(problems, terminal));
      const found = problems.length === 0 ? "no problems" : count(problems);
      terminal.result(`${pipeline.name} → ${all ? "all targets" : target.name}  ${found}. Nothing was called.`);
    };
    return { warnings: problems, show };
  } finally {
    await session.close();
  }
}

/** The targets that the data is held against: the one that is named, else all. */
function worldsOf({ world, worldOf }: Session, named: string | undefined): readonly World[] {
  if (named !== undefined && named !== everyTarget) return [world];
  const { targets } = world.pipeline;
  return Object.keys(targets).map((name) => (name === world.target.name ? world : worldOf(targetOf(targets, name))));
}

/** Where `--sarif` says, all problems with every place; an empty log where there are none. */
async function writeSarif(context: CommandContext, problems: readonly Problem[]): Promise<void> {
  const file = context.arguments.text("sarif");
  if (file === undefined) return;
  const log = sarifLog(problems, context.version);
  await context.ports.files.writeAtomic(resolve(context.workingDirectory, file), `${JSON.stringify(log, null, 2)}\n`);
}

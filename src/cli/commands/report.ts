import { join } from "node:path";
import { pipelineId } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath } from "../../core/paths.ts";
import { latestRun } from "../../run/run-log.ts";
import type { CommandContext } from "../commands.ts";
import { sessionFor } from "../pipeline-command.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, ports, workingDirectory } = context;
  const session = await sessionFor(context, { trains: false });
  const { loaded, target } = session.world;
  try {
    const named = given.text("target") === undefined ? {} : { target: target.name };
    const last = await latestRun(loaded.stateDirectory, ports.files, { pipeline: pipelineId(loaded), ...named });
    if (last === undefined) {
      throw new FtpipeError("NOTHING_TO_SHOW", `There is no report of ${loaded.pipeline.name} on this machine.`, {
        hint: `Make one: ftpipe run ${loaded.displayFile} (or, without training: ftpipe eval ${loaded.displayFile})`,
      });
    }
    const page = displayPath(workingDirectory, join(last.directory, "report.html"));
    if (given.has("json")) {
      const results = JSON.parse(await ports.files.readText(join(last.directory, "results.json"))) as unknown;
      terminal.result(JSON.stringify({ ...last, report: page, results }, null, 2));
      return 0;
    }
    terminal.result((await ports.files.readText(join(last.directory, "report.md"))).trimEnd());
    terminal.note(`\nThe whole report: ${page}`);
    return 0;
  } finally {
    await session.close();
  }
}

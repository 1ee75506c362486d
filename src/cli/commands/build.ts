import { join } from "node:path";
import { displayPath } from "../../core/paths.ts";
import { thousands } from "../../core/units.ts";
import type { CommandContext } from "../commands.ts";
import { runLocalStages, sessionFor } from "../pipeline-command.ts";
import { formatProblems } from "../print.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given, ports, workingDirectory } = context;
  const session = await sessionFor(context, { trains: false });
  const { world } = session;
  try {
    const { result, warnings } = await runLocalStages(context, session);
    const directory = join(world.loaded.stateDirectory, "build", world.pipeline.name);
    const split = result.outputs.get("split");
    const written: Record<string, { readonly path: string; readonly bytes: number; readonly sha256: string }> = {};
    for (const name of ["train", "validation", "test", "manifest"]) {
      const artifact = split?.files[name];
      if (artifact === undefined) continue;
      const path = join(directory, `${name}.jsonl`);
      await ports.files.link(artifact.path, path);
      written[name] = { path: displayPath(workingDirectory, path), bytes: artifact.bytes, sha256: artifact.sha256 };
    }
    const stats = {
      split: split?.value,
      checks: result.outputs.get("checks")?.value,
      estimate: result.outputs.get("estimate")?.value,
    };
    await ports.files.writeAtomic(join(directory, "stats.json"), `${JSON.stringify(stats, null, 2)}\n`);
    if (given.has("json")) {
      terminal.result(JSON.stringify({ written, stats, warnings }, null, 2));
      return 0;
    }
    if (warnings.length > 0) terminal.note(formatProblems(warnings, terminal));
    for (const { path, bytes } of Object.values(written)) terminal.result(`${path}  ${thousands(bytes)} bytes`);
    terminal.result(displayPath(workingDirectory, join(directory, "stats.json")));
    return 0;
  } finally {
    await session.close();
  }
}

import type { CommandContext } from "../commands.ts";
import { runShown, sessionFor } from "../pipeline-command.ts";
import { count, formatProblems } from "../print.ts";

export async function run(context: CommandContext): Promise<number> {
  const { terminal, arguments: given } = context;
  const session = await sessionFor(context, { trains: false });
  try {
    // Stage events are no result of a check: only its findings are.
    const { result, warnings } = await runShown({ ...context, arguments: quiet(given) }, session, {
      until: "estimate",
      writesLock: false,
      frozen: false,
      maxCost: undefined,
      consent: async () => {},
    });
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

/** The same arguments without `--json`: events must not mix with the one document. */
export function quiet(given: CommandContext["arguments"]): CommandContext["arguments"] {
  return { ...given, has: (flag) => flag !== "json" && given.has(flag) };
}

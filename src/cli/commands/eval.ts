import type { Session } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { gateError } from "../../evaluation/gate.ts";
import { servedModel } from "../../stages/foreign-model.ts";
import type { GateValue } from "../../stages/gate.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";
import { askConsent } from "../consent.ts";
import { refuseForeignEvent } from "../github-event.ts";
import { noteWarnings, runShown, sessionFor } from "../pipeline-command.ts";
import { summarize } from "../summary.ts";

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, terminal } = context;
  refuseForeignEvent(context.ports);
  const opened = await sessionFor(context, { trains: false, reports: true, modelOverride: given.text("model") });
  try {
    const session = withModel(opened);
    const shown = await runShown(context, session, {
      until: undefined,
      writesLock: false,
      frozen: false,
      maxCost: parseNumber("max-cost", given.text("max-cost")),
      consent: (spending) => askConsent(context, session.world, spending),
    });
    const { result, warnings } = shown;
    noteWarnings(context, warnings);
    if (!given.has("json")) {
      // Apart from what the run showed, on a screen that shows both.
      terminal.note("");
      terminal.result(await summarize(context, session, shown));
    }
    const failure = gateError(result.outputs.get("gate")?.value as GateValue);
    if (failure !== undefined) throw failure;
    return 0;
  } finally {
    await opened.close();
  }
}

/** The model to judge: the one named, else the last tuned one. @throws FtpipeError NOTHING_TO_SHOW if there is none. */
function withModel(session: Session): Session {
  const { world } = session;
  if (world.modelOverride !== undefined || world.target.capabilities.isNoModel === true) return session;
  const modelOverride = world.target.capabilities.trains ? tunedModel(session) : servedModel(world.target);
  return { ...session, world: { ...world, modelOverride } };
}

/** The last tuned model of the session's target. @throws FtpipeError NOTHING_TO_SHOW */
export function tunedModel({ world, lock }: Session): string {
  const { candidate, accepted } = lock.targets[world.target.name] ?? {};
  const model = candidate ?? accepted;
  if (model !== undefined) return model;
  throw new FtpipeError("NOTHING_TO_SHOW", `Target ${world.target.name} has no tuned model yet.`, {
    hint: `Train one: ftpipe run ${world.loaded.displayFile} --target ${world.target.name} (or name one: --model)`,
  });
}

import { join } from "node:path";
import type { Session } from "../compose.ts";
import type { Problem } from "../core/errors.ts";
import { takeExclusiveLock } from "../core/exclusive-lock.ts";
import { askingWorld, planRescue, type RescueOptions, type RescuePlan } from "../stages/rescue.ts";
import { type Rescued, rescueModel } from "../stages/rescue-model.ts";
import type { SelectedTarget, World } from "../stages/world.ts";
import type { CommandContext } from "./commands.ts";
import { runLocalStages } from "./pipeline-command.ts";

export interface PlannedRescue {
  readonly world: World;
  readonly plan: RescuePlan;
  readonly warnings: readonly Problem[];
}

/** Builds the data, as far as it is free, and lays out what a model would be asked. Nobody is called. */
export async function layOutRescue(
  context: CommandContext,
  session: Session,
  { target, ...options }: RescueOptions & { readonly target: SelectedTarget },
): Promise<PlannedRescue> {
  const same = target.name === session.world.target.name;
  const world = askingWorld(same ? session.world : session.worldOf(target), options.model);
  const { result, warnings } = await runLocalStages(context, { ...session, world });
  const split = result.outputs.get("split") as Parameters<typeof planRescue>[1];
  return { world, plan: await planRescue(world, split, options), warnings };
}

/** Asks, with nobody beside who asks the same. @throws FtpipeError LOCKED, and as `rescueModel`. */
export async function recordRescue(context: CommandContext, { world, plan }: PlannedRescue): Promise<Rescued> {
  const { terminal, signal, arguments: given } = context;
  const { loaded, ports } = world;
  const release = await takeExclusiveLock({
    path: join(loaded.stateDirectory, "locks", `${world.pipeline.name}.rescue.db`),
    what: `The rescue of ${world.pipeline.name}`,
    hint: "Wait for it to end; it can also be stopped, and goes on where it was.",
    files: ports.files,
    clock: ports.clock,
  });
  let told = ports.clock.monotonic();
  try {
    return await rescueModel(world, plan, {
      signal,
      onProgress: ({ done, total, errors }) => {
        const now = ports.clock.monotonic();
        if (given.has("json") || (done < total && now - told < progressEveryMs)) return;
        told = now;
        terminal.note(`${plan.model}  ${done}/${total} answers${errors === 0 ? "" : `  ${errors} errors`}`);
      },
    });
  } finally {
    release();
  }
}

const progressEveryMs = 2_000;

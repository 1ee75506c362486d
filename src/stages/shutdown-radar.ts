import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { Ports } from "../core/ports.ts";
import { findShutdown, type Shutdown } from "../providers/shutdowns.ts";
import type { World } from "./world.ts";

/**
 * Warnings of what the provider is going to shut down, or has: the base of this target, with all that is trained from
 * it, and the taking of new jobs. Nobody is called: the list comes with ftpipe, and each fact has its date and source.
 */
export async function shutdownProblems(world: World): Promise<readonly Problem[]> {
  const { target, ports, loaded } = world;
  const found = await findShutdown(target.provider.name, target.settings.model, ports.files);
  if (found === undefined) return [];
  const { base, on, trainingEnds } = found;
  const today = dayOf(world.ports);
  const facts = [
    ...(on === undefined
      ? []
      : isPast(on, today)
        ? [`${base} was shut down on ${on}, with every model trained from it.`]
        : [`${base} is shut down on ${on}, and every model trained from it stops answering then.`]),
    ...(trainingEnds === undefined || !target.capabilities.trains
      ? []
      : isPast(trainingEnds, today)
        ? [`${target.provider.name} takes no new jobs since ${trainingEnds}.`]
        : [`${target.provider.name} takes no new jobs after ${trainingEnds}.`]),
  ];
  if (facts.length === 0) return [];
  const hint = `${sourceOf(found)} The same pipeline trains on another target; ${rescueWords}`;
  return [
    problem("warning", "MODEL_GONE", facts.join(" "), { hint, location: loaded.locate(`/targets/${target.name}`) }),
  ];
}

const rescueWords = "what its models answer until then is recorded by ftpipe rescue.";

/** Milliseconds that the question for a date may take: nothing hangs on it. */
const askMs = 5_000;

/**
 * Warnings of days that the provider's API names and the list does not, or names later: of the base and of the accepted
 * model. A provider that names none, or does not answer, is warned about by the list only.
 */
export async function toldShutdowns(
  world: World,
  accepted: string | undefined,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { target, ports, loaded } = world;
  const { settings, provider, capabilities } = target;
  const problems: Problem[] = [];
  // What runs in this process is shut down by nobody else.
  if (!capabilities.jobsOutliveProcess) return problems;
  for (const model of new Set([settings.model, ...(accepted === undefined ? [] : [accepted])])) {
    const told = await toldDay(world, model, signal);
    const listed = (await findShutdown(provider.name, model, ports.files))?.on;
    if (told === undefined || (listed !== undefined && listed <= told)) continue;
    const message = isPast(told, dayOf(ports))
      ? `${model} was shut down on ${told}.`
      : `${model} is shut down on ${told}.`;
    const hint = `Source: the provider's API, asked for ${model}. The same pipeline trains on another target; ${rescueWords}`;
    const location = loaded.locate(`/targets/${target.name}`);
    problems.push(problem("warning", "MODEL_GONE", message, { hint, location }));
  }
  return problems;
}

/** The day that the provider's API names for a model; undefined if it names none, or does not answer. */
export async function toldDay(
  { account, ports }: World,
  model: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const asking = new AbortController();
  const late = () => asking.abort(new FtpipeError("NETWORK", `The entry of ${model} did not come in time.`));
  const disarm = ports.clock.alarm(askMs, late);
  try {
    const entry = await (await account())?.model(model, AbortSignal.any([signal, asking.signal]));
    const day = entry?.["shutdown_date"];
    return typeof day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : undefined;
  } catch (error) {
    // A key may not be allowed to ask, and a server may have no such route: whatever else is wrong shows in the run itself.
    if (signal.aborted || !(error instanceof FtpipeError)) throw error;
    return undefined;
  } finally {
    disarm();
  }
}

/** @throws FtpipeError MODEL_GONE if the model that a run would go on with has been shut down. */
export async function refuseDead(world: World, model: string): Promise<void> {
  const found = await findShutdown(world.target.provider.name, model, world.ports.files);
  if (found?.on === undefined || !isPast(found.on, dayOf(world.ports))) return;
  throw new FtpipeError(
    "MODEL_GONE",
    `${model} does not answer any more: ${found.base} was shut down on ${found.on}.`,
    {
      hint: `${sourceOf(found)} Train on another target (--target); the recorded answers stay in the report.`,
      location: world.loaded.locate(`/targets/${world.target.name}`),
    },
  );
}

function sourceOf({ source, read }: Shutdown): string {
  return `Source: ${source}, read on ${read}.`;
}

/** Today, as 2027-01-14, UTC. */
export function dayOf({ clock }: Pick<Ports, "clock">): string {
  return new Date(clock.now()).toISOString().slice(0, 10);
}

/** The day itself counts: from its beginning nobody should rely on it. */
export const isPast = (day: string, today: string) => day <= today;

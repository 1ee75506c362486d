import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { Account, WireObject } from "../providers/account.ts";
import { earlierDay, findShutdown } from "../providers/shutdowns.ts";
import type { Lock } from "../run/lock.ts";
import { dayOf, isPast } from "./shutdown-radar.ts";
import { accountOf } from "./upload.ts";
import type { World } from "./world.ts";

/** A tuned model that somebody has, and when it stops answering. */
export interface DyingModel {
  readonly model: string;
  /** The day, as far as it is announced: the earlier one of the API and of the list that comes with ftpipe. */
  readonly shutdown: string | null;
  /** `gone`: past that day, or not in its account any more. `unknown`: the account could not be read. */
  readonly state: "answers" | "gone" | "unknown";
  /** The job that made it, where no pipeline knows it and the account tells. */
  readonly job: string | undefined;
  /** The targets whose lock names it. */
  readonly knownTo: readonly World[];
}

/** What one account has. */
interface Holding {
  readonly world: World;
  /** All that answer, by name, as the API gave them; undefined: the account could not be read. */
  readonly models: ReadonlyMap<string, WireObject> | undefined;
  readonly account: Account | undefined;
}

export interface Known {
  readonly world: World;
  readonly lock: Lock;
}

/**
 * Every tuned model of the accounts of these targets, and of their locks: what dies first comes first.
 * @param targets Those of all pipelines. An account that can't be read is told, and the rest goes on.
 */
export async function dyingModels(
  targets: readonly Known[],
  signal: AbortSignal,
): Promise<{ readonly models: readonly DyingModel[]; readonly problems: readonly Problem[] }> {
  const remote = targets.filter(({ world }) => world.target.capabilities.jobsOutliveProcess);
  const byAccount = Map.groupBy(remote, ({ world }) => JSON.stringify(accountOf(world)));
  const problems: Problem[] = [];
  const models: DyingModel[] = [];
  for (const known of byAccount.values()) {
    const [{ world }] = known as [Known, ...Known[]]; // groups have at least one
    const holding = await holdingOf(world, signal).catch((error: unknown): Holding => {
      if (!(error instanceof FtpipeError) || signal.aborted) throw error;
      const message = `The account of ${world.target.name} (${world.pipeline.name}) could not be read. ${error.message}`;
      problems.push(problem("warning", error.code, message, { hint: error.hint }));
      return { world, models: undefined, account: undefined };
    });
    models.push(...(await modelsOf(holding, known, signal)));
  }
  const last = "9999";
  return { models: models.toSorted((a, b) => ((a.shutdown ?? last) < (b.shutdown ?? last) ? -1 : 1)), problems };
}

async function holdingOf(world: World, signal: AbortSignal): Promise<Holding> {
  const account = await world.account();
  if (account === undefined) return { world, models: undefined, account };
  const models = new Map<string, WireObject>();
  for await (const model of account.models(signal)) {
    models.set(model.id, model);
  }
  return { world, models, account };
}

/** Checkpoints of a training are not the model that it ended with. */
const isTuned = (id: string): boolean => id.startsWith("ft:") && !/:ckpt-step-\d+$/.test(id);

async function modelsOf(
  { world, models, account }: Holding,
  known: readonly Known[],
  signal: AbortSignal,
): Promise<readonly DyingModel[]> {
  const knownTo = new Map<string, World[]>();
  for (const { world: of, lock } of known) {
    for (const model of lockedModels(lock, of.target.name)) knownTo.set(model, [...(knownTo.get(model) ?? []), of]);
  }
  const names = [...new Set([...knownTo.keys(), ...[...(models?.keys() ?? [])].filter(isTuned)])];
  const strays = names.some((name) => !knownTo.has(name));
  const jobs = strays && account !== undefined ? await makersOf(account, signal) : new Map<string, string>();
  const today = dayOf(world.ports);
  const found = names.map(async (model): Promise<DyingModel> => {
    const entry = models?.get(model) ?? (await entryOf(model, { models, account, signal }));
    const shutdown = await shutdownOf(world, model, entry === "unknown" ? undefined : entry);
    const isGone = (shutdown !== null && isPast(shutdown, today)) || entry === undefined;
    return {
      model,
      shutdown,
      state: isGone ? "gone" : entry === "unknown" ? "unknown" : "answers",
      job: knownTo.has(model) ? undefined : jobs.get(model),
      knownTo: knownTo.get(model) ?? [],
    };
  });
  return Promise.all(found);
}

interface Asking extends Pick<Holding, "models" | "account"> {
  readonly signal: AbortSignal;
}

/** Of a model that no list names: it may answer by its name all the same, such as a checkpoint. */
async function entryOf(
  model: string,
  { models, account, signal }: Asking,
): Promise<WireObject | "unknown" | undefined> {
  if (models === undefined || account === undefined) return "unknown";
  try {
    return await account.model(model, signal);
  } catch (error) {
    if (!(error instanceof FtpipeError) || signal.aborted) throw error;
    return "unknown";
  }
}

/** The tuned ones: a target that does not train may have a base judged, which nobody needs to save. */
function lockedModels(lock: Lock, target: string): ReadonlySet<string> {
  const section = lock.targets[target];
  const { accepted, candidate, accepted_before: before, attempts = [] } = section ?? {};
  const made = attempts.flatMap(({ ids: { job, model } }) => (job === undefined || model === undefined ? [] : [model]));
  const named = [accepted, candidate, before, ...attempts.map(({ ids }) => ids.model)];
  return new Set([...made, ...named.filter((model) => model?.startsWith("ft:") === true)] as string[]);
}

async function makersOf(account: Account, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const makers = new Map<string, string>();
  for await (const { id, fine_tuned_model: model } of account.jobs(signal)) {
    if (typeof model === "string") makers.set(model, id);
  }
  return makers;
}

async function shutdownOf({ target, ports }: World, model: string, entry: WireObject | undefined) {
  const listed = (await findShutdown(target.provider.name, model, ports.files))?.on;
  return earlierDay(entry?.["shutdown_date"], listed);
}

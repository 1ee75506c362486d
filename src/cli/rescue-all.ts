import type { Session } from "../compose.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { plural } from "../core/units.ts";
import { type DyingModel, dyingModels } from "../stages/dying-models.ts";
import { dayOf } from "../stages/shutdown-radar.ts";
import { costLimit, keepToLimit } from "../stages/spending.ts";
import type { World } from "../stages/world.ts";
import { openAllSessions, worldsOf } from "./all-sessions.ts";
import { parseNumber } from "./arguments.ts";
import type { CommandContext } from "./commands.ts";
import { agree } from "./consent.ts";
import { formatProblem } from "./print.ts";
import { layOutRescue, type PlannedRescue, recordRescue } from "./rescue-session.ts";
import { planDocument, priceWords, questionsLine, shutdownLine, tooLittle } from "./rescue-view.ts";
import { printable } from "./terminal.ts";

/** A model with what saving it takes; no plan where no pipeline knows it, or its data have faults. */
interface Entry {
  readonly dying: DyingModel;
  readonly planned: PlannedRescue | undefined;
}

/**
 * Every tuned model of the accounts and locks that the pipelines here know: what dies when, what saving it costs, and,
 * without `--dry-run`, saves those that a pipeline knows. What fails is told, and the rest goes on.
 * @throws FtpipeError MODEL_GONE if all that could be saved is dead; else the first failure, after the rest is done.
 */
export async function rescueAll(context: CommandContext, prompts: number): Promise<number> {
  const problems: Problem[] = [];
  const sessions = await openAllSessions(context, problems);
  try {
    const known = sessions.flatMap((session) => worldsOf(session).map((world) => ({ world, lock: session.lock })));
    const found = await dyingModels(known, context.signal);
    problems.push(...found.problems);
    const entries: Entry[] = [];
    for (const dying of found.models) {
      entries.push({ dying, planned: await layOut(context, sessions, { dying, prompts, problems }) });
    }
    show(context, entries, problems);
    return context.arguments.has("dry-run") ? 0 : await saveAll(context, entries);
  } finally {
    for (const session of sessions) await session.close();
  }
}

interface LayOut {
  readonly dying: DyingModel;
  readonly prompts: number;
  readonly problems: Problem[];
}

async function layOut(
  context: CommandContext,
  sessions: readonly Session[],
  { dying, prompts, problems }: LayOut,
): Promise<PlannedRescue | undefined> {
  const [world] = dying.knownTo;
  const session = sessions.find((one) => one.world.loaded === world?.loaded);
  if (world === undefined || session === undefined) return undefined;
  try {
    const options = { target: world.target, model: dying.model, name: undefined, prompts };
    const planned = await layOutRescue(context, session, options);
    return { ...planned, plan: { ...planned.plan, shutdown: dying.shutdown } };
  } catch (error) {
    if (!(error instanceof FtpipeError) || context.signal.aborted) throw error;
    const message = `${world.pipeline.name}: what ${dying.model} would be asked is not known. ${error.message}`;
    problems.push(problem("warning", error.code, message, { hint: error.hint, location: error.location }));
    return undefined;
  }
}

function show(
  { terminal, arguments: given, ports }: CommandContext,
  entries: readonly Entry[],
  problems: readonly Problem[],
) {
  if (given.has("json")) {
    if (given.has("dry-run"))
      terminal.result(JSON.stringify({ models: entries.map(documentOf), warnings: problems }, null, 2));
    return;
  }
  for (const one of problems) terminal.note(formatProblem(one, terminal));
  // Names come from an account, or from a lock that somebody else wrote.
  const tell = (text: string) => (given.has("dry-run") ? terminal.result : terminal.note)(printable(text));
  if (entries.length === 0) tell("No tuned models: neither in the accounts of these pipelines nor in their locks.");
  for (const { dying, planned } of entries) {
    tell(dying.model);
    tell(`  ${stateWords(dying, dayOf(ports))}`);
    tell(`  ${dying.knownTo.map(nameOf).join(", ") || `no pipeline knows it: ftpipe import ${dying.job ?? "--all"}`}`);
    const words = planned === undefined ? undefined : savingWords(planned, dying.state);
    if (words !== undefined) tell(`  ${words}`);
  }
  const total = totalOf(entries);
  if (total.questions > 0) tell(`\n${plural(total.questions, "question")} to ask, ${priceWords(total)}`);
  if (given.has("dry-run")) terminal.note("Nothing was asked.");
}

const nameOf = ({ pipeline, target }: World): string => `${pipeline.name} → ${target.name}`;

function stateWords({ state, shutdown }: DyingModel, today: string): string {
  if (state === "gone" && (shutdown === null || shutdown > today))
    return "does not answer any more: it is not in its account";
  return `${shutdownLine(shutdown, today)}${state === "unknown" ? " (whether it still answers is not known)" : ""}`;
}

function savingWords({ plan }: PlannedRescue, state: DyingModel["state"]): string | undefined {
  const recorded = plan.questions.length - plan.open.length;
  if (plan.open.length === 0) return `saved: ${plan.displayPath}`;
  if (state === "gone")
    return plan.before === undefined
      ? undefined
      : `saved: ${plan.displayPath}, without ${plan.open.length} of ${plural(plan.questions.length, "question")}`;
  const lacking = tooLittle(plan);
  const told = recorded === 0 ? "" : `, ${recorded} of them answered already`;
  const asked = `${questionsLine(plan)}${told}: ${priceWords(plan.cost)}`;
  return lacking === undefined ? asked : `${asked}\n  ${lacking}`;
}

/** Without a plan for what nobody can ask any more. */
const documentOf = (entry: Entry) =>
  documentWith(entry.dying.state === "gone" && !isSaved(entry) ? { ...entry, planned: undefined } : entry);

const documentWith = ({ dying: { model, shutdown, state, job, knownTo }, planned }: Entry) => ({
  model,
  shutdown,
  state,
  job,
  known_to: knownTo.map(({ pipeline, target }) => ({ pipeline: pipeline.name, target: target.name })),
  rescue: planned === undefined ? null : planDocument(planned.plan),
});

const isToAsk = ({ dying, planned }: Entry): boolean =>
  dying.state !== "gone" && planned !== undefined && planned.plan.open.length > 0;

const isSaved = ({ planned }: Entry): boolean =>
  planned !== undefined && (planned.plan.open.length === 0 || planned.plan.before !== undefined);

/** What is still to be asked, over all models. */
function totalOf(entries: readonly Entry[]) {
  const open = entries.filter(isToAsk).flatMap(({ planned }) => (planned === undefined ? [] : [planned.plan]));
  const costs = open.map(({ cost }) => cost.usd);
  const usd = costs.every((cost) => cost !== null) ? costs.reduce((sum, cost) => sum + cost, 0) : null;
  const price = open.find(({ cost }) => cost.usd !== 0)?.cost.price ?? "free";
  return { questions: open.reduce((sum, plan) => sum + plan.open.length, 0), usd, price };
}

async function saveAll(context: CommandContext, entries: readonly Entry[]): Promise<number> {
  const { terminal, arguments: given } = context;
  // What is gone is not asked: its answers are recorded, or lost.
  const living = entries.filter(({ dying }) => dying.state !== "gone");
  const open = living.flatMap(({ planned }) => (planned === undefined ? [] : [planned]));
  await consent(context, entries, open);
  const failures: FtpipeError[] = [];
  const saved: object[] = [];
  for (const planned of open) {
    try {
      const { problems, ...counts } = await recordRescue(context, planned);
      for (const one of problems) terminal.note(formatProblem(one, terminal));
      saved.push({ ...planDocument(planned.plan), rescued: counts, warnings: problems });
      if (!given.has("json"))
        terminal.result(
          `✔ ${plural(counts.answers, "answer")} of ${planned.plan.model} in ${planned.plan.displayPath}`,
        );
    } catch (error) {
      if (!(error instanceof FtpipeError) || context.signal.aborted) throw error;
      failures.push(error);
      for (const one of error.problems) terminal.note(formatProblem(one, terminal));
    }
  }
  if (given.has("json")) terminal.result(JSON.stringify({ saved }, null, 2));
  const failure = failures.find(({ code }) => code !== "MODEL_GONE");
  if (failure !== undefined) throw failure;
  // Those that failed were found dead when they were asked.
  const lost = entries.filter((entry) => entry.dying.state === "gone" && !isSaved(entry)).length + failures.length;
  const isAllLost = lost > 0 && saved.length === 0 && living.length === failures.length && !entries.some(isSaved);
  if (!isAllLost) return 0;
  const message = `None of the models answers any more, and none is saved: ${plural(lost, "model")} lost.`;
  throw new FtpipeError("MODEL_GONE", message, {
    hint: "Their training data may still be there: ftpipe import --all",
  });
}

/** @throws FtpipeError COST_LIMIT, CONSENT_REQUIRED */
async function consent(
  context: CommandContext,
  entries: readonly Entry[],
  open: readonly PlannedRescue[],
): Promise<void> {
  const paid = open.find(({ world, plan }) => world.target.capabilities.paid && plan.open.length > 0);
  if (paid === undefined) return;
  const total = totalOf(entries);
  const { world } = paid;
  keepToLimit(total, await costLimit(world, parseNumber("max-cost", context.arguments.text("max-cost"))), world);
  await agree(context, `Ask ${plural(total.questions, "question")}, ${priceWords(total)}? [y/N] `, {
    nobody: "This costs money, and there is nobody to ask.",
    hint: "Agree beforehand: --yes (and --max-cost USD); or look first: --dry-run",
    no: "Nothing was asked.",
  });
}

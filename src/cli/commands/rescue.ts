import type { Session } from "../../compose.ts";
import { FtpipeError } from "../../core/errors.ts";
import { plural } from "../../core/units.ts";
import { earlierDay, findShutdown } from "../../providers/shutdowns.ts";
import { servedModel } from "../../stages/foreign-model.ts";
import { targetOf } from "../../stages/select-target.ts";
import { dayOf, toldDay } from "../../stages/shutdown-radar.ts";
import { costLimit, keepToLimit } from "../../stages/spending.ts";
import type { SelectedTarget } from "../../stages/world.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";
import { agree } from "../consent.ts";
import { refuseForeignEvent } from "../github-event.ts";
import { sessionFor } from "../pipeline-command.ts";
import { formatProblem } from "../print.ts";
import { rescueAll } from "../rescue-all.ts";
import { layOutRescue, type PlannedRescue, recordRescue } from "../rescue-session.ts";
import { costLine, planDocument, priceWords, questionsLine, shutdownLine, tooLittle } from "../rescue-view.ts";
import { printable } from "../terminal.ts";

/** Held-out prompts beside the cases, unless `--prompts` says otherwise. */
const usualPrompts = 100;

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given } = context;
  refuseForeignEvent(context.ports);
  const prompts = parseNumber("prompts", given.text("prompts")) ?? usualPrompts;
  if (given.has("all")) {
    refuseBesideAll(context);
    return rescueAll(context, prompts);
  }
  const session = await sessionFor(context, { trains: false });
  try {
    const target = await dyingTarget(context, session);
    const model = given.text("model") ?? recordedModel(session, target);
    const planned = await withToldDay(
      await layOutRescue(context, session, { target, model, name: given.text("name"), prompts }),
      context.signal,
    );
    tellPlan(context, planned);
    if (given.has("dry-run")) return 0;
    await consent(context, planned);
    return await record(context, planned);
  } finally {
    await session.close();
  }
}

/** The day as `--all` has it: the earlier one of the list and the API, which is asked for the entry only. */
async function withToldDay(planned: PlannedRescue, signal: AbortSignal): Promise<PlannedRescue> {
  const { world, plan } = planned;
  if (!world.target.capabilities.jobsOutliveProcess) return planned;
  const told = await toldDay(world, plan.model, signal);
  return { ...planned, plan: { ...plan, shutdown: earlierDay(told, plan.shutdown) } };
}

/** @throws FtpipeError USAGE */
function refuseBesideAll({ arguments: given }: CommandContext): void {
  const beside = ["model", "name", "target"].find((flag) => given.text(flag) !== undefined);
  if (beside === undefined) return;
  throw new FtpipeError("USAGE", `--all is about every model, and --${beside} about one.`, {
    hint: `Leave --${beside} out, or leave --all out.`,
  });
}

/** The one that is named, else one whose model in the lock is announced to be shut down, else the session's. */
async function dyingTarget({ arguments: given, ports }: CommandContext, session: Session): Promise<SelectedTarget> {
  const { world, lock } = session;
  if (given.text("target") !== undefined) return world.target;
  for (const [name, { accepted, candidate }] of Object.entries(lock.targets)) {
    const model = accepted ?? candidate;
    if (!Object.hasOwn(world.pipeline.targets, name) || model === undefined) continue;
    const target = targetOf(world.pipeline.targets, name);
    if ((await findShutdown(target.provider.name, model, ports.files))?.on !== undefined) return target;
  }
  return world.target;
}

/** @throws FtpipeError NOTHING_TO_SHOW */
function recordedModel({ lock, world }: Session, target: SelectedTarget): string {
  const { accepted, candidate } = lock.targets[target.name] ?? {};
  const own = target.capabilities.trains ? undefined : servedModel(target);
  const model = accepted ?? candidate ?? own;
  if (model !== undefined) return model;
  throw new FtpipeError("NOTHING_TO_SHOW", `The lock knows no model of target ${target.name} that could be recorded.`, {
    hint: `Name it: ftpipe rescue ${world.loaded.displayFile} --target ${target.name} --model ft:…   All that there is: ftpipe rescue --all --dry-run`,
  });
}

function tellPlan(
  { terminal, arguments: given, ports }: CommandContext,
  { world, plan, warnings }: PlannedRescue,
): void {
  if (given.has("json")) {
    if (given.has("dry-run"))
      terminal.result(JSON.stringify({ ...heading({ world }), ...planDocument(plan) }, null, 2));
    return;
  }
  for (const warning of warnings) terminal.note(formatProblem(warning, terminal));
  const { questions, open } = plan;
  const recorded = questions.length - open.length;
  const lacking = tooLittle(plan);
  const lines = [
    `${world.pipeline.name} → ${world.target.name}  ${plan.model}`,
    `  ${shutdownLine(plan.shutdown, dayOf(ports))}`,
    `  ${questionsLine(plan)}${recorded === 0 ? "" : `, ${recorded} of them answered already`}${lacking === undefined ? "" : `, ${lacking}`}`,
    ...(open.length === 0 ? [] : [`  ${costLine(plan)}`]),
    `  into ${plan.displayPath}`,
  ];
  const tell = given.has("dry-run") ? terminal.result : terminal.note;
  tell(printable(lines.join("\n")));
  if (given.has("dry-run")) terminal.note("Nothing was asked.");
}

const heading = ({ world }: Pick<PlannedRescue, "world">) => ({
  pipeline: world.pipeline.name,
  target: world.target.name,
});

/** @throws FtpipeError COST_LIMIT, CONSENT_REQUIRED */
async function consent(context: CommandContext, { world, plan: { open, cost, model } }: PlannedRescue): Promise<void> {
  if (open.length === 0 || !world.target.capabilities.paid) return;
  keepToLimit(cost, await costLimit(world, parseNumber("max-cost", context.arguments.text("max-cost"))), world);
  await agree(context, `Ask ${model} ${plural(open.length, "question")}, ${priceWords(cost)}? [y/N] `, {
    nobody: `The target ${world.target.name} costs money, and there is nobody to ask.`,
    hint: "Agree beforehand: --yes (and --max-cost USD); or look first: --dry-run",
    no: "Nothing was asked.",
  });
}

async function record(context: CommandContext, planned: PlannedRescue): Promise<number> {
  const { terminal, arguments: given } = context;
  const { plan } = planned;
  const rescued = await recordRescue(context, planned);
  const { problems, ...counts } = rescued;
  if (given.has("json")) {
    const document = { ...heading(planned), ...planDocument(plan), rescued: counts, warnings: problems };
    terminal.result(JSON.stringify(document, null, 2));
    return 0;
  }
  for (const problem of problems) terminal.note(formatProblem(problem, terminal));
  if (!rescued.written && rescued.missing === 0) {
    terminal.result(`All of it is recorded in ${plan.displayPath}. Nothing was asked.`);
    return 0;
  }
  const lost = rescued.missing === 0 ? "" : ` (${plural(rescued.missing, "question")} without)`;
  terminal.result(`✔ ${plural(rescued.answers, "answer")} of ${plan.model}${lost} in ${plan.displayPath}`);
  terminal.result(
    `Commit it. Compare with it: compare: [recorded:${plan.name}], in gates: against: recorded:${plan.name}`,
  );
  return 0;
}

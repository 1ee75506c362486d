import { join } from "node:path";
import { lockAllRuns } from "../../compose/state-folder.ts";
import type { Session } from "../../compose.ts";
import { FtpipeError, type Problem } from "../../core/errors.ts";
import { gitRepository } from "../../core/git.ts";
import { formatBytes } from "../../core/units.ts";
import type { Rubbish } from "../../run/local-rubbish.ts";
import { type LockNames, lockNames } from "../../run/lock-names.ts";
import { openAllSessions, worldsOf } from "../all-sessions.ts";
import { parseNumber } from "../arguments.ts";
import { localPlace, type Place, remotePlaces } from "../clean-places.ts";
import type { CommandContext } from "../commands.ts";
import { agree } from "../consent.ts";
import { listPipelines } from "../find-pipeline.ts";
import { refuseForeignEvent } from "../github-event.ts";
import { formatProblem } from "../print.ts";
import { printable } from "../terminal.ts";

const usualRuns = 10;
const usualDays = 14;
const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What goes, and from where. */
interface Found {
  readonly place: Place;
  readonly rubbish: Rubbish;
}

export async function run(context: CommandContext): Promise<number> {
  const { arguments: given } = context;
  if (given.has("models") && !given.has("remote")) {
    throw new FtpipeError("USAGE", "--models is about models at the providers.", { hint: "Add --remote." });
  }
  const limits = readLimits(context);
  if (given.has("remote")) refuseForeignEvent(context.ports);
  const problems: Problem[] = [];
  const sessions = await openAllSessions(context, problems);
  try {
    const [first] = sessions;
    if (first === undefined) throw new FtpipeError("PIPELINE_INVALID", "No pipeline can be read.", { problems });
    const { stateDirectory } = first.world.loaded;
    const known = sessions.flatMap((session) => worldsOf(session));
    const release = given.has("dry-run") ? () => {} : await lockAllRuns(stateDirectory, known, context.ports);
    try {
      return await clean(context, { sessions, limits, problems });
    } finally {
      release();
    }
  } finally {
    for (const session of sessions) await session.close();
  }
}

interface Limits {
  readonly keepRuns: number;
  readonly keepDays: number;
}

/** @throws FtpipeError USAGE */
function readLimits({ arguments: given }: CommandContext): Limits {
  const keepRuns = parseNumber("keep-runs", given.text("keep-runs")) ?? usualRuns;
  const keepDays = parseNumber("keep-days", given.text("keep-days")) ?? usualDays;
  return { keepRuns, keepDays };
}

interface Order {
  readonly sessions: readonly Session[];
  readonly limits: Limits;
  readonly problems: Problem[];
}

async function clean(context: CommandContext, order: Order): Promise<number> {
  const { terminal, arguments: given } = context;
  const { problems } = order;
  const names = await namesOf(context, order);
  problems.push(...names.problems);
  const places = await placesOf(context, order, names);
  const found = await lookAt(places);
  const json = given.has("json");
  if (!json) {
    for (const one of problems) terminal.note(formatProblem(one, terminal));
    if (found.length > 0) terminal.result(table(found));
    terminal.note(summary(found, names));
  }
  if (given.has("dry-run") || found.length === 0) {
    if (json) terminal.result(documentOf(found, { names, problems, outcomes: undefined }));
    else if (found.length > 0) terminal.note("Nothing was removed.");
    return 0;
  }
  await agree(context, `Remove ${found.length === 1 ? "it" : `these ${found.length}`}? [y/N] `, {
    nobody: "This would be removed, and there is nobody to ask.",
    hint: "Agree beforehand: --yes; or look first: --dry-run",
    no: "Nothing was removed.",
  });
  const outcomes = await removeAll(context, found, order);
  if (json) terminal.result(documentOf(found, { names, problems, outcomes }));
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const removed = outcomes.filter(({ state }) => state === "removed").length;
  if (!json) terminal.result(`${removed} of ${found.length} removed. Each stands in .ftpipe/clean.jsonl.`);
  const reason = failed[0]?.error;
  if (reason === undefined) return 0;
  if (json) return reason.exitCode;
  throw new FtpipeError(reason.code, `${failed.length} could not be removed; the first: ${reason.message}`, {
    hint: "Run the same command again.",
    cause: reason,
  });
}

/** @throws FtpipeError LOCK_DAMAGED */
async function namesOf({ ports, workingDirectory }: CommandContext, { sessions }: Order): Promise<LockNames> {
  const { root } = (sessions[0] as Session).world.loaded;
  const texts: string[] = [];
  // A pipeline may name a model that no lock has, to go on from or to ask.
  for (const file of await listPipelines(workingDirectory, ports.files)) {
    texts.push(Buffer.from(await ports.files.read(file)).toString("utf8"));
  }
  const repository = gitRepository(root, ports.environment);
  return lockNames(root, { files: ports.files, repository, texts });
}

async function placesOf(
  { ports, arguments: given, signal }: CommandContext,
  { sessions, limits, problems }: Order,
  names: LockNames,
): Promise<readonly Place[]> {
  const now = ports.clock.now();
  const before = now - limits.keepDays * dayMs;
  const isAll = problems.length === 0 && given.positionals.length === 0;
  const local = localPlace({
    stateDirectory: (sessions[0] as Session).world.loaded.stateDirectory,
    names,
    pipelines: isAll ? new Set(sessions.map(({ world }) => world.pipeline.name)) : undefined,
    keepRuns: limits.keepRuns,
    before,
    deadSince: now - hourMs,
    files: ports.files,
  });
  if (!given.has("remote")) return [local];
  const options = { names, models: given.has("models"), before, signal };
  return [local, ...(await remotePlaces(sessions, options, problems))];
}

async function lookAt(places: readonly Place[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const place of places) found.push(...(await place.look()).map((rubbish) => ({ place, rubbish })));
  return found;
}

interface Outcome {
  readonly found: Found;
  readonly state: "removed" | "gone" | "needed" | "failed";
  readonly error?: FtpipeError;
}

/** Removes one after another; what fails is told, and the rest goes on. */
async function removeAll(
  context: CommandContext,
  found: readonly Found[],
  { sessions }: Order,
): Promise<readonly Outcome[]> {
  const { terminal, arguments: given, ports, signal } = context;
  const log = join((sessions[0] as Session).world.loaded.stateDirectory, "clean.jsonl");
  // While somebody thought about it, a job elsewhere may have begun to use it.
  const still = new Set((await lookAt([...new Set(found.map(({ place }) => place))])).map(identify));
  const outcomes: Outcome[] = [];
  for (const one of found) {
    signal.throwIfAborted();
    const outcome = still.has(identify(one)) ? await remove(one) : { found: one, state: "needed" as const };
    outcomes.push(outcome);
    const { place, rubbish } = one;
    const line = { at: new Date(ports.clock.now()).toISOString(), place: place.name, ...rubbish, state: outcome.state };
    await ports.files.appendDurable(log, JSON.stringify(line));
    if (outcome.error !== undefined && !given.has("json"))
      terminal.note(`${terminal.paint("red", "✖")} ${rubbish.name}  ${outcome.error.message}`);
  }
  return outcomes;
}

const identify = ({ place, rubbish }: Found): string => `${place.name} ${rubbish.kind} ${rubbish.name}`;

async function remove(found: Found): Promise<Outcome> {
  try {
    return { found, state: (await found.place.remove(found.rubbish)) ? "removed" : "gone" };
  } catch (error) {
    if (!(error instanceof FtpipeError) || error.code === "INTERRUPTED") throw error;
    return { found, state: "failed", error };
  }
}

function table(found: readonly Found[]): string {
  const rows = found.map(({ place, rubbish: { kind, name, bytes, because } }) => [
    place.name,
    kind,
    name.length > 40 ? `${name.slice(0, 39)}…` : name,
    bytes === undefined ? "" : formatBytes(bytes),
    because,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] as string).length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  "),
  );
  return printable(lines.map((line) => line.trimEnd()).join("\n"));
}

const totalOf = (found: readonly Found[]): number => found.reduce((sum, { rubbish }) => sum + (rubbish.bytes ?? 0), 0);

function summary(found: readonly Found[], { lookedAt: { locks, branches } }: LockNames): string {
  const looked = `Kept is what ${locks} ${locks === 1 ? "lock names" : "locks name"}, as they lie here and on ${branches} ${branches === 1 ? "branch" : "branches"}.`;
  const size =
    found.length === 0 ? "Nothing to remove." : `${found.length} to remove, up to ${formatBytes(totalOf(found))}.`;
  return `${size} ${looked}`;
}

function documentOf(
  found: readonly Found[],
  {
    names,
    problems,
    outcomes,
  }: { names: LockNames; problems: readonly Problem[]; outcomes: readonly Outcome[] | undefined },
): string {
  const states = new Map(outcomes?.map(({ found: one, state, error }) => [one, { state, error: error?.message }]));
  const items = found.map((one) => ({ place: one.place.name, ...one.rubbish, ...states.get(one) }));
  return JSON.stringify({ items, bytes: totalOf(found), looked_at: names.lookedAt, warnings: problems }, null, 2);
}

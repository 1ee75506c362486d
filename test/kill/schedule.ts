import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isTemporary } from "../../src/core/atomic-write.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { createRandom } from "../../src/engine/random.ts";
import { openCache } from "../../src/run/cache.ts";
import { findEvidence, proveEvidence } from "../../src/run/evidence.ts";
import { readLock } from "../../src/run/lock.ts";
import type { StageKey } from "../../src/run/record.ts";
import { tinyPipeline } from "../e2e/rig.ts";
import type { Program } from "../program.ts";
import { type Ended, type Server, startProgram, startServer } from "./program.ts";

/** What a run that nobody disturbed came to. */
export interface Reference {
  /** By file name, without times and ids. */
  readonly report: Readonly<Record<string, string>>;
  /** Its project, whose cache spares others the local stages. */
  readonly folder: string;
}

export interface Outcome {
  readonly kills: number;
  /** Runs that ended by themselves with a code that says: run it again. */
  readonly reruns: number;
  /** What is wrong; empty if all is well. */
  readonly faults: readonly string[];
}

/** A day on which answers are lost before and after the request was accepted, or it is accepted late, and lists lag. */
const badDay = (seed: number): string =>
  [
    `seed=${seed}`,
    "list_lag=0.2s",
    ...["create_file", "create_job"].flatMap((route) => [
      `lost_answer@${route}=0.12`,
      `cut_answer@${route}=0.06`,
      `late@${route}=0.12:0.3s`,
      `server_error@${route}=0.1`,
      `reset@${route}=0.08`,
    ]),
    ...["list_files", "list_jobs", "get_job", "list_events"].flatMap((route) => [
      `server_error@${route}=0.05`,
      `reset@${route}=0.05`,
    ]),
  ].join(",");

/** Moments after which a kill comes, within so many milliseconds; those at which most can go wrong are the likeliest. */
const moments: readonly (readonly [pattern: RegExp, within: number, share: number])[] = [
  [/^/, 1_200, 0.25],
  [/"stage_started","stage":"upload"/, 300, 0.2],
  [/"stage_started","stage":"train"/, 250, 0.3],
  [/"stage_started","stage":"wait"/, 1_300, 0.1],
  [/"stage_started","stage":"evaluate"/, 400, 0.1],
  [/"stage_started","stage":"report"/, 60, 0.05],
];

interface Kill {
  readonly pattern: RegExp;
  readonly after: number;
}

function drawKill(random: () => number): Kill {
  let left = random();
  const found = moments.find(([, , share]) => {
    left -= share;
    return left < 0;
  });
  const [pattern, within] = found ?? (moments[0] as (typeof moments)[number]);
  return { pattern, after: random() * within };
}

/** The project of a schedule: its target is that server. What it declares of it has room for a slow machine. */
function writeProject(folder: string, { url }: Pick<Server, "url">): void {
  const target = `ours: { provider: openai-compatible, base_url: "${url}", model: ftpipe-nano, api_key_env: FTPIPE_OUR_KEY, paid: false, look_up: { list_lag: 1, late: 2 } }`;
  for (const [name, text] of Object.entries(
    tinyPipeline((yaml) =>
      yaml.replace("echo: { provider: echo }", target).replace("default_target: local", "default_target: ours"),
    ),
  ))
    writeFileSync(join(folder, name), text);
}

/** Runs `words` in the project; kills the process at the drawn moment, if it has not ended before. */
async function runUntil(
  program: Program,
  start: { readonly folder: string; readonly words: readonly string[]; readonly key: string },
  kill: Kill | undefined,
): Promise<Ended> {
  const run = startProgram(program, { ...start, environment: { FTPIPE_OUR_KEY: start.key } });
  if (kill !== undefined) {
    await run.shows(kill.pattern);
    await Promise.race([delay(kill.after), run.ended]);
    run.child.kill("SIGKILL");
  }
  return run.ended;
}

/** Runs after which a schedule is given up. */
const mostRuns = 25;

/** Kills runs at random instants, the last ones not, until one ends by itself. Equal seeds draw equal instants and faults. */
export async function playSchedule(seed: number, program: Program, reference: Reference): Promise<Outcome> {
  const random = createRandom(seed).next;
  return inProject({ program, chaos: badDay(seed) }, async (project, server) => {
    // Four of five find the local stages done: what is killed is then mostly the remote part.
    if (random() < 0.8) copyCache(reference.folder, project);
    const wanted = 1 + Math.floor(4 * random() ** 2);
    let [kills, reruns] = [0, 0];
    while (kills + reruns < mostRuns) {
      const kill = kills < wanted ? drawKill(random) : undefined;
      const start = { folder: project, words: ["run", "--json"], key: server.key };
      const began = Date.now();
      const { code, stdout, stderr } = await runUntil(program, start, kill);
      if (code === 0) {
        const faults = [...(await faultsOf(project, server, reference)), ...leftBehind(project, began)];
        return { kills, reruns, faults };
      }
      if (code === null) kills++;
      else if (code === 5 || code === 6) reruns++;
      else return { kills, reruns, faults: [`a run ended with ${code}: ${stdout.slice(-600)}${stderr}`] };
    }
    return { kills, reruns, faults: [`no run ended by itself in ${mostRuns}`] };
  });
}

/**
 * Kills a run at a random instant and goes on in another clone: it has what is in git (of every other one that is the
 * lock as well), the key, and the server's address. Where nothing was begun, resuming must create nothing.
 */
export async function resumeElsewhere(seed: number, program: Program, reference: Reference): Promise<Outcome> {
  const random = createRandom(seed).next;
  return inProject({ program, chaos: `seed=${seed},list_lag=0.2s` }, async (project, server) => {
    if (random() < 0.8) copyCache(reference.folder, project);
    const isCommitted = random() < 0.5;
    const start = { words: ["run", "--json"], key: server.key };
    const { code } = await runUntil(program, { ...start, folder: project }, drawKill(random));
    const outcome = { kills: code === null ? 1 : 0, reruns: 0 };
    const clone = join(project, "../clone");
    mkdirSync(clone);
    writeProject(clone, server);
    const lock = join(project, lockName);
    if (isCommitted && existsSync(lock)) cpSync(lock, join(clone, lockName));
    const resumed = await runUntil(program, { ...start, words: ["resume", "--json"], folder: clone }, undefined);
    const ended = resumed.stdout.includes('"code":"NOTHING_TO_SHOW"') ? await runAnew(clone, server) : resumed;
    if (ended.code !== 0) return { ...outcome, faults: [`it ended with ${ended.code}: ${ended.stdout.slice(-900)}`] };
    const { made } = await server.jobs();
    const faults = await stateFaults(clone, server);
    const report = reportOf(clone);
    // Where the lock told of the verdict already, nothing was left to be done.
    const answers = report["results.json"] ?? reference.report["results.json"];
    return {
      ...outcome,
      faults: [
        ...faults,
        ...(made === 1 ? [] : [`${made} jobs were made`]),
        ...(answers === reference.report["results.json"] ? [] : ["results.json differs"]),
      ],
    };
  });

  async function runAnew(clone: string, server: Server): Promise<Ended> {
    const { made } = await server.jobs();
    if (made > 0) return { code: null, stdout: `${made} jobs exist, and resume did not find them`, stderr: "" };
    return runUntil(program, { folder: clone, words: ["run", "--json"], key: server.key }, undefined);
  }
}

const lockName = "towns.lock.yaml";

/** A project beside a server of its own, both gone afterwards. */
async function inProject<Value>(
  { program, chaos }: { readonly program: Program; readonly chaos?: string },
  use: (project: string, server: Server) => Promise<Value>,
): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "ftpipe-kill-"));
  const flags = ["--state", "state", ...(chaos === undefined ? [] : ["--chaos", chaos])];
  const server = await startServer(program, join(folder, "server"), flags);
  try {
    const project = join(folder, "project");
    mkdirSync(project);
    writeProject(project, server);
    return await use(project, server);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the project once, on a server with which nothing is wrong, into a folder of the caller's. */
export async function undisturbed(program: Program, folder: string): Promise<Reference> {
  return inProject({ program, chaos: "seed=0,reset=0" }, async (project, { key }) => {
    const { code, stdout } = await runUntil(program, { folder: project, words: ["run", "--json"], key }, undefined);
    if (code !== 0) throw new Error(`the undisturbed run ended with ${code}: ${stdout}`);
    copyCache(project, folder);
    return { folder, report: reportOf(project) };
  });
}

function copyCache(from: string, to: string): void {
  cpSync(join(from, ".ftpipe/cache"), join(to, ".ftpipe/cache"), { recursive: true });
}

/** All that can be wrong when a run has ended: jobs, files, report. */
async function faultsOf(project: string, server: Server, reference: Reference): Promise<readonly string[]> {
  const faults = [...(await stateFaults(project, server))];
  const report = reportOf(project);
  for (const [name, text] of Object.entries(reference.report)) {
    if (report[name] !== text) faults.push(`${name} differs: ${firstDifference(text, report[name] ?? "")}`);
  }
  return [...faults, ...(await evidenceFaults(project))];
}

/** Whether the lock names the evidence of its attempt, and every byte of it is there. */
async function evidenceFaults(project: string): Promise<readonly string[]> {
  const { files } = nodePorts({});
  const { lock } = await readLock(join(project, lockName), files);
  const key = lock.targets["ours"]?.attempts[0]?.evidence_sha256 ?? "none";
  const found = await findEvidence([join(project, ".ftpipe/evidence")], key, files);
  if (found === undefined) return [`evidence: ${key} is missing`];
  return proveEvidence(found, files).then(
    () => [],
    (error: Error) => [`evidence: ${error.message}`],
  );
}

/** Half-written files of the run that ended by itself; those of killed runs are swept after an hour. */
function leftBehind(project: string, since: number): readonly string[] {
  return readdirSync(project, { recursive: true, encoding: "utf8" })
    .filter((path) => isTemporary(basename(path)) && statSync(join(project, path)).mtimeMs >= since)
    .map((path) => `left behind: ${path}`);
}

/** Whether there is one live job, and lock, journal and cache are whole. */
async function stateFaults(project: string, server: Server): Promise<readonly string[]> {
  const faults: string[] = [];
  const { made, live } = await server.jobs();
  if (live !== 1) faults.push(`${live} live jobs of ${made}`);
  const { files } = nodePorts({});
  const { lock, warnings } = await readLock(join(project, lockName), files);
  faults.push(...warnings.map(({ message }) => `lock: ${message}`));
  const attempts = lock.targets["ours"]?.attempts ?? [];
  if (attempts.length !== 1 || attempts[0]?.ids.model === undefined) faults.push(`lock: ${JSON.stringify(attempts)}`);
  const journal = join(project, ".ftpipe/journal.jsonl");
  // Where the lock told of the job, nothing was written down anew.
  for (const line of existsSync(journal) ? readFileSync(journal, "utf8").split("\n") : []) {
    if (line !== "" && !isJson(line)) faults.push(`journal: ${line}`);
  }
  const directory = join(project, ".ftpipe/cache");
  const cache = openCache(directory, files);
  for (const key of readdirSync(directory)) {
    const { damaged } = await cache.read(key as StageKey);
    if (damaged !== undefined) faults.push(`cache: ${damaged.message}`);
  }
  return faults;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The report of the newest run that has one. Times and ids, which hold the server's port, are taken out. */
function reportOf(project: string): Readonly<Record<string, string>> {
  const runs = join(project, ".ftpipe/runs");
  if (!existsSync(runs)) return {};
  const done = readdirSync(runs).filter((id) => readdirSync(join(runs, id)).includes("run.json"));
  const newest = done.toSorted((a, b) => Number(a.split("-")[1]) - Number(b.split("-")[1])).at(-1);
  if (newest === undefined) return {};
  const read = (name: string) =>
    readFileSync(join(runs, newest, name), "utf8")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( UTC|Z)?/g, "TIME")
      .replace(/ftjob-\w+/g, "JOB")
      .replace(/(ft:ftpipe-nano:local:towns):\w{8}/g, "$1:MODEL");
  return Object.fromEntries(["report.html", "report.md", "results.json"].map((name) => [name, read(name)]));
}

function firstDifference(expected: string, actual: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const part = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 40), at + 80));
  return `${part(expected)}, not ${part(actual)}`;
}

/** Plays so many at once; the machine's cores would stand idle while a run waits for its job. */
const lanes = 4;

/** Plays schedules of consecutive seeds. @returns A line for each that failed, with the command that replays it. */
export async function playMany(
  seeds: { readonly from: number; readonly count: number },
  play: (seed: number) => Promise<Outcome>,
  kind: string,
): Promise<{ readonly failed: readonly string[]; readonly kills: number }> {
  const failed: string[] = [];
  let kills = 0;
  let next = seeds.from;
  const lane = async (): Promise<void> => {
    while (next < seeds.from + seeds.count) {
      const seed = next++;
      const outcome = await play(seed);
      kills += outcome.kills;
      if (outcome.faults.length > 0)
        failed.push(`npm run kill -- --kind ${kind} --seed ${seed}\n  ${outcome.faults.join("\n  ")}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { failed, kills };
}

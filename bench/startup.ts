/**
 * Start-up of the packed package, as ratios to an empty Node of the same round: the sides take turns.
 *
 *   node bench/startup.ts               a CSV of 200 MB, some five minutes
 *   node bench/startup.ts --rows 500    a smaller one; misses no floor
 *
 * Ends with 1 if a floor is missed, with 2 if the bench itself is at fault.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { packageFile } from "../src/core/assets.ts";
import { conclusion, exitWith } from "./conclusion.ts";
import { inTurns, type Measurement, median, timed, verdictOf } from "./engine/measurement.ts";
import { reportLines } from "./engine/report.ts";
import { makeProject, rowBytes } from "./startup/project.ts";
import { openInstantServer } from "./startup/server.ts";

const execute = promisify(execFile);
const rounds = 15;
const restMs = 4_000;
const fewRows = 40;
const allRows = 25_000;

/** The package as it is published, unpacked, with the dependencies of this folder. @returns Its executable. */
async function unpack(root: string): Promise<string> {
  const folder = join(root, "package");
  await execute("npm", ["pack", "--silent", "--pack-destination", root], { cwd: packageFile(".") });
  const tarball = (await readdir(root)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  await mkdir(folder);
  await execute("tar", ["xzf", join(root, tarball), "--strip-components=1", "-C", folder]);
  await symlink(packageFile("node_modules"), join(root, "node_modules"));
  return join(folder, "bin/ftpipe.js");
}

/** Runs Node. @throws unless it ends with 0. */
async function node(words: readonly string[], folder: string): Promise<string> {
  const environment = { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1" };
  const { stdout } = await execute(process.execPath, [...words], { cwd: folder, env: environment });
  return stdout;
}

const ratios = (left: readonly number[], right: readonly number[]): readonly number[] =>
  left.map((value, round) => value / (right[round] ?? Number.NaN));
const milliseconds = (values: readonly number[]): string => `${(median(values) * 1000).toFixed(0)} ms`;

async function measure(root: string, rows: number): Promise<readonly Measurement[]> {
  const executable = await unpack(root);
  const server = await openInstantServer();
  try {
    const projects = { small: join(root, "small"), large: join(root, "large") };
    await makeProject(projects.small, fewRows, server.baseUrl);
    await makeProject(projects.large, rows, server.baseUrl);
    for (const folder of Object.values(projects)) await node([executable, "run", "tickets"], folder);
    // What was written a moment ago may change once more without a new stamp: until then a run looks for itself.
    await setTimeout(restMs);
    const again = async (folder: string): Promise<void> => {
      const shown = await node([executable, "run", "tickets"], folder);
      if (!shown.includes("Nothing was called")) throw new Error(`the run did something:\n${shown}`);
    };
    const [empty = [], help = [], small = [], large = []] = await inTurns(
      [
        () => timed(() => node(["-e", "0"], root)),
        () => timed(() => node([executable, "--help"], root)),
        () => timed(() => again(projects.small)),
        () => timed(() => again(projects.large)),
      ],
      { rounds, warmUp: 2 },
    );
    const noop = (name: string, values: readonly number[]): Measurement => ({
      name: `a run with nothing to do, ${name}`,
      unit: "ratio",
      values: ratios(values, empty),
      bound: { direction: "at most", floor: 2.3, aim: 1.5 },
      remark: `${milliseconds(values)} over ${milliseconds(empty)}`,
    });
    return [
      {
        name: "--help",
        unit: "ratio",
        values: ratios(help, empty),
        bound: { direction: "at most", floor: 1.4 },
        remark: `${milliseconds(help)} over ${milliseconds(empty)}`,
      },
      noop(`${fewRows} rows`, small),
      noop(`${Math.round((rows * rowBytes) / 1e6)} MB`, large),
    ];
  } finally {
    await server.close();
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns The exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { rows: { type: "string", default: String(allRows) } } });
  const rows = Number(values.rows);
  print(`Node ${process.version}, ${cpus()[0]?.model ?? process.arch}, load before ${loadavg()[0]?.toFixed(2)}`);
  const root = await mkdtemp(join(tmpdir(), "ftpipe-bench-"));
  try {
    const measurements = await measure(root, rows);
    for (const line of reportLines(measurements)) print(line);
    const missed = measurements.filter((measured) => verdictOf(measured) === "MISSED").map(({ name }) => name);
    const { line, exitCode } = conclusion(missed, rows < allRows ? "rows" : undefined);
    print(`\n${line}`);
    return exitCode;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

await exitWith(main);

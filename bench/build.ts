/**
 * Speed and memory of the local half of a pipeline, bundled as it is shipped, as ratios within one run: the sides take
 * turns. Every side runs in a process of its own.
 *
 *   node bench/build.ts                    a million rows, some ten minutes
 *   node bench/build.ts --rows 100000      fewer; misses no floor
 *   node bench/build.ts --only memory      this section; may be given several times
 *
 * Ends with 1 if a floor is missed, with 2 if the bench itself is at fault.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { packageFile } from "../src/core/assets.ts";
import { makeRows } from "./build/make-data.ts";
import { pipelineYaml } from "./build/texts.ts";
import { conclusion, exitWith } from "./conclusion.ts";
import { inTurns, type Measurement, median, verdictOf } from "./engine/measurement.ts";
import { reportLines } from "./engine/report.ts";

const run = promisify(execFile);
const rounds = 3;

/** What a process printed of itself. */
interface Told {
  readonly seconds: number;
  readonly megabytes?: number;
}

async function told(command: string, words: readonly (string | number)[]): Promise<Told> {
  const { stdout } = await run(command, words.map(String), { maxBuffer: 1 << 20 });
  return JSON.parse(stdout) as Told;
}

const node = (script: string, ...words: readonly (string | number)[]): Promise<Told> =>
  told(process.execPath, [packageFile(`bench/build/${script}`), ...words]);

interface Project {
  readonly folder: string;
  readonly data: string;
  /** Runs the pipeline as far as a stage. */
  stages(until: string, workers: number): Promise<Told>;
}

/** What runs the stages, bundled as the program is. */
const runStages = (root: string): string => join(root, "program/dist/cli/run-stages.js");

async function bundleProgram(root: string): Promise<void> {
  const folder = join(root, "program");
  await mkdir(folder, { recursive: true });
  await run(process.execPath, [packageFile("bench/build/bundle.ts"), join(folder, "dist")]);
  for (const name of ["assets", "schemas", "node_modules", "package.json"]) {
    await symlink(packageFile(name), join(folder, name));
  }
}

async function makeProject(root: string, name: string, rows: number, secrets: "off" | "block"): Promise<Project> {
  const folder = join(root, name);
  const data = join(folder, "pipelines/rows.csv");
  await mkdir(join(folder, "pipelines"), { recursive: true });
  await mkdir(join(folder, ".git"));
  await writeFile(join(folder, "pipelines/copywriter.yaml"), pipelineYaml(secrets));
  await makeRows(data, rows);
  const stages: Project["stages"] = (until, workers) =>
    told(process.execPath, [runStages(root), folder, until, workers]);
  return { folder, data, stages };
}

type Section = (root: string, rows: number) => Promise<readonly Measurement[]>;

const seconds = (side: () => Promise<Told>) => async (): Promise<number> => (await side()).seconds;
const ratios = (left: readonly number[], right: readonly number[]): readonly number[] =>
  left.map((value, round) => value / (right[round] ?? Number.NaN));
const rate = (rows: number, values: readonly number[]): string => `${Math.round(rows / median(values) / 1000)}k rows/s`;

const time: Section = async (root, rows) => {
  const plain = await makeProject(root, "plain", rows, "off");
  const guarded = await makeProject(root, "guarded", rows, "block");
  const out = join(root, "out.jsonl");
  const few = Math.ceil(rows / 5);
  const [ready = [], ours = [], scanned = [], python = []] = await inTurns(
    [
      seconds(() => node("ready.ts", plain.data, rows, out)),
      seconds(() => plain.stages("split", 1)),
      seconds(() => guarded.stages("split", 1)),
      async () =>
        (await told("python3", [packageFile("bench/build/plain.py"), plain.data, few, out])).seconds * (rows / few),
    ],
    { rounds, warmUp: 0 },
  );
  const added = scanned.map((value, round) => (value - (ours[round] ?? Number.NaN)) / (ready[round] ?? Number.NaN));
  return [
    {
      name: "build over writing ready objects",
      unit: "ratio",
      values: ratios(ours, ready),
      bound: { direction: "at most", floor: 3.3, aim: 2 },
      remark: `${rate(rows, ours)} over ${rate(rows, ready)}`,
    },
    {
      name: "plain script (csv, jinja2, json) over build",
      unit: "ratio",
      values: ratios(python, ours),
      bound: { direction: "at least", floor: 3 },
      remark: `${rate(rows, python)} of the script, from ${few} rows`,
    },
    {
      name: "what the search for secrets adds, over ready objects",
      unit: "ratio",
      values: added,
      bound: { direction: "at most", floor: 2 },
      remark: rate(rows, scanned),
    },
  ];
};

const tokens: Section = async (root, rows) => {
  const few = Math.ceil(rows / 5);
  const project = await makeProject(root, "tokens", few, "off");
  const examples = join(root, "examples.jsonl");
  await node("ready.ts", project.data, few, examples);
  const [alone = [], one = [], two = []] = await inTurns(
    [
      seconds(() => node("tokenizer.ts", examples)),
      seconds(() => project.stages("estimate", 1)),
      seconds(() => project.stages("estimate", 2)),
    ],
    { rounds, warmUp: 0 },
  );
  return [
    {
      name: "build with tokens over the tokenizer alone",
      unit: "ratio",
      values: ratios(one, alone),
      bound: { direction: "at most", floor: 1.6 },
      remark: `${rate(few, one)} over ${rate(few, alone)}, ${few} rows`,
    },
    {
      name: "the same with two threads",
      unit: "ratio",
      values: ratios(one, two),
      bound: { direction: "at least", floor: 1.5 },
      remark: rate(few, two),
    },
  ];
};

const memory: Section = async (root, rows) => {
  const small = await makeProject(root, "small", rows, "off");
  const large = await makeProject(root, "large", rows * 3, "off");
  const [peak, peakOfThree] = [(await small.stages("split", 1)).megabytes, (await large.stages("split", 1)).megabytes];
  return [
    {
      name: `peak memory, ${rows.toLocaleString("en-US")} rows`,
      unit: "MB",
      values: [peak ?? Number.NaN],
      bound: { direction: "at most", floor: 400 },
      remark: "one worker",
    },
    {
      name: `peak memory, ${(rows * 3).toLocaleString("en-US")} rows`,
      unit: "MB",
      values: [peakOfThree ?? Number.NaN],
      bound: { direction: "at most", floor: 520 },
      remark: "one worker; 1.3 times the first bound",
    },
  ];
};

const sections: Readonly<Record<string, Section>> = { time, tokens, memory };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns The exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { rows: { type: "string", default: "1000000" }, only: { type: "string", multiple: true } },
  });
  const rows = Number(values.rows);
  const chosen = values.only ?? Object.keys(sections);
  const unknown = chosen.find((name) => sections[name] === undefined);
  if (unknown !== undefined) throw new Error(`There is no section "${unknown}": ${Object.keys(sections).join(", ")}.`);
  print(`Node ${process.version}, ${cpus()[0]?.model ?? process.arch}, load before ${loadavg()[0]?.toFixed(2)}`);
  const root = await mkdtemp(join(tmpdir(), "ftpipe-bench-"));
  const missed: string[] = [];
  try {
    await bundleProgram(root);
    for (const name of chosen) {
      const measurements = (await sections[name]?.(root, rows)) ?? [];
      print(`\n${name}, ${rows.toLocaleString("en-US")} rows`);
      for (const line of reportLines(measurements)) print(line);
      missed.push(
        ...measurements.filter((measured) => verdictOf(measured) === "MISSED").map((measured) => measured.name),
      );
    }
  } finally {
    await rm(root, { recursive: true, force: true });
  }
  const { line, exitCode } = conclusion(missed, rows < 1_000_000 ? "rows" : undefined);
  print(`\n${line}`);
  return exitCode;
}

await exitWith(main);

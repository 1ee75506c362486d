/**
 * Uploads of a large file: time as a ratio to curl's of the same round, to the same server on loopback, and the
 * peak memory of the process that sends. The time includes the start of the process, on both sides.
 *
 *   node bench/upload.ts                   500 MB, some two minutes
 *   node bench/upload.ts --megabytes 20    a smaller file; misses no floor
 *
 * Ends with 1 if a floor is missed, with 2 if the bench itself is at fault.
 */
import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { packageFile } from "../src/core/assets.ts";
import { conclusion, exitWith } from "./conclusion.ts";
import { inTurns, type Measurement, median, timed, verdictOf } from "./engine/measurement.ts";
import { reportLines } from "./engine/report.ts";
import { openSink } from "./upload/sink.ts";

const execute = promisify(execFile);
const rounds = 3;
const allMegabytes = 500;

/** Lines of JSON with text that no two share. @returns Its sha256. */
async function makeFile(path: string, megabytes: number): Promise<string> {
  const sum = createHash("sha256");
  const file = await open(path, "w");
  try {
    for (let megabyte = 0; megabyte < megabytes; megabyte++) {
      const line = `{"messages":[{"role":"user","content":"${randomBytes(499_975).toString("hex")}"}]}\n`;
      sum.update(line);
      await file.write(line);
    }
  } finally {
    await file.close();
  }
  return sum.digest("hex");
}

async function measure(folder: string, megabytes: number): Promise<readonly Measurement[]> {
  const path = join(folder, "train.jsonl");
  const sha256 = await makeFile(path, megabytes);
  const sink = await openSink();
  const peaks: Record<"whole" | "parts", number[]> = { whole: [], parts: [] };
  const whole = async (work: () => Promise<unknown>) => {
    const before = sink.received();
    await work();
    if (sink.received() - before < megabytes * 999_900) throw new Error("the server did not get the whole file");
  };
  const curl = ["-sSf", "-F", "purpose=fine-tune", "-F", `file=@${path}`, `${sink.baseUrl}/files`];
  const send = async (way: "whole" | "parts") => {
    const words = [packageFile("bench/upload/send.ts"), sink.baseUrl, path, sha256, way];
    const { stdout } = await execute(process.execPath, words);
    peaks[way].push(Number(stdout) / 1e6);
  };
  try {
    const [ofCurl = [], ofWhole = [], ofParts = []] = await inTurns(
      [
        () => timed(() => whole(() => execute("curl", curl))),
        () => timed(() => whole(() => send("whole"))),
        () => timed(() => whole(() => send("parts"))),
      ],
      { rounds, warmUp: 1 },
    );
    const seconds = (values: readonly number[]) => `${median(values).toFixed(2)} s`;
    const time = (name: string, values: readonly number[]): Measurement => ({
      name: `${megabytes} MB ${name}, time`,
      unit: "ratio",
      values: values.map((value, round) => value / (ofCurl[round] ?? Number.NaN)),
      bound: { direction: "at most", floor: 5 },
      remark: `${seconds(values)} over ${seconds(ofCurl)} of curl`,
    });
    const memory = (name: string, values: readonly number[]): Measurement => ({
      name: `${megabytes} MB ${name}, peak memory`,
      unit: "MB",
      values,
      bound: { direction: "at most", floor: 250 },
      remark: "resident, of the whole process",
    });
    return [
      time("in one request", ofWhole),
      memory("in one request", peaks.whole),
      time("in parts", ofParts),
      memory("in parts", peaks.parts),
    ];
  } finally {
    await sink.close();
  }
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns The exit code. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { megabytes: { type: "string", default: String(allMegabytes) } } });
  const megabytes = Number(values.megabytes);
  print(`Node ${process.version}, ${cpus()[0]?.model ?? process.arch}, load before ${loadavg()[0]?.toFixed(2)}`);
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-bench-"));
  try {
    const measurements = await measure(folder, megabytes);
    for (const line of reportLines(measurements)) print(line);
    const missed = measurements.filter((measured) => verdictOf(measured) === "MISSED").map(({ name }) => name);
    const { line, exitCode } = conclusion(missed, megabytes < allMegabytes ? "megabytes" : undefined);
    print(`\n${line}`);
    return exitCode;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await exitWith(main);

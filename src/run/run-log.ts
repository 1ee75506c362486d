import { join } from "node:path";
import type { Clock, FileSystem } from "../core/ports.ts";

/** Makes a run's folder: `.ftpipe/runs/20261121-1`, numbered by the day (UTC). Two runs never share one. */
export async function newRunDirectory(
  stateDirectory: string,
  files: FileSystem,
  clock: Clock,
): Promise<{ id: string; directory: string }> {
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "");
  const numbers = (await files.list(join(stateDirectory, "runs")))
    .filter((name) => name.startsWith(`${day}-`))
    .map((name) => Number(name.slice(day.length + 1)))
    .filter(Number.isInteger);
  for (let number = Math.max(0, ...numbers) + 1; ; number++) {
    const id = `${day}-${number}`;
    const directory = join(stateDirectory, "runs", id);
    if (await files.claimDirectory(directory)) return { id, directory };
  }
}

/** What later commands need to know of a run: `run.json` in its folder. */
export interface RunSummary {
  readonly run: string;
  /** The pipeline file, relative to the root. */
  readonly pipeline: string;
  readonly target: string;
  readonly model?: string;
  readonly verdict?: string;
  /** Key of the gate that decided: what the report tells of. */
  readonly gate?: string;
  /** ISO 8601, UTC. */
  readonly finished_at: string;
}

export interface RunFolder {
  readonly id: string;
  readonly directory: string;
  /** Undefined for a run that left none. */
  readonly summary: RunSummary | undefined;
}

/** The folders of runs, newest first. */
export async function* runFolders(stateDirectory: string, files: FileSystem): AsyncGenerator<RunFolder> {
  const ids = (await files.list(join(stateDirectory, "runs"))).filter((name) => /^\d{8}-\d+$/.test(name));
  const order = (id: string) => {
    const [day = "0", number = "0"] = id.split("-");
    return Number(day) * 1e6 + Number(number);
  };
  for (const id of ids.toSorted((a, b) => order(b) - order(a))) {
    const directory = join(stateDirectory, "runs", id);
    const file = join(directory, "run.json");
    const written = (await files.stat(file)) !== undefined;
    yield { id, directory, summary: written ? readSummary(await files.readText(file)) : undefined };
  }
}

/** The newest run, of one pipeline, target and gate if they are named; undefined if there is none. */
export async function latestRun(
  stateDirectory: string,
  files: FileSystem,
  of: { readonly pipeline?: string; readonly target?: string; readonly gate?: string } = {},
): Promise<(RunSummary & { readonly directory: string }) | undefined> {
  for await (const { summary, directory } of runFolders(stateDirectory, files)) {
    if (summary === undefined) continue;
    if (of.pipeline !== undefined && summary.pipeline !== of.pipeline) continue;
    if (of.target !== undefined && summary.target !== of.target) continue;
    // Runs of older versions do not tell.
    if (of.gate !== undefined && summary.gate !== undefined && summary.gate !== of.gate) continue;
    return { ...summary, directory };
  }
  return undefined;
}

/** Undefined for a file that was damaged: a run that can't be read is no latest run. */
function readSummary(text: string): RunSummary | undefined {
  try {
    const value = JSON.parse(text) as Partial<RunSummary> | null;
    const texts = [value?.run, value?.pipeline, value?.target, value?.finished_at];
    return texts.every((item) => typeof item === "string") ? (value as RunSummary) : undefined;
  } catch {
    return undefined;
  }
}

import { join } from "node:path";
import { isTemporary } from "../core/atomic-write.ts";
import type { FileSystem } from "../core/ports.ts";
import type { LockNames } from "./lock-names.ts";
import type { StageKey } from "./record.ts";
import { type RunSummary, runFolders } from "./run-log.ts";

/** Something that nothing needs any more. */
export interface Rubbish {
  readonly kind: "cache" | "run" | "build" | "left over" | "file" | "results" | "model";
  /** A path from the state folder, or an id. */
  readonly name: string;
  /** Undefined where nobody knows. */
  readonly bytes: number | undefined;
  readonly because: string;
}

export interface LocalRubbishOptions {
  readonly stateDirectory: string;
  readonly names: Pick<LockNames, "has" | "stages">;
  /** Names of all pipelines; undefined if one of them can't be read. */
  readonly pipelines: ReadonlySet<string> | undefined;
  /** Runs of each pipeline and target that stay. */
  readonly keepRuns: number;
  /** What changed later stays; milliseconds since 1970. */
  readonly before: number;
  /** What is half-written and has not changed since then was left by a run that is dead. */
  readonly deadSince: number;
  readonly files: FileSystem;
}

/** What of `.ftpipe/` nothing needs. Never: the journal, evidence, the built-in server's state, exports. */
export async function localRubbish(options: LocalRubbishOptions): Promise<readonly Rubbish[]> {
  return [
    ...(await cacheRubbish(options)),
    ...(await runRubbish(options)),
    ...(await buildRubbish(options)),
    ...(await leftOvers(options)),
  ];
}

async function cacheRubbish(options: LocalRubbishOptions): Promise<readonly Rubbish[]> {
  const { stateDirectory, names, before, deadSince, files } = options;
  const found: Rubbish[] = [];
  for (const key of await files.list(join(stateDirectory, "cache"))) {
    if (!/^[0-9a-f]{64}$/.test(key) || names.stages.has(key as StageKey)) continue;
    const name = `cache/${key}`;
    const { bytes, changedMs } = await sizeOf(join(stateDirectory, name), files);
    const whole = (await files.stat(join(stateDirectory, name, "output.json"))) !== undefined;
    if (changedMs >= (whole ? before : deadSince)) continue;
    found.push({ kind: "cache", name, bytes, because: whole ? "no lock names it" : "a run that was killed left it" });
  }
  return found;
}

async function runRubbish({ stateDirectory, names, keepRuns, before, files }: LocalRubbishOptions) {
  const found: Rubbish[] = [];
  const counted = new Map<string, number>();
  const models = new Set<string>();
  for await (const { id, directory, summary } of runFolders(stateDirectory, files)) {
    const { bytes, changedMs } = await sizeOf(directory, files);
    const because =
      summary === undefined ? "it has no report" : notNeeded(summary, { names, keepRuns, counted, models });
    if (because === undefined || changedMs >= before) continue;
    found.push({ kind: "run", name: `runs/${id}`, bytes, because });
  }
  return found;
}

interface RunsSoFar {
  readonly names: Pick<LockNames, "has">;
  readonly keepRuns: number;
  /** Newer runs of each pipeline and target. */
  readonly counted: Map<string, number>;
  /** Models that newer runs judged. */
  readonly models: Set<string>;
}

/** Why a run may go; the newest of each model that a lock names stays. Runs come newest first. */
function notNeeded({ pipeline, target, model }: RunSummary, so: RunsSoFar): string | undefined {
  const series = `${pipeline} → ${target}`;
  const newer = so.counted.get(series) ?? 0;
  so.counted.set(series, newer + 1);
  const first = model !== undefined && !so.models.has(model);
  if (model !== undefined) so.models.add(model);
  if (newer < so.keepRuns || (first && so.names.has(model))) return undefined;
  return `${newer} newer runs of ${series}`;
}

async function buildRubbish({ stateDirectory, pipelines, before, files }: LocalRubbishOptions) {
  if (pipelines === undefined) return [];
  const found: Rubbish[] = [];
  for (const name of await files.list(join(stateDirectory, "build"))) {
    if (pipelines.has(name)) continue;
    const { bytes, changedMs } = await sizeOf(join(stateDirectory, "build", name), files);
    if (changedMs >= before) continue;
    found.push({ kind: "build", name: `build/${name}`, bytes, because: "there is no such pipeline any more" });
  }
  return found;
}

/** Half-written files, and the folders of `verify`, of runs that were killed. */
async function leftOvers({ stateDirectory, deadSince, files }: LocalRubbishOptions): Promise<readonly Rubbish[]> {
  const found: Rubbish[] = [];
  const look = async (folder: string): Promise<void> => {
    for (const name of await files.list(join(stateDirectory, folder))) {
      const inner = folder === "" ? name : `${folder}/${name}`;
      const left = isTemporary(name) || (folder === "" && /^verify-[0-9a-f]{12}$/.test(name));
      const stat = await files.stat(join(stateDirectory, inner));
      if (stat === undefined) continue;
      if (left) {
        const { bytes, changedMs } = await sizeOf(join(stateDirectory, inner), files);
        if (changedMs < deadSince)
          found.push({ kind: "left over", name: inner, bytes, because: "a run that was killed left it" });
      } else if (stat.kind === "directory" && !["serve", "export"].includes(inner)) {
        await look(inner);
      }
    }
  };
  await look("");
  return found;
}

/** Of a file, or of all files in a folder: their bytes, and when the last of them changed. */
async function sizeOf(
  path: string,
  files: FileSystem,
): Promise<{ readonly bytes: number; readonly changedMs: number }> {
  const stat = await files.stat(path);
  if (stat?.kind !== "directory") return { bytes: stat?.bytes ?? 0, changedMs: stat?.modifiedMs ?? 0 };
  const inner = [];
  for (const name of await files.list(path)) inner.push(await sizeOf(join(path, name), files));
  return {
    bytes: inner.reduce((sum, { bytes }) => sum + bytes, 0),
    changedMs: Math.max(0, ...inner.map(({ changedMs }) => changedMs)),
  };
}

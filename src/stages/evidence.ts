import { join, relative, sep } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import { FtpipeError } from "../core/errors.ts";
import { hashJson, type Sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { findEvidence, type NewEvidence, proveEvidence, writeEvidence } from "../run/evidence.ts";
import type { DoneStage } from "../run/execute.ts";
import { recordedOutput } from "../run/record.ts";
import type { Artifact } from "../run/stage.ts";
import type { EvidenceOrigin } from "./evidence-origin.ts";
import { foreignModel } from "./foreign-model.ts";
import type { TrainValue } from "./train.ts";
import type { World } from "./world.ts";

/** Files of stages that a bundle has, by their name in it. */
const parts: Readonly<Record<string, readonly [stage: string, file: string]>> = {
  "manifest.jsonl": ["split", "manifest"],
  "job.json": ["wait", "job"],
  "metrics.jsonl": ["wait", "metrics"],
  "results.json": ["evaluate", "results"],
};

/**
 * Writes the bundle of a run that was judged.
 * @param done By stage name, up to the gate.
 * @returns Its sha256 for the lock; undefined if nothing was trained, and the model is not one that somebody else trained.
 */
export async function keepEvidence(
  world: World,
  done: ReadonlyMap<string, DoneStage>,
  origin: EvidenceOrigin,
): Promise<Sha256 | undefined> {
  const trained = (done.get("train")?.output.value as TrainValue | undefined) ?? foreignModel(world);
  if (trained === undefined) return undefined;
  const { loaded, target, pipeline, ports } = world;
  const artifacts = Object.entries(parts).flatMap(([name, [stage, file]]): [string, Artifact][] => {
    const artifact = done.get(stage)?.output.files[file];
    return artifact === undefined ? [] : [[name, artifact]];
  });
  const { provider, settings } = target;
  const { temperature, max_tokens, response_format } = pipeline.evaluation.defaults;
  const index: NewEvidence["index"] = {
    evidence_version: 1,
    pipeline: pipeline.name,
    file: relative(loaded.root, loaded.file).split(sep).join("/"),
    target: { name: target.name, provider: provider.name, model: settings.model },
    method: pipeline.training.method,
    sampling: { temperature, max_tokens, response_format },
    attempt: trained.attempt,
    fingerprint: trained.fingerprint,
    stages: Object.fromEntries(
      [...done].map(([name, { record, output }]) => [name, { record, output: recordedOutput(output) }]),
    ),
  };
  return writeEvidence(
    await homeOf(loaded, ports.files),
    {
      index,
      artifacts: Object.fromEntries(artifacts),
      origin: { ...origin, finished_at: new Date(ports.clock.now()).toISOString() },
      // What the built-in engine makes is the same on every machine, and so is its section of the lock.
      provesOrigin: target.capabilities.jobsOutliveProcess,
    },
    ports.files,
  );
}

/** Where bundles of this pipeline may lie: beside the lock, for those that are committed, and in `.ftpipe`. */
export function evidenceDirectories({ evidenceDirectory, stateDirectory }: LoadedPipeline): readonly string[] {
  return [evidenceDirectory, join(stateDirectory, "evidence")];
}

/** Beside the lock if there is such a folder: whoever makes it wants them committed. */
async function homeOf(loaded: LoadedPipeline, files: FileSystem): Promise<string> {
  const [committed, own] = evidenceDirectories(loaded) as [string, string];
  return (await files.stat(committed))?.kind === "directory" ? committed : own;
}

export function findEvidenceOf(loaded: LoadedPipeline, key: string, files: FileSystem) {
  return findEvidence(evidenceDirectories(loaded), key, files);
}

/** What a judgement rests on; a bundle that has the same of all of them is its own. */
const judged = ["train", "wait", "evaluate", "gate"];

/**
 * Finds the bundle of a judgement that the lock has lost.
 * @param done By stage name.
 * @returns Its sha256; undefined if nothing was judged, or no sound bundle of it is on this machine.
 */
export async function evidenceAgain(
  { loaded, ports: { files } }: Pick<World, "loaded" | "ports">,
  done: ReadonlyMap<string, DoneStage>,
): Promise<Sha256 | undefined> {
  if (!done.has("gate")) return undefined;
  const wanted = judged.map((name) => {
    const stage = done.get(name);
    return stage === undefined ? null : hashJson({ record: stage.record, output: recordedOutput(stage.output) });
  });
  for (const directory of evidenceDirectories(loaded)) {
    for (const key of await files.list(directory)) {
      const found = await soundEvidence([directory], key, files);
      const stages = judged.map((name) => found?.index.stages[name]);
      if (stages.every((stage, index) => (stage === undefined ? null : hashJson(stage)) === wanted[index])) {
        return key as Sha256;
      }
    }
  }
  return undefined;
}

/** One that was changed or cut proves nothing: it is passed over. */
export async function soundEvidence(directories: readonly string[], key: string, files: FileSystem) {
  try {
    const found = await findEvidence(directories, key, files);
    if (found !== undefined) await proveEvidence(found, files);
    return found;
  } catch (error) {
    if (error instanceof FtpipeError && error.code === "STATE_DAMAGED") return undefined;
    throw error;
  }
}

import { join, relative, sep } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import type { Sha256 } from "../core/hash.ts";
import type { FileSystem } from "../core/ports.ts";
import { findEvidence, type NewEvidence, writeEvidence } from "../run/evidence.ts";
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
  const judged = (done.get("train")?.output.value as TrainValue | undefined) ?? foreignModel(world);
  if (judged === undefined) return undefined;
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
    attempt: judged.attempt,
    fingerprint: judged.fingerprint,
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

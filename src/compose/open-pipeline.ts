import { join } from "node:path";
import type { Override } from "../config/document.ts";
import { loadPipeline } from "../config/load.ts";
import type { LoadedPipeline } from "../config/loaded.ts";
import { FtpipeError } from "../core/errors.ts";
import type { Ports } from "../core/ports.ts";
import { refuseTrustInside } from "../providers/trust.ts";
import { registryRules } from "../stages/registry-rules.ts";

export interface PipelineChoice {
  readonly ports: Ports;
  readonly workingDirectory: string;
  /** Absolute path of the pipeline's YAML file. */
  readonly file: string;
  readonly overrides: readonly Override[];
}

/** Reads and checks a pipeline. @throws FtpipeError PIPELINE_INVALID. */
export async function openPipeline({
  ports,
  workingDirectory,
  file,
  overrides,
}: PipelineChoice): Promise<LoadedPipeline> {
  const roots = (ports.environment["FTPIPE_DATA_ROOTS"] ?? "").split(":").filter((root) => root !== "");
  const loaded = await loadPipeline({
    file,
    workingDirectory,
    files: ports.files,
    overrides,
    rules: registryRules,
    dataRoots: roots,
  });
  await refuseSharedName(loaded, ports);
  await refuseTrustInside(loaded.root, ports);
  return loaded;
}

/** A name stands for a build folder and a run's lock: two pipelines side by side must not share one. */
async function refuseSharedName(
  { file, directory, pipeline, locate, displayFile }: LoadedPipeline,
  { files }: Ports,
): Promise<void> {
  const sameName = new RegExp(`^name: *["']?${pipeline.name}["']? *(#.*)?$`, "m");
  for (const other of await files.list(directory)) {
    if (!/\.ya?ml$/.test(other) || /\.lock\.ya?ml$/.test(other) || join(directory, other) === file) continue;
    const text = Buffer.from(await files.read(join(directory, other))).toString("latin1");
    if (!sameName.test(text) || !/^targets:/m.test(text)) continue;
    throw new FtpipeError(
      "PIPELINE_INVALID",
      `The name "${pipeline.name}" of ${displayFile} is also that of ${other}.`,
      {
        hint: "Give each pipeline a name of its own.",
        location: locate("/name"),
      },
    );
  }
}

import { basename, join, resolve } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import type { FileSystem } from "../core/ports.ts";
import { didYouMean } from "../core/suggest.ts";
import { latestRun } from "../run/run-log.ts";

export interface FindOptions {
  /** Path or bare name; undefined: the only pipeline, or the last run's. */
  readonly pipeline: string | undefined;
  readonly workingDirectory: string;
  readonly files: FileSystem;
}

/** @returns The absolute path of the pipeline's file. @throws FtpipeError PIPELINE_NOT_FOUND */
export async function findPipeline({ pipeline, workingDirectory, files }: FindOptions): Promise<string> {
  const isFile = async (path: string) => (await files.stat(path))?.kind === "file";
  const known = await listPipelines(workingDirectory, files);
  if (pipeline === undefined) {
    const last = await latestRun(join(workingDirectory, ".ftpipe"), files);
    const lastFile = last === undefined ? undefined : resolve(workingDirectory, last.pipeline);
    const only =
      known.length === 1 ? known[0] : lastFile !== undefined && (await isFile(lastFile)) ? lastFile : undefined;
    if (only !== undefined) return only;
    const names = known.map((file) => basename(file)).join(", ");
    throw known.length === 0
      ? new FtpipeError("PIPELINE_NOT_FOUND", "There is no pipeline here.", { hint: "Start one: ftpipe init" })
      : new FtpipeError("PIPELINE_NOT_FOUND", "There are several pipelines here.", { hint: `Name one: ${names}.` });
  }
  const places = [pipeline, `${pipeline}.yaml`, join("pipelines", pipeline), join("pipelines", `${pipeline}.yaml`)];
  for (const place of places) {
    if (await isFile(resolve(workingDirectory, place))) return resolve(workingDirectory, place);
  }
  const names = known.map((file) => basename(file));
  const wanted = /\.ya?ml$/.test(pipeline) ? pipeline : `${pipeline}.yaml`;
  throw new FtpipeError("PIPELINE_NOT_FOUND", `There is no pipeline ${pipeline}, here or in pipelines/.`, {
    hint: didYouMean(basename(wanted), names, "Pipelines") || "Start one: ftpipe init",
    location: { file: pipeline },
  });
}

/** Absolute paths of the pipelines here and in `pipelines/`. */
export async function listPipelines(workingDirectory: string, files: FileSystem): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of [workingDirectory, join(workingDirectory, "pipelines")]) {
    for (const name of await files.list(folder)) {
      if (!/\.ya?ml$/.test(name) || /\.lock\.ya?ml$/.test(name)) continue;
      const file = join(folder, name);
      // Other tools have YAML files as well; ours name their targets. Whatever the encoding, that is ASCII.
      const text = folder === workingDirectory ? Buffer.from(await files.read(file)).toString("latin1") : "targets:";
      if (/^targets:/m.test(text)) found.push(file);
    }
  }
  return found;
}

import { basename, dirname, join, resolve } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { displayPath, insideRoot } from "../../core/paths.ts";
import { nearest } from "../../core/suggest.ts";
import type { CommandContext } from "../commands.ts";

/**
 * A file of this project that is imported where it lies. @param from The folder that the path is relative to; default:
 * the working directory.
 * @throws FtpipeError SOURCE_NOT_FOUND, USAGE
 */
export async function projectFile(
  { ports: { files }, workingDirectory }: CommandContext,
  word: string,
  from = workingDirectory,
): Promise<string> {
  const path = resolve(from, word);
  const shown = displayPath(workingDirectory, path);
  if ((await files.stat(path))?.kind !== "file") {
    const guess = nearest(basename(path), await files.list(dirname(path)));
    throw new FtpipeError("SOURCE_NOT_FOUND", `There is no file ${shown}.`, {
      hint: guess === undefined ? "Paths are relative to this folder." : `Did you mean "${guess}"?`,
    });
  }
  if (insideRoot(await files.realPath(workingDirectory), await files.realPath(path))) return path;
  throw new FtpipeError("USAGE", `${shown} lies outside this folder.`, {
    hint: "Copy it here, or run ftpipe import in a folder that holds it: a pipeline's paths stay inside its project.",
  });
}

/** @throws FtpipeError INIT_EXISTS if there is such a pipeline. */
export async function refuseExisting(
  { ports: { files }, workingDirectory }: CommandContext,
  name: string,
): Promise<void> {
  const file = join(workingDirectory, "pipelines", `${name}.yaml`);
  if ((await files.stat(file)) === undefined) return;
  throw new FtpipeError("INIT_EXISTS", `pipelines/${name}.yaml exists already.`, {
    hint: "Nothing was written. Choose another name with --name, or move the file away.",
    location: { file: `pipelines/${name}.yaml` },
  });
}

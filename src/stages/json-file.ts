import type { LoadedPipeline } from "../config/loaded.ts";
import { FtpipeError } from "../core/errors.ts";
import type { FileSystem } from "../core/ports.ts";
import { nameFile } from "../dataset/files.ts";

/**
 * A JSON file that a value of the pipeline names.
 * @param path Relative to the pipeline. @param pointer Where it is named, for messages.
 * @throws FtpipeError PATH_INVALID if there is no such file; PIPELINE_INVALID if it is not JSON.
 */
export async function readJsonFile(
  path: string,
  pointer: string,
  { loaded, files }: { readonly loaded: LoadedPipeline; readonly files: FileSystem },
): Promise<unknown> {
  const named = await nameFile(path, { loaded, files, pointer, missing: "PATH_INVALID" });
  const text = await files.readText(named.path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FtpipeError("PIPELINE_INVALID", `${named.displayPath} is not JSON: ${(cause as Error).message}`, {
      location: loaded.locate(pointer),
      cause,
    });
  }
}

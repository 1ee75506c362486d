import { join, relative } from "node:path";
import { FtpipeError } from "../core/errors.ts";
import type { Location } from "../core/location.ts";
import { displayPath, holdsKeys, insideRoot } from "../core/paths.ts";
import type { FileSystem } from "../core/ports.ts";

/** The folders that a pipeline may read and write in. */
export interface Bounds {
  /** The real path of what is there. @throws FtpipeError PATH_INVALID if it lies elsewhere, links resolved. */
  readonly realPath: (path: string, shown: string, location?: Location) => Promise<string>;
  /** The same for what a pipeline reads: no file that holds keys either. */
  readonly readable: (path: string, shown: string, location: Location | undefined) => Promise<string>;
}

export interface BoundsOptions {
  readonly files: FileSystem;
  /** The git root, else the pipeline's folder. */
  readonly root: string;
  /** Further folders, named outside the repository. */
  readonly dataRoots: readonly string[];
  readonly workingDirectory: string;
}

export async function boundsOf({ files, root, dataRoots, workingDirectory }: BoundsOptions): Promise<Bounds> {
  const roots = await Promise.all([root, ...dataRoots].map((path) => files.realPath(path)));
  const placeOf = async (path: string, shown: string, location: Location | undefined) => {
    const real = await files.realPath(path);
    const base = roots.find((allowed) => insideRoot(allowed, real));
    if (base !== undefined) return { real, inner: relative(base, real) };
    const project = displayPath(workingDirectory, root) || "the project";
    throw new FtpipeError("PATH_INVALID", `${shown} leads out of ${project}.`, {
      hint: "Paths stay inside the git root, after symlinks; FTPIPE_DATA_ROOTS names further folders.",
      location,
    });
  };
  return {
    realPath: async (path, shown, location) => (await placeOf(path, shown, location)).real,
    readable: async (path, shown, location) => {
      const { real, inner } = await placeOf(path, shown, location);
      if (!holdsKeys(inner)) return real;
      throw new FtpipeError("PATH_INVALID", `${shown} is a place for keys and settings: no pipeline reads it.`, {
        hint: "What .git, .env, .npmrc and the like hold would be shown, and sent. Copy the data to a file of their own.",
        location,
      });
    },
  };
}

/**
 * Refuses a state folder, or what is written beside the lock, that is a link to elsewhere: a link that came with the repository would have us
 * write there.
 * @throws FtpipeError PATH_INVALID
 */
export async function refuseStateOutside(
  own: { readonly stateDirectory: string; readonly committed: readonly string[]; readonly workingDirectory: string },
  bounds: Bounds,
  files: FileSystem,
): Promise<void> {
  const { stateDirectory, committed, workingDirectory } = own;
  for (const path of [stateDirectory, ...(await entriesOf(stateDirectory, files)), ...committed]) {
    if ((await files.stat(path)) !== undefined) await bounds.realPath(path, displayPath(workingDirectory, path));
  }
}

async function entriesOf(folder: string, files: FileSystem): Promise<readonly string[]> {
  if ((await files.stat(folder))?.kind !== "directory") return [];
  return (await files.list(folder)).map((name) => join(folder, name));
}

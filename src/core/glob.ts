import { join, posix } from "node:path";
import picomatch from "picomatch";
import type { FileSystem } from "./ports.ts";

/** A pattern's fixed beginning and what varies. */
export interface FilePattern {
  /** The folder below which files are looked for; empty for the one that paths are relative to. */
  readonly base: string;
  readonly glob: string;
}

/**
 * `*` is any part of a name, `**` any folders, `?` a character, `{a,b}` one of some.
 * @returns Undefined for the path of one file.
 */
export function filePattern(path: string): FilePattern | undefined {
  const { base, glob, isGlob } = picomatch.scan(path);
  return isGlob ? { base, glob } : undefined;
}

/**
 * The regular files below a folder that a pattern names, relative to it and sorted by code unit. Hidden ones only where
 * the pattern names them; links to folders are not followed, so that none leads round in a circle.
 * @param folder Absolute.
 */
export async function matchingFiles(glob: string, folder: string, files: FileSystem): Promise<readonly string[]> {
  const isMatch = picomatch(glob);
  const depth = glob.includes("**") ? Number.POSITIVE_INFINITY : glob.split("/").length;
  const hidden = /(?:^|\/)\./.test(glob);
  const found: string[] = [];
  const walk = async (below: string, level: number): Promise<void> => {
    const parent = await files.realPath(join(folder, below));
    for (const name of await files.list(parent)) {
      if (name.startsWith(".") && !hidden) continue;
      const path = posix.join(below, name);
      const kind = (await files.stat(join(parent, name)))?.kind;
      if (kind === "file" && isMatch(path)) found.push(path);
      if (kind !== "directory" || level >= depth) continue;
      if ((await files.realPath(join(parent, name))) === join(parent, name)) await walk(path, level + 1);
    }
  };
  await walk("", 1);
  return found.sort((a, b) => (a < b ? -1 : 1));
}

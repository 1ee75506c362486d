import { join, relative, sep } from "node:path";
import { packageFile } from "./assets.ts";
import { FtpipeError } from "./errors.ts";
import type { GitFile, GitRepository } from "./git.ts";
import { insideRoot } from "./paths.ts";
import type { FileSystem } from "./ports.ts";

/** Of the root, what is no part of a commit: git's own, and the state of runs. */
const apart: ReadonlySet<string> = new Set([".git", ".ftpipe", "node_modules"]);

/**
 * The files as they were at a commit: below the root, those of the commit and no others; elsewhere, and in `.ftpipe`,
 * those of the disk. What is written goes to the disk.
 */
export async function filesAt(
  { root, commit }: { readonly root: string; readonly commit: string },
  repository: GitRepository,
  disk: FileSystem,
): Promise<FileSystem> {
  const tree = await repository.filesOf(commit);
  const folders = foldersOf(tree.keys());
  const roots = [root, await disk.realPath(root)];
  const ownFolders = ["assets", "schemas"].map(packageFile);

  /** The path from the root, of what the commit decides about; else undefined. */
  const inTree = (path: string): string | undefined => {
    const base = roots.find((one) => insideRoot(one, path));
    if (base === undefined || ownFolders.some((folder) => insideRoot(folder, path))) return undefined;
    const inner = relative(base, path).split(sep).join("/");
    return apart.has(inner.split("/")[0] ?? "") ? undefined : inner;
  };
  const fileAt = (inner: string, path: string): GitFile => {
    const file = tree.get(inner);
    if (file !== undefined) return file;
    throw new FtpipeError("FILE_UNREADABLE", `Cannot read ${path}: no such file at ${commit.slice(0, 12)}.`, {
      location: { file: path },
    });
  };
  const read = async (path: string) => {
    const inner = inTree(path);
    return inner === undefined ? disk.read(path) : repository.read(fileAt(inner, path));
  };
  return {
    ...disk,
    read,
    readText: async (path) => {
      if (inTree(path) === undefined) return disk.readText(path);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await read(path));
      } catch (cause) {
        if (cause instanceof FtpipeError) throw cause;
        throw new FtpipeError("FILE_UNREADABLE", `Cannot read ${path}: it is no UTF-8.`, {
          location: { file: path },
          cause,
        });
      }
    },
    stream: async function* (path, range) {
      if (inTree(path) === undefined) yield* disk.stream(path, range);
      else yield (await read(path)).subarray(range?.from, range && range.from + range.bytes);
    },
    stat: async (path) => {
      const inner = inTree(path);
      if (inner === undefined) return disk.stat(path);
      const file = tree.get(inner);
      if (file !== undefined) return { kind: "file", bytes: file.bytes, modifiedMs: 0 };
      return folders.has(inner) ? { kind: "directory", bytes: 0, modifiedMs: 0 } : undefined;
    },
    list: async (path) => {
      const inner = inTree(path);
      return inner === undefined ? disk.list(path) : [...(folders.get(inner) ?? [])].sort();
    },
    realPath: async (path) => {
      const inner = inTree(path);
      return inner === undefined ? disk.realPath(path) : join(roots[1] as string, inner);
    },
  };
}

/** Names in each folder; the root is "". */
function foldersOf(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>();
  for (const path of paths) {
    const parts = path.split("/");
    for (let depth = 0; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      const names = folders.get(folder) ?? new Set();
      folders.set(folder, names.add(parts[depth] as string));
    }
  }
  return folders;
}

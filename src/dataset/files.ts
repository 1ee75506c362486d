import { posix, relative, sep } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import type { Location } from "../core/location.ts";
import { insideRoot } from "../core/paths.ts";
import type { FileSystem } from "../core/ports.ts";

/** A file named in the pipeline, under its three names. */
export interface NamedFile {
  /** Absolute. */
  readonly path: string;
  /** As messages show it. */
  readonly displayPath: string;
  /** The same on every machine: relative to the root, with slashes. For artifacts and hashes. */
  readonly rootPath: string;
}

/** Rows for one split only come from a file of their own. */
export interface DataFile extends NamedFile {
  readonly split?: "validation" | "test";
}

type Missing = Parameters<LoadedPipeline["resolve"]>[2];

/** @throws FtpipeError with the given code, or PATH_INVALID. */
export async function nameFile(
  written: string,
  { loaded, files, pointer, missing }: { loaded: LoadedPipeline; files: FileSystem; pointer: string; missing: Missing },
): Promise<NamedFile> {
  const { path, displayPath } = await loaded.resolve(written, pointer, missing);
  const root = await files.realPath(loaded.root);
  const rootPath = insideRoot(root, path) ? relative(root, path).split(sep).join("/") : posix.normalize(written);
  return { path, displayPath, rootPath };
}

/** The source's file and those of the splits that have one. */
export async function dataFiles(loaded: LoadedPipeline, files: FileSystem): Promise<readonly DataFile[]> {
  const { source, dataset } = loaded.pipeline;
  const main = await nameFile(source.path, { loaded, files, pointer: "/source/path", missing: "SOURCE_NOT_FOUND" });
  const found: DataFile[] = [main];
  for (const split of ["validation", "test"] as const) {
    const share = dataset.split[split];
    if (typeof share === "number") continue;
    const pointer = `/dataset/split/${split}/path`;
    found.push({ ...(await nameFile(share.path, { loaded, files, pointer, missing: "SOURCE_NOT_FOUND" })), split });
  }
  return found;
}

/** Turns the place of a row as artifacts keep it into one to show. */
export async function rowLocator(
  loaded: LoadedPipeline,
  files: FileSystem,
): Promise<(file: string, line: number) => Location> {
  const shown = new Map((await dataFiles(loaded, files)).map(({ rootPath, displayPath }) => [rootPath, displayPath]));
  return (file, line) => ({ file: shown.get(file) ?? file, line });
}

import { posix, relative, resolve, sep } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import { FtpipeError } from "../core/errors.ts";
import { fileKind } from "../core/file-kind.ts";
import { filePattern, matchingFiles } from "../core/glob.ts";
import { parseJsonText } from "../core/json-syntax.ts";
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

/**
 * The text of a file that the pipeline names.
 * @param location Where it is named. @throws FtpipeError PIPELINE_INVALID unless it is UTF-8.
 */
export async function readNamedText(
  { path, displayPath }: NamedFile,
  { files, location }: { readonly files: FileSystem; readonly location: Location },
): Promise<string> {
  const bytes = await files.read(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = `${displayPath} is ${fileKind(bytes)?.name ?? "not UTF-8"}.`;
    throw new FtpipeError("PIPELINE_INVALID", message, { hint: "Save it as UTF-8.", location, cause });
  }
}

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
  const location = loaded.locate(pointer);
  const named = await nameFile(path, { loaded, files, pointer, missing: "PATH_INVALID" });
  const text = await readNamedText(named, { files, location });
  try {
    return parseJsonText(text);
  } catch (cause) {
    const message = `${named.displayPath} is ${(cause as Error).message}.`;
    throw new FtpipeError("PIPELINE_INVALID", message, { location, cause });
  }
}

/** The source's files and those of the splits that have some; a pattern's in the order of their names. */
export async function dataFiles(loaded: LoadedPipeline, files: FileSystem): Promise<readonly DataFile[]> {
  const { source, dataset } = loaded.pipeline;
  const found: DataFile[] = [...(await namedFiles(source.path, { loaded, files, pointer: "/source/path" }))];
  for (const split of ["validation", "test"] as const) {
    const share = dataset.split[split];
    if (typeof share === "number") continue;
    const pointer = `/dataset/split/${split}/path`;
    const named = await namedFiles(share.path, { loaded, files, pointer });
    const twice = named.find(({ path }) => found.some((other) => other.split === undefined && other.path === path));
    if (twice !== undefined) {
      throw new FtpipeError("PIPELINE_INVALID", `${twice.displayPath} is the source's file as well.`, {
        hint: "Rows that are held out come from a file of their own; or write a share, such as 0.1.",
        location: loaded.locate(pointer),
      });
    }
    found.push(...named.map((file) => ({ ...file, split })));
  }
  return found;
}

/** @throws FtpipeError SOURCE_NOT_FOUND, PATH_INVALID. */
async function namedFiles(
  written: string,
  at: { readonly loaded: LoadedPipeline; readonly files: FileSystem; readonly pointer: string },
): Promise<readonly NamedFile[]> {
  const { loaded, files, pointer } = at;
  const pattern = filePattern(written);
  const isName = pattern === undefined || (await files.stat(resolve(loaded.directory, written)))?.kind === "file";
  if (isName) return [await nameFile(written, { ...at, missing: "SOURCE_NOT_FOUND" })];
  const { path: folder } = await loaded.resolve(pattern.base, pointer, "SOURCE_NOT_FOUND", "directory");
  const paths = await matchingFiles(pattern.glob, folder, files);
  if (paths.length === 0) {
    throw new FtpipeError("SOURCE_NOT_FOUND", `No file matches ${written}.`, {
      hint: "A star stands for any part of a name, two for any folders; paths are relative to the pipeline's folder.",
      location: loaded.locate(pointer),
    });
  }
  const named: NamedFile[] = [];
  for (const path of paths) {
    named.push(await nameFile(posix.join(pattern.base, path), { ...at, missing: "SOURCE_NOT_FOUND" }));
  }
  return named;
}

/** Turns the place of a row as artifacts keep it into one to show. */
export async function rowLocator(
  loaded: LoadedPipeline,
  files: FileSystem,
): Promise<(file: string, line: number) => Location> {
  const shown = new Map((await dataFiles(loaded, files)).map(({ rootPath, displayPath }) => [rootPath, displayPath]));
  return (file, line) => ({ file: shown.get(file) ?? file, line });
}

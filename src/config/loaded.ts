import type { Location } from "../core/location.ts";
import type { Override } from "./document.ts";
import type { Pipeline } from "./pipeline.gen.ts";

/** A pipeline that was read, checked and filled with its defaults. */
export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** The YAML file's text as it was read. */
  readonly text: string;
  /** What `--set` changed of it. */
  readonly overrides: readonly Override[];
  /** Absolute path of the YAML file. */
  readonly file: string;
  /** As messages show it: relative to the working directory. */
  readonly displayFile: string;
  /** The folder that paths in the file are relative to. */
  readonly directory: string;
  /** The git root, else the pipeline's folder: no path leads out of it. */
  readonly root: string;
  /** `.ftpipe` in the root. */
  readonly stateDirectory: string;
  /** The lock file's absolute path. */
  readonly lockFile: string;
  /** Beside the lock: where this folder is, bundles of evidence are kept in it, to be committed. */
  readonly evidenceDirectory: string;
  /** Where a value of the pipeline stands. @param pointer Such as `/dataset/messages/0/content`. */
  readonly locate: (pointer: string) => Location;
  /** Where the key of a value stands. */
  readonly locateKey: (pointer: string) => Location;
  /**
   * The place of a character of a string value, for templates written inline.
   * @param line From 1, within the value. @param column From 1.
   */
  readonly locateIn: (pointer: string, line: number, column: number, length?: number) => Location;
  /**
   * A file named in the pipeline. @param kind Default: file.
   * @throws FtpipeError PATH_INVALID if it leads out of the root or is of another kind; `missing` if there is none.
   */
  readonly resolve: (
    path: string,
    pointer: string,
    missing: "SOURCE_NOT_FOUND" | "TEMPLATE_NOT_FOUND" | "PATH_INVALID",
    kind?: "file" | "directory",
  ) => Promise<ResolvedFile>;
}

export interface ResolvedFile {
  /** Absolute, symlinks resolved. */
  readonly path: string;
  /** As messages show it. */
  readonly displayPath: string;
}

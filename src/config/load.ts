import { basename, dirname, join, posix, relative, resolve, sep } from "node:path";
import type { ValidateFunction } from "ajv";
import { packageFile } from "../core/assets.ts";
import { FtpipeError, type Problem, throwIfErrors } from "../core/errors.ts";
import { fileKind } from "../core/file-kind.ts";
import { firstBadLine } from "../core/location.ts";
import { displayPath } from "../core/paths.ts";
import type { FileSystem } from "../core/ports.ts";
import { pipelineSchemaOptions } from "../core/schema-options.ts";
import { boundsOf, refuseStateOutside } from "./bounds.ts";
import { diagnose } from "./diagnose.ts";
import { type Override, readYaml, type YamlDocument } from "./document.ts";
import type { LoadedPipeline } from "./loaded.ts";
import type { Pipeline } from "./pipeline.gen.ts";
import type { PipelineRule } from "./pipeline-rule.ts";
import { checkRules } from "./rules.ts";

export interface LoadOptions {
  /** Absolute path of the YAML file. */
  readonly file: string;
  readonly workingDirectory: string;
  readonly files: FileSystem;
  readonly overrides?: readonly Override[];
  /** Rules of the registries. */
  readonly rules?: readonly PipelineRule[];
  /** Folders outside the root that paths may lead to (`FTPIPE_DATA_ROOTS`). */
  readonly dataRoots?: readonly string[];
}

/**
 * Reads a pipeline: YAML, schema with its defaults, rules.
 * @throws FtpipeError with every problem of the file: PIPELINE_INVALID, PIPELINE_TOO_LARGE, SECRET_IN_PIPELINE.
 */
export async function loadPipeline(options: LoadOptions): Promise<LoadedPipeline> {
  const { file, workingDirectory, files } = options;
  const displayFile = displayPath(workingDirectory, file);
  const directory = dirname(file);
  const root = await findRoot(files, directory);
  const bounds = await boundsOf({ files, root, dataRoots: options.dataRoots ?? [], workingDirectory });
  await bounds.realPath(file, displayFile);
  const text = await readSource(files, file, displayFile);
  const { overrides = [] } = options;
  const document = readYaml(displayFile, text, overrides);
  throwIfErrors(document.problems);
  const { pipeline, problems } = await validate(document, files);
  throwIfErrors(problems);
  throwIfErrors(checkRules(pipeline, document, options.rules ?? []));
  const stateDirectory = join(root, ".ftpipe");
  const beside = (ending: string) => join(directory, `${basename(file).replace(/\.ya?ml$/, "")}.${ending}`);
  const [lockFile, evidenceDirectory] = [beside("lock.yaml"), beside("evidence")];
  await refuseStateOutside(
    { stateDirectory, committed: [lockFile, evidenceDirectory], workingDirectory },
    bounds,
    files,
  );
  return {
    pipeline,
    text,
    overrides,
    file,
    displayFile,
    directory,
    root,
    stateDirectory,
    lockFile,
    evidenceDirectory,
    locate: document.locate,
    locateKey: document.locateKey,
    locateIn: document.locateIn,
    resolve: async (path, pointer, missing, kind = "file") => {
      const wanted = resolve(directory, path);
      const location = document.locate(pointer);
      const shown = isAddress(path) ? path : displayPath(workingDirectory, wanted) || path;
      const found = isAddress(path) ? undefined : await files.stat(wanted);
      if (found === undefined) {
        throw new FtpipeError(missing, `There is no ${kind === "file" ? "file" : "folder"} ${shown}.`, {
          hint: await whyMissing(path, { directory, workingDirectory, files }),
          location,
        });
      }
      if (found.kind !== kind) {
        const message = kind === "file" ? `${shown} is no regular file.` : `${shown} is no folder.`;
        const isData = missing === "SOURCE_NOT_FOUND" && found.kind === "directory";
        const hint = isData ? `It is a folder; a pattern takes its files: ${posix.join(path, "*")}` : undefined;
        throw new FtpipeError("PATH_INVALID", message, { hint, location });
      }
      return { path: await bounds.readable(wanted, shown, location), displayPath: shown };
    },
  };
}

async function readSource(files: FileSystem, file: string, displayFile: string): Promise<string> {
  const bytes = await files.read(file);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const { name, hint } = fileKind(bytes) ?? { name: "not UTF-8", hint: "Save the file as UTF-8." };
    throw new FtpipeError("PIPELINE_INVALID", `${displayFile} is ${name}.`, {
      hint,
      location: { file: displayFile, line: firstBadLine(bytes) },
      cause,
    });
  }
}

async function validate(
  document: YamlDocument,
  files: FileSystem,
): Promise<{ pipeline: Pipeline; problems: readonly Problem[] }> {
  const check = await compiledSchema(files);
  const pipeline = document.value;
  const valid = check(pipeline);
  return { pipeline: pipeline as Pipeline, problems: valid ? [] : diagnose(check.errors ?? [], document) };
}

/** The last one: a process reads many pipelines, and the schema takes longer to compile than a pipeline to check. */
let compiled: { readonly text: string; readonly check: ValidateFunction<Pipeline> } | undefined;

async function compiledSchema(files: FileSystem): Promise<ValidateFunction<Pipeline>> {
  const { checkPipeline } = await import("../core/compiled-schemas.ts");
  if (checkPipeline !== undefined) return checkPipeline as ValidateFunction<Pipeline>;
  const read = (name: string) => files.readText(packageFile(`schemas/${name}`));
  const extensions = await read("extensions.schema.json");
  const pipeline = await read("pipeline.schema.json");
  const text = extensions + pipeline;
  if (compiled?.text === text) return compiled.check;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020(pipelineSchemaOptions);
  ajv.addSchema(JSON.parse(extensions) as object);
  const check = ajv.compile<Pipeline>(JSON.parse(pipeline) as object);
  compiled = { text, check };
  return check;
}

/**
 * The folder that holds `.git`. Outside git the pipeline's own folder, or the one above it where that is called
 * `pipelines`, as `ftpipe init` lays a project out: templates and schemas lie beside it.
 */
export async function findRoot(files: FileSystem, directory: string): Promise<string> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if ((await files.stat(join(folder, ".git"))) !== undefined) return folder;
    if (folder === dirname(folder)) return basename(directory) === "pipelines" ? dirname(directory) : directory;
  }
}

function isAddress(path: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(path);
}

/** What may be wrong with the path of something that is not there. */
async function whyMissing(
  path: string,
  { directory, workingDirectory, files }: { directory: string; workingDirectory: string; files: FileSystem },
): Promise<string> {
  if (isAddress(path)) return "A path names a file of this machine: download it first.";
  const relativeTo = `Paths are relative to the pipeline's folder, ${displayPath(workingDirectory, directory) || "this one"}.`;
  if (path.includes("\\")) return `${relativeTo} Write a slash between folders, on every system.`;
  const wanted = resolve(directory, path);
  if ((await files.list(dirname(wanted))).includes(basename(wanted)))
    return "It is a link that leads to nothing, or round in a circle.";
  const guess = await similarPath(wanted, files);
  return guess === undefined ? relativeTo : `${relativeTo} Did you mean "${relative(directory, guess)}"?`;
}

/** A path with its first missing part replaced by what lies there and has a similar name. */
async function similarPath(wanted: string, files: FileSystem): Promise<string | undefined> {
  const { nearest } = await import("../core/suggest.ts");
  let there = wanted;
  while ((await files.stat(there)) === undefined && there !== dirname(there)) there = dirname(there);
  const [part = "", ...rest] = relative(there, wanted).split(sep);
  const guess = nearest(part, await files.list(there));
  return guess === undefined ? undefined : join(there, guess, ...rest);
}

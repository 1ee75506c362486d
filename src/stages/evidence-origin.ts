import { createHash } from "node:crypto";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { packageFile } from "../core/assets.ts";
import { FtpipeError } from "../core/errors.ts";
import { type GitRepository, gitRepository } from "../core/git.ts";
import type { FileSystem } from "../core/ports.ts";
import type { DoneStage } from "../run/execute.ts";
import { openTemplates } from "./local-settings.ts";
import type { World } from "./world.ts";

/** Where a run came from. Taken before anything is sent: a training may last a day, and files change meanwhile. */
export interface EvidenceOrigin {
  readonly ftpipe_version: string;
  readonly git: GitState;
  /** What `--set` changed, as it was typed. */
  readonly set: readonly string[];
  /** The pipeline with its defaults and with what `--set` changed. */
  readonly settings: unknown;
  /** The text of the pipeline file and of its templates, by path from the root. */
  readonly sources: Readonly<Record<string, string>>;
}

type GitState =
  | {
      readonly commit: string;
      /** Whether the run had files that the commit does not have so. */
      readonly dirty: boolean;
      /** Which of the pipeline file, the data and the templates. */
      readonly changed: readonly string[];
    }
  | { readonly commit: null; readonly reason: string };

/** @param done The local stages, by name. */
export async function originOf(world: World, done: ReadonlyMap<string, DoneStage>): Promise<EvidenceOrigin> {
  const { loaded, ports } = world;
  const { files } = ports;
  const file = relative(loaded.root, loaded.file).split(sep).join("/");
  const { version } = JSON.parse(await files.readText(packageFile("package.json"))) as { version: string };
  const templates = (await openTemplates(world)).files.map(({ path }) => path);
  const sources: Record<string, string> = { [file]: loaded.text };
  for (const path of templates) sources[path] = await files.readText(onDisk(path, loaded));
  const { files: data } = (done.get("source")?.record.settings ?? { files: [] }) as {
    files: readonly { path: string }[];
  };
  // What lies outside the root is of no commit of its repository.
  const used = [file, ...templates, ...data.map(({ path }) => path)].filter((path) => !isOutside(path));
  return {
    ftpipe_version: version,
    git: await gitState(world, [...new Set(used)]),
    set: loaded.overrides.map(({ path, value }) => `${path}=${value}`),
    settings: loaded.pipeline,
    sources,
  };
}

/** Files of `FTPIPE_DATA_ROOTS` are known as the pipeline names them, all others by their path from the root. */
function onDisk(path: string, { root, directory }: World["loaded"]): string {
  return resolve(isOutside(path) ? directory : root, path);
}

const isOutside = (path: string): boolean => isAbsolute(path) || path.startsWith("../");

async function gitState({ loaded: { root }, ports: { files, environment } }: World, paths: readonly string[]) {
  if ((await files.stat(resolve(root, ".git"))) === undefined) return unknown("not in git");
  try {
    const repository = gitRepository(root, environment);
    const commit = await repository.commitOf("HEAD");
    const changed = await changedFiles({ root, paths, commit }, repository, files);
    return { commit, dirty: changed.length > 0, changed } satisfies GitState;
  } catch (error) {
    // Where git can't tell, the bundle says so: nobody's training hangs on it.
    if (error instanceof FtpipeError && error.code !== "INTERRUPTED") return unknown(error.message);
    throw error;
  }
}

function unknown(reason: string): GitState {
  return { commit: null, reason };
}

interface Comparison {
  readonly root: string;
  readonly paths: readonly string[];
  readonly commit: string;
}

/** Compared by the ids that git gives to contents: `git status` would run the filters and hooks of a repository. */
async function changedFiles(
  { root, paths, commit }: Comparison,
  repository: GitRepository,
  files: FileSystem,
): Promise<readonly string[]> {
  const committed = await repository.filesOf(commit, paths);
  const changed: string[] = [];
  for (const path of paths) {
    const known = committed.get(path);
    if (known === undefined || known.id !== (await blobId(resolve(root, path), known.id.length, files)))
      changed.push(path);
  }
  return changed;
}

/** @param digits 40 where the repository uses SHA-1, else 64. */
async function blobId(path: string, digits: number, files: FileSystem): Promise<string | undefined> {
  const stat = await files.stat(path);
  if (stat?.kind !== "file") return undefined;
  const hash = createHash(digits === 40 ? "sha1" : "sha256").update(`blob ${stat.bytes}\0`);
  for await (const chunk of files.stream(path)) hash.update(chunk);
  return hash.digest("hex");
}

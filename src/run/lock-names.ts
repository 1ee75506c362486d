import { join } from "node:path";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import type { GitRepository } from "../core/git.ts";
import type { FileSystem } from "../core/ports.ts";
import { type Lock, readLock, salvageLock } from "./lock.ts";
import { keyOf, type StageKey } from "./record.ts";

/** What the locks of a repository name, and so must stay. */
export interface LockNames {
  /** Whether the text of any lock has this id: of a file, a job or a model, of whatever attempt. */
  readonly has: (id: string) => boolean;
  /** Of all attempts that are whole. */
  readonly stages: ReadonlySet<StageKey>;
  readonly lookedAt: { readonly locks: number; readonly branches: number };
  readonly problems: readonly Problem[];
}

/** Folders deeper than that hold no pipelines. */
const deepest = 8;

const isLock = (path: string) => /\.lock\.ya?ml$/.test(path);

/**
 * Reads every lock below a folder, as it lies there and as the branches have it.
 * @param texts Of other files that name models, such as pipelines.
 * @throws FtpipeError LOCK_DAMAGED for one that lies there: what it names is not known.
 */
export async function lockNames(
  root: string,
  { files, repository, texts }: { files: FileSystem; repository: GitRepository; texts: readonly string[] },
): Promise<LockNames> {
  const paths = await locksBelow(root, files);
  const locks: Lock[] = [];
  const known: string[] = [...texts];
  for (const path of paths) {
    locks.push((await readLock(path, files)).lock);
    known.push(await files.readText(path));
  }
  const branches = await branchLocks(root, files, repository);
  for (const text of branches.texts) locks.push(await salvageLock(text));
  known.push(...branches.texts);
  const attempts = locks.flatMap(({ targets }) => Object.values(targets).flatMap((target) => target.attempts));
  return {
    has: (id) => known.some((text) => text.includes(id)),
    stages: new Set(attempts.flatMap(({ stages }) => Object.values(stages).map(({ record }) => keyOf(record)))),
    lookedAt: { locks: paths.length + branches.texts.length, branches: branches.count },
    problems: branches.problems,
  };
}

/** No folder twice, whatever links there are. */
async function locksBelow(root: string, files: FileSystem): Promise<readonly string[]> {
  const seen = new Set<string>();
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const real = await files.realPath(folder);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of await files.list(folder)) {
      if (name.startsWith(".") || name === "node_modules") continue;
      const path = join(folder, name);
      if (isLock(name)) found.push(path);
      else if (depth < deepest && (await files.stat(path))?.kind === "directory") await look(path, depth + 1);
    }
  };
  await look(root, 0);
  return found;
}

interface BranchLocks {
  readonly texts: readonly string[];
  readonly count: number;
  readonly problems: readonly Problem[];
}

/** Without git there are no branches; where git fails, it is said that they were not looked at. */
async function branchLocks(root: string, files: FileSystem, repository: GitRepository): Promise<BranchLocks> {
  if ((await files.stat(join(root, ".git"))) === undefined) return { texts: [], count: 0, problems: [] };
  try {
    const tips = await repository.branchTips();
    const texts = new Map<string, string>();
    for (const tip of tips) {
      for (const [path, file] of await repository.filesOf(tip)) {
        if (!isLock(path) || texts.has(file.id)) continue;
        texts.set(file.id, Buffer.from(await repository.read(file)).toString("utf8"));
      }
    }
    return { texts: [...texts.values()], count: tips.length, problems: [] };
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    const message = `The locks of other branches were not looked at. ${error.message}`;
    return { texts: [], count: 0, problems: [problem("warning", error.code, message)] };
  }
}

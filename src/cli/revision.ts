import { relative, sep } from "node:path";
import { openSession } from "../compose.ts";
import type { LoadedPipeline } from "../config/loaded.ts";
import { FtpipeError } from "../core/errors.ts";
import { type GitRepository, gitRepository } from "../core/git.ts";
import { filesAt } from "../core/git-files.ts";
import { readLock } from "../run/lock.ts";
import { localRequest } from "../stages/local-request.ts";
import type { CommittedState } from "../stages/plan-compare.ts";
import type { SplitFiles } from "../stages/plan-samples.ts";
import { readRowsRecord } from "../stages/rows-record.ts";
import { runPipeline } from "../stages/run-pipeline.ts";
import type { CommandContext } from "./commands.ts";

/** What the lock of a git revision says. @throws FtpipeError NOTHING_TO_SHOW if there is no such revision. */
export async function stateAt(
  context: CommandContext,
  loaded: LoadedPipeline,
  revision: string,
): Promise<CommittedState> {
  const { ports, workingDirectory } = context;
  const repository = gitRepository(loaded.root, ports.environment);
  const commit = await repository.commitOf(revision);
  const files = await filesAt({ root: loaded.root, commit }, repository, ports.files);
  const { lock } = await readLock(loaded.lockFile, files);
  return { revision, lock, rows: () => readRowsRecord(loaded.lockFile, workingDirectory, files) };
}

/**
 * Makes the data of the past again, from the commit that the lock came with. It may not be that data all the same,
 * which its hash tells.
 * @param revision Where to look back from.
 * @returns undefined where git does not have it, or it can't be made any more.
 */
export async function rebuiltData(
  context: CommandContext,
  loaded: LoadedPipeline,
  revision: string,
): Promise<SplitFiles | undefined> {
  const repository = gitRepository(loaded.root, context.ports.environment);
  try {
    const commit = await lockCommit(repository, loaded, revision);
    return commit === undefined ? undefined : await buildAt(context, loaded, { repository, commit });
  } catch (error) {
    // The samples then say that the old text is not at hand; nothing else hangs on it.
    if (error instanceof FtpipeError && error.code !== "INTERRUPTED") return undefined;
    throw error;
  }
}

async function lockCommit(
  repository: GitRepository,
  { lockFile, root }: LoadedPipeline,
  revision: string,
): Promise<string | undefined> {
  const path = relative(root, lockFile).split(sep).join("/");
  return repository.lastChange(await repository.commitOf(revision), path);
}

async function buildAt(
  { ports, workingDirectory, signal }: CommandContext,
  { root, file }: LoadedPipeline,
  { repository, commit }: { readonly repository: GitRepository; readonly commit: string },
): Promise<SplitFiles | undefined> {
  const files = await filesAt({ root, commit }, repository, ports.files);
  const session = await openSession({
    ports: { ...ports, files },
    workingDirectory,
    file,
    target: undefined,
    overrides: [],
    measures: false,
    trains: false,
  });
  try {
    const { outputs } = await runPipeline(localRequest(session, { until: "split", signal }));
    return outputs.get("split")?.files;
  } finally {
    await session.close();
  }
}

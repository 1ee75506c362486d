import { basename, dirname, join } from "node:path";
import type { LoadedPipeline } from "../config/loaded.ts";
import { takeExclusiveLock } from "../core/exclusive-lock.ts";
import type { FileSystem, Ports } from "../core/ports.ts";
import { type Lock, readLock, writeLock } from "../run/lock.ts";
import type { Reserve } from "../run/reserve.ts";
import { sweepTemporaries } from "../run/sweep.ts";
import type { SelectedTarget } from "../stages/world.ts";

/** `.ftpipe/` ignores itself for git. */
export async function prepareState({ stateDirectory }: LoadedPipeline, { files }: Ports): Promise<void> {
  const ignore = join(stateDirectory, ".gitignore");
  if ((await files.stat(ignore)) === undefined) await files.writeAtomic(ignore, "*\n");
}

export function sweep({ stateDirectory, lockFile }: LoadedPipeline, { files, clock }: Ports) {
  const [lockFolder, lockName] = [dirname(lockFile), basename(lockFile)];
  return sweepTemporaries({ stateDirectory, lockFolder, lockName, files, clock });
}

export const runLock = ({ pipeline, stateDirectory }: LoadedPipeline, { name }: SelectedTarget): string =>
  join(stateDirectory, "locks", `${pipeline.name}.${name}.db`);

export function lockRun(loaded: LoadedPipeline, target: SelectedTarget, { files, clock }: Ports) {
  return takeExclusiveLock({
    path: runLock(loaded, target),
    what: `The pipeline ${loaded.pipeline.name} → ${target.name}`,
    hint: "Wait for that run to end, or stop it; another target can run meanwhile.",
    files,
    clock,
  });
}

/**
 * Holds the lock of every run that this state folder knows of, so that none begins.
 * @returns Gives them back. @throws FtpipeError LOCKED naming the run that holds one.
 */
export async function lockAllRuns(
  stateDirectory: string,
  known: readonly { readonly loaded: LoadedPipeline; readonly target: SelectedTarget }[],
  { files, clock }: Ports,
): Promise<() => void> {
  const folder = join(stateDirectory, "locks");
  const there = (await files.list(folder)).filter((name) => name.endsWith(".db") && !name.endsWith(".lock-file.db"));
  const paths = new Set([
    ...there.map((name) => join(folder, name)),
    ...known.map(({ loaded, target }) => runLock(loaded, target)),
  ]);
  const held: (() => void)[] = [];
  const release = () => {
    for (const give of held.splice(0)) give();
  };
  try {
    for (const path of paths) {
      const [pipeline = "", target = ""] = basename(path, ".db").split(".");
      const what = `The pipeline ${pipeline} → ${target}`;
      held.push(await takeExclusiveLock({ path, what, hint: "Wait for that run to end.", files, clock }));
    }
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** What is written down after something was bought has room held free for it. */
export function withReserve(files: FileSystem, reserve: Reserve): FileSystem {
  return { ...files, appendDurable: (path, line) => reserve.write(() => files.appendDurable(path, line)) };
}

/** Writes as much as a run's journal and lock will need, where they will be. */
export async function holdRoom({ lockFile }: LoadedPipeline, { files }: Ports, reserve: Reserve): Promise<void> {
  await reserve.take();
  const trial = await files.createWriter(lockFile);
  try {
    await trial.write(Buffer.alloc(65_536));
  } finally {
    await trial.discard();
  }
}

interface LockHome {
  readonly loaded: LoadedPipeline;
  readonly ports: Ports;
  readonly reserve: Reserve;
}

/** Reads, changes and writes the lock file, with nobody in between. */
export function updateLock({ loaded, ports, reserve }: LockHome, change: (lock: Lock) => Lock): Promise<void> {
  const { lockFile } = loaded;
  return holdingLockFile(loaded, ports, async () => {
    const { lock } = await readLock(lockFile, ports.files);
    await reserve.write(() => writeLock(lockFile, change(lock), ports.files));
  });
}

export async function holdingLockFile(
  { stateDirectory, pipeline, displayFile }: LoadedPipeline,
  { files, clock }: Ports,
  action: () => Promise<void>,
): Promise<void> {
  const release = await takeExclusiveLock({
    path: join(stateDirectory, "locks", `${pipeline.name}.lock-file.db`),
    what: `The lock file of ${displayFile}`,
    hint: "Run the same command again.",
    waitMs: 5_000,
    files,
    clock,
  });
  try {
    await action();
  } finally {
    release();
  }
}

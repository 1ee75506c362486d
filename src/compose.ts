import { availableParallelism, hostname } from "node:os";
import { join, relative } from "node:path";
import { engineLimits, isLocal, localModel } from "./compose/engine-limits.ts";
import { attach, localServer, type OpenServer } from "./compose/local-server.ts";
import { openPipeline, type PipelineChoice } from "./compose/open-pipeline.ts";
import { predecessorOf } from "./compose/predecessor.ts";
import {
  holdingLockFile,
  holdRoom,
  lockRun,
  prepareState,
  runLock,
  sweep,
  updateLock,
  withReserve,
} from "./compose/state-folder.ts";
import type { LoadedPipeline } from "./config/loaded.ts";
import { isSet } from "./core/environment.ts";
import type { Problem } from "./core/errors.ts";
import { type Once, onceByKey } from "./core/once.ts";
import type { Ports } from "./core/ports.ts";
import { holdYoungGeneration } from "./core/young-generation.ts";
import type { Connection, LocalServer } from "./providers/provider.ts";
import { type Cache, openCache } from "./run/cache.ts";
import { type FileHashes, stampedFileHashes } from "./run/file-hashes.ts";
import { openJournal } from "./run/journal.ts";
import { isUnfinished, type Lock, latestAttempt, readLock } from "./run/lock.ts";
import { openReserve } from "./run/reserve.ts";
import { newRunDirectory } from "./run/run-log.ts";
import { updateRowsRecord } from "./stages/rows-record.ts";
import { selectTarget } from "./stages/select-target.ts";
import type { SelectedTarget, World } from "./stages/world.ts";

export interface OpenOptions extends PipelineChoice {
  readonly target: string | undefined;
  readonly newAttempt?: boolean;
  /** Whether the run only goes on with what was begun. Default: false. */
  readonly resumes?: boolean;
  readonly modelOverride?: string | undefined;
  readonly waitTimeoutMs?: number | undefined;
  /** Read every file once more, whatever its stamp says. Default: false. */
  readonly rehash?: boolean;
  /** Most threads of local work; default: one a core, at most 4. */
  readonly workers?: number | undefined;
  /** Whether the data's tokens will be asked for. Default: true. */
  readonly measures?: boolean;
  /** Whether the command ends with a report, and so needs a folder of its own. Default: `trains`. */
  readonly reports?: boolean;
  /** Whether the command trains: then the target must be meant, and nobody else may run the same. */
  readonly trains: boolean;
  /** Whether the target must be meant, although nothing is trained yet. Default: `trains`. */
  readonly meansToTrain?: boolean;
  /** Whether `--target all` is taken. Default: false. */
  readonly takesAll?: boolean;
  /** How the lock is read; default: one that is damaged is refused. */
  readonly lockOf?: typeof readLock | undefined;
  /** Opens the built-in server of a state folder; default: the one that runs there, else one in this process. */
  readonly openLocalServer?: OpenServer;
}

export interface Session {
  readonly world: World;
  /** The same world with another target of the pipeline. */
  readonly worldOf: (target: SelectedTarget) => World;
  readonly cache: Cache;
  readonly lock: Lock;
  readonly runId: string;
  readonly warnings: readonly Problem[];
  /** Does something to the lock file while nobody else writes to it. */
  readonly withLockFile: (action: () => Promise<void>) => Promise<void>;
  /** Ends the built-in server, if this process holds it, and gives the lock back. */
  readonly close: () => Promise<void>;
}

/** Puts together all that a command over a pipeline needs. @throws FtpipeError for whatever is wrong with its files. */
export async function openSession(options: OpenOptions): Promise<Session> {
  const { ports } = options;
  const loaded = await openPipeline(options);
  holdYoungGeneration();
  const choice = {
    named: options.target,
    ci: isSet(ports.environment["CI"]),
    trains: options.meansToTrain ?? options.trains,
    takesAll: options.takesAll === true,
  };
  const { lockOf = readLock } = options;
  const before = await lockOf(loaded.lockFile, ports.files);
  const target = selectTarget(loaded, { ...choice, lock: before.lock });
  await prepareState(loaded, ports);
  const release = options.trains ? await lockRun(loaded, target, ports) : () => {};
  const reports = options.reports ?? options.trains;
  const begin = async () => ({
    swept: options.trains ? await sweep(loaded, ports) : [],
    // Read again: the run that held the lock until now may have written to the file.
    ...(options.trains ? await lockOf(loaded.lockFile, ports.files) : before),
    run: reports ? await newRunDirectory(loaded.stateDirectory, ports.files, ports.clock) : { id: "", directory: "" },
  });
  const { lock, warnings, swept, run } = await begin().catch((error: unknown) => {
    release();
    throw error;
  });
  const local = localServer(loaded.stateDirectory, ports, options.openLocalServer ?? attach);
  const once = onceByKey();
  const fileHashes = stampedFileHashes({
    store: join(loaded.stateDirectory, "stamps.json"),
    files: ports.files,
    clock: ports.clock,
    rehash: options.rehash === true,
  });
  const worldOf = (target: SelectedTarget) =>
    openWorld({ options, loaded, target, lock, runDirectory: run.directory, openLocal: local.open, once, fileHashes });
  return {
    world: worldOf(target),
    worldOf,
    cache: openCache(join(loaded.stateDirectory, "cache"), ports.files, fileHashes),
    lock,
    runId: run.id,
    warnings: [...warnings, ...swept],
    withLockFile: (action) => holdingLockFile(loaded, ports, action),
    close: async () => {
      try {
        await local.close();
        // An empty folder that stays harms nobody: what the run came to must not hang on it.
        if (reports) await removeIfEmpty(run.directory, ports).catch(() => {});
      } finally {
        release();
      }
    },
  };
}

interface WorldParts {
  readonly options: OpenOptions;
  readonly loaded: LoadedPipeline;
  readonly target: SelectedTarget;
  readonly lock: Lock;
  readonly runDirectory: string;
  readonly openLocal: () => Promise<LocalServer>;
  readonly once: Once;
  readonly fileHashes: FileHashes;
}

function openWorld(parts: WorldParts): World {
  const { options, loaded, target, lock, runDirectory, openLocal, once, fileHashes } = parts;
  const { ports } = options;
  let connection: Promise<Connection> | undefined;
  const holds = new Set<(until: number) => void>();
  const section = lock.targets[target.name];
  const reserve = openReserve(loaded.stateDirectory, ports.files);
  return {
    loaded,
    pipeline: loaded.pipeline,
    target,
    ports,
    fileHashes,
    workers: options.workers ?? Math.min(availableParallelism(), 4),
    measures: options.measures ?? true,
    connection: () => {
      const onHold = (until: number) => {
        for (const listener of holds) listener(until);
      };
      connection ??= target.provider.connect(target.settings, { ports, local: openLocal, onHold });
      return connection;
    },
    account: async () => target.provider.openAccount?.(target.settings, { ports, local: openLocal }),
    hearHolds: (listener) => {
      holds.add(listener);
    },
    runDirectory,
    modelOverride: options.modelOverride,
    attemptOf: (fingerprintOf) => {
      const latest = latestAttempt(section, fingerprintOf);
      // Where the lock knows of none, there may have been a first one all the same: its lock was lost.
      if (latest === undefined) return options.newAttempt === true ? 2 : 1;
      // A new attempt that was cut short goes on: asking for it again must not buy another.
      return options.newAttempt === true && !isUnfinished(latest) ? latest.attempt + 1 : latest.attempt;
    },
    updateLock: (change) => updateLock({ loaded, ports, reserve }, change),
    keepRows: (manifest) =>
      holdingLockFile(loaded, ports, async () => {
        const { lock: now } = await readLock(loaded.lockFile, ports.files);
        await updateRowsRecord(loaded.lockFile, now, manifest, ports.files);
      }),
    holdRoom: () => holdRoom(loaded, ports, reserve),
    journal: openJournal(join(loaded.stateDirectory, "journal.jsonl"), withReserve(ports.files, reserve), ports.clock),
    resumes: options.resumes === true,
    lockName: `${hostname()}:${runLock(loaded, target)}`,
    limits: isLocal(target) ? engineLimits(target) : undefined,
    once,
    modelLost: async (model) => isLocal(target) && (await localModel(loaded, model, ports)) === undefined,
    localModel: async (model) => (isLocal(target) ? localModel(loaded, model, ports) : undefined),
    waitTimeoutMs: options.waitTimeoutMs,
    predecessorOf: (tuned) => predecessorOf(tuned, { lock, loaded, target }),
  };
}

/** A run that found nothing to do leaves no folder behind. */
async function removeIfEmpty(directory: string, { files }: Ports): Promise<void> {
  if ((await files.list(directory)).length === 0) await files.remove(directory);
}

/** A pipeline's file as the runs' log names it. */
export function pipelineId({ root, file }: LoadedPipeline): string {
  return relative(root, file);
}

import { createHash } from "node:crypto";
import { canonicalJson, hashJson, type Sha256 } from "../core/hash.ts";
import type { Clock, FileStat, FileSystem } from "../core/ports.ts";

/** sha256 of files as they are now. */
export interface FileHashes {
  /** @returns One for each path, in their order. @throws FtpipeError FILE_UNREADABLE */
  readonly of: (paths: readonly string[]) => Promise<readonly Sha256[]>;
}

/**
 * A file must have been at rest for so long before it was read: two changes within one tick of a file system's clock
 * leave equal stamps. The coarsest clock in use, FAT's, ticks every two seconds.
 */
export const restMs = 3_000;

export interface StampSettings {
  /** Where stamps are kept: `.ftpipe/stamps.json`. */
  readonly store: string;
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Read every file once more, whatever its stamp says. */
  readonly rehash?: boolean;
}

interface StampedHash {
  readonly stamp: string;
  readonly sha256: Sha256;
}

type Stamps = Readonly<Record<string, StampedHash>>;

interface StoredStamps {
  readonly version: 1;
  readonly files: Stamps;
  /** Of the canonical JSON without this key. */
  readonly sha256: Sha256;
}

/** Reads every file whole, each time. */
export function wholeFileHashes(files: FileSystem): FileHashes {
  return {
    of: async (paths) => {
      const hashes: Sha256[] = [];
      for (const path of paths) hashes.push(await hashFile(files, path));
      return hashes;
    },
  };
}

/** Reads a file only if its stamp differs from the one that it had when it was last read. */
export function stampedFileHashes(settings: StampSettings): FileHashes {
  const { store, files } = settings;
  let known: Promise<Map<string, StampedHash>> | undefined;
  return {
    of: async (paths) => {
      known ??= settings.rehash === true ? Promise.resolve(new Map()) : readStamps(store, files);
      const stamps = await known;
      let learnt = false;
      const hashes: Sha256[] = [];
      for (const path of paths) {
        const before = await files.stat(path);
        const recorded = stamps.get(path);
        if (recorded !== undefined && recorded.stamp === stampOf(before)) {
          hashes.push(recorded.sha256);
          continue;
        }
        const { sha256, stamp } = await readWhole(path, before, settings);
        hashes.push(sha256);
        // A file of a git revision has the path of one on the disk.
        if (before?.onDisk === undefined) continue;
        learnt ||= stamp !== undefined || recorded !== undefined;
        if (stamp === undefined) stamps.delete(path);
        else stamps.set(path, { stamp, sha256 });
      }
      if (learnt) await writeStamps(store, await present(stamps, files), files);
      return hashes;
    },
  };
}

/** What changes whenever a file does: a write that restores the size and the time still moves ctime. */
function stampOf(stat: FileStat | undefined): string | undefined {
  if (stat?.onDisk === undefined) return undefined;
  const { modifiedNs, changedNs, inode } = stat.onDisk;
  return `${stat.bytes} ${modifiedNs} ${changedNs} ${inode}`;
}

/** @returns No stamp for a file that may have changed, or may yet change, without a new one. */
async function readWhole(
  path: string,
  before: FileStat | undefined,
  { files, clock }: StampSettings,
): Promise<{ readonly sha256: Sha256; readonly stamp: string | undefined }> {
  const restedSince = clock.now() - restMs;
  const sha256 = await hashFile(files, path);
  if (before?.onDisk === undefined || stampOf(before) !== stampOf(await files.stat(path))) {
    return { sha256, stamp: undefined };
  }
  const { modifiedNs, changedNs } = before.onDisk;
  const newestMs = Math.max(Number(modifiedNs), Number(changedNs)) / 1e6;
  return { sha256, stamp: newestMs < restedSince ? stampOf(before) : undefined };
}

/** A store that is damaged is as good as none: the files are read. */
async function readStamps(store: string, files: FileSystem): Promise<Map<string, StampedHash>> {
  if ((await files.stat(store)) === undefined) return new Map();
  const { sha256, ...stored } = parsed(await files.read(store));
  const isWhole = stored.version === 1 && hashJson(stored) === sha256;
  return new Map(isWhole ? Object.entries(stored.files ?? {}) : []);
}

function parsed(bytes: Uint8Array): Partial<StoredStamps> {
  try {
    return { ...(JSON.parse(Buffer.from(bytes).toString("utf8")) as Partial<StoredStamps> | null) };
  } catch {
    return {};
  }
}

async function writeStamps(store: string, stamps: Stamps, files: FileSystem): Promise<void> {
  const stored: Omit<StoredStamps, "sha256"> = { version: 1, files: stamps };
  await files.writeAtomic(store, `${canonicalJson({ ...stored, sha256: hashJson(stored) })}\n`);
}

/** Without the files that are gone, so that the store does not grow for ever. */
async function present(stamps: ReadonlyMap<string, StampedHash>, files: FileSystem): Promise<Stamps> {
  const found: Record<string, StampedHash> = {};
  for (const [path, stamp] of stamps) {
    if ((await files.stat(path)) !== undefined) found[path] = stamp;
  }
  return found;
}

async function hashFile(files: FileSystem, path: string): Promise<Sha256> {
  const hash = createHash("sha256");
  for await (const chunk of files.stream(path)) hash.update(chunk);
  return hash.digest("hex") as Sha256;
}

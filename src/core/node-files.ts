import { dirname } from "node:path";
import { atomicWrites } from "./atomic-write.ts";
import { FtpipeError } from "./errors.ts";
import type { FileSystem } from "./ports.ts";
import { type SystemCalls, type SystemError, systemCalls } from "./system-calls.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is no folder",
  EIO: "the disk gave an error",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EMFILE: "too many open files",
};

/** No file or folder can be found at such a path: a part is missing or a file, links go round, a name is too long. */
const nothingThere: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);

function isNothingThere(error: unknown): boolean {
  const { code } = error as SystemError;
  return code !== undefined && nothingThere.has(code);
}

function reason(error: unknown): string {
  const { code, message } = error as SystemError;
  return code === undefined ? message : `${reasons[code] ?? message} (${code})`;
}

function unreadable(path: string, cause: unknown): FtpipeError {
  return new FtpipeError("FILE_UNREADABLE", `Cannot read ${path}: ${reason(cause)}.`, {
    cause,
    location: { file: path },
  });
}

function unwritable(path: string, cause: unknown): FtpipeError {
  if (cause instanceof FtpipeError) return cause;
  return new FtpipeError("FILE_UNWRITABLE", `Cannot write ${path}: ${reason(cause)}.`, {
    cause,
    hint: "Check free space and permissions of the folder; what was there before is unharmed.",
    location: { file: path },
  });
}

/** Whether it failed because the disk has no room left. */
export function isDiskFull(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as SystemError;
  return code === "ENOSPC" || code === "EDQUOT";
}

async function reading<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The files of this machine. @param system Default: the operating system's own calls. */
export function nodeFiles(system: SystemCalls = systemCalls): FileSystem {
  const { createWriter, append, link, ensureDirectory } = atomicWrites(system, unwritable);
  return {
    read: (path) => reading(path, () => system.readFile(path)),
    readText: (path) =>
      reading(path, async () =>
        new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await system.readFile(path)),
      ),
    stream: async function* (path, range) {
      if (range?.bytes === 0) return; // the system's call has no word for an empty range
      const part = range === undefined ? {} : { start: range.from, end: range.from + range.bytes - 1 };
      // A range is on its way to a provider, where each chunk costs a turn.
      const highWaterMark = range === undefined ? 1 << 16 : 1 << 18;
      try {
        yield* system.createReadStream(path, { highWaterMark, ...part }) as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw unreadable(path, error);
      }
    },
    stat: async (path) => {
      try {
        const found = await system.stat(path, { bigint: true });
        const kind = found.isFile() ? "file" : found.isDirectory() ? "directory" : "other";
        return {
          kind,
          bytes: Number(found.size),
          modifiedMs: Number(found.mtimeNs) / 1e6,
          onDisk: { modifiedNs: found.mtimeNs, changedNs: found.ctimeNs, inode: found.ino },
        };
      } catch (error) {
        if (isNothingThere(error)) return undefined;
        throw unreadable(path, error);
      }
    },
    list: async (path) => {
      try {
        return (await system.readdir(path)).sort();
      } catch (error) {
        if (isNothingThere(error)) return [];
        throw unreadable(path, error);
      }
    },
    realPath: (path) => reading(path, () => system.realpath(path)),
    claimDirectory: (path) =>
      writing(path, async () => {
        await ensureDirectory(dirname(path));
        try {
          await system.mkdir(path);
          return true;
        } catch (error) {
          if ((error as SystemError).code === "EEXIST") return false;
          throw error;
        }
      }),
    makeDirectory: (path) => writing(path, () => ensureDirectory(path)),
    writeAtomic: async (path, data, mode) => {
      const writer = await createWriter(path, mode === undefined ? {} : { mode });
      try {
        await writer.write(data);
      } catch (error) {
        // Why it could not be written counts; what is left behind is swept by a later run.
        await writer.discard().catch(() => {});
        throw error;
      }
      await writer.commit();
    },
    createWriter,
    appendDurable: (path, line) => writing(path, () => append(path, line)),
    remove: (path) => writing(path, () => system.rm(path, { recursive: true, force: true })),
    move: (from, to) =>
      writing(to, async () => {
        await ensureDirectory(dirname(to));
        await system.rename(from, to);
      }),
    link: (from, to) => writing(to, () => link(from, to)),
  };
}

import type { Sha256 } from "./hash.ts";

/** The world outside the program. Tests pass their own; `core/node-ports.ts` has the real one. */
export interface Ports {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: typeof globalThis.fetch;
  /** Environment variables, read once at the start. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Clock {
  /** Milliseconds since 1970, for time stamps only; durations come from `monotonic`. */
  now(): number;
  /** Milliseconds from an arbitrary start, never going back. */
  monotonic(): number;
  /** Resolves after that many milliseconds; rejects with the signal's reason if it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls back once, after that many milliseconds. For limits that are mostly not reached. @returns Takes it back. */
  alarm(milliseconds: number, ring: () => void): () => void;
}

export interface Random {
  /** That many random bytes from the operating system. */
  bytes(count: number): Uint8Array;
}

/**
 * Files by absolute path. Every method rejects with FtpipeError: FILE_UNREADABLE or FILE_UNWRITABLE,
 * the system's error as its cause.
 */
export interface FileSystem {
  read(path: string): Promise<Uint8Array>;
  /** Strict UTF-8; a byte order mark is kept. */
  readText(path: string): Promise<string>;
  /** The file's bytes, or those of a range as far as they are there, in chunks: of a whole file of at most 64 KiB. */
  stream(path: string, range?: ByteRange): AsyncIterable<Uint8Array>;
  /** Undefined if there is nothing at that path. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder, sorted; empty if there is no such folder. */
  list(path: string): Promise<readonly string[]>;
  realPath(path: string): Promise<string>;
  makeDirectory(path: string): Promise<void>;
  /** Makes a folder that nobody else has: false if there is one already. */
  claimDirectory(path: string): Promise<boolean>;
  /** All or nothing: a temporary file beside it, fsync, rename, fsync of the folder. Makes the folder. */
  writeAtomic(path: string, data: string | Uint8Array, mode?: number): Promise<void>;
  /**
   * A file written piece by piece that appears under its name, whole, at `commit`.
   * @param options durable: false for a file whose loss at a power cut is noticed and harmless, as a cache's is; it need
   * not reach the disk before `commit` is done. Default true.
   */
  createWriter(path: string, options?: { readonly durable?: boolean }): Promise<AtomicWriter>;
  /** Appends a line and fsyncs before it resolves. */
  appendDurable(path: string, line: string): Promise<void>;
  /** Removes a file or a folder with all in it; nothing if there is none. */
  remove(path: string): Promise<void>;
  /** Renames a file within a file system, in one step. Makes the folder; replaces the target. */
  move(from: string, to: string): Promise<void>;
  /** A second name for a file (a hard link, or a copy where the file system has none). Replaces the target. */
  link(from: string, to: string): Promise<void>;
}

/** A part of a file. */
export interface ByteRange {
  readonly from: number;
  readonly bytes: number;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "other";
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Absent for what does not lie on a disk. */
  readonly onDisk?: {
    readonly modifiedNs: bigint;
    /** Of the last change of the bytes or of what is known of them; programs can't set it. */
    readonly changedNs: bigint;
    readonly inode: bigint;
  };
}

export interface AtomicWriter {
  /** The chunk's memory is the caller's again once it has resolved. One at a time. */
  write(chunk: string | Uint8Array): Promise<void>;
  commit(): Promise<{ readonly sha256: Sha256; readonly bytes: number }>;
  /** Throws away what was written; nothing after `commit`. */
  discard(): Promise<void>;
}

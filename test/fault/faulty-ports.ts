import { appendFile } from "node:fs/promises";
import { FtpipeError } from "../../src/core/errors.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import type { AtomicWriter, FileSystem, Ports } from "../../src/core/ports.ts";

/** Which calls fail, counted from 1 over a whole run. */
export interface Fault {
  readonly first: number;
  /** How many in a row; Infinity: all from there on. */
  readonly times: number;
  /** Whether the failing call has done its work, or half of it, before it says that it failed. */
  readonly effect: "none" | "done" | "half";
  /** Which calls are counted: of two runs side by side, others may come in another order. Default: all. */
  readonly of?: RegExp;
  /** What the disk says; default: another for each call. */
  readonly code?: (typeof diskCodes)[number] | undefined;
}

export const noFault: Fault = { first: Number.POSITIVE_INFINITY, times: 0, effect: "none" };

export interface Counter {
  /** Method and path of every call, in order. */
  readonly names: readonly string[];
  /** Those of them that failed. */
  readonly failed: readonly string[];
  /** @returns Whether this call is to fail. */
  readonly next: (name: string) => boolean;
}

export function counterOf({ first, times, of = /./ }: Fault): Counter {
  let counted = 0;
  const names: string[] = [];
  const failed: string[] = [];
  return {
    names,
    failed,
    next: (name) => {
      names.push(name);
      if (!of.test(name)) return false;
      counted++;
      const fails = counted >= first && counted < first + times;
      if (fails) failed.push(name);
      return fails;
    },
  };
}

/** What a disk says that is full, broken, or read-only, and a process with too many files open. */
export const diskCodes = ["ENOSPC", "EIO", "EROFS", "EMFILE"] as const;

/** The real ports, whose files fail as a full, broken or read-only disk does. */
export function faultyFiles(environment: Readonly<Record<string, string>>, fault: Fault, counter: Counter): Ports {
  const real = nodePorts(environment);
  const { files } = real;
  const fail = (kind: "FILE_UNREADABLE" | "FILE_UNWRITABLE", path: string): never => {
    const code = fault.code ?? diskCodes[counter.names.length % diskCodes.length] ?? "EIO";
    const verb = kind === "FILE_UNREADABLE" ? "read" : "write";
    throw new FtpipeError(kind, `Cannot ${verb} ${path}: ${code}.`, {
      cause: Object.assign(new Error(code), { code }),
      location: { file: path },
    });
  };
  const reading =
    <Result>(name: string, call: (path: string) => Promise<Result>) =>
    async (path: string): Promise<Result> =>
      counter.next(`${name} ${path}`) ? fail("FILE_UNREADABLE", path) : call(path);
  const writing = async <Result>(name: string, path: string, call: () => Promise<Result>): Promise<Result> => {
    if (!counter.next(`${name} ${path}`)) return call();
    if (fault.effect !== "none") await call();
    return fail("FILE_UNWRITABLE", path);
  };
  const watched = (path: string, writer: AtomicWriter): AtomicWriter => ({
    write: (chunk) => writing("write", path, () => writer.write(chunk)),
    commit: async () => {
      if (!counter.next(`commit ${path}`)) return writer.commit();
      // A commit that fails leaves nothing but what the folder's fsync could not promise.
      await (fault.effect === "none" ? writer.discard() : writer.commit());
      return fail("FILE_UNWRITABLE", path);
    },
    discard: writer.discard,
  });
  const faulty: FileSystem = {
    read: reading("read", files.read),
    readText: reading("readText", files.readText),
    stream: async function* (path, range) {
      if (counter.next(`stream ${path}`)) fail("FILE_UNREADABLE", path);
      yield* files.stream(path, range);
    },
    stat: reading("stat", files.stat),
    list: reading("list", files.list),
    realPath: reading("realPath", files.realPath),
    makeDirectory: (path) => writing("makeDirectory", path, () => files.makeDirectory(path)),
    claimDirectory: (path) => writing("claimDirectory", path, () => files.claimDirectory(path)),
    writeAtomic: (path, data, mode) => writing("writeAtomic", path, () => files.writeAtomic(path, data, mode)),
    createWriter: (path, options) =>
      counter.next(`createWriter ${path}`)
        ? Promise.resolve().then(() => fail("FILE_UNWRITABLE", path))
        : files.createWriter(path, options).then((writer) => watched(path, writer)),
    appendDurable: (path, line) =>
      writing("appendDurable", path, () =>
        fault.effect === "half" ? appendFile(path, line.slice(0, line.length / 2)) : files.appendDurable(path, line),
      ),
    remove: (path) => writing("remove", path, () => files.remove(path)),
    move: (from, to) => writing("move", to, () => files.move(from, to)),
    link: (from, to) => writing("link", to, () => files.link(from, to)),
  };
  return { ...real, files: faulty };
}

/** A `fetch` whose requests or answers get lost. */
export function faultyFetch(fetch: typeof globalThis.fetch, fault: Fault, counter: Counter): typeof globalThis.fetch {
  return async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (!counter.next(`${init?.method ?? "GET"} ${pathname}`)) return fetch(input, init);
    if (fault.effect !== "none") await (await fetch(input, init)).arrayBuffer();
    // A server that is down for long: the repeats of a read need not be waited for.
    if (fault.times > 1) {
      return Response.json({ error: { message: "down" } }, { status: 503, headers: { "retry-after-ms": "1" } });
    }
    throw new TypeError("fetch failed", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) });
  };
}

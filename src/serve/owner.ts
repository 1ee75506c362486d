import { hostname } from "node:os";
import { argv, pid } from "node:process";
import { DatabaseSync } from "node:sqlite";
import { FtpipeError } from "../core/errors.ts";
import type { Clock, FileSystem } from "../core/ports.ts";
import type { Layout } from "./layout.ts";

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  readonly since: string;
}

/**
 * Takes the state folder for this process alone. The lock is the kernel's, through SQLite: it is free the
 * moment its holder dies, and a suspended holder keeps it. The file beside it only says who that is.
 * @returns Gives the folder back.
 * @throws FtpipeError LOCKED if another process has it.
 */
export async function takeOwnership(places: Layout, files: FileSystem, clock: Clock): Promise<() => void> {
  const database = new DatabaseSync(places.ownerLock);
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    database.close();
    if ((cause as { readonly errcode?: number }).errcode !== 5) throw cause;
    throw await locked(places, files, cause);
  }
  const since = new Date(clock.now()).toISOString();
  const holder: Holder = { pid, host: hostname(), command: argv.slice(1).join(" "), since };
  try {
    await files.writeAtomic(places.owner, `${JSON.stringify(holder)}\n`, 0o600);
  } catch (error) {
    database.close();
    throw error;
  }
  return () => database.close();
}

async function locked(places: Layout, files: FileSystem, cause: unknown): Promise<FtpipeError> {
  const holder = await readHolder(places, files);
  const who =
    holder === undefined
      ? "another process"
      : `process ${holder.pid} on ${holder.host} (${holder.command}) since ${holder.since}`;
  return new FtpipeError("LOCKED", `The state folder of the built-in server is in use by ${who}.`, {
    hint: "Wait for it to end, or stop it. Runs share a folder while `ftpipe serve` has it.",
    cause,
    location: { file: places.owner },
  });
}

async function readHolder(places: Layout, files: FileSystem): Promise<Holder | undefined> {
  try {
    return JSON.parse(await files.readText(places.owner)) as Holder;
  } catch {
    // The holder has the lock but not yet written its name; the lock alone decides.
    return undefined;
  }
}

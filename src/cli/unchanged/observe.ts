import type { FileSystem, Ports } from "../../core/ports.ts";
import { restMs } from "../../run/file-hashes.ts";
import type { Terminal } from "../terminal.ts";
import { changedAt, kindAt, type Place, stampAt, type UnchangedRun } from "./place.ts";

export interface Observed {
  readonly ports: Ports;
  readonly terminal: Terminal;
  /** Keeps what was read and said, for the next run to repeat; nothing where that can't be trusted. */
  readonly keep: () => Promise<void>;
}

/** The names in the state folder: which runs and leftovers there are decides nothing about the result. */
const stateFolder = /\/\.ftpipe(\/|$)/;
/** What is kept of files' stamps: the files themselves are watched. */
const stampsFile = /\/\.ftpipe\/stamps\.json$/;

/** Names of variables whose values are written down nowhere. */
const secretName = /KEY|TOKEN|SECRET|PASS|CREDENTIAL/i;

/**
 * Watches what a run reads: all of it goes through the ports. What it writes into `.ftpipe/`, to begin with a folder
 * for a report, is no part of it; whatever else it writes is, and by its time of change prevents that it is kept.
 */
export function observe(ports: Ports, terminal: Terminal, place: Place): Observed {
  const startedMs = ports.clock.now();
  const contents = new Set<string>();
  const looks = new Set<string>();
  const variables = new Set<string>();
  const said: UnchangedRun["said"][number][] = [];
  const read = (path: string) => (stampsFile.test(path) ? path : noted(contents, path));
  let called = false;
  const files: FileSystem = {
    ...ports.files,
    read: (path) => ports.files.read(read(path)),
    readText: (path) => ports.files.readText(read(path)),
    stream: (path) => ports.files.stream(read(path)),
    realPath: (path) => ports.files.realPath(noted(looks, path)),
    list: (path) => ports.files.list(stateFolder.test(path) ? path : noted(contents, path)),
    stat: async (path) => {
      const stat = await ports.files.stat(path);
      if (stat?.kind === "file") read(path);
      else looks.add(path);
      return stat;
    },
  };
  const environment = new Proxy(ports.environment, {
    get: (all, name) => all[noted(variables, String(name))],
    ownKeys: (all) => {
      for (const name of Object.keys(all)) variables.add(name);
      return Reflect.ownKeys(all);
    },
  });
  const saying =
    (to: "stdout" | "stderr", say: (text: string) => void) =>
    (text: string): void => {
      said.push({ to, text: `${text}\n` });
      say(text);
    };
  return {
    ports: {
      ...ports,
      files,
      environment,
      fetch: (...request) => {
        called = true;
        return ports.fetch(...request);
      },
    },
    terminal: {
      ...terminal,
      result: saying("stdout", terminal.result),
      note: saying("stderr", terminal.note),
    },
    keep: async () => {
      const set = [...variables].map((name) => [name, ports.environment[name] ?? null] as const);
      const paths = [...contents];
      if (called || set.some(([name, value]) => value !== null && secretName.test(name))) return;
      if (paths.some((path) => changedAt(path) > startedMs - restMs)) return;
      const run: UnchangedRun = {
        key: place.key,
        environment: Object.fromEntries(set),
        stamps: Object.fromEntries(paths.map((path) => [path, stampAt(path)])),
        kinds: Object.fromEntries([...looks].filter((path) => !contents.has(path)).map((path) => [path, kindAt(path)])),
        said,
      };
      await ports.files.writeAtomic(place.file, JSON.stringify(run), 0o600);
    },
  };
}

function noted(names: Set<string>, name: string): string {
  names.add(name);
  return name;
}

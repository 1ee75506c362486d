import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Program } from "../program.ts";

export interface Ended {
  /** Null for a process that was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves with the output so far when it matches, or when the process has ended. */
  readonly shows: (pattern: RegExp) => Promise<string>;
}

export interface Start {
  readonly folder: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export function startProgram({ executable, compiled }: Program, { folder, words, environment = {} }: Start): Process {
  mkdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, [executable, ...words], {
    cwd: folder,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: join(folder, ".home"),
      NO_COLOR: "1",
      NODE_COMPILE_CACHE: compiled,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  const watchers = new Set<() => void>();
  const told = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    told();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    told();
  });
  const ended = new Promise<Ended>((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
  const shows = (pattern: RegExp) =>
    new Promise<string>((done, fail) => {
      const finish = () => {
        watchers.delete(look);
        done(stdout + stderr);
      };
      const look = () => {
        if (pattern.test(stdout + stderr)) finish();
      };
      watchers.add(look);
      look();
      ended.then(finish, fail);
    });
  return { child, ended, shows };
}

export interface Server {
  readonly url: string;
  readonly key: string;
  readonly jobs: () => Promise<{ readonly made: number; readonly live: number }>;
  readonly close: () => Promise<void>;
}

/** `ftpipe serve` in a folder of its own. @param words Further flags. */
export async function startServer(program: Program, folder: string, words: readonly string[]): Promise<Server> {
  const server = startProgram(program, { folder, words: ["serve", "--port", "0", "--json", ...words] });
  const close = async () => {
    server.child.kill("SIGKILL");
    await server.ended;
  };
  const output = await server.shows(/\}\n/);
  const line = /^\{.*\}$/m.exec(output)?.[0];
  if (line === undefined) throw new Error(`the server did not start:\n${output}`);
  const { url, key } = JSON.parse(line) as { url: string; key: string };
  return {
    url,
    key,
    jobs: async () => {
      const answer = await fetch(`${url}/chaos`, { headers: { authorization: `Bearer ${key}` } });
      return ((await answer.json()) as { jobs: { made: number; live: number } }).jobs;
    },
    close,
  };
}

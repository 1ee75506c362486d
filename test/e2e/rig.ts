import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../..", import.meta.url));
const main = join(repository, "src/cli/main.ts");

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly input?: string;
}

/** A project folder of its own, and the real program run in it. */
export interface Rig {
  readonly folder: string;
  write: (files: Readonly<Record<string, string>>) => void;
  read: (name: string) => string;
  ftpipe: (words: readonly string[], options?: RunOptions) => Promise<Result>;
  /** Starts the program and leaves it running. */
  start: (words: readonly string[], options?: RunOptions) => Running;
  remove: () => void;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Resolves when stdout and stderr together match; rejects if the program ends before. */
  until: (pattern: RegExp) => Promise<string>;
}

/** Only what the program needs: no key and no CI of whoever runs the tests. */
function cleanEnvironment(folder: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", HOME: join(folder, ".home"), NO_COLOR: "1", ...more };
}

export function createRig(files: Readonly<Record<string, string>> = {}): Rig {
  const folder = mkdtempSync(join(tmpdir(), "ftpipe-e2e-"));
  const start = (words: readonly string[], { environment, folder: inner = "" }: RunOptions = {}): Running => {
    const child = spawn(process.execPath, [main, ...words], {
      cwd: join(folder, inner),
      env: cleanEnvironment(folder, environment),
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin?.end();
    let [stdout, stderr] = ["", ""];
    const watchers = new Set<() => void>();
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      for (const watcher of watchers) watcher();
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      for (const watcher of watchers) watcher();
    });
    const ended = new Promise<Result>((done, fail) => {
      child.on("error", fail);
      child.on("close", (code) => done({ code, stdout, stderr }));
    });
    return {
      child,
      ended,
      until: (pattern) =>
        new Promise((done, fail) => {
          const look = () => {
            if (!pattern.test(stdout + stderr)) return;
            watchers.delete(look);
            done(stdout + stderr);
          };
          watchers.add(look);
          look();
          void ended.then(() => fail(new Error(`ended before ${pattern}:\n${stdout}${stderr}`)));
        }),
    };
  };
  const rig: Rig = {
    folder,
    write: (more) => {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    },
    read: (name) => readFileSync(join(folder, name), "utf8"),
    start,
    ftpipe: (words, options) => start(words, options).ended,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  rig.write(files);
  return rig;
}

/** A pipeline that the smallest model learns in a second: a dozen towns and their greeting. */
export function tinyPipeline(change: (yaml: string) => string = (yaml) => yaml): Readonly<Record<string, string>> {
  const towns = [
    "Oslo",
    "Rome",
    "Lima",
    "Cairo",
    "Paris",
    "Delhi",
    "Quito",
    "Hanoi",
    "Berne",
    "Sofia",
    "Tunis",
    "Accra",
    "Dakar",
    "Seoul",
  ];
  const yaml = `version: 1
name: towns
source: { type: csv, path: towns.csv, key: town }
dataset:
  seed: 3
  messages:
    - { role: user, content: "{{town}}?" }
    - { role: assistant, content: "{{greeting}} {{town}}" }
training: { seed: 5, suffix: towns, hyperparameters: { n_epochs: 2 } }
targets:
  local: { provider: local, model: ftpipe-nano }
  echo: { provider: echo }
default_target: local
evaluation:
  defaults: { max_tokens: 12 }
  tests:
    - vars: { town: Oslo }
      assert: [{ type: word-count, value: { max: 50 } }]
`;
  return {
    "towns.yaml": change(yaml),
    "towns.csv": `town,greeting\n${towns.map((town) => `${town},Hello`).join("\n")}\n`,
  };
}

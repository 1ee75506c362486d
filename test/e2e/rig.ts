import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { canariesBelow } from "./canary.ts";
import { type Result, secretsIn, startWatched } from "./watched.ts";

export type { Result } from "./watched.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly input?: string;
}

/** Where the built-in server keeps the key that it made itself. */
const ownKeyFiles = [".ftpipe/serve/key", ".ftpipe/serve/server.json"];

/** A project folder of its own, and the real program run in it. */
export interface Rig {
  readonly folder: string;
  /** The person's own folder, outside the project. */
  readonly home: string;
  write: (files: Readonly<Record<string, string>>) => void;
  read: (name: string) => string;
  ftpipe: (words: readonly string[], options?: RunOptions) => Promise<Result>;
  /** Starts the program and leaves it running. */
  start: (words: readonly string[], options?: RunOptions) => Running;
  /** @throws Error if a file that the program wrote holds a secret of its environment. */
  remove: () => void;
  /** Kills what still runs, then removes all. */
  end: () => Promise<void>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Result>;
  /** Resolves when stdout and stderr together match; rejects if the program ends before. */
  until: (pattern: RegExp) => Promise<string>;
}

export function createRig(files: Readonly<Record<string, string>> = {}): Rig {
  const folder = mkdtempSync(join(tmpdir(), "ftpipe-e2e-"));
  const home = `${folder}-home`;
  const written = new Set<string>();
  const secrets: Record<string, string> = {};
  const running = new Map<ChildProcess, Promise<unknown>>();
  const { executable, compiled } = inject("program");
  const start = (
    words: readonly string[],
    { environment: more = {}, folder: inner = "" }: RunOptions = {},
  ): Running => {
    // Only what the program needs: no key and no CI of whoever runs the tests.
    const environment = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      NO_COLOR: "1",
      NODE_COMPILE_CACHE: compiled,
      ...more,
    };
    Object.assign(secrets, secretsIn(environment));
    const { child, ended, shown, onMore } = startWatched(process.execPath, [executable, ...words], {
      cwd: join(folder, inner),
      environment,
    });
    running.set(child, ended);
    ended.then(
      () => running.delete(child),
      () => running.delete(child),
    );
    return {
      child,
      ended,
      until: (pattern) =>
        new Promise((done, fail) => {
          const look = () => {
            if (!pattern.test(shown())) return;
            forget();
            done(shown());
          };
          const forget = onMore(look);
          look();
          ended.then(() => fail(new Error(`ended before ${pattern}:\n${shown()}`)), fail);
        }),
    };
  };
  const rig: Rig = {
    folder,
    home,
    write: (more) => {
      for (const [name, text] of Object.entries(more)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
        written.add(normalize(name));
      }
    },
    read: (name) => readFileSync(join(folder, name), "utf8"),
    start,
    ftpipe: (words, options) => start(words, options).ended,
    remove: () => {
      const kept = existsSync(folder) ? canariesBelow(folder, secrets, new Set([...written, ...ownKeyFiles])) : [];
      for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
      if (kept.length > 0) throw new Error(`secrets of the environment were written to ${kept.join(", ")}`);
    },
    end: async () => {
      for (const child of running.keys()) child.kill("SIGKILL");
      await Promise.all(running.values());
      rig.remove();
    },
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

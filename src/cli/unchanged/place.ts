// biome-ignore lint/style/noRestrictedImports: a run in which nothing changed ends before there are ports.
import { type BigIntStats, statSync } from "node:fs";
import { isSet } from "../../core/environment.ts";

/** Where it is kept what a run with nothing to do said, and under which circumstances it would say it again. */
export interface Place {
  /** In the user's own cache folder: what a repository holds must not decide what a command says. */
  readonly file: string;
  /** Words, folder, program, terminal and day. */
  readonly key: string;
}

/** What a run read, and what it said. Kept as JSON. */
export interface UnchangedRun {
  readonly key: string;
  /** Variables that it looked at, by name; null: not set. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** By absolute path: what `stampAt` gave. */
  readonly stamps: Readonly<Record<string, string>>;
  /** By absolute path: what was looked at without being read, as `kindAt` gave it. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly said: readonly { readonly to: "stdout" | "stderr"; readonly text: string }[];
}

/** With these, a run reads more than is watched, or writes something each time. */
const unwatchedFlags = /^--(json|rehash|env-file|new-attempt|force)(=|$)/;
const unwatchedVariables = ["GITHUB_ACTIONS", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "OPENAI_BASE_URL"];

/**
 * Undefined for what is never repeated: any command but `run PIPELINE`, and the program from its sources, of which only
 * one file is known here.
 */
export function placeOf(words: readonly string[], version: string): Place | undefined {
  const { env, stdin, stdout, stderr } = process;
  const self = new URL(import.meta.url);
  if (self.pathname.endsWith(".ts")) return undefined;
  const [command, pipeline = "-"] = words;
  if (command !== "run" || pipeline.startsWith("-") || words.some((word) => unwatchedFlags.test(word)))
    return undefined;
  if (unwatchedVariables.some((name) => isSet(env[name]))) return undefined;
  const { XDG_CACHE_HOME: caches, HOME: home } = env;
  const folder = caches?.startsWith("/") ? caches : home?.startsWith("/") ? `${home}/.cache` : undefined;
  if (folder === undefined) return undefined;
  const where = process.cwd();
  const screen = [
    stdin.isTTY,
    stdout.isTTY,
    stderr.isTTY,
    stderr.columns,
    env["NO_COLOR"],
    env["FORCE_COLOR"],
    env["TERM"],
    env["CI"],
  ];
  // Some of what a run says depends on the day: how long a model still answers.
  const day = new Date().toISOString().slice(0, 10);
  const program = [version, process.version, stampAt(self)];
  return {
    file: `${folder}/ftpipe/unchanged/${nameOf(JSON.stringify([where, words]))}.json`,
    key: JSON.stringify([program, where, words, screen, day]),
  };
}

/** What changes whenever a file or the names in a folder do: a write that restores the time still moves ctime. */
export function stampAt(path: string | URL): string {
  const stat = statAt(path);
  return stat === undefined ? "absent" : `${stat.size} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.ino}`;
}

export function kindAt(path: string): string {
  const stat = statAt(path);
  return stat === undefined ? "absent" : stat.isDirectory() ? "directory" : "file";
}

/** Milliseconds since 1970 of the newest change of what is there; 0 if nothing is. */
export function changedAt(path: string): number {
  const stat = statAt(path);
  return stat === undefined ? 0 : Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs));
}

function statAt(path: string | URL): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false });
}

/** A short name, the same for the same text (FNV-1a, twice). What bears it holds the text itself: others may share it. */
function nameOf(text: string): string {
  let [first, second] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b);
  }
  return [first, second].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

import { spawn } from "node:child_process";
import { FtpipeError } from "./errors.ts";
import type { Ports } from "./ports.ts";

/** A git repository, which is read and nothing else: no hook, no filter and no fetch runs. */
export interface GitRepository {
  /** Full id of the commit that a revision names. @throws FtpipeError NOTHING_TO_SHOW if there is none. */
  commitOf(revision: string): Promise<string>;
  /** Full ids of the commits that branches end with, of this repository and as they were last fetched. */
  branchTips(): Promise<readonly string[]>;
  /** The last commit, up to that one, that changed a file; undefined if none did. @param path From the root. */
  lastChange(commit: string, path: string): Promise<string | undefined>;
  /**
   * The files of a commit by their path from the root; links and submodules are left out.
   * @param paths Of which files; default: all.
   */
  filesOf(commit: string, paths?: readonly string[]): Promise<ReadonlyMap<string, GitFile>>;
  read(file: GitFile): Promise<Uint8Array>;
}

export interface GitFile {
  /** Of its content. */
  readonly id: string;
  readonly bytes: number;
}

/** @param root The folder that holds `.git`. */
export function gitRepository(root: string, environment: Ports["environment"]): GitRepository {
  const git = (words: readonly string[]) => runGit(root, words, environment);
  const text = async (words: readonly string[]) => (await git(words)).toString("utf8");
  /** A command line has room for so many paths. */
  const atOnce = 200;
  const listTree = async (commit: string, paths: readonly string[] | undefined): Promise<string> => {
    const words = ["ls-tree", "-r", "-l", "-z", "--full-tree", commit];
    if (paths === undefined) return text(words);
    let listed = "";
    for (let from = 0; from < paths.length; from += atOnce) {
      listed += await text([...words, "--", ...paths.slice(from, from + atOnce)]);
    }
    return listed;
  };
  return {
    async commitOf(revision) {
      const name = `${revision}^{commit}`;
      const id = await text(["rev-parse", "--verify", "--quiet", "--end-of-options", name]).catch((cause: unknown) => {
        if (cause instanceof FtpipeError && cause.code === "NOTHING_TO_SHOW") throw cause;
        throw new FtpipeError("NOTHING_TO_SHOW", `git has no revision ${revision} here.`, {
          hint: "A checkout in CI often has one commit only: actions/checkout brings all of them with fetch-depth: 0.",
          cause,
        });
      });
      return id.trim();
    },
    async branchTips() {
      const listed = await text(["for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes"]);
      return [...new Set(listed.split("\n").filter((id) => id !== ""))];
    },
    async lastChange(commit, path) {
      // Settings of the repository may have git check signatures, by a program that they name.
      const id = (
        await text(["log", "-1", "--no-show-signature", "--format=%H", commit, "--", `:(top,literal)${path}`])
      ).trim();
      return id === "" ? undefined : id;
    },
    async filesOf(commit, paths) {
      const listed = await listTree(commit, paths);
      const files = [...listed.matchAll(/100(?:644|755) blob ([0-9a-f]+) +(\d+)\t([^\0]*)\0/g)];
      return new Map(files.map(([, id = "", bytes, path = ""]) => [path, { id, bytes: Number(bytes) }]));
    },
    read: ({ id }) => git(["cat-file", "blob", id]),
  };
}

/** @throws FtpipeError NOTHING_TO_SHOW without git; FILE_UNREADABLE with what git says. */
function runGit(root: string, words: readonly string[], environment: Ports["environment"]): Promise<Buffer> {
  const { PATH, HOME, XDG_CONFIG_HOME } = environment;
  const known = Object.entries({ PATH, HOME, XDG_CONFIG_HOME }).filter(([, value]) => value !== undefined);
  const env = {
    ...Object.fromEntries(known),
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    LC_ALL: "C",
  };
  return new Promise((done, fail) => {
    const child = spawn("git", words, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    const output: Buffer[] = [];
    let told = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      told += chunk;
    });
    child.on("error", (cause) => {
      fail(
        new FtpipeError("NOTHING_TO_SHOW", "git can't be run here.", {
          hint: "Install it, or plan without --against.",
          cause,
        }),
      );
    });
    child.on("close", (code) => {
      if (code === 0) done(Buffer.concat(output));
      else fail(new FtpipeError("FILE_UNREADABLE", `git ${words[0]} failed: ${told.trim().split("\n")[0]}`));
    });
  });
}

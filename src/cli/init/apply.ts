import { join } from "node:path";
import { FtpipeError, problem } from "../../core/errors.ts";
import type { FileSystem } from "../../core/ports.ts";
import type { InitPlan } from "./plan.ts";

/** What git should leave alone: the state of runs, and packages. */
const ignored = [".ftpipe/", "node_modules/"];

/**
 * Writes a plan's files and adds to `.gitignore`. Looks at all of them before it writes the first, and
 * takes back what it wrote if it can't write them all.
 * @param workingDirectory Absolute.
 * @returns The paths written, relative to the working directory.
 * @throws FtpipeError INIT_EXISTS that names every file in the way; FILE_UNWRITABLE.
 */
export async function applyPlan(
  { files: planned }: InitPlan,
  workingDirectory: string,
  files: FileSystem,
): Promise<readonly string[]> {
  await refuseExisting(
    planned.map(({ path }) => path),
    workingDirectory,
    files,
  );
  const gitignore = await ignoreMore(join(workingDirectory, ".gitignore"), files);
  const done: string[] = [];
  try {
    for (const { path, text } of planned) {
      await files.writeAtomic(join(workingDirectory, path), text);
      done.push(path);
    }
    if (gitignore !== undefined) await files.writeAtomic(gitignore.path, gitignore.data);
  } catch (error) {
    for (const path of done) await files.remove(join(workingDirectory, path));
    throw error;
  }
  return gitignore === undefined ? done : [...done, ".gitignore"];
}

async function refuseExisting(paths: readonly string[], workingDirectory: string, files: FileSystem): Promise<void> {
  const existing: string[] = [];
  for (const path of paths) if ((await files.stat(join(workingDirectory, path))) !== undefined) existing.push(path);
  const [first] = existing;
  if (first === undefined) return;
  const hint = "Nothing was written. Choose another name with --name, or move the file away.";
  const problems = existing.map((file) =>
    problem("error", "INIT_EXISTS", `${file} exists already.`, {
      location: { file },
      ...(file === first ? { hint } : {}),
    }),
  );
  const message =
    existing.length === 1
      ? `${first} exists already.`
      : `${existing.length} files exist already: ${existing.join(", ")}.`;
  throw new FtpipeError("INIT_EXISTS", message, {
    hint,
    location: { file: first },
    problems,
  });
}

/** The ignore file with what is missing in it; undefined if nothing is. Its bytes stay as they are, whatever their encoding. */
async function ignoreMore(
  path: string,
  files: FileSystem,
): Promise<{ readonly path: string; readonly data: Uint8Array } | undefined> {
  const exists = (await files.stat(path)) !== undefined;
  const before = exists ? Buffer.from(await files.read(path)) : Buffer.alloc(0);
  const lines = before.toString("latin1").split(/\r?\n/);
  const bare = (line: string) => line.trim().replace(/^\/|\/$/g, "");
  const missing = ignored.filter((entry) => !lines.some((line) => bare(line) === bare(entry)));
  if (missing.length === 0) return undefined;
  const joint = before.length === 0 || before.at(-1) === 0x0a ? "" : "\n";
  const data = Buffer.concat([before, Buffer.from(`${joint}${missing.join("\n")}\n`)]);
  // Behind a link the file itself changes, and the link stays.
  return { path: exists ? await files.realPath(path) : path, data };
}

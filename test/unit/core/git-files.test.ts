import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GitFile, type GitRepository, gitRepository } from "../../../src/core/git.ts";
import { filesAt } from "../../../src/core/git-files.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import type { FileSystem } from "../../../src/core/ports.ts";

const environment = { PATH: process.env["PATH"] };
const { files: disk } = nodePorts(environment);

let root: string;
let repository: GitRepository;
let files: FileSystem;

const git = (...words: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...words], {
    cwd: root,
    stdio: "pipe",
    env: environment,
  });

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "ftpipe-git-")));
  await mkdir(join(root, "data/deep"), { recursive: true });
  await writeFile(join(root, "p.yaml"), "version: 1\n");
  await writeFile(join(root, "data/a b é.csv"), "town\nRome\n");
  await writeFile(join(root, "data/deep/bytes.bin"), Uint8Array.of(0xff, 0x00));
  await symlink("/etc/passwd", join(root, "data/link.csv"));
  git("init", "--quiet");
  git("add", "--all");
  git("commit", "--quiet", "--message=first");
  // From here on the disk has other files than the commit.
  await writeFile(join(root, "p.yaml"), "version: 2\n");
  await rm(join(root, "data/deep"), { recursive: true });
  await writeFile(join(root, "data/new.csv"), "town\n");
  await mkdir(join(root, ".ftpipe/cache"), { recursive: true });
  await writeFile(join(root, ".ftpipe/cache/kept"), "kept");
  repository = gitRepository(root, environment);
  files = await filesAt({ root, commit: await repository.commitOf("HEAD") }, repository, disk);
});
afterEach(() => rm(root, { recursive: true }));

test("below the root, the files are those of the commit and no others", async () => {
  expect(await files.readText(join(root, "p.yaml"))).toBe("version: 1\n");
  expect(await files.readText(join(root, "data/a b é.csv"))).toBe("town\nRome\n");
  expect([...(await files.read(join(root, "data/deep/bytes.bin")))]).toEqual([0xff, 0x00]);
  expect(await files.list(join(root, "data"))).toEqual(["a b é.csv", "deep"]);
  expect(await files.list(root)).toEqual(["data", "p.yaml"]);
  expect(await files.stat(join(root, "data/deep/bytes.bin"))).toMatchObject({ kind: "file", bytes: 2 });
  expect(await files.stat(join(root, "data/deep"))).toMatchObject({ kind: "directory" });
  expect(await files.stat(join(root, "data/new.csv"))).toBeUndefined();
  expect(await files.realPath(join(root, "data/../p.yaml"))).toBe(join(root, "p.yaml"));
  const chunks: Uint8Array[] = [];
  for await (const chunk of files.stream(join(root, "p.yaml"))) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe("version: 1\n");
});

test("a link is no file, and what is not there can't be read", async () => {
  expect(await files.stat(join(root, "data/link.csv"))).toBeUndefined();
  await expect(files.read(join(root, "data/link.csv"))).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
  await expect(files.readText(join(root, "data/deep/bytes.bin"))).rejects.toMatchObject({ code: "FILE_UNREADABLE" });
});

test("the state of runs, and what lies elsewhere, are those of the disk", async () => {
  expect(await files.readText(join(root, ".ftpipe/cache/kept"))).toBe("kept");
  await files.writeAtomic(join(root, ".ftpipe/more"), "more");
  expect(await disk.readText(join(root, ".ftpipe/more"))).toBe("more");
  expect((await files.stat(join(root, ".git")))?.kind).toBe("directory");
  expect((await files.stat(tmpdir()))?.kind).toBe("directory");
});

test("a file's last change is found, and a revision that does not exist is told", async () => {
  const first = await repository.commitOf("HEAD");
  git("commit", "--quiet", "--message=second", "p.yaml");
  const second = await repository.commitOf("HEAD");
  expect(await repository.lastChange(second, "p.yaml")).toBe(second);
  expect(await repository.lastChange(second, "data/a b é.csv")).toBe(first);
  expect(await repository.lastChange(second, "*.nothing")).toBeUndefined();
  for (const revision of ["none", "--all", "HEAD:p.yaml", ""]) {
    await expect(repository.commitOf(revision), revision).rejects.toMatchObject({ code: "NOTHING_TO_SHOW" });
  }
});

test("where git can't be run, that is said", async () => {
  const without = gitRepository(root, { PATH: join(root, "data") });
  await expect(without.commitOf("HEAD")).rejects.toMatchObject({
    code: "NOTHING_TO_SHOW",
    message: "git can't be run here.",
  });
});

test("a repository's settings start no program: not to check a signature, nor to watch its files", async () => {
  const told = join(root, "told");
  const program = join(root, "program.sh");
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> "${told}"\n`, { mode: 0o755 });
  const tree = git("rev-parse", "HEAD^{tree}").toString().trim();
  const signed = [
    `tree ${tree}`,
    "author a <a@example.org> 1 +0000",
    "committer a <a@example.org> 1 +0000",
    "gpgsig -----BEGIN PGP SIGNATURE-----",
    " ",
    " x",
    " -----END PGP SIGNATURE-----",
    "",
    "signed\n",
  ].join("\n");
  await writeFile(join(root, "commit.txt"), signed);
  const commit = git("hash-object", "-t", "commit", "-w", "commit.txt").toString().trim();
  for (const name of ["gpg.program", "core.fsmonitor", "core.pager", "core.sshCommand", "diff.external"]) {
    git("config", name, program);
  }
  git("config", "log.showSignature", "true");
  expect(await repository.commitOf(commit)).toBe(commit);
  expect(await repository.lastChange(commit, "p.yaml")).toBe(commit);
  const listed = await repository.filesOf(commit);
  await repository.read(listed.get("p.yaml") as GitFile);
  expect(await files.stat(told)).toBeUndefined();
  expect(await disk.stat(told)).toBeUndefined();
  // The settings do work: git by itself would start it.
  git("log", "-1", commit);
  expect(await disk.stat(told)).toBeDefined();
});

test("nor do its attributes: what is read goes through no filter and no text converter", async () => {
  const told = join(root, "told");
  const program = join(root, "program.sh");
  await writeFile(program, `#!/bin/sh\necho "$0 $*" >> "${told}"\ncat "$@"\n`, { mode: 0o755 });
  await writeFile(join(root, ".gitattributes"), "*.yaml diff=evil filter=evil\n*.csv diff=evil filter=evil\n");
  git("add", ".gitattributes");
  git("commit", "--quiet", "--message=attributes", ".gitattributes");
  for (const name of ["diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge"]) {
    git("config", name, program);
  }
  const commit = await repository.commitOf("HEAD");
  expect(await repository.lastChange(commit, ".gitattributes")).toBe(commit);
  const at = await filesAt({ root, commit }, repository, disk);
  expect(await at.readText(join(root, "p.yaml"))).toBe("version: 1\n");
  expect((await repository.filesOf(commit, ["p.yaml", "data/a b é.csv", "none"])).size).toBe(2);
  expect(await disk.stat(told)).toBeUndefined();
  // They do work: git by itself would start it.
  git("diff", "HEAD", "--", "p.yaml");
  expect(await disk.stat(told)).toBeDefined();
});

test("a submodule is no part of the commit, whatever lies in its folder", async () => {
  const other = "1".repeat(40);
  git("update-index", "--add", "--cacheinfo", `160000,${other},vendor`);
  await mkdir(join(root, "vendor/.git/hooks"), { recursive: true });
  await writeFile(join(root, "vendor/towns.csv"), "town\nKyiv\n");
  git("commit", "--quiet", "--message=submodule");
  const commit = await repository.commitOf("HEAD");
  const at = await filesAt({ root, commit }, repository, disk);
  expect(await at.stat(join(root, "vendor/towns.csv"))).toBeUndefined();
  expect(await at.list(root)).toEqual(["data", "p.yaml"]);
  expect([...(await repository.filesOf(commit, ["vendor", "vendor/towns.csv", "p.yaml"])).keys()]).toEqual(["p.yaml"]);
});

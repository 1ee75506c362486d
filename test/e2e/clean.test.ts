import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { takeExclusiveLock } from "../../src/core/exclusive-lock.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import { runGit } from "./git.ts";
import { type ProviderRig, providerRig } from "./provider-rig.ts";
import { createRig, type Rig, tinyPipeline } from "./rig.ts";

interface Item {
  readonly place: string;
  readonly kind: string;
  readonly name: string;
  readonly because: string;
  readonly state?: string;
}

const itemsOf = (stdout: string) => (JSON.parse(stdout) as { readonly items: readonly Item[] }).items;
const kindsOf = (stdout: string) => itemsOf(stdout).map(({ kind }) => kind);

let rig: Rig | undefined;
let provider: ProviderRig | undefined;
afterEach(async () => {
  rig?.remove();
  await provider?.endServer();
  provider?.rig.remove();
  rig = undefined;
  provider = undefined;
});

const keysIn = (of: Rig) => readdirSync(join(of.folder, ".ftpipe/cache"));

test("old cache entries that no lock names go, those of the lock stay, and a run has nothing to do", async () => {
  rig = createRig(tinyPipeline());
  expect((await rig.ftpipe(["run", "towns.yaml"])).code).toBe(0);
  const locked = keysIn(rig);
  expect((await rig.ftpipe(["build", "towns.yaml", "--set", "dataset.seed=99"])).code).toBe(0);
  const more = keysIn(rig).filter((key) => !locked.includes(key));
  expect(more.length).toBeGreaterThan(0);

  const young = await rig.ftpipe(["clean", "--dry-run", "--json"]);
  expect(itemsOf(young.stdout)).toEqual([]);

  const shown = await rig.ftpipe(["clean", "--keep-days", "0", "--dry-run"]);
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain("no lock names it");
  expect(shown.stderr).toContain("Nothing was removed.");
  expect(keysIn(rig)).toEqual(expect.arrayContaining(more));

  const refused = await rig.ftpipe(["clean", "--keep-days", "0"]);
  expect(refused.code).toBe(11);
  expect(refused.stderr).toContain("--yes");

  const done = await rig.ftpipe(["clean", "--keep-days", "0", "--yes"]);
  expect(done.code).toBe(0);
  expect(keysIn(rig).filter((key) => more.includes(key))).toEqual([]);
  const log = rig.read(".ftpipe/clean.jsonl").trim().split("\n");
  expect(log.map((line) => (JSON.parse(line) as Item).state)).toEqual(more.map(() => "removed"));
  const again = await rig.ftpipe(["run", "towns.yaml"]);
  expect(again.stdout + again.stderr).toContain("up to date");
});

test("runs but for the last go, builds of pipelines that are no more, and what a killed run left half-written", async () => {
  const run = (id: string) => ({
    [`.ftpipe/runs/${id}/run.json`]: JSON.stringify({
      run: id,
      pipeline: "towns.yaml",
      target: "local",
      finished_at: "2026-11-20T00:00:00Z",
    }),
  });
  rig = createRig({
    ...tinyPipeline(),
    ...run("20261120-1"),
    ...run("20261120-2"),
    ...run("20261120-10"),
    ".ftpipe/build/villages/train.jsonl": "{}\n",
    ".ftpipe/build/towns/train.jsonl": "{}\n",
    ".ftpipe/export/villages/trl/output/weights": "precious",
    ".ftpipe/runs/20261120-10/.report.html.0123456789ab.tmp": "half",
  });
  const old = new Date(Date.now() - 7_200_000);
  utimesSync(join(rig.folder, ".ftpipe/runs/20261120-10/.report.html.0123456789ab.tmp"), old, old);
  const { code, stdout } = await rig.ftpipe(["clean", "--keep-runs", "1", "--keep-days", "0", "--yes", "--json"]);
  expect(code).toBe(0);
  expect(itemsOf(stdout).map(({ name, state }) => [name, state])).toEqual([
    ["runs/20261120-2", "removed"],
    ["runs/20261120-1", "removed"],
    ["build/villages", "removed"],
    ["runs/20261120-10/.report.html.0123456789ab.tmp", "removed"],
  ]);
  expect(existsSync(join(rig.folder, ".ftpipe/runs/20261120-10/run.json"))).toBe(true);
  expect(existsSync(join(rig.folder, ".ftpipe/build/towns"))).toBe(true);
  expect(rig.read(".ftpipe/export/villages/trl/output/weights")).toBe("precious");
});

test("what only the lock of another branch names is kept", async () => {
  rig = createRig(tinyPipeline());
  runGit(rig.folder, ["init", "--initial-branch=main"]);
  runGit(rig.folder, ["add", "towns.yaml", "towns.csv"]);
  runGit(rig.folder, ["commit", "-m", "a pipeline"]);
  runGit(rig.folder, ["checkout", "-b", "other"]);
  expect((await rig.ftpipe(["run", "towns.yaml"])).code).toBe(0);
  runGit(rig.folder, ["add", "-A"]);
  runGit(rig.folder, ["commit", "-m", "its lock"]);
  runGit(rig.folder, ["checkout", "main"]);
  expect(existsSync(join(rig.folder, "towns.lock.yaml"))).toBe(false);
  const cached = keysIn(rig);
  const words = ["clean", "--keep-days", "0", "--remote", "--models", "--yes"];
  const { code, stderr } = await rig.ftpipe(words);
  expect(code).toBe(0);
  expect(stderr).toContain("1 lock names");
  expect(stderr).toContain("on 2 branches");
  expect(keysIn(rig)).toEqual(cached);
});

test("a run that goes on stops it, and a damaged lock does", async () => {
  rig = createRig(tinyPipeline());
  const { files, clock } = nodePorts({});
  const path = join(rig.folder, ".ftpipe/locks/villages.ours.db");
  const release = await takeExclusiveLock({ path, what: "The pipeline", hint: "Wait.", files, clock });
  const busy = await rig.ftpipe(["clean", "--yes"]);
  release();
  expect(busy.code).toBe(8);
  expect(busy.stderr).toContain("villages → ours");
  rig.write({ "inner/villages.lock.yaml": "lock_version: 1\ntargets: {}\n" });
  const damaged = await rig.ftpipe(["clean", "--yes"]);
  expect(damaged.code).toBe(9);
  expect(damaged.stderr).toContain("LOCK_DAMAGED");
});

test("at a provider go files, results and models of jobs that no lock names, and nothing else", async () => {
  provider = await providerRig();
  const { ftpipe, rig: project } = provider;
  const train = (seed: number) =>
    ftpipe("run", "towns.yaml", "--yes", "--set", `dataset.seed=${seed}`, "--set", `training.seed=${seed}`);
  expect((await train(1)).code).toBe(0);
  const lost = project.read("towns.lock.yaml");
  const lostModel = /candidate: (ft:\S+)/.exec(lost)?.[1] ?? "";
  const lostFile = /training: (file-\S+)/.exec(lost)?.[1] ?? "";
  project.write({
    "towns.lock.yaml": "# Written by ftpipe\nlock_version: 1\ntargets: {}\n...\n",
    "towns.csv": project.read("towns.csv").replace("Oslo", "Turku"),
  });
  expect((await train(2)).code).toBe(0);
  const kept = project.read("towns.lock.yaml");
  const foreign = await provider.upload("notes.jsonl");

  const young = await ftpipe("clean", "--remote", "--models", "--dry-run", "--json");
  expect(kindsOf(young.stdout)).toEqual([]);

  const plain = await ftpipe("clean", "--remote", "--keep-days", "0", "--dry-run", "--json");
  const remote = itemsOf(plain.stdout).filter(({ place }) => place !== ".ftpipe");
  expect(remote.map(({ kind }) => kind)).not.toContain("model");
  expect(remote.map(({ name }) => name)).toContain(lostFile);
  expect(remote.every(({ name }) => name !== foreign && !kept.includes(name))).toBe(true);

  const done = await ftpipe("clean", "--remote", "--models", "--keep-days", "0", "--yes", "--json");
  expect(done.code).toBe(0);
  const gone = itemsOf(done.stdout).filter(({ place }) => place !== ".ftpipe");
  expect(gone.map(({ name }) => name)).toEqual(expect.arrayContaining([lostFile, lostModel]));
  expect(gone.map(({ state }) => state)).toEqual(gone.map(() => "removed"));
  expect(await provider.ids("/files")).toContain(foreign);
  expect(await provider.ids("/files")).not.toContain(lostFile);
  expect(await provider.ids("/models")).not.toContain(lostModel);
  const again = await ftpipe("clean", "--remote", "--models", "--keep-days", "0", "--dry-run", "--json");
  expect(itemsOf(again.stdout).filter(({ place }) => place !== ".ftpipe")).toEqual([]);
  expect((await train(2)).stdout).toContain("up to date");
});

test("a deletion that fails is told and logged, and the rest goes on", async () => {
  provider = await providerRig('[{ "route": "delete_file", "n": 1, "fault": "unauthorized" }]');
  const first = await provider.upload("train-0123456789abcdef.jsonl");
  const second = await provider.upload("validation-0123456789abcdef.jsonl");
  const words = ["clean", "--remote", "--keep-days", "0", "--yes"];
  const { code, stdout, stderr } = await provider.ftpipe(...words);
  expect(code).toBe(4);
  expect(stdout).toContain("no job reads it");
  expect(stdout).toContain("1 of 2 removed");
  expect(stderr).toContain("1 could not be removed");
  const left = await provider.ids("/files");
  expect([first, second].filter((id) => left.includes(id))).toHaveLength(1);
  const log = provider.rig.read(".ftpipe/clean.jsonl").trim().split("\n");
  expect(log.map((line) => (JSON.parse(line) as Item).state)).toEqual(["failed", "removed"]);
  expect((await provider.ftpipe(...words)).code).toBe(0);
  expect(await provider.ids("/files")).toEqual([]);
});

test("--models alone, and a number that is none, end with a hint", async () => {
  rig = createRig(tinyPipeline());
  const alone = await rig.ftpipe(["clean", "--models"]);
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("--remote");
  expect((await rig.ftpipe(["clean", "--keep-runs", "few"])).code).toBe(2);
});

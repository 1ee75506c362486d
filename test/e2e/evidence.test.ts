import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runGit } from "./git.ts";
import { providerRig } from "./provider-rig.ts";
import { createRig, type Rig, tinyPipeline } from "./rig.ts";

const bundleOf = (rig: Rig) => /evidence_sha256: (\w{64})/.exec(rig.read("towns.lock.yaml"))?.[1] ?? "none";
const readBundle = (rig: Rig, name: string) =>
  JSON.parse(rig.read(`.ftpipe/evidence/${bundleOf(rig)}/${name}`)) as Record<string, unknown>;

function ownRig(files: Readonly<Record<string, string>>): Rig {
  const rig = createRig(files);
  onTestFinished(rig.remove);
  return rig;
}

function commit(rig: Rig): string {
  for (const words of [
    ["init", "--quiet"],
    ["add", "--all"],
    ["commit", "--quiet", "--message=first"],
  ])
    runGit(rig.folder, words);
  return runGit(rig.folder, ["rev-parse", "HEAD"]).trim();
}

test("a local run leaves the same evidence in every clone: what differs lies beside it, unproved", async () => {
  const [one, other] = [ownRig(tinyPipeline()), ownRig(tinyPipeline())];
  const head = commit(one);
  await one.ftpipe(["run"]);
  // A comment makes no other model, and no other lock.
  other.write({ "towns.yaml": `${other.read("towns.yaml")}# ours\n` });
  await other.ftpipe(["run"]);
  expect(other.read("towns.lock.yaml")).toBe(one.read("towns.lock.yaml"));
  expect(readBundle(one, "origin.json")).toMatchObject({ git: { commit: head, dirty: false, changed: [] } });
  expect(readBundle(other, "origin.json")).toMatchObject({ git: { commit: null, reason: "not in git" } });
  const { files } = readBundle(one, "evidence.json");
  expect(Object.keys(files as object)).toEqual(["job.json", "manifest.jsonl", "metrics.jsonl", "results.json"]);
  expect(readBundle(one, "job.json")).toMatchObject({ id: expect.stringMatching(/^ftjob-/), status: "succeeded" });
  expect(readBundle(one, "job.json")).not.toHaveProperty("created_at");
});

test("a report is made from nothing but lock and evidence, and verify reads every byte of it", async () => {
  const rig = ownRig(tinyPipeline());
  await rig.ftpipe(["run"]);
  const shown = (await rig.ftpipe(["report"])).stdout;
  const clone = ownRig({ ...tinyPipeline(), "towns.lock.yaml": rig.read("towns.lock.yaml") });
  const none = await clone.ftpipe(["report"]);
  expect(none.stderr).toMatch(
    /NOTHING_TO_SHOW.*is not on this machine\.\n +Put the folder \w{64} into towns\.evidence or/,
  );
  expect((await clone.ftpipe(["verify"])).stdout).toMatch(/evidence \w{12}… is not on this machine; looked in/);

  cpSync(join(rig.folder, ".ftpipe/evidence"), join(clone.folder, "towns.evidence"), { recursive: true });
  expect((await clone.ftpipe(["report"])).stdout).toBe(shown);
  const model = /candidate: (\S+)/.exec(rig.read("towns.lock.yaml"))?.[1] as string;
  const named = await clone.ftpipe(["report", "--model", model, "--json"]);
  expect(JSON.parse(named.stdout)).toMatchObject({ model, verdict: "not_gated", results: { version: 1 } });
  expect((await clone.ftpipe(["report", "--model", "ft:other"])).stderr).toContain("The lock knows of no judged model");
  expect((await clone.ftpipe(["verify"])).stdout).toMatch(/Its evidence is whole: towns\.evidence\/\w{64}/);

  const results = `towns.evidence/${bundleOf(rig)}/results.json`;
  clone.write({ [results]: clone.read(results).replace("Oslo", "Osln") });
  const bad = await clone.ftpipe(["verify"]);
  expect(bad.stderr).toMatch(/STATE_DAMAGED.*The evidence was changed or cut: results\.json\./);
  expect(bad.code).toBe(9);
  expect((await clone.ftpipe(["report"])).code).toBe(9);
});

test("of a provider's training the evidence proves its origin and the job, and a failed gate leaves it too", async () => {
  const { rig, ftpipe, endServer } = await providerRig();
  onTestFinished(async () => {
    await endServer();
    rig.remove();
  });
  const yaml = rig
    .read("towns.yaml")
    .replace("{ type: word-count, value: { max: 50 } }", "{ type: equals, value: no }");
  rig.write({ "towns.yaml": `${yaml.trimEnd()}\n  gate: [{ metric: pass_rate, minimum: 1 }]\n` });
  const head = commit(rig);
  rig.write({ "towns.csv": `${rig.read("towns.csv").trimEnd()}\nBergen,Hello\n` });
  const run = await ftpipe("run", "--yes", "--set", "training.hyperparameters.n_epochs=1");
  expect(run.code).toBe(3);
  expect(readBundle(rig, "evidence.json")).toMatchObject({
    target: { name: "ours", provider: "openai-compatible", model: "ftpipe-nano" },
    stages: { gate: { output: { value: { verdict: "failed" } } } },
    files: { "origin.json": { sha256: expect.any(String) }, "job.json": { sha256: expect.any(String) } },
  });
  expect(readBundle(rig, "job.json")).toMatchObject({
    id: expect.stringMatching(/^ftjob-/),
    created_at: expect.any(Number),
  });
  expect(readBundle(rig, "origin.json")).toMatchObject({
    git: { commit: head, dirty: true, changed: ["towns.csv"] },
    set: ["training.hyperparameters.n_epochs=1"],
    settings: { training: { hyperparameters: { n_epochs: 1 } } },
    sources: { "towns.yaml": rig.read("towns.yaml") },
    finished_at: expect.stringMatching(/^20/),
  });

  // Without the state of this machine: where a team commits its evidence, the next run puts it there.
  const before = bundleOf(rig);
  cpSync(join(rig.folder, ".ftpipe/evidence"), join(rig.folder, "towns.evidence"), { recursive: true });
  rmSync(join(rig.folder, ".ftpipe/evidence"), { recursive: true });
  await ftpipe("run", "--yes", "--set", "training.hyperparameters.n_epochs=1", "--force", "gate");
  expect(readdirSync(join(rig.folder, "towns.evidence")).toSorted()).toEqual([before, bundleOf(rig)].toSorted());
});

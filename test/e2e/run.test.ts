import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { createRig, type Rig, tinyPipeline } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.remove());

const calls = () => rig.read(".ftpipe/serve/access.log").trim().split("\n");
const created = () => calls().filter((line) => / POST \/v1\/fine_tuning\/jobs 200/.test(line)).length;

describe("ftpipe run", () => {
  test("builds, trains, evaluates, reports and writes the lock", async () => {
    rig = createRig(tinyPipeline());
    const { code, stdout, stderr } = await rig.ftpipe(["run", "towns.yaml"]);
    expect(stderr).toContain("[towns → local] split: training 14 examples");
    expect(stdout).toMatch(/ft:ftpipe-nano:local:towns:[0-9a-z]{8}/);
    expect(stdout).toContain("not gated");
    expect(code).toBe(0);
    expect(rig.read("towns.lock.yaml")).toMatch(/candidate: ft:ftpipe-nano:local:towns:/);
    const report = /Report +(\S+)/.exec(stdout)?.[1] as string;
    expect(rig.read(report)).toContain("Content-Security-Policy");
    expect(rig.read(".ftpipe/.gitignore")).toBe("*\n");
  });

  test("calls nobody when nothing changed, and gives the same lock and the same weights on another machine", async () => {
    rig = createRig(tinyPipeline());
    await rig.ftpipe(["run"]);
    const before = calls().length;
    const lock = rig.read("towns.lock.yaml");
    const again = await rig.ftpipe(["run"]);
    expect(again).toMatchObject({ code: 0, stderr: "" });
    expect(again.stdout).toMatch(/^towns → local {2}up to date since .* \(not gated\)\. Nothing was called\./);
    expect(calls()).toHaveLength(before);
    expect(readdirSync(join(rig.folder, ".ftpipe/runs"))).toHaveLength(1);

    const other = createRig({ ...tinyPipeline(), "towns.lock.yaml": lock });
    try {
      expect((await other.ftpipe(["run"])).code).toBe(0);
      expect(other.read("towns.lock.yaml")).toBe(lock);
    } finally {
      other.remove();
    }
  });

  test("says the same again from stamps alone, and looks for itself as soon as anything has changed", async () => {
    rig = createRig(tinyPipeline());
    const run = async () => (await rig.ftpipe(["run", "towns.yaml"])).stdout;
    await run();
    await delay(3_100); // Until the lock has been at rest: only then is its stamp believed.
    const upToDate = await run();
    expect(upToDate).toContain("Nothing was called");
    const kept = join(rig.home, ".cache/ftpipe/unchanged");
    const [name = ""] = readdirSync(kept);
    // What was kept is marked, to see where an answer comes from.
    const marked = () =>
      writeFileSync(join(kept, name), readFileSync(join(kept, name), "utf8").replace("up to date", "UP TO DATE"));
    marked();
    expect(await run()).toBe(upToDate.replace("up to date", "UP TO DATE"));
    expect((await rig.ftpipe(["run", "towns.yaml", "--rehash"])).stdout).toBe(upToDate);
    const now = new Date();
    utimesSync(join(rig.folder, "towns.csv"), now, now);
    expect(await run()).toBe(upToDate);
    rig.write({ "other.yaml": rig.read("towns.yaml") });
    expect((await rig.ftpipe(["run", "towns.yaml"])).stderr).toContain('The name "towns"');
  });

  test("does not train again for a comment, and does for a changed row", async () => {
    rig = createRig(tinyPipeline());
    await rig.ftpipe(["run"]);
    rig.write({ "towns.yaml": rig.read("towns.yaml").replace("{{greeting}}", "{{!-- warm --}}{{greeting}}") });
    const commented = await rig.ftpipe(["run"]);
    expect(commented.stdout).toContain("up to date");
    expect(created()).toBe(1);
    rig.write({ "towns.csv": rig.read("towns.csv").replace("Rome,Hello", "Rome,Ciao") });
    expect((await rig.ftpipe(["run"])).code).toBe(0);
    expect(created()).toBe(2);
  });

  test("notices a row that was edited under the same size and time", async () => {
    rig = createRig(tinyPipeline());
    // A file that has just changed gets no stamp.
    await delay(3_500);
    await rig.ftpipe(["build"]);
    expect(rig.read(".ftpipe/stamps.json")).toContain("/towns.csv");
    const path = join(rig.folder, "towns.csv");
    const { size, atime, mtime } = statSync(path);
    rig.write({ "towns.csv": rig.read("towns.csv").replace("Rome,Hello", "Rome,Salve") });
    utimesSync(path, atime, mtime);
    expect(statSync(path)).toMatchObject({ size, mtime });
    await rig.ftpipe(["build"]);
    expect(rig.read(".ftpipe/build/towns/train.jsonl")).toContain("Salve");
  });

  test("repeats a failed verdict, and judges anew when only the gate changes", async () => {
    const gated = (minimum: number) => (yaml: string) =>
      yaml
        .replace(
          "max: 50 } }]",
          "max: 50 } }]\n    - vars: { town: Rome }\n      assert: [{ type: equals, value: never }]",
        )
        .concat(`  gate: [{ metric: pass_rate, minimum: ${minimum} }]\n`);
    rig = createRig(tinyPipeline(gated(0.9)));
    const first = await rig.ftpipe(["run"]);
    expect(first.code).toBe(3);
    expect(first.stderr).toContain("GATE_FAILED");
    expect((await rig.ftpipe(["run"])).code).toBe(3);
    rig.write(tinyPipeline(gated(0.1)));
    const lenient = await rig.ftpipe(["run"]);
    expect(lenient.stdout).toContain("passed");
    expect(lenient.code).toBe(0);
    expect(created()).toBe(1);
    expect(rig.read("towns.lock.yaml")).toContain("accepted: ft:");
  });

  test("trains the same again when the weights are gone or cut, and proves that they are the same", async () => {
    rig = createRig(tinyPipeline());
    await rig.ftpipe(["run"]);
    const weights = /sha256: ([0-9a-f]{64})/.exec(rig.read("towns.lock.yaml"))?.[1];
    const [model] = readdirSync(join(rig.folder, ".ftpipe/serve/models"));
    rig.write({ [`.ftpipe/serve/models/${model}/model.bin`]: "" });
    expect(await rig.ftpipe(["run"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("ft:ftpipe-nano:local:towns:"),
    });
    expect(created()).toBe(2);
    expect(/sha256: ([0-9a-f]{64})/.exec(rig.read("towns.lock.yaml"))?.[1]).toBe(weights);
  });

  test("trains the same again only when it is asked for a new attempt", async () => {
    rig = createRig(tinyPipeline());
    await rig.ftpipe(["run"]);
    expect((await rig.ftpipe(["run", "--new-attempt"])).code).toBe(0);
    expect(created()).toBe(2);
    expect(rig.read("towns.lock.yaml")).toContain("attempt: 2");
    expect((await rig.ftpipe(["run"])).stdout).toContain("up to date");
  });

  test("--json gives one event a line, and the verdict last", async () => {
    rig = createRig(tinyPipeline());
    const { stdout, stderr } = await rig.ftpipe(["run", "--json"]);
    const events = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; stage?: string; verdict?: string });
    expect(stderr).toBe("");
    expect(events.at(0)?.type).toBe("run_started");
    expect(events.at(-1)).toMatchObject({ type: "run_finished", verdict: "not_gated" });
    const finished = events.filter(({ type }) => type === "stage_finished").map(({ stage }) => stage);
    expect(finished).toEqual([
      "source",
      "dataset",
      "checks",
      "split",
      "estimate",
      "upload",
      "train",
      "wait",
      "evaluate",
      "gate",
      "report",
    ]);
  });

  test("--until, --frozen and --set do what they say", async () => {
    rig = createRig(tinyPipeline());
    const until = await rig.ftpipe(["run", "--until", "split"]);
    expect(until.code).toBe(0);
    expect(existsSync(join(rig.folder, "towns.lock.yaml"))).toBe(false);
    const frozen = await rig.ftpipe(["run", "--frozen"]);
    expect(frozen).toMatchObject({ code: 11 });
    expect(frozen.stderr).toContain("FROZEN");
    const set = await rig.ftpipe(["run", "--set", "training.suffix=cities"]);
    expect(set.stdout).toContain("ft:ftpipe-nano:local:cities:");
    expect((await rig.ftpipe(["run", "--frozen", "--set", "training.suffix=cities"])).code).toBe(0);
  });

  test("with a target that does not train only evaluates, and leaves the lock alone", async () => {
    rig = createRig(tinyPipeline());
    const { code, stdout } = await rig.ftpipe(["run", "--target", "echo"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Oslo?");
    expect(existsSync(join(rig.folder, "towns.lock.yaml"))).toBe(false);
  });

  test("over_context: cut trains on the beginning of a row that is too long, and names the row", async () => {
    const files = tinyPipeline((yaml) =>
      yaml.replace("model: ftpipe-nano }", "model: ftpipe-nano, over_context: cut }"),
    );
    rig = createRig({ ...files, "towns.csv": `${files["towns.csv"]}Rimini,${"Hello ".repeat(200)}\n` });
    const { code, stderr } = await rig.ftpipe(["run"]);
    expect(stderr).toMatch(
      /warning: ftpipe-nano learns only the beginning of this row's example\. It has \d+ tokens; .* \(towns\.csv:16\)/,
    );
    expect(code).toBe(0);
  });

  test("in CI does not train another target than the accepted model's by oversight", async () => {
    const gated = (yaml: string) =>
      yaml
        .replace("  echo:", "  other: { provider: local, model: ftpipe-nano }\n  echo:")
        .concat("  gate: [{ metric: pass_rate, minimum: 0.1 }]\n");
    rig = createRig(tinyPipeline(gated));
    expect((await rig.ftpipe(["run", "--target", "other"])).code).toBe(0);
    const refused = await rig.ftpipe(["run"], { environment: { CI: "true" } });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("--target other");
    expect((await rig.ftpipe(["run", "--target", "local"], { environment: { CI: "true" } })).code).toBe(0);
  });

  test("-v says why each remote stage runs or does not", async () => {
    rig = createRig(tinyPipeline());
    expect((await rig.ftpipe(["run", "-v"])).stderr).toContain("[towns → local] train: run, because upload runs");
    const again = await rig.ftpipe(["run", "-v", "--set", "training.seed=6"]);
    expect(again.stderr).toContain("upload: reuse, unchanged");
    expect(again.stderr).toContain("train: run, because seed changed");
  });

  test("marks faulty lines for GitHub", async () => {
    rig = createRig(tinyPipeline((yaml) => yaml.replace("seed: 3", "sead: 3")));
    const { stderr } = await rig.ftpipe(["run"], { environment: { GITHUB_ACTIONS: "true", CI: "true" } });
    expect(stderr).toContain(
      '\n::error file=towns.yaml,line=5,col=3,title=PIPELINE_INVALID::Unknown key "sead" in dataset.%0ADid you mean "seed"?',
    );
  });

  test("fills a GitHub step's summary and outputs", async () => {
    rig = createRig(tinyPipeline());
    const environment = {
      GITHUB_ACTIONS: "true",
      CI: "true",
      GITHUB_STEP_SUMMARY: join(rig.folder, "summary.md"),
      GITHUB_OUTPUT: join(rig.folder, "output"),
    };
    await rig.ftpipe(["run"], { environment });
    expect(rig.read("summary.md")).toContain("towns");
    expect(rig.read("output")).toMatch(/verdict=not_gated\nmodel=ft:ftpipe-nano/);
  });
});

describe("after a run", () => {
  test("build, status, eval, chat and report use what is there", async () => {
    rig = createRig(tinyPipeline());
    const build = await rig.ftpipe(["build"]);
    expect(build.stdout).toContain(".ftpipe/build/towns/train.jsonl");
    expect(rig.read(".ftpipe/build/towns/train.jsonl").split("\n")[0]).toBe(
      '{"messages":[{"role":"user","content":"Oslo?"},{"role":"assistant","content":"Hello Oslo"}]}',
    );
    expect((await rig.ftpipe(["status"])).stdout).toContain("nothing trained yet");
    expect(await rig.ftpipe(["chat", "towns", "Rome?"])).toMatchObject({ code: 2 });
    await rig.ftpipe(["run"]);
    expect((await rig.ftpipe(["status"])).stdout).toMatch(/job +ftjob-\S+ {2}succeeded\n {2}candidate {2}ft:/);
    const chat = await rig.ftpipe(["chat", "towns", "Rome?", "--json"]);
    expect(JSON.parse(chat.stdout)).toMatchObject({ model: expect.stringMatching(/^ft:/), answer: expect.any(String) });
    expect((await rig.ftpipe(["eval"])).code).toBe(0);
    expect(created()).toBe(1);
    expect((await rig.ftpipe(["report"])).stdout).toContain("towns");
    expect((await rig.ftpipe(["cancel"])).stderr).toContain("No job of towns → local is running");
  });
});

describe("ftpipe verify", () => {
  test("proves the bytes of the lock, and finds one that was flipped", async () => {
    rig = createRig(tinyPipeline());
    expect((await rig.ftpipe(["verify"])).code).toBe(2);
    await rig.ftpipe(["run"]);
    const model = /candidate: (\S+)/.exec(rig.read("towns.lock.yaml"))?.[1] as string;
    const good = await rig.ftpipe(["verify"]);
    expect(good).toMatchObject({ code: 0 });
    expect(good.stdout).toMatch(
      new RegExp(`^towns → local {2}\\d+ files built again, all as the lock has them for ${model}`),
    );
    // The cache would still give the good bytes.
    const data = rig.read("towns.csv");
    rig.write({ "towns.csv": data.replace("Oslo", "Osln") });
    const bad = await rig.ftpipe(["verify"]);
    expect(bad.stderr).toMatch(
      /✖ INPUT_CHANGED {2}2 of 5 files have other bytes than the lock has .*: split\/manifest, split\/train\.\n +What has changed since: the rows/,
    );
    expect(bad.code).toBe(9);
    expect(readdirSync(join(rig.folder, ".ftpipe")).filter((name) => name.startsWith("verify-"))).toEqual([]);
    rig.write({ "towns.csv": data });
    expect((await rig.ftpipe(["verify", "--json"])).stdout).toContain('"ok": true');
  });

  test("why tells where a line came from", async () => {
    rig = createRig(tinyPipeline());
    const { stdout, code } = await rig.ftpipe(["why", "train.jsonl:2"]);
    expect(code).toBe(0);
    expect(stdout).toContain('row       towns.csv:3  key "Rome"');
    expect(stdout).toMatch(/user +towns\.yaml:7:\d+\n +Rome\?\nassistant +towns\.yaml:8:\d+\n +Hello Rome/);
    const all = await rig.ftpipe(["why", "towns.yaml", "--key", "Rome", "--json"]);
    expect(JSON.parse(all.stdout)).toMatchObject({ lines: [{ split: "training", line: 2, key: "Rome" }] });
    expect((await rig.ftpipe(["why", "other.jsonl:2"])).stderr).toMatch(
      /✖ USAGE {2}other\.jsonl is no file that build/,
    );
  });
});

import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { createRig, type Rig, tinyPipeline } from "./rig.ts";

let rig: Rig;
afterEach(() => rig.remove());

/** Answers that the smallest model gives are long words; whether one passes is a matter of this pattern alone. */
const gated = (compare: string, gate: string) => (yaml: string) =>
  yaml.replace("evaluation:\n", `evaluation:\n  compare: [${compare}]\n`).concat(`  gate: [${gate}]\n`);
const passRate = "{ metric: pass_rate, minimum: 0.1 }";
const noWorse = "{ metric: pass_rate, against: previous, maximum_drop: 0 }";

describe("a rule against the accepted model", () => {
  test("holds for a model that was judged before the rule was written", async () => {
    rig = createRig(tinyPipeline(gated("base", passRate)));
    expect((await rig.ftpipe(["run"])).code).toBe(0);
    const accepted = /accepted: (\S+)/.exec(rig.read("towns.lock.yaml"))?.[1];
    // Another model, which fails its gate.
    const impossible = gated(
      "base",
      passRate,
    )(tinyPipeline()["towns.yaml"] as string)
      .replace("seed: 5", "seed: 6")
      .replace("type: word-count, value: { max: 50 }", "type: equals, value: never");
    rig.write({ "towns.yaml": impossible });
    expect((await rig.ftpipe(["run"])).code).toBe(3);
    // The same model, now compared with the accepted one.
    rig.write({
      "towns.yaml": impossible.replace("compare: [base]", "compare: [base, previous]").replace(passRate, noWorse),
    });
    const compared = await rig.ftpipe(["run"]);
    expect(compared.stdout).not.toContain("no predecessor");
    expect(compared.stdout).toMatch(/^ +base +previous +tuned$/m);
    expect(rig.read("towns.lock.yaml")).toContain(`previous: ${accepted}`);
  });

  test("repeats its verdict when nothing changed", async () => {
    rig = createRig(tinyPipeline(gated("base, previous", `${passRate}, ${noWorse}`)));
    expect((await rig.ftpipe(["run"])).code).toBe(0);
    rig.write({ "towns.csv": rig.read("towns.csv").replace("Rome,Hello", "Rome,Ciao") });
    const second = await rig.ftpipe(["run"]);
    const again = await rig.ftpipe(["run"]);
    expect(again.stdout).toContain("up to date");
    expect(again.code).toBe(second.code);
  });
});

test("runs of two targets at once lose nothing of each other in the lock", async () => {
  const two = (yaml: string) =>
    yaml.replace("  echo:", "  other: { provider: local, model: ftpipe-nano, seed: 9 }\n  echo:");
  rig = createRig(tinyPipeline(two));
  const [first, second] = await Promise.all([rig.ftpipe(["run"]), rig.ftpipe(["run", "--target", "other"])]);
  expect([first.code, second.code], `${first.stderr}\n${second.stderr}`).toEqual([0, 0]);
  expect(rig.read("towns.lock.yaml").match(/candidate: ft:/g)).toHaveLength(2);
  expect((await rig.ftpipe(["run"])).stdout).toContain("up to date");
  expect((await rig.ftpipe(["run", "--target", "other"])).stdout).toContain("up to date");
});

test("a partial must not lead out of the project either", async () => {
  const withPartial = (yaml: string) => yaml.replace('content: "{{greeting}} {{town}}"', "template: t/answer.hbs");
  const files = Object.entries(tinyPipeline(withPartial)).map(([name, text]) => [`project/${name}`, text] as const);
  rig = createRig({
    ...Object.fromEntries(files),
    "project/t/answer.hbs": "{{greeting}} {{town}} {{> secret}}",
    "outside.hbs": "OUTSIDE",
  });
  mkdirSync(join(rig.folder, "project/.git"));
  symlinkSync(join(rig.folder, "outside.hbs"), join(rig.folder, "project/t/secret.hbs"));
  const { code, stderr } = await rig.ftpipe(["check", "towns.yaml"], { folder: "project" });
  expect(stderr).toContain("PATH_INVALID");
  expect(code).toBe(2);
});

test("an --env-file brings keys, and never whom to trust", async () => {
  const remote = (yaml: string) =>
    yaml.replace(
      "echo: { provider: echo }",
      'far: { provider: openai-compatible, base_url: "https://llm.invalid/v1", model: m, api_key_env: MY_KEY }',
    );
  rig = createRig({
    ...tinyPipeline(remote),
    "ci.env": "MY_KEY=canary-0123456789\nXDG_CONFIG_HOME=./cfg\nFTPIPE_TRUST_HOST=llm.invalid=MY_KEY\n",
    "cfg/ftpipe/trust.yaml": "hosts: [{ host: llm.invalid, key_env: MY_KEY }]\n",
  });
  const { code, stderr } = await rig.ftpipe(["run", "--target", "far", "--yes", "--env-file", "ci.env"]);
  expect(stderr).toContain("✖ HOST_UNTRUSTED");
  expect(code).toBe(11);
});

test("two pipelines side by side can't have one name", async () => {
  rig = createRig({ ...tinyPipeline(), "copy.yaml": tinyPipeline()["towns.yaml"] as string });
  const { code, stderr } = await rig.ftpipe(["check", "towns.yaml"]);
  expect(stderr).toMatch(
    /PIPELINE_INVALID {2}towns\.yaml:2:7 {2}The name "towns" of towns\.yaml is also that of copy\.yaml/,
  );
  expect(code).toBe(2);
});

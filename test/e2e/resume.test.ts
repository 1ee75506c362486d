import { afterEach, describe, expect, test } from "vitest";
import { type ProviderRig, providerRig } from "./provider-rig.ts";
import type { Rig } from "./rig.ts";

let provider: ProviderRig;
let clones: Rig[] = [];
afterEach(async () => {
  await provider.endServer();
  for (const { remove } of [provider.rig, ...clones]) remove();
  clones = [];
});

function clone(...more: readonly string[]) {
  const other = provider.clone(...more);
  clones.push(other.rig);
  return other;
}

describe("ftpipe resume", () => {
  test("goes on with a job that another machine began, with the lock and without it, and asks for its judging only", async () => {
    provider = await providerRig();
    const detached = await provider.ftpipe("run", "--yes", "--no-wait");
    expect(detached.code, detached.stderr).toBe(0);
    expect(detached.stdout).toContain("Go on    ftpipe resume towns.yaml --target ours");
    for (const other of [clone("towns.lock.yaml"), clone()]) {
      const asked = await other.ftpipe("resume");
      expect(asked.code).toBe(11);
      expect(asked.stderr).toMatch(/This asks 2 questions/);
      const resumed = await other.ftpipe("resume", "--yes");
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(other.rig.read("towns.lock.yaml")).toMatch(/candidate: ft:ftpipe-nano:local:towns:/);
      expect((await other.ftpipe("resume")).stdout).toContain("up to date");
    }
    expect(await provider.jobs()).toMatchObject({ made: 1, live: 1 });
  });

  test("has a job go on that ftpipe pause stopped", async () => {
    provider = await providerRig();
    const long = ["--set", "targets.ours.model=ftpipe-mini", "--set", "training.hyperparameters.n_epochs=50"];
    expect((await provider.ftpipe("run", "--yes", "--no-wait", ...long)).code).toBe(0);
    const statusOf = async () => {
      const shown = await provider.ftpipe("status", "--json", ...long);
      const { targets } = JSON.parse(shown.stdout) as { targets: { target: string; job_status?: string }[] };
      return targets.find(({ target }) => target === "ours")?.job_status;
    };
    const paused = await provider.ftpipe("pause", ...long);
    expect([paused.code, paused.stdout]).toEqual([0, expect.stringMatching(/^Job ftjob-\S+: paused\.\n$/)]);
    expect(await statusOf()).toBe("paused");
    const resumed = await provider.ftpipe("resume", "--yes", "--timeout", "1s", ...long);
    expect(resumed.code, resumed.stderr).toBe(10);
    expect(await statusOf()).not.toBe("paused");
    expect((await provider.ftpipe("cancel", ...long)).stdout).toContain("cancelled");
    expect(await provider.jobs()).toMatchObject({ made: 1, live: 0 });
    const local = await provider.ftpipe("pause", "--target", "local", ...long);
    expect([local.code, local.stderr]).toEqual([2, expect.stringContaining("The provider local can't pause jobs.")]);
  });

  test("creates nothing that was not begun, and says what to do", async () => {
    provider = await providerRig();
    const nothing = await provider.ftpipe("resume", "--yes");
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/NOTHING_TO_SHOW +No training of towns → ours was begun/);
    expect(nothing.stderr).toContain("ftpipe run towns.yaml --target ours");
    await provider.ftpipe("run", "--yes", "--no-wait");
    provider.rig.write({ "towns.csv": provider.rig.read("towns.csv").replace("Rome,Hello", "Rome,Ciao") });
    const other = await provider.ftpipe("resume", "--yes");
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/Job ftjob-\S+ of towns → ours was begun with other data or settings/);
    expect((await provider.ftpipe("resume", "--target", "local", "--yes")).code).toBe(2);
    expect(await provider.jobs()).toMatchObject({ made: 1 });
  });
});

describe("a job that runs long", () => {
  const stuck = "- { route: create_job, n: 1, fault: stuck, seconds: 3 }\n";

  test("is left by --timeout with exit code 10, followed by status to its end, and judged by resume", async () => {
    provider = await providerRig(stuck);
    const left = await provider.ftpipe("run", "--yes", "--timeout", "1s");
    expect(left.code).toBe(10);
    expect(left.stderr).toContain("ftpipe resume towns.yaml --target ours");
    const followed = await clone().ftpipe("status", "--follow");
    expect(followed.code, followed.stderr).toBe(0);
    expect(followed.stdout).toMatch(/^ftjob-\S+ {2}succeeded$/m);
    const asData = await provider.ftpipe("status", "--follow", "--json");
    expect(JSON.parse(asData.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ status: "succeeded" });
    expect((await provider.ftpipe("resume", "--yes")).code).toBe(0);
    expect((await provider.ftpipe("status", "--follow")).stderr).toContain("NOTHING_TO_SHOW");
    expect(await provider.jobs()).toMatchObject({ made: 1, live: 1 });
  });

  test.each([
    ["by the pipeline, on a machine without the lock", (_job: string) => ["cancel"]],
    ["by its id", (job: string) => ["cancel", job]],
    ["by pipeline and id", (job: string) => ["cancel", "towns", job]],
  ])("is cancelled %s", async (_how, words) => {
    provider = await providerRig(stuck.replace("3 }", "100 }"));
    const { stdout } = await provider.ftpipe("run", "--yes", "--no-wait", "--json");
    const job = /ftjob-\w+/.exec(stdout)?.[0] as string;
    const cancelled = await clone().ftpipe(...words(job));
    expect(cancelled).toMatchObject({ code: 0, stdout: `Job ${job}: cancelled.\n` });
    const followed = await provider.ftpipe("status", "--follow");
    expect(followed.code).toBe(7);
    expect(followed.stderr).toContain("--new-attempt");
    expect(await provider.jobs()).toMatchObject({ made: 1, live: 0 });
  });

  test("is not cancelled by a name that is neither a pipeline nor a job", async () => {
    provider = await providerRig();
    expect((await provider.ftpipe("cancel", "tows.yaml")).stderr).toContain("PIPELINE_NOT_FOUND");
    expect((await provider.ftpipe("cancel", "ftjob-none")).stderr).toContain("JOB_GONE");
    expect((await provider.ftpipe("cancel")).stderr).toContain("NOTHING_TO_SHOW");
  });
});

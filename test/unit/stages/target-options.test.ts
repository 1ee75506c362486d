import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { TrainValue } from "../../../src/stages/train.ts";
import { outputOf, type SentRequest, stageRig } from "./rig.ts";

/** A project whose target has more options. @param options As in YAML's short form. */
async function rigWith(options: string) {
  const rig = await stageRig();
  const set = async (text: string) => {
    const file = join(rig.folder, "towns.yaml");
    const yaml = (await readFile(file, "utf8")).replace(/model: ftpipe-nano.*\}/, `model: ftpipe-nano, ${text} }`);
    await writeFile(file, yaml);
  };
  await set(options);
  return { ...rig, set };
}

const isCreate = ({ method, path }: SentRequest) => method === "POST" && path === "/fine_tuning/jobs";

describe("a server whose tuned models must be deployed", () => {
  test("trains, says what to do with the model, and is asked no question", async () => {
    const rig = await rigWith("capabilities: { deploy: true }");
    const { error, events } = await rig.run("evaluate");
    expect(error).toMatchObject({ code: "TARGET_UNSUPPORTED" });
    expect(error?.message).toMatch(/Job ftjob-\w+ has made ft:ftpipe-nano:\S+, which answers once it is deployed/);
    expect(error?.hint).toContain("ftpipe eval towns.yaml --target server --model NAME");
    expect(rig.created("/chat/completions")).toBe(0);
    const warnings = events.flatMap((event) => (event.type === "warning" ? [event.problem.message] : []));
    expect(warnings).toContainEqual(expect.stringContaining("only once it is deployed there"));
    expect(await rig.lock()).toContain("ft:ftpipe-nano");
  });

  test("judges a model that is named, and the base under the name that it has there", async () => {
    const rig = await rigWith("capabilities: { deploy: true, base_model: ftpipe-mini }");
    const file = join(rig.folder, "towns.yaml");
    const yaml = (await readFile(file, "utf8")).replace("evaluation:\n", "evaluation:\n  compare: [base]\n");
    await writeFile(file, yaml);
    const asked: unknown[] = [];
    rig.intercept(({ path, body }) => {
      if (path === "/chat/completions") asked.push((body as { model: string }).model);
      return undefined;
    });
    expect((await rig.run("evaluate", { modelOverride: "ftpipe-nano", trains: false })).error).toBeUndefined();
    expect(new Set(asked)).toEqual(new Set(["ftpipe-nano", "ftpipe-mini"]));
  });
});

describe("what a target adds to the request", () => {
  const jobOf = async (rig: Awaited<ReturnType<typeof rigWith>>) => {
    const seen: Record<string, unknown>[] = [];
    rig.intercept((request) => {
      if (isCreate(request)) seen.push(request.body as Record<string, unknown>);
      return undefined;
    });
    const { fingerprint } = outputOf<TrainValue>(await rig.run("train"), "train");
    return { fingerprint, body: seen[0] };
  };

  test("extra is sent as it stands; another one is another training", async () => {
    const rig = await rigWith("extra: { over_context: cut }");
    const first = await jobOf(rig);
    expect(first.body).toMatchObject({ over_context: "cut" });
    await rig.set("extra: { over_context: refuse }");
    const second = await jobOf(rig);
    expect(second.body).toMatchObject({ over_context: "refuse" });
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });

  test("labels are sent; another one trains nothing anew", async () => {
    const rig = await rigWith("metadata: { team: support }");
    const first = await jobOf(rig);
    expect(first.body).toMatchObject({ metadata: { team: "support", ftpipe_fp: first.fingerprint } });
    await rig.set("metadata: { team: sales }");
    expect(await jobOf(rig)).toEqual({ fingerprint: first.fingerprint, body: undefined });
    expect(rig.created("/fine_tuning/jobs")).toBe(1);
  });

  test.each([
    ["extra: { hub_token: abc }", "SECRET_IN_PIPELINE", "hub_token"],
    ["extra: { seed: 3 }", "PIPELINE_INVALID", "extra can't set seed"],
    ["extra: { to: 'https://evil.example/' }", "PIPELINE_INVALID", "extra can't hold an address"],
    ["metadata: { ftpipe_fp: abc }", "PIPELINE_INVALID", "ftpipe_fp"],
    ["integrations: [{ type: wandb, wandb: { project: a, api_key: b } }]", "PIPELINE_INVALID", "api_key"],
  ])("nothing is sent of %s", async (options, code, message) => {
    const rig = await rigWith(options);
    const { error } = await rig.run("train").catch((error) => ({ error }));
    const problem = (error.problems ?? []).find((one: { code: string }) => one.code === code) ?? error;
    expect(problem).toMatchObject({ code, location: { file: expect.stringContaining("towns.yaml") } });
    expect(problem.message).toContain(message);
    expect(rig.requests).toEqual([]);
  });
});

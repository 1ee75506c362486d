import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CheckpointObject, JobObject } from "../../../src/serve/wire.ts";
import type { WaitValue } from "../../../src/stages/wait.ts";
import type { World } from "../../../src/stages/world.ts";
import { answer, outputOf, stageRig } from "./rig.ts";

const warningsOf = ({ events }: Awaited<ReturnType<Awaited<ReturnType<typeof stageRig>>["run"]>>) =>
  events.flatMap((event) => (event.type === "warning" ? [event.problem.message] : []));

const noEvents = (path: string) =>
  path.includes("/events") ? answer(200, { object: "list", data: [], has_more: false }) : undefined;

test("the checkpoints of a job stand with its model, by step", async () => {
  const rig = await stageRig();
  const { job, checkpoints } = outputOf<WaitValue>(await rig.run("wait"), "wait");
  const path = `/fine_tuning/jobs/${job}/checkpoints`;
  const { data } = (await rig.server.call<{ data: CheckpointObject[] }>("GET", path)).body;
  expect(data.length).toBeGreaterThan(0);
  expect(checkpoints?.map(({ step, model }) => [step, model])).toEqual(
    data.map((one) => [one.step_number, one.fine_tuned_model_checkpoint]).reverse(),
  );
  expect(await rig.lock()).toContain(":ckpt-step-");
});

test("they are in results.json, and nothing is where there are none", async () => {
  const rig = await stageRig();
  let folder = "";
  const seeing = (world: World): World => {
    folder = world.runDirectory;
    return world;
  };
  const { checkpoints } = outputOf<WaitValue>(await rig.run(undefined, { change: seeing }), "wait");
  expect(JSON.parse(await readFile(join(folder, "results.json"), "utf8")).checkpoints).toEqual(checkpoints);
  const without = await stageRig();
  const change = (world: World): World => ({
    ...world,
    target: { ...world.target, capabilities: { ...world.target.capabilities, checkpoints: false } },
  });
  expect(outputOf<WaitValue>(await without.run("wait", { change }), "wait")).not.toHaveProperty("checkpoints");
  expect(without.requests.filter(({ path }) => path.includes("/checkpoints"))).toEqual([]);
});

test("where the provider keeps no events, the steps come from the results file", async () => {
  const rig = await stageRig();
  rig.intercept(({ path }) => noEvents(path));
  const run = await rig.run("wait");
  expect(outputOf<WaitValue>(run, "wait").loss?.first).toBeGreaterThan(0);
  expect(rig.requests.filter(({ path }) => path.endsWith("/content"))).toHaveLength(1);
  expect(warningsOf(run)).toEqual([]);
});

test("results and checkpoints that can't be read cost nothing but a warning each", async () => {
  const rig = await stageRig();
  rig.intercept(({ path }) =>
    /\/(content|checkpoints)/.test(path) ? answer(404, { error: { message: "No such object." } }) : noEvents(path),
  );
  const run = await rig.run("wait");
  expect(outputOf<WaitValue>(run, "wait")).toMatchObject({ loss: null, model: expect.stringContaining("ft:") });
  expect(warningsOf(run)).toEqual([
    expect.stringMatching(/^The job's results can't be read\./),
    expect.stringMatching(/^The job's checkpoints can't be read\./),
  ]);
});

/** A server whose job is paused until it is resumed. */
function pausing() {
  const state = { resumed: 0, looks: 0 };
  const intercept = async ({ method, path }: { method: string; path: string }, forward: () => Promise<Response>) => {
    const isLook = method === "GET" && /\/ftjob-\w+$/.test(path);
    if (!isLook && !path.endsWith("/resume")) return undefined;
    if (path.endsWith("/resume")) state.resumed++;
    else state.looks++;
    const id = /ftjob-\w+/.exec(path)?.[0];
    const job = { object: "fine_tuning.job", id, created_at: 1, fine_tuned_model: null, error: {} };
    if (path.endsWith("/resume")) return answer(200, { ...job, status: "queued" });
    const paused = state.resumed === 0 && state.looks < 4;
    return paused ? answer(200, { ...(job as object as JobObject), status: "paused" }) : forward();
  };
  return { state, intercept };
}

test("a paused job is waited for, and the way to resume it is told once", async () => {
  const rig = await stageRig();
  const { state, intercept } = pausing();
  rig.intercept(intercept);
  const run = await rig.run("wait");
  outputOf(run, "wait");
  const told = run.events.flatMap((event) => (JSON.stringify(event).includes("is paused.") ? [event] : []));
  expect([state.resumed, told.length]).toEqual([0, 1]);
  expect(JSON.stringify(told)).toContain("ftpipe resume towns.yaml --target server");
});

test("resuming a run resumes its paused job, once", async () => {
  const rig = await stageRig();
  const { state, intercept } = pausing();
  rig.intercept(intercept);
  await rig.run("train");
  outputOf(await rig.run("wait", { change: (world) => ({ ...world, resumes: true }) }), "wait");
  expect(state.resumed).toBe(1);
});

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { JobObject } from "../../../src/serve/wire.ts";
import { examples, openRig, type Rig, temporaryDirectory } from "./rig.ts";
import { scriptedEngine } from "./scripted-engine.ts";

const tell = (rig: Rig, id: string, what: "pause" | "resume" | "cancel") =>
  rig.call<JobObject>("POST", `/fine_tuning/jobs/${id}/${what}`);
const messages = async (rig: Rig, id: string) => (await rig.events(id)).map(({ message }) => message);
const stepsOf = async (rig: Rig, id: string) =>
  (await rig.events(id)).flatMap(({ type, data }) => (type === "metrics" ? [data?.["step"]] : []));
/** Eight steps. */
const hyperparameters = { n_epochs: 4, batch_size: 5 };

test("a job that is paused stops where it stands, others go on, and it goes on when it is resumed", async () => {
  const engine = scriptedEngine(6);
  const rig = await openRig({ engine });
  const { id } = await rig.train({ hyperparameters });
  await engine.standing;
  const paused = await tell(rig, id, "pause");
  expect([paused.status, paused.body.status]).toEqual([200, "paused"]);
  engine.release();
  const other = await rig.train({ hyperparameters: { n_epochs: 1 } });
  await rig.app.idle();
  expect(await rig.job(id)).toMatchObject({ status: "paused", finished_at: null, fine_tuned_model: null, error: {} });
  expect(await stepsOf(rig, id)).toEqual([1, 2, 3, 4, 5]);
  expect((await rig.job(other.id)).status).toBe("succeeded");
  expect((await tell(rig, id, "resume")).body.status).toBe("queued");
  await rig.app.idle();
  expect((await rig.job(id)).status).toBe("succeeded");
  expect(await stepsOf(rig, id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const told = await messages(rig, id);
  expect(told.filter((message) => /paused|resumed/.test(message))).toEqual([
    "Fine-tuning job paused",
    "Fine-tuning job resumed",
  ]);
  expect(new Set(told).size).toBe(told.length);
});

test("pausing twice and resuming twice is as doing it once; each round is told", async () => {
  const engine = scriptedEngine(6);
  const rig = await openRig({ engine });
  const { id } = await rig.train({ hyperparameters });
  await engine.standing;
  for (const round of [1, 2]) {
    expect((await tell(rig, id, "pause")).body.status).toBe("paused");
    expect((await tell(rig, id, "pause")).body.status).toBe("paused");
    await rig.app.idle();
    expect((await tell(rig, id, "resume")).body.status).toBe("queued");
    if (round === 2) engine.release();
    expect(["queued", "running"]).toContain((await tell(rig, id, "resume")).body.status);
  }
  await rig.app.idle();
  expect((await rig.job(id)).status).toBe("succeeded");
  const told = (await messages(rig, id)).filter((message) => /paused|resumed/.test(message));
  expect(told.map((message) => message.split(" ").at(-1))).toEqual(["paused", "resumed", "paused", "resumed"]);
});

test("a job that is resumed before its training has stopped is neither failed nor lost", async () => {
  const engine = scriptedEngine(6);
  const rig = await openRig({ engine });
  const { id } = await rig.train({ hyperparameters });
  await engine.standing;
  const [paused, resumed] = await Promise.all([tell(rig, id, "pause"), tell(rig, id, "resume")]);
  expect([paused.body.status, resumed.body.status]).toEqual(["paused", "queued"]);
  engine.release();
  await rig.app.idle();
  expect((await rig.job(id)).status).toBe("succeeded");
  expect(await stepsOf(rig, id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test("a job that is paused while its files are checked has them checked again when it goes on", async () => {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const scripted = scriptedEngine();
  const validate = async (...given: Parameters<typeof scripted.validate>) => {
    reached.resolve();
    await gate.promise;
    return scripted.validate(...given);
  };
  const rig = await openRig({ engine: { ...scripted, validate } });
  const tooLong = JSON.stringify({ messages: [{ role: "assistant", content: "x".repeat(1001) }] });
  const { id } = await rig.train({}, `${examples(9)}${tooLong}\n`);
  await reached.promise;
  expect((await tell(rig, id, "pause")).body.status).toBe("paused");
  gate.resolve();
  await rig.app.idle();
  expect(await rig.job(id)).toMatchObject({ status: "paused", error: {} });
  expect((await tell(rig, id, "resume")).body.status).toBe("validating_files");
  await rig.app.idle();
  expect(await rig.job(id)).toMatchObject({ status: "failed", error: { code: "invalid_training_file" } });
});

test("a paused job stays paused when the server is opened again, and goes on from its state", async () => {
  const stateDirectory = await temporaryDirectory();
  const engine = scriptedEngine(6);
  const before = await openRig({ stateDirectory, engine });
  const { id, training_file } = await before.train({ hyperparameters });
  await engine.standing;
  await tell(before, id, "pause");
  await before.app.close();
  const again = scriptedEngine();
  const after = await openRig({ stateDirectory, engine: again });
  await after.app.idle();
  expect((await after.job(id)).status).toBe("paused");
  expect((await after.call("DELETE", `/files/${training_file}`)).status).toBe(400);
  await tell(after, id, "resume");
  await after.app.idle();
  expect((await after.job(id)).status).toBe("succeeded");
  expect(again.steps).toEqual([5, 6, 7, 8]);
});

test("a paused job can be cancelled, and leaves nothing", async () => {
  const engine = scriptedEngine(6);
  const rig = await openRig({ engine });
  const { id } = await rig.train({ hyperparameters });
  await engine.standing;
  await tell(rig, id, "pause");
  await rig.app.idle();
  expect(await readdir(join(rig.app.stateDirectory, "jobs"))).toEqual([id]);
  expect((await tell(rig, id, "cancel")).body.status).toBe("cancelled");
  expect(await readdir(join(rig.app.stateDirectory, "jobs"))).toEqual([]);
  for (const what of ["pause", "resume"] as const) {
    const { status } = await rig.call("POST", `/fine_tuning/jobs/${id}/${what}`);
    expect([what, status]).toEqual([what, 400]);
  }
  expect((await rig.job(id)).status).toBe("cancelled");
});

test("an unknown job can't be paused or resumed", async () => {
  const rig = await openRig();
  for (const what of ["pause", "resume"]) {
    const { status, body } = await rig.call("POST", `/fine_tuning/jobs/ftjob-none/${what}`);
    expect([status, body.error.code]).toEqual([404, "fine_tune_not_found"]);
  }
});

test("what goes wrong while a job is being paused is reported, and the job stays paused", async () => {
  const scripted = scriptedEngine(6);
  const engine = {
    ...scripted,
    train: async (...[request, hooks]: Parameters<typeof scripted.train>) => {
      try {
        return await scripted.train(request, hooks);
      } catch {
        throw new Error("the disk is full");
      }
    },
  };
  const rig = await openRig({ engine });
  const { id } = await rig.train({ hyperparameters });
  await scripted.standing;
  await tell(rig, id, "pause");
  await rig.app.idle();
  expect((await rig.job(id)).status).toBe("paused");
  expect(await readFile(join(rig.app.stateDirectory, "error.log"), "utf8")).toContain("the disk is full");
});

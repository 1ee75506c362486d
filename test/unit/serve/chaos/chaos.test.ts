import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { routesOfApi } from "../../../../src/serve/app.ts";
import type { ChaosPlan } from "../../../../src/serve/chaos/plan.ts";
import { findRouteName, routeNames } from "../../../../src/serve/chaos/routes.ts";
import { parseScript } from "../../../../src/serve/chaos/script.ts";
import { parseSpec } from "../../../../src/serve/chaos/spec.ts";
import { listen } from "../../../../src/serve/http.ts";
import type { FileObject, JobObject, PartObject, UploadObject } from "../../../../src/serve/wire.ts";
import { manualClock } from "../manual-clock.ts";
import { examples, type List, openRig, ports, type Rig } from "../rig.ts";
import { scriptedEngine } from "../scripted-engine.ts";

const drawn = (spec: string): ChaosPlan => ({ ...parseSpec(spec), script: [] });
const scripted = (text: string): ChaosPlan => ({ seed: 0, rates: [], script: parseScript("script", text).entries });

interface State {
  readonly requests: Readonly<Record<string, number>>;
  readonly injected: readonly (Readonly<Record<string, unknown>> & { readonly time: string })[];
  readonly jobs: {
    readonly made: number;
    readonly live: number;
    readonly groups: readonly Readonly<Record<string, unknown>>[];
  };
}

const state = async (rig: Rig) => (await rig.call<State>("GET", "/chaos")).body;
const logOf = (rig: Rig) => readFile(join(rig.app.stateDirectory, "chaos.jsonl"), "utf8");

/** What a client of the given plan goes through, call by call. */
async function live(rig: Rig): Promise<readonly string[]> {
  const { id: training_file } = (await rig.call<{ id: string }>("POST", "/files", {})).body;
  const seen: string[] = [];
  const calls: [string, string, object?][] = [
    ["POST", "/fine_tuning/jobs", { model: "ftpipe-nano", training_file }],
    ["GET", "/fine_tuning/jobs"],
    ["GET", "/fine_tuning/jobs/ftjob-none"],
    ["GET", "/files"],
  ];
  for (let round = 0; round < 15; round++) {
    for (const [method, path, body] of calls) {
      const init = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const sight = rig.send(method, path, body === undefined ? {} : init).then(
        async (response) => `${response.status} ${(await response.text()).slice(0, 20)}`,
        (error: Error) => error.message,
      );
      seen.push(await sight);
    }
  }
  return seen;
}

test("a drawn schedule, its seed again, and its log as a script strike alike", async () => {
  const spec =
    "seed=5,reset=0.1,lost_answer=0.1,html=0.1,server_error=0.2,rate_limit=0.1:2s,truncated@list_jobs=0.3,reset@create_file=0,html@create_file=0";
  const first = await openRig({ chaos: drawn(spec) });
  const second = await openRig({ chaos: drawn(spec) });
  const seen = await live(first);
  expect(new Set(seen).size).toBeGreaterThan(5);
  expect(await live(second)).toEqual(seen);
  const log = await logOf(first);
  const { entries, problems } = parseScript("chaos.jsonl", log);
  expect(problems).toEqual([]);
  const replayed = await openRig({ chaos: { seed: 99, rates: [], script: entries } });
  expect(await live(replayed)).toEqual(seen);
  const withoutTime = async (rig: Rig) => (await state(rig)).injected.map(({ time: _time, ...fault }) => fault);
  expect(await withoutTime(replayed)).toEqual(await withoutTime(first));
});

test("the log has a line for each fault, those of objects with their id; a new start begins a new one", async () => {
  const script = "- { route: create_job, n: 1, fault: stuck }\n- { route: create_job, n: 1, fault: rate_limit }";
  const rig = await openRig({ chaos: scripted(script), clock: manualClock() });
  const refused = await rig.train();
  expect(refused.id).toBeUndefined();
  expect(
    (await logOf(rig))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ time: "2026-11-21T00:00:00.000Z", route: "create_job", n: 1, fault: "rate_limit", seconds: 1 }]);
  await rig.app.close();
  const { stateDirectory } = rig.app;
  const next = await openRig({ stateDirectory, chaos: scripted("- { route: create_job, n: 1, fault: list_lag }") });
  const { id } = await next.train();
  const [line = "", ...rest] = (await logOf(next)).trim().split("\n");
  expect(JSON.parse(line)).toMatchObject({ route: "create_job", n: 1, fault: "list_lag", seconds: 1, id });
  expect(rest).toEqual([]);
});

test("the state counts requests, and jobs with equal metadata and suffix: how many were made, how many live", async () => {
  const rig = await openRig({ chaos: scripted("- { route: create_job, n: 1, fault: lost_answer }") });
  const metadata = { ftpipe_fp: "abc" };
  await expect(rig.train({ metadata })).rejects.toThrow("fetch failed");
  await rig.train({ metadata });
  await rig.train({ suffix: "other", metadata });
  const failed = await rig.train({ suffix: "bad" }, "no json\n".repeat(10));
  await rig.app.idle();
  expect(await state(rig)).toMatchObject({
    requests: { create_file: 4, create_job: 4 },
    injected: [{ fault: "lost_answer" }],
    jobs: {
      made: 4,
      live: 3,
      groups: [
        { metadata, suffix: null, made: 2, live: 2, ids: [expect.any(String), expect.any(String)] },
        { metadata, suffix: "other", made: 1, live: 1 },
        { metadata: null, suffix: "bad", made: 1, live: 0, ids: [failed.id] },
      ],
    },
  });
});

test("faults on demand strike the next request, or the one that is named; bad ones are refused, all at once", async () => {
  const rig = await openRig({ chaos: scripted("[]") });
  expect((await rig.send("GET", "/files")).status).toBe(200);
  const order = [
    { route: "list_files", fault: "quota" },
    { route: "list_files", n: "4-", fault: "server_error", status: 502 },
  ];
  const { body } = await rig.call<{ data: unknown }>("POST", "/chaos", order);
  expect(body.data).toEqual([
    { route: "list_files", n: 2, fault: "quota" },
    { route: "list_files", n: "4-", fault: "server_error", status: 502, way: "after" },
  ]);
  const statuses = [];
  for (let call = 2; call <= 5; call++) statuses.push((await rig.send("GET", "/files")).status);
  expect(statuses).toEqual([429, 200, 502, 502]);
  const refused = await rig.call("POST", "/chaos", [
    { route: "lst_files", fault: "quotta" },
    { fault: "reset", n: 1 },
  ]);
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toContain('There is no fault "quotta". Did you mean "quota"?');
  expect(refused.body.error.message).toContain('Did you mean "list_files"?');
  expect(refused.body.error.message).toContain('The entry has no "route".');
  const keyless = await rig.send("GET", "/chaos", { headers: { authorization: "Bearer wrong" } });
  expect(keyless.status).toBe(401);
});

test("a server without chaos has no such route, and writes no log", async () => {
  const rig = await openRig();
  expect((await rig.call("GET", "/chaos")).status).toBe(404);
  await expect(logOf(rig)).rejects.toThrow("ENOENT");
});

test("closing ends what hangs, and what was to be done later is never done", async () => {
  const chaos = scripted(
    "- { route: create_job, n: 1, fault: late, seconds: 3600 }\n- { route: list_jobs, n: 1, fault: hang, seconds: 3600 }",
  );
  const rig = await openRig({ chaos });
  const server = await listen(rig.app, { port: 0, files: ports.files });
  onTestFinished(server.close);
  await expect(rig.train()).rejects.toThrow("fetch failed");
  const hanging = fetch(`${server.baseUrl}/fine_tuning/jobs`, { headers: { authorization: `Bearer ${rig.app.key}` } });
  const cut = expect(hanging).rejects.toThrow("fetch failed");
  await vi.waitFor(async () => expect((await state(rig)).injected).toHaveLength(2));
  await server.close();
  await rig.app.close();
  await cut;
  const again = await openRig({ stateDirectory: rig.app.stateDirectory, chaos: scripted("[]") });
  expect((await state(again)).jobs.made).toBe(0);
});

test("two creates under way at once are struck each by its own", async () => {
  const rig = await openRig({ chaos: scripted("- { route: create_job, n: 2, fault: new_id, seconds: 0 }") });
  const { id: training_file } = await rig.upload(examples(10));
  const create = (seed: number) =>
    rig.call<{ id: string }>("POST", "/fine_tuning/jobs", { model: "ftpipe-nano", training_file, seed });
  const [first, second] = await Promise.all([create(1), create(2)]);
  const status = async (id: string) => (await rig.call("GET", `/fine_tuning/jobs/${id}`)).status;
  expect(await Promise.all([status(first.body.id), status(second.body.id)])).toEqual([200, 404]);
});

test("a job that goes on under a new id is paused and resumed under that one", async () => {
  const chaos = scripted("- { route: create_job, n: 1, fault: new_id, seconds: 0 }");
  const engine = scriptedEngine(3);
  const rig = await openRig({ chaos, engine });
  const { id } = await rig.train();
  await engine.standing;
  const tell = (job: string, what: string) => rig.call<JobObject>("POST", `/fine_tuning/jobs/${job}/${what}`);
  expect((await tell(id, "pause")).status).toBe(404);
  const [moved] = (await rig.call<List<JobObject>>("GET", "/fine_tuning/jobs")).body.data;
  const next = String(moved?.id);
  expect(next).not.toBe(id);
  expect((await tell(next, "pause")).body).toMatchObject({ id: next, status: "paused" });
  await rig.app.idle();
  engine.release();
  expect((await tell(next, "resume")).body).toMatchObject({ id: next, status: "queued" });
  await rig.app.idle();
  expect((await rig.job(next)).status).toBe("succeeded");
});

test("an upload in parts can be struck at each step, its file too", async () => {
  const chaos = scripted(
    "- { route: add_part, n: 1, fault: server_error, way: before }\n- { route: complete_upload, n: 1, fault: lost_answer }\n- { route: complete_upload, n: 1, fault: list_lag, seconds: 60 }",
  );
  const rig = await openRig({ chaos });
  const about = { filename: "a.jsonl", mime_type: "application/jsonl", purpose: "fine-tune", bytes: 3 };
  const { id } = (await rig.call<UploadObject>("POST", "/uploads", about)).body;
  const addPart = () => {
    const form = new FormData();
    form.append("data", new File(["abc"], "part"));
    return rig.send("POST", `/uploads/${id}/parts`, { body: form });
  };
  expect((await addPart()).status).toBeGreaterThanOrEqual(500);
  const part = (await (await addPart()).json()) as PartObject;
  const complete = () => rig.call("POST", `/uploads/${id}/complete`, { part_ids: [part.id] });
  await expect(complete()).rejects.toThrow("fetch failed");
  expect((await complete()).body.error.message).toBe(`Upload ${id} is completed: it takes nothing more.`);
  expect((await rig.call<List<FileObject>>("GET", "/files")).body.data).toEqual([]);
  expect((await state(rig)).injected.map(({ fault }) => fault)).toEqual(["server_error", "lost_answer", "list_lag"]);
});

test("every route of the API has a name for chaos", () => {
  const named = routesOfApi.map(({ method, path }) => findRouteName(`${method} ${path}`));
  expect(named).not.toContain(undefined);
  expect(new Set(named)).toEqual(new Set(routeNames));
});

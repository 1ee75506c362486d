import { describe, expect, test } from "vitest";
import type { JobObject } from "../../../src/serve/wire.ts";
import type { TrainValue } from "../../../src/stages/train.ts";
import { progressLine, sparkline, type WaitValue } from "../../../src/stages/wait.ts";
import { answer, connectionLost, type Intercept, outputOf, type SentRequest, stageRig } from "./rig.ts";

const isLook = ({ method, path }: SentRequest) => method === "GET" && /^\/fine_tuning\/jobs\/ftjob-\w+$/.test(path);
const isEvents = ({ path }: SentRequest) => path.includes("/events");

/** Shows the job other than it is. */
function disguised(change: (job: JobObject, look: number) => object): Intercept {
  let looks = 0;
  return async (request, forward) => {
    if (!isLook(request)) return undefined;
    looks++;
    return answer(200, change((await (await forward()).json()) as JobObject, looks));
  };
}

test("a job is followed to its model, and its loss is kept", async () => {
  const rig = await stageRig();
  const run = await rig.run("wait");
  const { job } = outputOf<TrainValue>(run, "train");
  const value = outputOf<WaitValue>(run, "wait");
  const ended = await rig.server.job(job);
  expect(value).toMatchObject({
    job,
    model: ended.fine_tuned_model,
    base: "ftpipe-nano",
    trained_tokens: ended.trained_tokens,
    hyperparameters: { n_epochs: 2 },
  });
  expect(value.loss?.first).toBeGreaterThan(value.loss?.last ?? Number.POSITIVE_INFINITY);
});

describe("a second job of the same fingerprint, listed late", () => {
  /** The server's job seems to run for ten minutes; another one shows in the list after that many seconds. */
  const beside = async (
    rig: Awaited<ReturnType<typeof stageRig>>,
    other: { id: string; created_at: number; after: number },
  ) => {
    const started = rig.now();
    const cancelled: string[] = [];
    rig.intercept(async (request, forward) => {
      const { method, path } = request;
      const seconds = (rig.now() - started) / 1000;
      const id = /^\/fine_tuning\/jobs\/(ftjob-\w+)/.exec(path)?.[1];
      if (method === "POST" && path.endsWith("/cancel")) cancelled.push(String(id));
      const show = (job: JobObject) => ({
        ...job,
        status: cancelled.includes(job.id) ? "cancelled" : seconds < 600 ? "running" : "succeeded",
        fine_tuned_model: seconds < 600 ? null : "ft:ftpipe-nano:local::x",
      });
      if (method === "GET" && path.startsWith("/fine_tuning/jobs?")) {
        const list = (await (await forward()).json()) as { data: JobObject[] };
        const [first] = list.data;
        const late = first === undefined || seconds < other.after ? [] : [{ ...first, ...other }];
        return answer(200, { ...list, data: [...list.data, ...late].map(show) });
      }
      if (id === undefined || isEvents(request))
        return id === other.id ? answer(200, { object: "list", data: [], has_more: false }) : undefined;
      const own = (await rig.server.call<{ data: JobObject[] }>("GET", "/fine_tuning/jobs")).body.data[0] as JobObject;
      return answer(200, show(id === other.id ? { ...own, ...other } : own));
    });
    return cancelled;
  };

  test("is cancelled where it is the younger one", async () => {
    const rig = await stageRig();
    const cancelled = await beside(rig, { id: "ftjob-late", created_at: 2 ** 40, after: 200 });
    const run = await rig.run("wait");
    const { job } = outputOf<TrainValue>(run, "train");
    expect(outputOf<WaitValue>(run, "wait").job).toBe(job);
    expect(new Set(cancelled)).toEqual(new Set(["ftjob-late"]));
    const warnings = run.events.flatMap((event) => (event.type === "warning" ? [event.problem.code] : []));
    expect(warnings).toContain("JOB_DUPLICATE");
  });

  test("is followed where it is the older one, and the lock names it", async () => {
    const rig = await stageRig();
    const cancelled = await beside(rig, { id: "ftjob-early", created_at: 1, after: 200 });
    const run = await rig.run("wait");
    const { job } = outputOf<TrainValue>(run, "train");
    expect(outputOf<WaitValue>(run, "wait").job).toBe("ftjob-early");
    expect(new Set(cancelled)).toEqual(new Set([job]));
    expect(await rig.lock()).toContain("job: ftjob-early");
  });
});

describe("a job that ends without a model", () => {
  test("has failed, for the provider's reason", async () => {
    const rig = await stageRig();
    const error = { code: "invalid_training_file", message: "Line 3 is no chat.", param: "training_file" };
    rig.intercept(disguised((job) => ({ ...job, status: "failed", error })));
    const run = await rig.run("wait");
    expect(run.error).toMatchObject({
      code: "JOB_FAILED",
      exitCode: 7,
      hint: expect.stringContaining("--new-attempt"),
    });
    expect(run.error?.message).toContain("Line 3 is no chat.");
  });

  test("was cancelled", async () => {
    const rig = await stageRig();
    rig.intercept(disguised((job) => ({ ...job, status: "cancelled" })));
    expect((await rig.run("wait")).error).toMatchObject({
      code: "JOB_CANCELLED",
      exitCode: 7,
      hint: expect.stringContaining("--new-attempt"),
    });
  });

  test("that failed is followed by a new attempt when that is asked for", async () => {
    const rig = await stageRig();
    const error = { code: "server_error", message: "Out of luck.", param: null };
    const failing = disguised((job) => ({ ...job, status: "failed", error }));
    rig.intercept(failing);
    expect((await rig.run("wait")).error?.code).toBe("JOB_FAILED");
    // Asked for by nobody, nothing new is bought.
    expect((await rig.run("wait")).error?.code).toBe("JOB_FAILED");
    expect(rig.created("/fine_tuning/jobs")).toBe(1);
    rig.restore();
    const run = await rig.run("wait", { newAttempt: true });
    expect(outputOf<TrainValue>(run, "train").attempt).toBe(2);
    expect(rig.created("/fine_tuning/jobs")).toBe(2);
  });

  test("is never evaluated as if it had one", async () => {
    const rig = await stageRig();
    rig.intercept(disguised((job) => ({ ...job, status: "succeeded", fine_tuned_model: null })));
    expect((await rig.run("wait")).error?.code).toBe("JOB_FAILED");
  });
});

describe("the wait", () => {
  test("ends in time, the job keeps running, and the next run goes on with it", async () => {
    const rig = await stageRig();
    rig.intercept(disguised((job) => ({ ...job, status: "running", fine_tuned_model: null })));
    const { error } = await rig.run("wait", { waitTimeoutMs: 60_000 });
    expect(error).toMatchObject({ code: "WAIT_TIMEOUT", exitCode: 10 });
    expect(error?.message).toMatch(/ftjob-\w+ is still running after \d+ s; it keeps running/);
    rig.restore();
    outputOf(await rig.run("wait"), "wait");
    expect(rig.created("/fine_tuning/jobs")).toBe(1);
  });

  test("looks ever less often, and often again when something happens", async () => {
    const rig = await stageRig();
    let looks = 0;
    const event = { object: "fine_tuning.job.event", id: "ftevent-1", level: "info", message: "queued", data: null };
    const play = disguised((job, look) =>
      look < 14 ? { ...job, status: "queued" } : { ...job, fine_tuned_model: "ft:m", status: "succeeded" },
    );
    rig.intercept((request, forward) => {
      if (!isEvents(request)) return play(request, forward);
      looks++;
      return answer(200, { object: "list", data: looks < 12 ? [] : [event], has_more: false });
    });
    outputOf(await rig.run("wait"), "wait");
    const expected = [1000, 1500, 2250, 3375];
    expect(rig.sleeps.slice(0, 4)).toEqual(expected);
    expect(rig.sleeps.slice(9, 13)).toEqual([30_000, 30_000, 1000, 1500]);
  });

  test("bears a provider that fails for a while", async () => {
    const rig = await stageRig();
    let failures = 0;
    rig.intercept((request) => {
      if (!isLook(request) || failures >= 10) return undefined;
      failures++;
      return answer(503, { error: { message: "overloaded" } });
    });
    outputOf(await rig.run("wait"), "wait");
    expect(failures).toBe(10);
  });

  test("is given up after many failures in a row, safe to run again", async () => {
    const rig = await stageRig();
    rig.intercept((request) => (isLook(request) ? answer(503, { error: { message: "overloaded" } }) : undefined));
    expect((await rig.run("wait")).error).toMatchObject({ code: "PROVIDER_UNAVAILABLE", exitCode: 5 });
    expect(rig.requests.filter(isLook)).toHaveLength(11);
    rig.restore();
    outputOf(await rig.run("wait"), "wait");
    expect(rig.created("/fine_tuning/jobs")).toBe(1);
  });

  test("is not given up for failures that are far apart", async () => {
    const rig = await stageRig();
    let looks = 0;
    const running = disguised((job) => ({ ...job, status: "running", fine_tuned_model: null }));
    rig.intercept((request, forward) => {
      if (!isLook(request)) return undefined;
      looks++;
      if (looks > 40) return undefined;
      return looks % 2 === 0 ? answer(503, { error: { message: "overloaded" } }) : running(request, forward);
    });
    outputOf(await rig.run("wait"), "wait");
  });

  test.each([
    [401, "CREDENTIALS_REJECTED"],
    [403, "PERMISSION_DENIED"],
  ])("ends at once with %i", async (status, code) => {
    const rig = await stageRig();
    rig.intercept((request) => (isLook(request) ? answer(status, { error: { message: "No." } }) : undefined));
    expect((await rig.run("wait")).error?.code).toBe(code);
    expect(rig.requests.filter(isLook)).toHaveLength(1);
  });

  test("takes a proxy's page for a failure that passes", async () => {
    const rig = await stageRig();
    let pages = 0;
    rig.intercept((request) => {
      if (!isEvents(request) || pages > 0) return undefined;
      pages++;
      return answer(200, {});
    });
    outputOf(await rig.run("wait"), "wait");
    expect(pages).toBe(1);
  });
});

test("a status that nobody knows counts as running and is warned of once", async () => {
  const rig = await stageRig();
  rig.intercept(
    disguised((job, look) =>
      look < 5
        ? { ...job, status: "polishing", fine_tuned_model: null }
        : { ...job, status: "succeeded", fine_tuned_model: "ft:m" },
    ),
  );
  const run = await rig.run("wait");
  expect(outputOf<WaitValue>(run, "wait").model).toBe("ft:m");
  const warnings = run.events.flatMap((event) => (event.type === "warning" ? [event.problem.message] : []));
  expect(warnings.filter((message) => message.includes("polishing"))).toEqual([
    'Unknown job status "polishing": taken as running.',
  ]);
});

test("a connection that breaks while the job is looked at costs nothing", async () => {
  const rig = await stageRig();
  let broken = false;
  rig.intercept((request) => {
    if (!isLook(request) || broken) return undefined;
    broken = true;
    throw connectionLost();
  });
  outputOf(await rig.run("wait"), "wait");
  expect(rig.created("/fine_tuning/jobs")).toBe(1);
});

describe("what is shown of a running job", () => {
  const job = {
    id: "ftjob-1",
    status: "running",
    state: "running",
    createdAt: 0,
    model: undefined,
    error: undefined,
    trainedTokens: undefined,
    hyperparameters: {},
    resultFiles: [],
  } as const;

  test("is its status until there is a step", () => {
    expect(progressLine(job, [], 9000)).toBe("running");
  });

  test("is the step, the loss with its course, and the time that is left", () => {
    const steps = [
      { step: 1, totalSteps: 10, trainLoss: 3 },
      { step: 5, totalSteps: 10, trainLoss: 1, validationLoss: 1.5 },
    ];
    expect(progressLine(job, steps, 4000)).toBe("step 5/10  loss 1.00 ▇▁  validation 1.50  4 s left");
  });

  test("leaves out what the provider does not tell", () => {
    expect(progressLine(job, [{ step: 7 }], 4000)).toBe("step 7");
  });

  test("has as many bars as fit, the highest and the lowest told apart", () => {
    expect(sparkline([], 8)).toBe("");
    expect(sparkline([2, 2, 2], 8)).toBe("▁▁▁");
    expect(sparkline([4, 4, 2, 2, 1, 1], 3)).toBe("▇▃▁");
  });
});

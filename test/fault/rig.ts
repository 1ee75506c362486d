import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { openSession, type Session } from "../../src/compose.ts";
import { FtpipeError } from "../../src/core/errors.ts";
import { nodePorts } from "../../src/core/node-ports.ts";
import type { Ports } from "../../src/core/ports.ts";
import { createEngine } from "../../src/engine/create.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { readLock } from "../../src/run/lock.ts";
import { attachLocalServer } from "../../src/serve/attach.ts";
import { localRequest } from "../../src/stages/local-request.ts";
import { type RunResult, runPipeline } from "../../src/stages/run-pipeline.ts";
import { type Counter, counterOf, type Fault, faultyFetch, faultyFiles, noFault } from "./faulty-ports.ts";

const pipeline = `version: 1
name: towns
source: { type: csv, path: towns.csv, key: town }
dataset:
  seed: 3
  messages:
    - { role: user, content: "{{town}}?" }
    - { role: assistant, content: "Hello {{town}}" }
  split: { validation: { path: more.csv } }
training: { seed: 5, suffix: towns, hyperparameters: { n_epochs: 1 } }
targets:
  local: { provider: local, model: ftpipe-nano }
evaluation:
  defaults: { max_tokens: 4 }
  tests:
    - vars: { town: Oslo }
      assert: [{ type: word-count, value: { max: 50 } }]
  gate: [{ metric: pass_rate, minimum: 0.5 }]
`;

const towns = ["Oslo", "Rome", "Lima", "Cairo", "Paris", "Delhi", "Quito", "Hanoi", "Berne", "Sofia", "Tunis", "Accra"];

/** One engine for all runs of a test file: its threads are the slow part. */
export function sharedEngine(): Engine & { readonly end: () => Promise<void> } {
  const engine = createEngine({ threads: 1 });
  return { ...engine, close: async () => {}, end: engine.close };
}

export interface Run {
  readonly result: RunResult | undefined;
  readonly error: unknown;
  readonly counter: Counter;
  /** A job that the server said it had created, and not yet that it had ended. */
  readonly startedJob: string | undefined;
}

export interface FaultRig {
  readonly folder: string;
  /** Runs the whole pipeline in this process. Never rejects. */
  readonly run: (what?: "files" | "fetch", fault?: Fault, newAttempt?: boolean) => Promise<Run>;
  /** Fingerprints of all jobs that the server has. */
  readonly jobs: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

export async function faultRig(engine: Engine): Promise<FaultRig> {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-fault-"));
  await writeFile(join(folder, "towns.yaml"), pipeline);
  await writeFile(join(folder, "towns.csv"), `town\n${towns.join("\n")}\n`);
  await writeFile(join(folder, "more.csv"), "town\nDakar\nSeoul\n");
  const environment = { HOME: folder };
  const clean = nodePorts(environment);
  const serve = join(folder, ".ftpipe", "serve");

  return {
    folder,
    run: async (what = "files", fault = noFault, newAttempt = false) => {
      const counter = counterOf(fault);
      const ports = impatient(what === "files" ? faultyFiles(environment, fault, counter) : clean);
      const jobs = watchJobs();
      let session: Session | undefined;
      try {
        session = await openSession({
          ports,
          workingDirectory: folder,
          file: join(folder, "towns.yaml"),
          target: undefined,
          overrides: [],
          newAttempt,
          trains: true,
          reports: true,
          openLocalServer: async (stateDirectory) => {
            const server = await attachLocalServer({ stateDirectory, ports, createEngine: () => engine });
            const fetch = jobs.watch(server.fetch);
            return { ...server, fetch: what === "files" ? fetch : faultyFetch(fetch, fault, counter) };
          },
        });
        return { result: await runWhole(session), error: undefined, counter, startedJob: jobs.started() };
      } catch (error) {
        return { result: undefined, error, counter, startedJob: jobs.started() };
      } finally {
        await session?.close();
      }
    },
    jobs: async () => {
      const server = await attachLocalServer({ stateDirectory: serve, ports: clean, createEngine: () => engine });
      try {
        const answer = await server.fetch(`${server.baseUrl}/fine_tuning/jobs?limit=100`, {
          headers: { authorization: `Bearer ${server.key.reveal()}` },
        });
        const { data } = (await answer.json()) as { data: readonly { metadata: { ftpipe_fp: string } }[] };
        return data.map(({ metadata }) => metadata.ftpipe_fp);
      } finally {
        await server.close();
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Follows what the server says of the job. */
function watchJobs() {
  let started: string | undefined;
  const watch =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (input, init) => {
      const answer = await fetch(input, init);
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (!answer.ok || !/\/fine_tuning\/jobs(\/ftjob-\w+)?$/.test(pathname)) return answer;
      const { id, status, object } = (await answer.clone().json()) as { id: string; status: string; object: string };
      if (object === "fine_tuning.job") started = /^(succeeded|failed|cancelled)$/.test(status) ? undefined : id;
      return answer;
    };
  return { watch, started: () => started };
}

const runWhole = (session: Session): Promise<RunResult> =>
  runPipeline(localRequest(session, { writesLock: true, consent: async () => {} }));

/** Waits between two looks are short: here the job is done in no time. */
function impatient(ports: Ports): Ports {
  const { clock } = ports;
  return {
    ...ports,
    clock: { ...clock, sleep: (milliseconds, signal) => clock.sleep(Math.min(milliseconds, 4), signal) },
  };
}

/** Works on a few at a time: most of it is waiting for the disk. @throws what the first failing one throws, when all have ended. */
export async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const results = await Promise.allSettled(
    Array.from({ length: 6 }, async () => {
      for (const item of queue) await work(item);
    }),
  );
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** What must hold after a run in which calls failed, and after the clean one that follows it. */
export async function expectNothingLost(rig: FaultRig, { error, counter }: Run): Promise<void> {
  const where = counter.failed[0] ?? "no call";
  if (error !== undefined && !(error instanceof FtpipeError)) throw new Error(`a bug after ${where}`, { cause: error });
  const { files } = nodePorts({});
  const { warnings } = await readLock(join(rig.folder, "towns.lock.yaml"), files);
  expect(warnings, `the lock after ${where}`).toEqual([]);
  let again = await rig.run();
  // A job that the built-in server could not finish for want of its disk has failed; its successor is asked for by name.
  const failed = again.error instanceof FtpipeError && /failed due to an internal error/.test(again.error.message);
  if (failed) again = await rig.run("files", noFault, true);
  if (again.error !== undefined) throw new Error(`no clean run after ${where}`, { cause: again.error });
  expect(again.result, `the clean run after ${where}`).toMatchObject({ verdict: "passed" });
  const jobs = await rig.jobs();
  expect(jobs, `jobs after ${where}`).toHaveLength(failed ? 2 : 1);
  expect(new Set(jobs).size, `fingerprints after ${where}`).toBe(jobs.length);
  const lock = await readFile(join(rig.folder, "towns.lock.yaml"), "utf8");
  expect(lock, `the lock after ${where}`).toContain(`model: ${again.result?.model}`);
  const names = await readdir(rig.folder, { recursive: true });
  expect(
    names.filter((name) => name.endsWith(".tmp")),
    `left after ${where}`,
  ).toEqual([]);
}

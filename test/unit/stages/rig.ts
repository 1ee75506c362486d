import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { openSession } from "../../../src/compose.ts";
import { FtpipeError } from "../../../src/core/errors.ts";
import { nodePorts } from "../../../src/core/node-ports.ts";
import type { FileSystem, Ports } from "../../../src/core/ports.ts";
import type { RunEvent } from "../../../src/run/events.ts";
import { localRequest } from "../../../src/stages/local-request.ts";
import { type RunResult, runPipeline } from "../../../src/stages/run-pipeline.ts";
import type { World } from "../../../src/stages/world.ts";
import { openRig } from "../serve/rig.ts";
import { type ScriptedEngine, scriptedEngine } from "../serve/scripted-engine.ts";

const pipeline = `version: 1
name: towns
source: { type: csv, path: towns.csv, key: town }
dataset:
  messages:
    - { role: user, content: "{{town}}?" }
    - { role: assistant, content: "Hello {{town}}" }
  split: { validation: { path: more.csv } }
training: { seed: 5, suffix: towns, hyperparameters: { n_epochs: 2 } }
targets:
  server: { provider: openai-compatible, base_url: "http://127.0.0.1:8231/v1", api_key_env: FTPIPE_SERVER_KEY, model: ftpipe-nano }
evaluation:
  tests:
    - vars: { town: Oslo }
      assert: [{ type: contains, value: Hello }]
`;

export interface SentRequest {
  readonly method: string;
  /** Below `/v1`, with its query. */
  readonly path: string;
  /** What was sent as JSON; undefined for a form, or nothing. */
  readonly body: unknown;
}

/** Answers in the server's place, or after it; undefined: the server answers. */
export type Intercept = (
  request: SentRequest,
  forward: () => Promise<Response>,
) => Response | undefined | Promise<Response | undefined>;

interface StageRunOptions {
  readonly newAttempt?: boolean;
  readonly waitTimeoutMs?: number;
  readonly modelOverride?: string;
  readonly trains?: boolean;
  readonly reports?: boolean;
  /** The world that the stages get in place of the session's. */
  readonly change?: (world: World) => World;
}

export interface StageRun {
  readonly result: RunResult | undefined;
  readonly error: FtpipeError | undefined;
  readonly events: readonly RunEvent[];
}

/** What undici throws when a connection breaks. */
export function connectionLost(): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
}

/** A refusal that the client library does not repeat by itself. */
export function answer(status: number, body: unknown): Response {
  return Response.json(body, { status, headers: { "x-should-retry": "false" } });
}

/**
 * A project whose target is a real server of OpenAI's protocol, reached without a socket. The run's time is
 * the test's: a sleep takes none and moves the clock.
 */
export async function stageRig(engine: ScriptedEngine = scriptedEngine()) {
  const folder = await mkdtemp(join(tmpdir(), "ftpipe-stages-"));
  const towns = Array.from({ length: 12 }, (_, index) => `Town${index}`);
  await writeFile(join(folder, "towns.yaml"), pipeline);
  await writeFile(join(folder, "towns.csv"), `town\n${towns.join("\n")}\n`);
  await writeFile(join(folder, "more.csv"), "town\nDakar\nSeoul\n");
  const real = nodePorts({});
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const server = await openRig({ stateDirectory: join(folder, "server"), engine });
  const { app } = server;

  const state: { intercept: Intercept; files: FileSystem } = { intercept: () => undefined, files: real.files };
  const requests: SentRequest[] = [];
  const sleeps: number[] = [];
  let now = Date.UTC(2026, 10, 21, 12);
  const ports = (): Ports => ({
    ...real,
    files: state.files,
    environment: { FTPIPE_SERVER_KEY: app.key },
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (milliseconds, signal) => {
        sleeps.push(milliseconds);
        now += milliseconds;
        signal?.throwIfAborted();
        await setImmediate();
      },
      // The server of this rig always answers: no limit is reached.
      alarm: () => () => {},
    },
    fetch: async (input, init) => {
      const { pathname, search } = new URL(input instanceof Request ? input.url : input);
      const request = {
        method: init?.method ?? "GET",
        path: decodeURIComponent(pathname.slice("/v1".length) + search),
        body: typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined,
      };
      requests.push(request);
      const forward = () => app.fetch(input, init);
      return (await state.intercept(request, forward)) ?? forward();
    },
  });

  return {
    folder,
    server,
    requests,
    sleeps,
    /** What was sent with POST, by path. */
    created: (path: string) => requests.filter((request) => request.method === "POST" && request.path === path).length,
    intercept: (by: Intercept) => {
      state.intercept = by;
    },
    replaceFiles: (change: (files: FileSystem) => Partial<FileSystem>) => {
      state.files = { ...real.files, ...change(real.files) };
    },
    restore: () => {
      state.intercept = () => undefined;
      state.files = real.files;
    },
    now: () => now,
    /** Text of the lock file. */
    lock: () => readFile(join(folder, "towns.lock.yaml"), "utf8"),
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    /** Gives the target another name. */
    rename: async (from: string, to: string) => {
      const file = join(folder, "towns.yaml");
      await writeFile(file, (await readFile(file, "utf8")).replace(`  ${from}: {`, `  ${to}: {`));
    },
    /** Entries of the journal, oldest first. */
    journal: async () => {
      const text = await readFile(join(folder, ".ftpipe", "journal.jsonl"), "utf8");
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as { type: string; kind: string; fingerprint: string; id?: string });
    },
    /** As on a machine that has only what is in git, but for the lock. */
    forget: async (...names: readonly string[]) => {
      for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
    },
    /** @param until Undefined: to the end. */
    run: async (
      until: string | undefined,
      { change = (world) => world, ...options }: StageRunOptions = {},
    ): Promise<StageRun> => {
      const events: RunEvent[] = [];
      const session = await openSession({
        ports: ports(),
        workingDirectory: folder,
        file: join(folder, "towns.yaml"),
        target: undefined,
        overrides: [],
        trains: true,
        ...options,
      });
      try {
        const result = await runPipeline(
          localRequest(
            { ...session, world: change(session.world) },
            { until, writesLock: true, consent: async () => {}, emit: (event) => events.push(event) },
          ),
        );
        return { result, error: undefined, events };
      } catch (error) {
        if (!(error instanceof FtpipeError)) throw error;
        return { result: undefined, error, events };
      } finally {
        await session.close();
      }
    },
  };
}

/** The part of a stage's output that is told on. */
export function outputOf<Value>({ result, error }: StageRun, stage: string): Value {
  if (error !== undefined) throw error;
  return result?.outputs.get(stage)?.value as Value;
}

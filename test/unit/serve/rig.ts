import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { nodePorts } from "../../../src/core/node-ports.ts";
import type { Clock } from "../../../src/core/ports.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { ChaosPlan } from "../../../src/serve/chaos/plan.ts";
import { openServer, type ServeApp } from "../../../src/serve/open.ts";
import type { SeedState } from "../../../src/serve/seed/seed-state.ts";
import type { CheckpointObject, EventObject, FileObject, JobObject } from "../../../src/serve/wire.ts";
import { scriptedEngine } from "./scripted-engine.ts";

export const ports = nodePorts({});

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ftpipe-serve-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Opens a server in a new folder, or in a given one; it is closed when the test ends. */
export async function openRig(
  options: {
    readonly stateDirectory?: string;
    readonly engine?: Engine;
    readonly chaos?: ChaosPlan;
    readonly clock?: Clock;
    readonly seed?: SeedState;
  } = {},
) {
  const {
    stateDirectory = await temporaryDirectory(),
    engine = scriptedEngine(),
    chaos,
    clock = ports.clock,
  } = options;
  const seed = options.seed && { state: options.seed, folder: stateDirectory };
  const app = await openServer({ ...ports, clock, stateDirectory, engine: () => engine, chaos, seed });
  onTestFinished(() => app.close());
  return rigOf(app);
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Headers;
}

export interface Failure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export interface List<T> {
  readonly object: "list";
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id?: string | null;
  readonly last_id?: string | null;
}

function rigOf(app: ServeApp) {
  const send = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
    app.fetch(`http://127.0.0.1:8231/v1${path}`, {
      method,
      ...init,
      headers: { authorization: `Bearer ${app.key}`, ...(init.headers as Record<string, string>) },
    });
  /** @param body Sent as JSON. The answer's type is the test's claim. */
  const call = async <T = Failure>(method: string, path: string, body?: unknown): Promise<Answer<T>> => {
    const json = { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    const response = await send(method, path, body === undefined ? {} : json);
    return { status: response.status, body: (await response.json()) as T, headers: response.headers };
  };
  const upload = async (content: string, { name = "train.jsonl", purpose = "fine-tune" } = {}): Promise<FileObject> => {
    const form = new FormData();
    form.append("file", new File([content], name));
    form.append("purpose", purpose);
    return (await (await send("POST", "/files", { body: form })).json()) as FileObject;
  };
  return {
    app,
    send,
    call,
    upload,
    job: async (id: string) => (await call<JobObject>("GET", `/fine_tuning/jobs/${id}`)).body,
    /** Oldest first. */
    events: async (id: string) =>
      (await call<List<EventObject>>("GET", `/fine_tuning/jobs/${id}/events?limit=1000`)).body.data.toReversed(),
    checkpoints: async (id: string) =>
      (await call<List<CheckpointObject>>("GET", `/fine_tuning/jobs/${id}/checkpoints`)).body.data,
    /** Uploads data and starts a job on it. */
    train: async (options: Readonly<Record<string, unknown>> = {}, data = examples(10)) => {
      const training_file = (await upload(data)).id;
      return (await call<JobObject>("POST", "/fine_tuning/jobs", { model: "ftpipe-nano", training_file, ...options }))
        .body;
    },
  };
}

export type Rig = ReturnType<typeof rigOf>;

/** That many good lines of pairs of answers. */
export const preferences = (count: number): string =>
  Array.from(
    { length: count },
    (_, index) => `${JSON.stringify(preference(`Number ${index}?`, `It is ${index}`))}\n`,
  ).join("");

/** A line whose preferred answer ends with an exclamation mark, and whose other one with a full stop. */
export const preference = (question: string, answer: string) => ({
  input: { messages: [{ role: "user", content: question }] },
  preferred_output: [{ role: "assistant", content: `${answer}!` }],
  non_preferred_output: [{ role: "assistant", content: `${answer}.` }],
});

/** That many good training lines. */
export const examples = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      messages: [
        { role: "user", content: `Number ${index}?` },
        { role: "assistant", content: `It is ${index}.` },
      ],
    }),
  )
    .map((line) => `${line}\n`)
    .join("");

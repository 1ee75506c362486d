import { takeExclusiveLock } from "../core/exclusive-lock.ts";
import type { Ports } from "../core/ports.ts";
import type { Engine } from "../engine/engine.ts";
import { type AccessLog, createApp } from "./app.ts";
import { type Chaos, type ChaosOptions, openChaos } from "./chaos/chaos.ts";
import type { ChaosPlan } from "./chaos/plan.ts";
import { type Layout, layout } from "./layout.ts";
import { openLogFile } from "./log-file.ts";
import { createQueue } from "./queue.ts";
import { applySeed } from "./seed/apply.ts";
import type { Seed } from "./seed/seed-state.ts";
import { openStore } from "./store.ts";
import { sweepUploads } from "./uploads.ts";

/** Makes the engine; called when a job is validated or a chat asked, not before. */
export type EngineFactory = () => Engine | Promise<Engine>;

export interface OpenOptions extends Pick<Ports, "files" | "clock" | "random"> {
  /** All that the server keeps; made if it is not there. */
  readonly stateDirectory: string;
  readonly engine: EngineFactory;
  /** Third part of a tuned model's name. Default `local`. */
  readonly organization?: string;
  /** What is to go wrong, for tests of clients. Default: nothing. */
  readonly chaos?: ChaosPlan | undefined;
  /** What fills the folder if it is empty. Default: nothing. */
  readonly seed?: Seed | undefined;
}

/** A server without a socket. */
export interface ServeApp {
  readonly stateDirectory: string;
  /** The bearer key that requests must carry; the same each time the folder is opened. */
  readonly key: string;
  /** Answers a request; only its path below `/v1` matters, not its host. Rejects only when the request's signal is aborted, or where chaos cuts the connection. */
  readonly fetch: typeof globalThis.fetch;
  /** For what carries requests: tells of one that it turned away itself. */
  readonly log: AccessLog;
  /** For what carries requests and is about to close: those that chaos holds back end now. */
  endWaits(): void;
  /** Resolves when no job waits or runs. */
  idle(): Promise<void>;
  /** Stops training where it stands and gives the folder back; the job goes on when it is opened again. */
  close(): Promise<void>;
}

/**
 * Opens a state folder and goes on with the jobs that a kill cut short.
 * @throws FtpipeError LOCKED if another process has the folder, STATE_DAMAGED if its database can't be read,
 * FILE_UNWRITABLE; USAGE if there is a seed and the folder has other contents.
 */
export async function openServer(options: OpenOptions): Promise<ServeApp> {
  const { stateDirectory, files, clock, random, organization = "local" } = options;
  const places = layout(stateDirectory);
  await files.makeDirectory(stateDirectory);
  const release = await takeExclusiveLock({
    path: places.ownerLock,
    what: "The state folder of the built-in server",
    hint: "Wait for it to end, or stop it. Runs share a folder while `ftpipe serve` has it.",
    files,
    clock,
  });
  try {
    await files.remove(places.incoming);
    const key = await readOrMakeKey(places, options);
    const store = openStore(places.database);
    await prepareStore({ store, places, files, clock }, options.seed);
    const access = openLogFile(places.accessLog);
    const errors = openLogFile(places.errorLog);
    const engine = lazyEngine(options.engine);
    const time = () => new Date(clock.now()).toISOString();
    const log: AccessLog = ({ method, path, status, milliseconds }) =>
      access.write(`${time()} ${method} ${path} ${status} ${milliseconds}ms`);
    const report = (error: unknown) =>
      errors.write(`${time()} ${error instanceof Error ? error.stack : String(error)}`);
    const context = { store, places, files, clock, random, organization, report, engine: engine.get };
    const chaos =
      options.chaos === undefined ? undefined : await chaosIn(places, { ...options, plan: options.chaos, report });
    const queue = createQueue(chaos?.queueContext(context) ?? context);
    const app = (chaos?.createApp ?? createApp)({ ...context, queue, key, log });
    queue.wake();
    const close = async () => {
      await chaos?.close();
      await queue.close();
      await engine.close();
      store.close();
      access.close();
      errors.close();
      release();
    };
    let closed: Promise<void> | undefined;
    return {
      stateDirectory,
      key,
      log,
      fetch: (input, init) => {
        const request = new Request(input, init);
        return unlessAborted(app(request), request.signal);
      },
      endWaits: () => chaos?.endWaits(),
      idle: queue.idle,
      close: () => {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

async function prepareStore(context: Parameters<typeof applySeed>[1], seed: Seed | undefined): Promise<void> {
  try {
    await sweepUploads(context);
    if (seed !== undefined) await applySeed(seed, context);
  } catch (error) {
    context.store.close();
    throw error;
  }
}

async function chaosIn(
  places: Layout,
  { files, ...options }: Omit<ChaosOptions, "log"> & Pick<Ports, "files">,
): Promise<Chaos> {
  // The log tells of this start only: it can be given back as a script.
  await files.remove(places.chaosLog);
  return openChaos({ ...options, log: openLogFile(places.chaosLog) });
}

async function readOrMakeKey(places: Layout, { files, random }: OpenOptions): Promise<string> {
  if ((await files.stat(places.key)) !== undefined) {
    const key = (await files.readText(places.key)).trim();
    if (key !== "") return key;
  }
  const key = `ftpipe-${Buffer.from(random.bytes(32)).toString("base64url")}`;
  await files.writeAtomic(places.key, `${key}\n`, 0o600);
  return key;
}

function lazyEngine(make: EngineFactory) {
  let made: Promise<Engine> | undefined;
  return {
    get: (): Promise<Engine> => {
      made ??= (async () => make())().catch((error: unknown) => {
        // The next call tries again.
        made = undefined;
        throw error;
      });
      return made;
    },
    close: async () => {
      await (await made)?.close();
    },
  };
}

/** The answer, or the signal's reason if it comes first: as `fetch` does. */
function unlessAborted(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

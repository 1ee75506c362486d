import { FtpipeError } from "../core/errors.ts";
import type { Ports } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { defaultPort, listen, type ServerInfo } from "./http.ts";
import { layout } from "./layout.ts";
import { type EngineFactory, openServer } from "./open.ts";

export interface AttachOptions {
  readonly stateDirectory: string;
  readonly ports: Ports;
  readonly createEngine: EngineFactory;
}

/** The built-in server, wherever it runs. */
export interface AttachedServer {
  readonly baseUrl: string;
  readonly key: Secret;
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/** How long a server that should be there has to answer, milliseconds. */
const answerWithin = 2_000;

/**
 * How long a process may have the folder and answer nobody, milliseconds: from taking it to listening, and from its
 * last answer, through the end of its work, to giving it back.
 */
const silentWithin = 10_000;

/**
 * Reaches the server of a state folder: over HTTP if a process has it (`ftpipe serve`, or another run), else in
 * this process, which then answers others on a free port for as long as it has the folder.
 * @throws FtpipeError LOCKED if a process has the folder that serves nobody else, not even after 10 s.
 */
export async function attachLocalServer(options: AttachOptions): Promise<AttachedServer> {
  const { clock } = options.ports;
  const patienceEnds = clock.monotonic() + silentWithin;
  for (;;) {
    const running = await findRunning(options);
    if (running !== undefined) return takingOver(running, options);
    try {
      return await openHere(options);
    } catch (error) {
      // The lock was tried for a moment before this: there is no need to sleep as well.
      const taken = error instanceof FtpipeError && error.code === "LOCKED";
      if (!taken || clock.monotonic() >= patienceEnds) throw error;
    }
  }
}

async function openHere({ stateDirectory, ports, createEngine }: AttachOptions): Promise<AttachedServer> {
  const app = await openServer({ ...ports, stateDirectory, engine: createEngine });
  // Where no port can be had, this run works all the same; only others can't look in.
  const shared = await listen(app, { port: 0, files: ports.files }).catch(() => undefined);
  return {
    baseUrl: `http://127.0.0.1:${defaultPort}/v1`,
    key: new Secret(app.key),
    fetch: app.fetch,
    close: async () => {
      // What can fail is the removal of server.json: one that outlives its server is passed over.
      await shared?.close().catch(() => {});
      await app.close();
    },
  };
}

/** Goes on by itself when the process that had the folder is gone: its jobs are in the folder, and so is the key. */
function takingOver(running: AttachedServer, options: AttachOptions): AttachedServer {
  let next: Promise<AttachedServer> | undefined;
  return {
    ...running,
    fetch: async (input, init) => {
      if (next === undefined) {
        try {
          return await running.fetch(input, init);
        } catch (error) {
          // A request that only reads, or that nobody has seen, can be sent again.
          const reads = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase() === "GET";
          if (!(wasRefused(error) || (reads && wasCut(error)))) throw error;
          // Of requests that find it gone together, one goes on for all: this process can have the folder once.
          next ??= attachLocalServer(options);
        }
      }
      const server = await next;
      const url = input instanceof Request ? input.url : String(input);
      return server.fetch(url.replace(running.baseUrl, server.baseUrl), init);
    },
    close: async () => {
      await running.close();
      // One that could not be reached has nothing to close; whoever sent a request knows why.
      await (await next?.catch(() => undefined))?.close();
    },
  };
}

function wasRefused(error: unknown): boolean {
  return codeOf(error) === "ECONNREFUSED";
}

/** The connection was kept open from an earlier request, and its other end is gone. */
function wasCut(error: unknown): boolean {
  return ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"].includes(codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? (error.cause as { readonly code?: string } | undefined) : undefined;
  return cause?.code;
}

async function findRunning({ stateDirectory, ports }: AttachOptions): Promise<AttachedServer | undefined> {
  const info = await readInfo(layout(stateDirectory).server, ports);
  if (info === undefined || !(await answers(info, ports))) return undefined;
  return { baseUrl: info.url, key: new Secret(info.key), fetch: ports.fetch, close: async () => {} };
}

async function readInfo(path: string, { files }: Ports): Promise<ServerInfo | undefined> {
  if ((await files.stat(path)) === undefined) return undefined;
  try {
    const { url, key, pid } = JSON.parse(await files.readText(path)) as Partial<ServerInfo>;
    if (typeof url !== "string" || typeof key !== "string" || typeof pid !== "number") return undefined;
    // The key goes to this machine or nowhere, whatever the file says.
    return /^http:\/\/127\.0\.0\.1:\d{1,5}\/v1$/.test(url) ? { url, key, pid } : undefined;
  } catch {
    // Removed or replaced while it was read: its server has just gone.
    return undefined;
  }
}

async function answers({ url, key }: ServerInfo, { fetch }: Ports): Promise<boolean> {
  try {
    const response = await fetch(`${url}/models`, {
      headers: { authorization: `Bearer ${key}` },
      redirect: "error",
      signal: AbortSignal.timeout(answerWithin),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // The file outlived its server.
    return false;
  }
}

import { FtpipeError } from "../core/errors.ts";
import type { Ports } from "../core/ports.ts";
import { Secret } from "../core/secret.ts";
import { defaultPort, type ServerInfo } from "./http.ts";
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
 * Reaches the server of a state folder: over HTTP if `ftpipe serve` has it, else in this process, without a port.
 * @throws FtpipeError LOCKED if a process has the folder that serves nobody else.
 */
export async function attachLocalServer(options: AttachOptions): Promise<AttachedServer> {
  const running = await findRunning(options);
  if (running !== undefined) return running;
  const { stateDirectory, ports, createEngine } = options;
  try {
    const app = await openServer({ ...ports, stateDirectory, engine: createEngine });
    return {
      baseUrl: `http://127.0.0.1:${defaultPort}/v1`,
      key: new Secret(app.key),
      fetch: app.fetch,
      close: app.close,
    };
  } catch (error) {
    if (!(error instanceof FtpipeError) || error.code !== "LOCKED") throw error;
    // A server may have started between the look and the lock.
    const started = await findRunning(options);
    if (started === undefined) throw error;
    return started;
  }
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

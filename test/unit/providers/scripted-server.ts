import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { nodePorts } from "../../../src/core/node-ports.ts";
import { Secret } from "../../../src/core/secret.ts";
import { openai } from "../../../src/providers/openai.ts";
import { openaiConnection } from "../../../src/providers/openai-wire.ts";
import type { Connection } from "../../../src/providers/provider.ts";
import type { Endpoint } from "../../../src/providers/wire-client.ts";

export interface Received {
  readonly method: string;
  /** Path and query, percent-decoded. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** @param call How many requests there have been with this one. */
export type Script = (request: Received, response: ServerResponse, call: number) => void;

export interface ScriptedServer {
  readonly baseUrl: string;
  readonly host: string;
  readonly requests: readonly Received[];
}

/** A real server on loopback that keeps what it got, and answers as it is told. */
export async function scriptedServer(script: Script): Promise<ScriptedServer> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const received = {
        method: request.method ?? "",
        path: decodeURIComponent(request.url ?? ""),
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      requests.push(received);
      script(received, response, requests.length);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { baseUrl: `http://${host}/v1`, host, requests };
}

export function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

export function html(response: ServerResponse, status: number, text = "<html><title>Sign in</title></html>") {
  response.writeHead(status, { "content-type": "text/html" }).end(text);
}

/** Never a real one; looked for in all that comes out. */
export const canary = "sk-canary-0123456789abcdefghij";

/** A connection with the paid provider's capabilities that repeats nothing unless it is told to. */
export function connectTo(baseUrl: string, endpoint: Partial<Endpoint> = {}): Promise<Connection> {
  return openaiConnection({
    baseUrl,
    key: new Secret(canary),
    fetch: globalThis.fetch,
    // Of its own for each, so that no test meets the limits that another one learnt.
    clock: { ...nodePorts({}).clock },
    random: nodePorts({}).random,
    capabilities: openai.capabilities({ provider: "openai", model: "gpt-4.1-mini-2025-04-14" }),
    ...endpoint,
    timing: { budgetMs: 0, ...endpoint.timing },
  });
}

/** A job as the wire has it. */
export function wireJob(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    object: "fine_tuning.job",
    id: "ftjob-1",
    model: "gpt-4.1-mini-2025-04-14",
    created_at: 1_700_000_000,
    fine_tuned_model: null,
    status: "validating_files",
    trained_tokens: null,
    error: {},
    hyperparameters: { n_epochs: "auto" },
    metadata: null,
    ...fields,
  };
}

export const page = (data: readonly unknown[], more = false) => ({ object: "list", data, has_more: more });

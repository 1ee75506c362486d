import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** Stands before a server and counts what is asked of it. */
export interface CountingProxy {
  readonly url: string;
  /** How often each chat reached the server, by its whole body. */
  readonly chats: () => ReadonlyMap<string, number>;
  /** Lets so many more chats through; those that come after wait, and never reach the server if their client goes. */
  readonly letThrough: (chats: number) => void;
  readonly close: () => Promise<void>;
}

/** @param url Of the server, with `/v1`. */
export async function openCountingProxy(url: string): Promise<CountingProxy> {
  const chats = new Map<string, number>();
  const waiting = new Set<() => void>();
  let left = Number.POSITIVE_INFINITY;

  async function forward(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const headers = { authorization: String(request.headers.authorization), ...contentType(request) };
    const init = {
      method: request.method ?? "GET",
      headers,
      ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
    };
    const answer = await fetch(`${new URL(url).origin}${request.url}`, init);
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/json" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    if (request.url?.endsWith("/chat/completions") === true) {
      while (left <= 0) await new Promise<void>((go) => waiting.add(go));
      if (response.destroyed) return;
      left--;
      const text = body.toString();
      chats.set(text, (chats.get(text) ?? 0) + 1);
    }
    await forward(request, body, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    chats: () => chats,
    letThrough: (count) => {
      left = count;
      for (const go of waiting) go();
      waiting.clear();
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

function contentType({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const type = headers["content-type"];
  return type === undefined ? {} : { "content-type": type };
}

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Sink {
  readonly baseUrl: string;
  /** Bytes of all bodies so far. */
  readonly received: () => number;
  close(): Promise<void>;
}

/** Takes files, whole or in parts, and throws them away. */
export async function openSink(): Promise<Sink> {
  let received = 0;
  const file = { object: "file", id: "file-1" };
  const answers = [
    [/\/uploads$/, { object: "upload", id: "upload_1", status: "pending" }],
    [/\/parts$/, { object: "upload.part", id: "part_1" }],
    [/\/complete$/, { object: "upload", id: "upload_1", status: "completed", file }],
    [/\/files$/, file],
  ] as const;
  const server = createServer((request, response) => {
    request.on("data", (chunk: Buffer) => {
      received += chunk.length;
    });
    request.on("end", () => {
      const answer = answers.find(([path]) => path.test(request.url ?? ""))?.[1];
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { error: { message: "no such route" } }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    received: () => received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

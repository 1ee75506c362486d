import { join } from "node:path";
import type { Ports } from "../core/ports.ts";
import type { LocalServer } from "../providers/provider.ts";

export interface ClosableServer extends LocalServer {
  close(): Promise<void>;
}

/** Opens the built-in server of a state folder. */
export type OpenServer = (stateDirectory: string, ports: Ports) => Promise<ClosableServer>;

export function serveDirectory(stateDirectory: string): string {
  return join(stateDirectory, "serve");
}

/** The built-in server, opened when it is first asked for. */
export function localServer(stateDirectory: string, ports: Ports, openServer: OpenServer) {
  let opened: Promise<ClosableServer> | undefined;
  return {
    open: (): Promise<LocalServer> => {
      opened ??= openServer(serveDirectory(stateDirectory), ports);
      return opened;
    },
    close: async () => {
      // One that could not be opened has nothing to close; whoever asked for it knows why.
      const server = await opened?.catch(() => undefined);
      await server?.close();
    },
  };
}

/** The server that runs there, else one in this process. */
export async function attach(stateDirectory: string, ports: Ports): Promise<ClosableServer> {
  const { attachLocalServer } = await import("../serve/attach.ts");
  const { createEngine } = await import("../engine/create.ts");
  return attachLocalServer({ stateDirectory, ports, createEngine });
}

import { join, resolve } from "node:path";
import { serveDirectory } from "../../compose.ts";
import { findRoot } from "../../config/load.ts";
import { FtpipeError } from "../../core/errors.ts";
import { createEngine } from "../../engine/create.ts";
import { defaultPort, listen } from "../../serve/http.ts";
import { openServer } from "../../serve/open.ts";
import { parseNumber } from "../arguments.ts";
import type { CommandContext } from "../commands.ts";

export async function run({
  arguments: given,
  ports,
  terminal,
  workingDirectory,
  signal,
}: CommandContext): Promise<number> {
  const port = parseNumber("port", given.text("port")) ?? defaultPort;
  if (!Number.isInteger(port) || port > 65_535) {
    throw new FtpipeError("USAGE", `There is no port ${port}.`, {
      hint: "Choose one from 1 to 65535, or 0 for any that is free.",
    });
  }
  const state = given.text("state");
  const root = await findRoot(ports.files, workingDirectory);
  const stateDirectory = state === undefined ? serveDirectory(join(root, ".ftpipe")) : resolve(workingDirectory, state);
  const app = await openServer({ ...ports, stateDirectory, engine: () => createEngine() });
  try {
    const server = await listen(app, { port, files: ports.files });
    try {
      if (given.has("json"))
        terminal.result(JSON.stringify({ url: server.baseUrl, key: app.key, state: stateDirectory }));
      else {
        terminal.result(`OPENAI_BASE_URL=${server.baseUrl}\nOPENAI_API_KEY=${app.key}`);
        terminal.note(`\nServing ${stateDirectory}. Any OpenAI client works with these two; Ctrl-C ends it.`);
      }
      await new Promise<void>((done) => {
        if (signal.aborted) done();
        signal.addEventListener("abort", () => done(), { once: true });
      });
    } finally {
      await server.close();
    }
  } finally {
    await app.close();
  }
  // Being told to stop is how a server ends well.
  return 0;
}

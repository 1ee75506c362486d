import { join, resolve } from "node:path";
import { serveDirectory } from "../../compose/local-server.ts";
import { findRoot } from "../../config/load.ts";
import { FtpipeError, throwIfErrors } from "../../core/errors.ts";
import type { FileSystem } from "../../core/ports.ts";
import { createEngine } from "../../engine/create.ts";
import type { ChaosPlan } from "../../serve/chaos/plan.ts";
import { parseScript } from "../../serve/chaos/script.ts";
import { parseSpec } from "../../serve/chaos/spec.ts";
import { defaultPort, listen } from "../../serve/http.ts";
import { layout } from "../../serve/layout.ts";
import { openServer } from "../../serve/open.ts";
import { readSeed } from "../../serve/seed/read.ts";
import { type Arguments, parseNumber } from "../arguments.ts";
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
  const chaos = await readChaos(given, ports.files, workingDirectory);
  const seedFile = given.text("seed-state");
  const seed =
    seedFile === undefined ? undefined : await readSeed(resolve(workingDirectory, seedFile), seedFile, ports.files);
  const app = await openServer({ ...ports, stateDirectory, engine: () => createEngine(), chaos, seed });
  try {
    const server = await listen(app, { port, files: ports.files });
    try {
      if (given.has("json"))
        terminal.result(JSON.stringify({ url: server.baseUrl, key: app.key, state: stateDirectory }));
      else {
        terminal.result(`OPENAI_BASE_URL=${server.baseUrl}\nOPENAI_API_KEY=${app.key}`);
        terminal.note(`\nServing ${stateDirectory}. Any OpenAI client works with these two; Ctrl-C ends it.`);
        if (chaos !== undefined) {
          terminal.note(
            `It goes wrong on purpose (seed ${chaos.seed}). What went wrong: GET ${server.baseUrl}/chaos, and ${layout(stateDirectory).chaosLog}`,
          );
        }
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

/** What is to go wrong; undefined if nothing is. @throws FtpipeError USAGE with every problem of both flags. */
async function readChaos(given: Arguments, files: FileSystem, folder: string): Promise<ChaosPlan | undefined> {
  const spec = given.text("chaos");
  const script = given.text("chaos-script");
  if (spec === undefined && script === undefined) return undefined;
  const read = spec === undefined ? { seed: 0, rates: [], problems: [] } : parseSpec(spec);
  const { entries, problems } =
    script === undefined
      ? { entries: [], problems: [] }
      : parseScript(script, await files.readText(resolve(folder, script)));
  throwIfErrors([...read.problems, ...problems]);
  return { seed: read.seed, rates: read.rates, script: entries };
}

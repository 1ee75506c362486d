// biome-ignore lint/style/noRestrictedImports: the version is read before there are ports.
import { readFileSync } from "node:fs";
import { packageFile } from "../core/assets.ts";
import { aliases, commands } from "./commands.ts";
import { commandHelp, generalHelp } from "./help.ts";
import { placeOf } from "./unchanged/place.ts";
import { whatWasSaid } from "./unchanged/repeat.ts";

/**
 * What needs no more than this module is answered here: help, and a run in which nothing changed. The program itself,
 * which takes most of the time to load, is opened for all else.
 */
async function main(words: readonly string[]): Promise<number> {
  const [first = "--help", ...rest] = words;
  const { version } = JSON.parse(readFileSync(packageFile("package.json"), "utf8")) as { version: string };
  if (first === "--version" || first === "-V") return say(version);
  if (first === "--help" || first === "-h" || first === "help") return say(generalHelp(version));
  const name = aliases[first] ?? first;
  const command = commands[name];
  if (command !== undefined && (rest.includes("--help") || rest.includes("-h"))) return say(commandHelp(name, command));
  const place = placeOf(words, version);
  const said = place === undefined ? undefined : whatWasSaid(place, process.env);
  if (said !== undefined) {
    for (const { to, text } of said) process[to].write(text);
    return 0;
  }
  const { runProgram } = await import("./program.ts");
  return runProgram(words, { version, place });
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

// Whoever reads may stop before the end (`ftpipe … | head`): what is left is not shown, and the run goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

// No process.exit: what was written to a pipe must drain first.
process.exitCode = await main(process.argv.slice(2));

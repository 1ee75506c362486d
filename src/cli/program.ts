// biome-ignore lint/style/noRestrictedImports: --env-file is read before there are ports.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { isSet } from "../core/environment.ts";
import { FtpipeError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { parseArguments } from "./arguments.ts";
import { aliases, commands } from "./commands.ts";
import { errorDocument, formatAnnotations, formatBug, formatProblems } from "./print.ts";
import { openTerminal } from "./terminal.ts";
import { observe } from "./unchanged/observe.ts";
import type { Place } from "./unchanged/place.ts";

/** Milliseconds after the first signal within which what is under way ends, or is left to the next run. */
const graceMs = 5_000;

/** Runs a command. The only place that knows the process's signals and exit. @returns The exit code. */
export async function runProgram(
  words: readonly string[],
  { version, place }: { readonly version: string; readonly place: Place | undefined },
): Promise<number> {
  const [first = "", ...rest] = words;
  const json = words.includes("--json");
  const terminal = openTerminal({
    environment: process.env,
    noColor: words.includes("--no-color"),
    noInput: words.includes("--no-input"),
  });
  const { signal, stop } = watchSignals();
  try {
    const name = aliases[first] ?? first;
    const command = commands[name];
    if (command === undefined) {
      throw new FtpipeError("USAGE", `There is no command "${first}".`, {
        hint: didYouMean(first, Object.keys(commands), "Commands"),
      });
    }
    const parsed = parseArguments(rest, command.flags, command.mostWords);
    const environment = readEnvironment(parsed.text("env-file"));
    const ignored = cleanSdkEnvironment();
    if (ignored) terminal.note("⚠ OPENAI_BASE_URL in the environment is ignored: a target names its own base_url.");
    const { nodePorts } = await import("../core/node-ports.ts");
    const { run } = await command.load();
    const ports = nodePorts(environment);
    const observed = place === undefined ? undefined : observe(ports, terminal, place);
    return await run({
      ports,
      terminal,
      ...observed,
      arguments: parsed,
      workingDirectory: process.cwd(),
      signal,
      version,
    });
  } catch (error) {
    const known = signal.aborted && isInterruption(error) ? interrupted(error, signal.reason) : error;
    if (!(known instanceof FtpipeError)) {
      terminal.note(formatBug(known, version));
      return 1;
    }
    if (json) terminal.result(JSON.stringify(errorDocument(known)));
    else terminal.note(formatProblems(known.problems, terminal));
    if (!json && isSet(process.env["GITHUB_ACTIONS"])) terminal.command(formatAnnotations(known.problems));
    return known.code === "INTERRUPTED" && signal.reason?.cause !== "SIGINT" ? 143 : known.exitCode;
  } finally {
    stop();
  }
}

/** What an abort makes of calls that are under way; anything else that is thrown then is a fault of its own. */
function isInterruption(error: unknown): boolean {
  return error instanceof FtpipeError || (error instanceof Error && error.name === "AbortError");
}

/** The command's own words for it, if it has some: what became of the job. */
function interrupted(error: unknown, reason: unknown): unknown {
  return error instanceof FtpipeError && error.code === "INTERRUPTED" ? error : reason;
}

/** Whom to trust, what to read, and by which way: the process's own environment says so, and nothing else. */
const ownVariables = /^(?:HOME|PATH|XDG_CONFIG_HOME|FTPIPE_TRUST_HOST|FTPIPE_DATA_ROOTS|(?:HTTPS?|NO)_PROXY)$/i;

/** The variables of this process, those of `--env-file` under them. @throws FtpipeError FILE_UNREADABLE */
function readEnvironment(file: string | undefined): Readonly<Record<string, string | undefined>> {
  if (file === undefined) return { ...process.env };
  try {
    const given = Object.entries(parseEnv(readFileSync(file, "utf8")));
    // A file of the repository must not say whom to trust.
    const harmless = given.filter(([name]) => !ownVariables.test(name));
    return { ...Object.fromEntries(harmless), ...process.env };
  } catch (cause) {
    throw new FtpipeError("FILE_UNREADABLE", `Cannot read the file of --env-file: ${file}.`, {
      cause,
      location: { file },
    });
  }
}

/** The SDK reads these by itself, and would send keys and data where they point. @returns Whether an address was among them. */
function cleanSdkEnvironment(): boolean {
  const address = process.env["OPENAI_BASE_URL"] !== undefined;
  for (const name of ["BASE_URL", "CUSTOM_HEADERS", "ORG_ID", "PROJECT_ID", "ADMIN_KEY", "WEBHOOK_SECRET", "LOG"]) {
    delete process.env[`OPENAI_${name}`];
  }
  return address;
}

/** The first signal aborts, the second ends at once. */
function watchSignals(): { readonly signal: AbortSignal; readonly stop: () => void } {
  const controller = new AbortController();
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const onSignal = (name: NodeJS.Signals) => {
    const code = name === "SIGINT" ? 130 : 143;
    if (controller.signal.aborted) process.exit(code);
    controller.abort(
      new FtpipeError("INTERRUPTED", "Interrupted.", {
        cause: name,
        hint: "Run the same command again: it goes on from here.",
      }),
    );
    setTimeout(() => {
      process.stderr.write(
        "✖ INTERRUPTED  Interrupted before all was written.\n    Run the same command again: it goes on from what is saved.\n",
      );
      process.exit(code);
    }, graceMs).unref();
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

import { type Command, commands } from "./commands.ts";
import type { FlagTable } from "./flags.ts";

export function generalHelp(version: string): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return `ftpipe ${version}: fine-tuning pipelines as code

Usage: ftpipe COMMAND [PIPELINE] [flags]

${lines.join("\n")}

A pipeline is found by its path, or by its name in pipelines/. Without one: the only one, or the last run's.

  ftpipe init                     a small pipeline that runs
  ftpipe run reviewer.yaml        train and judge it with the engine built in
  ftpipe COMMAND --help           flags and examples

Exit codes: 0 done, 2 invalid input, 3 gate failed, 4 credentials, 5 network, 6 unclear whether created,
7 job failed, 8 locked, 9 local files, 10 wait timed out, 11 refused, 12 inconclusive, 130 interrupted.`;
}

export function commandHelp(name: string, { summary, words, flags, examples }: Command): string {
  return `ftpipe ${name}: ${summary}

Usage: ftpipe ${[name, words, "[flags]"].filter((word) => word !== "").join(" ")}

${flagLines(flags)}

Examples:
${examples.map((example) => `  ${example}`).join("\n")}`;
}

function flagLines(flags: FlagTable): string {
  const rows = Object.entries(flags).map(([name, { short, value, summary }]) => {
    const left = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return [left, summary] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, summary]) => `  ${left.padEnd(width)}  ${summary}`).join("\n");
}

import { parseArgs } from "node:util";
import type { Override } from "../config/document.ts";
import { durationMs } from "../core/duration.ts";
import { FtpipeError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import type { FlagTable } from "./flags.ts";

export interface Arguments {
  readonly positionals: readonly string[];
  readonly text: (flag: string) => string | undefined;
  readonly texts: (flag: string) => readonly string[];
  readonly has: (flag: string) => boolean;
}

/** @throws FtpipeError USAGE for an unknown flag, a missing value, or too many words. */
export function parseArguments(words: readonly string[], flags: FlagTable, most: number): Arguments {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    if (positionals.length > most) {
      throw new FtpipeError("USAGE", `One word too many: "${positionals[most]}".`, {
        hint: "Put quotes around a text with spaces; see --help.",
      });
    }
    const many = (flag: string) => [(values as Record<string, unknown>)[flag] ?? []].flat().map(String);
    return {
      positionals,
      text: (flag) => many(flag).at(-1),
      texts: many,
      has: (flag) => (values as Record<string, unknown>)[flag] === true,
    };
  } catch (error) {
    if (error instanceof FtpipeError) throw error;
    throw usageError(error as Error, flags);
  }
}

function usageError(error: Error, flags: FlagTable): FtpipeError {
  const unknown = /Unknown option '(-{1,2}[^']+)'/.exec(error.message)?.[1];
  if (unknown !== undefined) {
    const names = Object.keys(flags).map((name) => `--${name}`);
    return new FtpipeError("USAGE", `Unknown flag ${unknown}.`, { hint: didYouMean(unknown, names, "Flags") });
  }
  const first = error.message.split(/\.\s|\n/)[0] ?? error.message;
  return new FtpipeError("USAGE", `${first}.`, { hint: "See --help." });
}

/** `a.b=c` → the path and the YAML text of the value. @throws FtpipeError USAGE */
export function parseOverrides(texts: readonly string[]): readonly Override[] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new FtpipeError("USAGE", `Cannot read --set ${text}.`, { hint: "Write --set key.path=value" });
    return { path: text.slice(0, at), value: text.slice(at + 1) };
  });
}

/** `90m` → milliseconds. @throws FtpipeError USAGE */
export function parseDuration(text: string): number {
  const milliseconds = durationMs(text);
  if (Number.isNaN(milliseconds)) {
    throw new FtpipeError("USAGE", `Cannot read the duration "${text}".`, { hint: "Write 90s, 30m or 2h." });
  }
  return milliseconds;
}

/** @throws FtpipeError USAGE */
export function parseNumber(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new FtpipeError("USAGE", `--${flag} needs a number, not "${text}".`, { hint: `Such as --${flag} 10` });
  }
  return value;
}

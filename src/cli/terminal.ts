import { styleText } from "node:util";
import { isSet } from "../core/environment.ts";

export type Color = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

/** Where a command speaks: results to stdout, all else to stderr. */
export interface Terminal {
  /** A result; a line end is added. */
  readonly result: (text: string) => void;
  /** Anything that is no result; a line end is added. */
  readonly note: (text: string) => void;
  /** Commands to GitHub's runner, and nothing else. */
  readonly command: (text: string) => void;
  /** Whether stderr is a screen that can be redrawn. */
  readonly redraws: boolean;
  /** Whether somebody can answer a question. */
  readonly asks: boolean;
  readonly paint: (color: Color, text: string) => string;
  /** Columns of the screen; 100 where there is none. */
  readonly width: number;
}

export interface TerminalOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly noColor: boolean;
  readonly noInput: boolean;
}

export function openTerminal({ environment, noColor, noInput }: TerminalOptions): Terminal {
  // A line of data that starts with :: would be a command to GitHub's runner.
  const tame = (text: string) =>
    isSet(environment["GITHUB_ACTIONS"]) ? text.replace(/^(\s*)::/gm, "$1\u200B::") : text;
  const ci = isSet(environment["CI"]);
  const color =
    !noColor && !isSet(environment["NO_COLOR"]) && (process.stderr.isTTY === true || isSet(environment["FORCE_COLOR"]));
  return {
    result: (text) => void process.stdout.write(`${tame(text)}\n`),
    note: (text) => void process.stderr.write(`${tame(text)}\n`),
    command: (text) => void process.stderr.write(`${text}\n`),
    redraws: process.stderr.isTTY === true && !ci && environment["TERM"] !== "dumb",
    asks: process.stdin.isTTY === true && process.stderr.isTTY === true && !ci && !noInput,
    paint: (name, text) => (color ? styleText(name, text, { validateStream: false }) : text),
    width: process.stderr.columns ?? 100,
  };
}

/** Data must not steer the terminal: control characters other than tabs and line ends are shown as U+FFFD. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\uFFFD");
}

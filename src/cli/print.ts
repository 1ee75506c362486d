import { titleOf } from "../core/error-titles.ts";
import { type ErrorCode, type FtpipeError, type Problem, placesOf } from "../core/errors.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { plural, thousands } from "../core/units.ts";
import { printable, type Terminal } from "./terminal.ts";

/** More problems of one code than this are told together. */
const mostInFull = 3;

/** Problems of a group that are told where one hint is good for all, and where each has its own; the rest is counted. */
const mostAlike = 5;
const mostOfOwn = 20;

/** A problem as people read it: code, place, what is wrong, the line with the spot underlined, what to do. */
export function formatProblem(problem: Problem, { paint }: Pick<Terminal, "paint">): string {
  const { severity, code, hint, location } = problem;
  const place = location === undefined ? "" : `  ${paint("cyan", formatLocation(location))}`;
  const lines = [`${markOf(severity, code, paint)}${place}  ${messageOf(problem)}`];
  const excerpt = location === undefined ? undefined : formatExcerpt(location, paint);
  if (excerpt !== undefined) lines.push(excerpt);
  return [...lines, ...hintLines(hint, 4)].join("\n");
}

function markOf(severity: Problem["severity"], code: ErrorCode, paint: Terminal["paint"]): string {
  return severity === "error" ? paint("red", `✖ ${code}`) : paint("yellow", `⚠ ${code}`);
}

/** In one line, with the further places that it has. */
function messageOf(problem: Problem): string {
  const further = placesOf(problem) - 1;
  const more = further === 0 ? "" : `   (+${thousands(further)} more: ${listPlaces(problem.alsoAt ?? [])})`;
  return `${printable(problem.message).replaceAll("\n", "⏎")}${more}`;
}

function hintLines(hint: string | undefined, indent: number): readonly string[] {
  if (hint === undefined || hint === "") return [];
  return printable(hint)
    .split("\n")
    .map((line) => `${" ".repeat(indent)}${line}`);
}

/** Each line once: variants of a row share theirs. */
function listPlaces(places: readonly Location[]): string {
  const all = [...new Set(places.map(({ line, file }) => (line === undefined ? file : String(line))))];
  return `${all.slice(0, 5).join(", ")}${all.length > 5 ? ", …" : ""}`;
}

function formatExcerpt({ line, column, length = 1, excerpt }: Location, paint: Terminal["paint"]): string | undefined {
  if (line === undefined || excerpt === undefined || column === undefined) return undefined;
  const number = String(line).padStart(5);
  const start = Math.max(0, column - 1 - 60);
  const text = printable(excerpt.slice(start, start + 100));
  const before = text.slice(0, column - 1 - start).replace(/[^\t]/g, " ");
  const marks = "~".repeat(Math.max(1, Math.min(length, 100 - before.length)));
  return `${paint("dim", `${number} │`)} ${text}\n${paint("dim", "      │")} ${before}${paint("red", marks)}`;
}

/**
 * Errors before warnings. Many of one code are told under its title, with how often and the first places; `--json`
 * and SARIF have them all.
 */
export function formatProblems(problems: readonly Problem[], terminal: Pick<Terminal, "paint">): string {
  const ordered = [...problems].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  const groups = Map.groupBy(ordered, ({ severity, code }) => `${severity} ${code}`);
  const blocks = [...groups.values()].flatMap((group) =>
    group.length > mostInFull ? [formatGroup(group, terminal)] : group.map((one) => formatProblem(one, terminal)),
  );
  if (problems.length > 1) blocks.push(`\n${count(problems)}.`);
  return blocks.join("\n");
}

/** @param group Problems of one code and severity, at least one. */
function formatGroup(group: readonly Problem[], terminal: Pick<Terminal, "paint">): string {
  const { paint } = terminal;
  const { severity, code, hint } = group[0] as Problem;
  // What is mended in one way is told by a few of its places; faults of their own are told each.
  const alike = group.every((one) => one.hint === hint);
  const shown = group.slice(0, alike ? mostAlike : mostOfOwn);
  const told = shown.flatMap((problem) => {
    const { location } = problem;
    const place = location === undefined ? "" : `${paint("cyan", formatLocation(location))}  `;
    const excerpt = alike || location === undefined ? undefined : formatExcerpt(location, paint);
    const details = alike ? [] : [...(excerpt === undefined ? [] : [excerpt]), ...hintLines(problem.hint, 8)];
    return [`    ${place}${messageOf(problem)}`, ...details];
  });
  const rest = timesOf(group.slice(shown.length));
  const more = rest === 0 ? [] : [`    … and ${thousands(rest)} more: --json lists all`];
  const title = `${markOf(severity, code, paint)}  ${titleOf[code]}: ${thousands(timesOf(group))} times`;
  return [title, ...told, ...more, ...(alike ? hintLines(hint, 4) : [])].join("\n");
}

const timesOf = (problems: readonly Problem[]) => problems.reduce((sum, problem) => sum + placesOf(problem), 0);

/** `2 errors, 1 warning` */
export function count(problems: readonly Problem[]): string {
  const of = (severity: Problem["severity"], word: string) => {
    const number = problems.filter((item) => item.severity === severity).length;
    return number === 0 ? [] : [plural(number, word)];
  };
  return [...of("error", "error"), ...of("warning", "warning")].join(", ");
}

/** GitHub shows only this many annotations of a kind for a step, and drops the rest in silence. */
const mostAnnotations = 10;

/** Problems as workflow commands of GitHub Actions, which marks the lines of the files that they name. */
export function formatAnnotations(problems: readonly Problem[]): string {
  const escaped = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  const lines = problems.map(({ severity, code, message, hint, location }) => {
    const { file, line, column } = location ?? {};
    const facts = Object.entries({ file, line, col: column, title: code }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${property(String(value))}`],
    );
    return `::${severity} ${facts.join(",")}::${escaped([message, hint].filter(Boolean).join("\n"))}`;
  });
  return lines.slice(0, mostAnnotations).join("\n");
}

/** An error as one JSON document, with what else is known. */
export function errorDocument(error: FtpipeError): object {
  const { code, message, hint, location, problems, exitCode, data } = error;
  return { error: { code, exit_code: exitCode, message, hint, location, problems }, ...data };
}

/** A bug: everything that a report of it needs. */
export function formatBug(error: unknown, version: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? `\nCause: ${String(error.cause)}` : "";
  return `✖ BUG  This is a fault of ftpipe. Please report it with these lines:\n${stack}${cause}\nftpipe ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

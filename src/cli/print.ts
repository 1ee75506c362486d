import type { FtpipeError, Problem } from "../core/errors.ts";
import { formatLocation, type Location } from "../core/location.ts";
import { printable, type Terminal } from "./terminal.ts";

/** Problems shown in full; the rest is counted. */
const shown = 20;

/** A problem as people read it: code, place, what is wrong, the line with the spot underlined, what to do. */
export function formatProblem(problem: Problem, { paint }: Pick<Terminal, "paint">): string {
  const { severity, code, message, hint, location, alsoAt } = problem;
  const mark = severity === "error" ? paint("red", `✖ ${code}`) : paint("yellow", `⚠ ${code}`);
  const place = location === undefined ? "" : `  ${paint("cyan", formatLocation(location))}`;
  const more = alsoAt === undefined || alsoAt.length === 0 ? "" : `   (+${alsoAt.length} more: ${listPlaces(alsoAt)})`;
  const lines = [`${mark}${place}  ${printable(message).replaceAll("\n", "⏎")}${more}`];
  const excerpt = location === undefined ? undefined : formatExcerpt(location, paint);
  if (excerpt !== undefined) lines.push(excerpt);
  if (hint !== undefined && hint !== "")
    lines.push(
      ...printable(hint)
        .split("\n")
        .map((line) => `    ${line}`),
    );
  return lines.join("\n");
}

function listPlaces(places: readonly Location[]): string {
  const few = places.slice(0, 5).map(({ line, file }) => (line === undefined ? file : String(line)));
  return `${few.join(", ")}${places.length > few.length ? ", …" : ""}`;
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

export function formatProblems(problems: readonly Problem[], terminal: Pick<Terminal, "paint">): string {
  const ordered = [...problems].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
  const blocks = ordered.slice(0, shown).map((problem) => formatProblem(problem, terminal));
  if (ordered.length > shown) blocks.push(`… and ${ordered.length - shown} more.`);
  if (problems.length > 1) blocks.push(`\n${count(problems)}.`);
  return blocks.join("\n");
}

/** `2 errors, 1 warning` */
export function count(problems: readonly Problem[]): string {
  const of = (severity: Problem["severity"], word: string) => {
    const number = problems.filter((item) => item.severity === severity).length;
    return number === 0 ? [] : [`${number} ${word}${number === 1 ? "" : "s"}`];
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

/** An error as one JSON document. */
export function errorDocument(error: FtpipeError): object {
  const { code, message, hint, location, problems, exitCode } = error;
  return { error: { code, exit_code: exitCode, message, hint, location, problems } };
}

/** A bug: everything that a report of it needs. */
export function formatBug(error: unknown, version: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause !== undefined ? `\nCause: ${String(error.cause)}` : "";
  return `✖ BUG  This is a fault of ftpipe. Please report it with these lines:\n${stack}${cause}\nftpipe ${version}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}

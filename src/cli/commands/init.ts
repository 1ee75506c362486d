import { basename, extname, join, posix, relative, resolve, sep } from "node:path";
import { FtpipeError } from "../../core/errors.ts";
import { slug } from "../../core/notation.ts";
import { displayPath, insideRoot } from "../../core/paths.ts";
import { nearest } from "../../core/suggest.ts";
import type { CommandContext } from "../commands.ts";
import { applyPlan } from "../init/apply.ts";
import { profileCsv } from "../init/columns.ts";
import type { InitPlan } from "../init/plan.ts";
import { planProposal } from "../init/proposal.ts";
import { planStarter, starterName } from "../init/starter.ts";
import { formatProblem } from "../print.ts";

/** Writes a pipeline to begin with: the starter, or one proposed for a CSV. */
export async function run(context: CommandContext): Promise<number> {
  const { arguments: given, ports, terminal, workingDirectory } = context;
  const [data] = given.positionals;
  const name = nameOf(given.text("name"), data);
  const plan = data === undefined ? await planStarter(name, ports.files) : await planForCsv(data, name, context);
  const written = await applyPlan(plan, workingDirectory, ports.files);
  for (const warning of plan.warnings) terminal.note(formatProblem(warning, terminal));
  if (given.has("json")) {
    const pipeline = `pipelines/${name}.yaml`;
    terminal.result(JSON.stringify({ written, pipeline, next: `ftpipe run ${name}.yaml` }, null, 2));
  } else {
    terminal.result(summarize(plan, written));
  }
  return 0;
}

function nameOf(given: string | undefined, data: string | undefined): string {
  if (given !== undefined) {
    if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(given)) return given;
    const guess = slug(given);
    throw new FtpipeError("USAGE", `"${given}" can't be a pipeline's name.`, {
      hint: `A name has lower-case letters, digits and hyphens${guess === "" ? "." : `: --name ${guess}`}`,
    });
  }
  if (data === undefined) return starterName;
  return slug(basename(data, extname(data))) || "pipeline";
}

/** @throws FtpipeError USAGE, SOURCE_NOT_FOUND, and those of the CSV source. */
async function planForCsv(data: string, name: string, { ports, workingDirectory }: CommandContext): Promise<InitPlan> {
  const { files } = ports;
  const path = resolve(workingDirectory, data);
  const shown = displayPath(workingDirectory, path);
  const found = await files.stat(path);
  if (found === undefined) {
    const guess = nearest(basename(path), await files.list(resolve(path, "..")));
    throw new FtpipeError("SOURCE_NOT_FOUND", `There is no file ${shown}.`, {
      hint:
        guess === undefined
          ? "Without a file, ftpipe init writes an example to begin with."
          : `Did you mean "${guess}"?`,
    });
  }
  if (found.kind !== "file") throw new FtpipeError("USAGE", `${shown} is no file.`, { hint: "Name a CSV file." });
  if (/\.(?:jsonl?|ndjson)$/i.test(path)) {
    throw new FtpipeError("USAGE", `${shown} is no CSV.`, {
      hint: "For JSONL, start with: ftpipe init, and set type: jsonl and path in its source.",
    });
  }
  if (!insideRoot(await files.realPath(workingDirectory), await files.realPath(path))) {
    throw new FtpipeError("USAGE", `${shown} lies outside this folder.`, {
      hint: "Copy it here, or run ftpipe init in a folder that holds it: a pipeline's paths stay inside its project.",
    });
  }
  const profile = await profileCsv({ path, displayPath: shown, files });
  if (profile.columns.length < 2) {
    throw new FtpipeError("SOURCE_INVALID", `${shown} has one column.`, {
      hint: "A pipeline needs two at least: what is asked, and what is answered.",
      location: { file: shown, line: 1 },
    });
  }
  const sourcePath = posix.normalize(relative(join(workingDirectory, "pipelines"), path).split(sep).join("/"));
  return planProposal({ name, profile, sourcePath, displayPath: shown });
}

function summarize({ name, files, findings }: InitPlan, written: readonly string[]): string {
  const rows = written.map(
    (path) => [path, files.find((file) => file.path === path)?.what ?? "keeps runs out of git"] as const,
  );
  return [
    ...(findings.length === 0 ? [] : [...columns(findings), ""]),
    ...columns(rows),
    "",
    ...(findings.length === 0 ? [] : [`Look it over, then: npx ftpipe check ${name}.yaml`]),
    `Next: npx ftpipe run ${name}.yaml`,
  ].join("\n");
}

/** Two columns, the second one below itself. */
function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([first]) => first.length)) + 2;
  return rows.map(([first, second]) => `${first.padEnd(width)}${second}`);
}

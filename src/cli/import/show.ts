import { percent } from "../../import/plan.ts";
import type { CommandContext } from "../commands.ts";
import { formatProblems } from "../print.ts";
import type { ImportResult, TemplateResult } from "./result.ts";

export function showOne(context: CommandContext, result: ImportResult): void {
  const { terminal, arguments: given } = context;
  if (given.has("json")) {
    terminal.result(JSON.stringify(result, null, 2));
    return;
  }
  terminal.result(describe(result).join("\n"));
  noteProblems(context, [result]);
  if (result.pipeline !== undefined) terminal.result(nextLine(result.pipeline));
}

export function showAll(context: CommandContext, results: readonly ImportResult[]): void {
  const { terminal, arguments: given } = context;
  const made = results.filter(({ pipeline }) => pipeline !== undefined);
  const lost = results.filter(({ missing }) => missing.some(({ kind }) => kind === "file"));
  const counts = { jobs: results.length, pipelines: made.length, with_losses: lost.length };
  if (given.has("json")) {
    terminal.result(JSON.stringify({ ...counts, imported: results }, null, 2));
    return;
  }
  for (const result of results) terminal.result(brief(result).join("\n"));
  noteProblems(context, results);
  const losses = lost.length === 0 ? "no file was lost" : `${lost.length} with files that are lost (above)`;
  terminal.result(`\n${results.length} jobs, ${made.length} pipelines, ${losses}.`);
  terminal.result(
    "Weights can't be carried over; learning_rate_multiplier and batch_size stand in the pipelines as comments.",
  );
  const [first] = made;
  if (first?.pipeline !== undefined) terminal.result(nextLine(first.pipeline));
}

const nextLine = (pipeline: string): string =>
  `Look it over, then: npx ftpipe check ${pipeline.split("/").at(-1)}   Commit what was written.`;

function noteProblems({ terminal }: CommandContext, results: readonly ImportResult[]): void {
  // Of one without a pipeline they are the error that the command ends with, if it was the only one.
  const problems = results
    .filter(({ pipeline }) => pipeline !== undefined || results.length > 1)
    .flatMap((one) => one.problems);
  if (problems.length > 0) terminal.note(formatProblems(problems, terminal));
}

function describe(result: ImportResult): readonly string[] {
  const { from, status, method, base, model, files, raw, template, missing } = result;
  const facts = [from, status, method, base].filter((fact) => fact !== undefined);
  const width = Math.max((raw ?? "").length + 1, ...files.map(({ path }) => path.length)) + 2;
  const gone = result.model_answers === false ? "   does not answer any more" : "";
  return [
    `${facts.join("  ")}${result.before === true ? "   imported before" : ""}`,
    ...(model === undefined ? [] : [`  model     ${model}${gone}`]),
    ...files.map(({ path, what }) => `  ${path.padEnd(width)}${what}`),
    ...(raw === undefined ? [] : [`  ${`${raw}/`.padEnd(width)}the API's own answers`]),
    ...(template === undefined ? [] : describeTemplate(template)),
    ...result.not_carried.map((what) => `  not carried over: ${what}`),
    ...missing.map(({ what, because }) => `  ${lossLine(what, because)}`),
    ...(result.pipeline === undefined && status !== "running" ? ["  no pipeline"] : []),
  ];
}

/** One of many: what it came to, and what is lost. */
function brief(result: ImportResult): readonly string[] {
  const { from, status, method, base, pipeline, template, missing, before } = result;
  const facts = [from, status, method, base].filter((fact) => fact !== undefined).join("  ");
  const made =
    pipeline ?? (status === "succeeded" || result.problems.length > 0 ? "no pipeline" : "nothing to import yet");
  const shape = template?.proposed === true ? `, from templates (${template.columns.join(", ")})` : "";
  return [
    `${facts}${before === true ? "   imported before" : ""}`,
    `  ${made}${shape}`,
    ...missing.map(({ what, because }) => `  ${lossLine(what, because)}`),
  ];
}

const lossLine = (what: string, because: string): string => `lost: ${what}: ${because}`;

function describeTemplate(template: TemplateResult): readonly string[] {
  if (template.proposed) {
    const same =
      template.same === "bytes"
        ? "rebuilt, it is the same file, byte for byte"
        : "rebuilt, every message is the same; the JSON around them is written in another way";
    return [`  templates explain all ${template.lines} lines, by ${template.columns.join(", ")}; ${same}`];
  }
  const { because, share, template: text } = template;
  const nearly = share === undefined ? [] : [`  of ${percent(share)} the question is: ${text?.replace(/\s+/g, " ")}`];
  return [`  the lines stay as they are: ${because}`, ...nearly];
}

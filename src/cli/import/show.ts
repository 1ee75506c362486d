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
  if (result.pipeline !== undefined) terminal.result(nextLine(result.pipeline, result.before !== true));
}

export function showAll(context: CommandContext, results: readonly ImportResult[]): void {
  const { terminal, arguments: given } = context;
  const made = results.filter(({ pipeline }) => pipeline !== undefined);
  const lost = results.filter(({ missing }) => missing.some(({ kind }) => kind === "file"));
  const gone = results.filter(({ missing }) => missing.some(({ kind }) => kind === "model"));
  const counts = {
    jobs: results.length,
    pipelines: made.length,
    with_losses: lost.length,
    models_gone: gone.length,
  };
  if (given.has("json")) {
    terminal.result(JSON.stringify({ ...counts, imported: results }, null, 2));
    return;
  }
  for (const result of results) terminal.result(brief(result).join("\n"));
  noteProblems(context, results);
  const without = results.length - made.length;
  const parts = [
    counted(results.length, "job"),
    counted(made.length, "pipeline"),
    ...(without === 0 ? [] : [`${without} without one`]),
    lost.length === 0 ? "no file is lost" : `files of ${counted(lost.length, "job")} are lost`,
    gone.length === 0
      ? "no model is gone"
      : `${counted(gone.length, "model")} ${gone.length === 1 ? "is" : "are"} gone`,
  ];
  terminal.result(
    `\n${parts.join(", ")}.${without + lost.length + gone.length === 0 ? "" : " Which and why stands above."}`,
  );
  terminal.result(
    "Weights can't be carried over; learning_rate_multiplier and batch_size stand in the pipelines as comments.",
  );
  const fresh = made.filter(({ before }) => before !== true);
  const choice = fresh.length > 0 ? fresh : made;
  const best = choice.find(({ status, problems }) => status === "succeeded" && problems.length === 0) ?? choice[0];
  if (best?.pipeline !== undefined) terminal.result(nextLine(best.pipeline, fresh.length > 0));
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function nextLine(pipeline: string, isNew: boolean): string {
  const check = `npx ftpipe check ${pipeline.split("/").at(-1)}`;
  return isNew ? `Look it over, then: ${check}   Commit what was written.` : `Nothing new was written. Next: ${check}`;
}

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
  const made = pipeline ?? whyNone(result);
  const same = template?.proposed === true && template.same === "bytes" ? "byte for byte" : "every message the same";
  const shape = template?.proposed === true ? `, from templates (${template.columns.join(", ")}), ${same}` : "";
  return [
    `${facts}${before === true ? "   imported before" : ""}`,
    `  ${made}${shape}`,
    ...missing.map(({ what, because }) => `  ${lossLine(what, because)}`),
  ];
}

function whyNone({ problems, missing, status }: ImportResult): string {
  const [problem] = problems;
  if (problem !== undefined) return `no pipeline: ${problem.message.split(/(?<=\.)\s/, 1)[0]}`;
  const data = missing.find(({ kind, what }) => kind === "file" && what.startsWith("the training file"));
  if (data !== undefined) return "no pipeline: its training file is gone.";
  const hasEnded = ["succeeded", "failed", "cancelled"].includes(status);
  return hasEnded ? "no pipeline: the job names no training file." : `nothing to import yet: it is ${status}.`;
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

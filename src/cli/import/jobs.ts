import { FtpipeError } from "../../core/errors.ts";
import { readJob } from "../../import/recipe.ts";
import type { WireObject } from "../../providers/account.ts";
import type { CommandContext } from "../commands.ts";
import { type OpenedAccount, openAccount } from "./account.ts";
import { claimName, importJob, openHome, unknownMethod } from "./job.ts";
import type { ImportResult } from "./result.ts";
import { showAll, showOne } from "./show.ts";

/** @throws FtpipeError JOB_GONE for a job that the account does not have; of the data, what is wrong with it. */
export async function importOne(context: CommandContext, id: string): Promise<number> {
  const opened = await openAccount(context);
  const raw = await opened.account.job(id, context.signal);
  if (raw === undefined) {
    throw new FtpipeError("JOB_GONE", `${opened.account.host} has no job ${id} that this key may see.`, {
      hint: "Jobs belong to a project: use a key of the project and organisation that trained it, or list them: ftpipe import --all",
    });
  }
  return importRaw(context, opened, raw);
}

/**
 * The job that a tuned model came from.
 * @throws FtpipeError JOB_GONE if none of the account's jobs made it; as `importOne`.
 */
export async function importModel(context: CommandContext, model: string): Promise<number> {
  const opened = await openAccount(context);
  for await (const raw of opened.account.jobs(context.signal))
    if (raw["fine_tuned_model"] === model) return importRaw(context, opened, raw);
  throw new FtpipeError("JOB_GONE", `No job at ${opened.account.host} that this key may see made ${model}.`, {
    hint: "Jobs belong to a project: use a key of the project and organisation that trained it, or list them: ftpipe import --all. A checkpoint comes with its job's model.",
  });
}

async function importRaw(context: CommandContext, opened: OpenedAccount, raw: WireObject): Promise<number> {
  const { id } = raw;
  const job = readJob(raw);
  if ("unknownMethod" in job) throw asError([unknownMethod(id, job.unknownMethod)]);
  if (job.state === "running") {
    throw new FtpipeError("NOTHING_TO_SHOW", `${id} is still running (${String(raw["status"])}).`, {
      hint: "Import it when it has ended.",
    });
  }
  const home = await openHome(context);
  const wanted = context.arguments.text("name");
  const known = home.records.get(job.id)?.name;
  const name = known ?? (await claimName(context, home, { wanted, job, claimed: new Set() }));
  const result = await importJob(context, home, { opened, raw, job, name });
  if (result.pipeline === undefined) {
    // With --json the error's document holds it.
    if (!context.arguments.has("json")) showOne(context, result);
    throw withoutPipeline(result, opened.origin.name);
  }
  showOne(context, result);
  return 0;
}

/** Every job of the account, the oldest first, so that names stay when there are more. */
export async function importAll(context: CommandContext): Promise<number> {
  const home = await openHome(context);
  const opened = await openAccount(context);
  const jobs: WireObject[] = [];
  for await (const raw of opened.account.jobs(context.signal)) jobs.push(raw);
  if (jobs.length === 0) {
    throw new FtpipeError(
      "NOTHING_TO_SHOW",
      `The account at ${opened.account.host} has no jobs that this key may see.`,
      {
        hint: "Jobs belong to a project: use a key of the project that trained them.",
      },
    );
  }
  const results: ImportResult[] = [];
  const claimed = new Set<string>();
  for (const raw of jobs.reverse()) {
    const job = readJob(raw);
    if ("unknownMethod" in job || job.state === "running") {
      const problems = "unknownMethod" in job ? [unknownMethod(raw.id, job.unknownMethod)] : [];
      results.push({ from: raw.id, status: String(raw["status"]), files: [], not_carried: [], missing: [], problems });
      continue;
    }
    const known = home.records.get(job.id)?.name;
    const name = known ?? (await claimName(context, home, { wanted: undefined, job, claimed }));
    claimed.add(name);
    results.push(await importJob(context, home, { opened, raw, job, name }));
  }
  showAll(context, results);
  return 0;
}

/** Of one job, what keeps it from having a pipeline is the error that the command ends with. */
function withoutPipeline(result: ImportResult, target: string): FtpipeError {
  const { from, problems, missing, model, model_answers } = result;
  if (problems.length > 0) return asError(problems, result);
  const lost = missing.find(({ kind }) => kind === "file");
  const record = `\nIts model can be recorded while it answers, with a pipeline that has the questions and this account as its target: ftpipe rescue PIPELINE --target ${target} --model ${model}`;
  return new FtpipeError(
    "JOB_GONE",
    `The training data of ${from} is gone: ${lost?.because ?? "the job names none"}.`,
    {
      hint: `What else the account has of it was kept. If you have the file yourself: ftpipe import training.jsonl${model_answers === true ? record : ""}`,
      data: { import: result },
    },
  );
}

function asError(problems: ImportResult["problems"], result?: ImportResult): FtpipeError {
  const [first] = problems;
  if (first === undefined) throw new Error("there is no error without a problem");
  const { code, message, hint, location } = first;
  return new FtpipeError(code, message, {
    hint,
    location,
    problems,
    data: result === undefined ? undefined : { import: result },
  });
}

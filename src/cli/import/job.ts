import { join, resolve } from "node:path";
import { FtpipeError, type Problem, problem } from "../../core/errors.ts";
import { slug } from "../../core/notation.ts";
import { displayPath } from "../../core/paths.ts";
import { withImported } from "../../import/attempt.ts";
import { type DataFiles, type FetchWorld, fetchJob, type KnownFile } from "../../import/fetch.ts";
import type { PastJob } from "../../import/recipe.ts";
import { type ImportRecord, readRecord, writeRecord } from "../../import/record.ts";
import type { WireObject } from "../../providers/account.ts";
import { earlierDay, findShutdown } from "../../providers/shutdowns.ts";
import { readLock, writeLock } from "../../run/lock.ts";
import { dayOf, isPast } from "../../stages/shutdown-radar.ts";
import type { CommandContext } from "../commands.ts";
import type { OpenedAccount } from "./account.ts";
import { type BuiltImport, buildImport, lockFileOf } from "./build.ts";
import type { ImportResult } from "./result.ts";

/** Where imports lie, and what earlier ones brought. */
export interface ImportHome {
  /** Absolute: a folder for each job below it. */
  readonly imports: string;
  /** Absolute: training and validation files. */
  readonly data: string;
  /** By job id. */
  readonly records: ReadonlyMap<string, ImportRecord>;
  /** Contents of the account's files that lie here. */
  readonly known: Map<string, KnownFile>;
  /** Paths of the entries of the account's files; undefined for one that is gone. */
  readonly entries: Map<string, string | undefined>;
}

/** @throws FtpipeError STATE_DAMAGED */
export async function openHome({
  arguments: given,
  ports: { files },
  workingDirectory,
}: CommandContext): Promise<ImportHome> {
  const artifacts = given.text("artifacts");
  const base = artifacts === undefined ? workingDirectory : resolve(workingDirectory, artifacts);
  const imports = join(base, "imports");
  const records = new Map<string, ImportRecord>();
  const known = new Map<string, KnownFile>();
  const entries = new Map<string, string | undefined>();
  for (const name of await files.list(imports)) {
    const folder = join(imports, name);
    const record = await readRecord(folder, files);
    if (record === undefined) continue;
    records.set(record.job, record);
    for (const [what, piece] of Object.entries(record.pieces)) {
      const [kind, id] = what.split(" ");
      if (id === undefined) continue;
      if (kind === "entry") entries.set(id, "missing" in piece ? undefined : join(folder, piece.path));
      else if (!("missing" in piece)) known.set(id, { path: join(folder, piece.path), sha256: piece.sha256 });
    }
  }
  return {
    imports,
    data: artifacts === undefined ? join(workingDirectory, "pipelines", "data") : join(base, "data"),
    records,
    known,
    entries,
  };
}

/**
 * A name for the pipeline of a job: its suffix, else its id; with a number where that is taken.
 * @param wanted The name that must be taken; default: one that is free.
 */
export async function claimName(
  context: CommandContext,
  home: ImportHome,
  { wanted, job, claimed }: { wanted: string | undefined; job: PastJob; claimed: ReadonlySet<string> },
): Promise<string> {
  if (wanted !== undefined) {
    if (await isFree(wanted, context, home)) return wanted;
    throw new FtpipeError("INIT_EXISTS", `pipelines/${wanted}.yaml, or data of that name, is there already.`, {
      hint: "Nothing was fetched. Choose another name: --name",
    });
  }
  const base = slug(job.suffix ?? "").slice(0, 60) || slug(job.id) || "job";
  const used = new Set([...claimed, ...[...home.records.values()].map(({ name }) => name)]);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!used.has(name) && (await isFree(name, context, home))) return name;
  }
}

async function isFree(
  name: string,
  { ports: { files }, workingDirectory }: CommandContext,
  home: ImportHome,
): Promise<boolean> {
  const data = dataFilesOf(home, name);
  const csv = (path: string) => path.replace(/\.jsonl$/, ".csv");
  const mine = [
    join(workingDirectory, "pipelines", `${name}.yaml`),
    join(workingDirectory, "templates", name),
    ...[data.training, data.validation].flatMap((path) => [path, csv(path)]),
  ];
  for (const path of mine) if ((await files.stat(path)) !== undefined) return false;
  return true;
}

function dataFilesOf({ data }: ImportHome, name: string): DataFiles {
  return { training: join(data, `${name}.jsonl`), validation: join(data, `${name}.validation.jsonl`) };
}

export interface JobImport {
  readonly raw: WireObject;
  readonly job: PastJob;
  readonly name: string;
}

/**
 * Fetches a job and makes its pipeline, from where an earlier import was cut off.
 * @throws FtpipeError of the account; what is wrong with the job's data is told in the result.
 */
export async function importJob(
  context: CommandContext,
  home: ImportHome,
  { opened, raw, job, name }: JobImport & { readonly opened: OpenedAccount },
): Promise<ImportResult> {
  const { ports, workingDirectory, signal } = context;
  const { files } = ports;
  const folder = join(home.imports, job.id);
  const before = home.records.get(job.id);
  const { account } = opened;
  const begun: ImportRecord = before ?? {
    import_version: 1,
    host: account.host,
    job: job.id,
    name,
    pieces: {},
    done: false,
  };
  const data = dataFilesOf(home, begun.name);
  if (before === undefined) await writeRecord(folder, begun, files);
  const world: FetchWorld = { account, files, signal, folder, data, known: home.known, entries: home.entries };
  const record = before?.done === true ? before : await fetchJob(raw, job, { begun, world });
  const gone = await whyGone(context, { job, record, folder, opened });
  const outcome = before?.done === true ? undefined : await build(context, { job, record, data, opened, gone });
  const settled = outcome === undefined || outcome.settled;
  if (settled && !record.done) await writeRecord(folder, { ...record, done: true }, files);
  const pipeline = displayPath(workingDirectory, join(workingDirectory, "pipelines", `${begun.name}.yaml`));
  const exists = (await files.stat(resolve(workingDirectory, pipeline))) !== undefined;
  const fetched = Object.entries(record.pieces).flatMap(([what, piece]) =>
    what.startsWith("content ") && !("missing" in piece)
      ? [{ path: displayPath(workingDirectory, join(folder, piece.path)), what: roleOf(what, job) }]
      : [],
  );
  return {
    from: job.id,
    status: job.state,
    method: job.method,
    base: job.base,
    model: job.model,
    model_answers: job.model === undefined ? undefined : gone === undefined,
    pipeline: exists ? pipeline : undefined,
    files: [...fetched, ...(outcome?.built?.files ?? [])],
    raw: displayPath(workingDirectory, folder),
    template: outcome?.built?.template,
    not_carried: notCarried(job, exists),
    missing: missingOf(record, job, gone),
    problems: outcome?.problems ?? [],
    before: before?.done === true,
  };
}

interface FetchedJob {
  readonly job: PastJob;
  readonly record: ImportRecord;
  readonly opened: OpenedAccount;
}

/**
 * Why the job's model does not answer any more; undefined if it does, or the job has none. A provider goes on listing
 * models that it has shut down, so that the day counts too.
 */
async function whyGone(
  { ports }: CommandContext,
  { job, record, folder, opened }: FetchedJob & { readonly folder: string },
): Promise<string | undefined> {
  if (job.model === undefined) return undefined;
  const { model: piece } = record.pieces;
  if (piece === undefined || "missing" in piece) return piece?.missing ?? "the account has none";
  const entry = JSON.parse(await ports.files.readText(join(folder, piece.path))) as WireObject;
  const listed = await findShutdown(String(opened.origin.settings["provider"]), job.model, ports.files);
  const day = earlierDay(entry["shutdown_date"], listed?.on);
  return day !== null && isPast(day, dayOf(ports)) ? `it was shut down on ${day}` : undefined;
}

interface Outcome {
  readonly built?: BuiltImport;
  readonly problems: readonly Problem[];
  /** Whether another import would come to the same. */
  readonly settled: boolean;
}

async function build(
  context: CommandContext,
  { job, record, data, opened, gone }: FetchedJob & { readonly data: DataFiles; readonly gone: string | undefined },
): Promise<Outcome> {
  const has = (id: string | undefined) => {
    const piece = id === undefined ? undefined : record.pieces[`content ${id}`];
    return piece !== undefined && !("missing" in piece);
  };
  if (!has(job.trainingFile)) return { problems: [], settled: true };
  const { files } = context.ports;
  try {
    const built = await buildImport(context, {
      name: record.name,
      heading: headingOf(job, {
        host: record.host,
        gone,
        training: displayPath(context.workingDirectory, data.training),
      }),
      recipe: job,
      origin: opened.origin,
      training: data.training,
      validation: has(job.validationFile) ? data.validation : undefined,
    });
    try {
      const imported = { job, record, lives: gone === undefined, stages: built.stages };
      const target = opened.origin.name;
      if (built.session === undefined) {
        const lockFile = lockFileOf(built.file);
        const { lock } = await readLock(lockFile, files);
        await writeLock(lockFile, withImported(lock, target, imported), files);
      } else {
        const { world } = built.session;
        await world.updateLock((lock) => withImported(lock, target, imported));
        if (built.manifest !== undefined) await world.keepRows(built.manifest);
      }
    } finally {
      await built.session?.close();
    }
    return { built, problems: built.problems, settled: true };
  } catch (error) {
    // What is wrong with the data is told with its line; what was fetched stays, and the other jobs go on.
    if (!(error instanceof FtpipeError) || error.exitCode !== 2) throw error;
    return { problems: error.problems, settled: false };
  }
}

function headingOf(
  job: PastJob,
  { host, gone, training }: { readonly host: string; readonly gone: string | undefined; readonly training: string },
): readonly string[] {
  const day = job.createdAt === undefined ? "" : ` of ${new Date(job.createdAt * 1000).toISOString().slice(0, 10)}`;
  return [
    `Imported by ftpipe from ${job.id}${day} at ${host}, which ${job.state === "running" ? "was running" : job.state}.`,
    ...(job.error === undefined ? [] : [`Why: ${job.error}`]),
    ...(job.model === undefined ? [] : [`Its model: ${job.model}${gone === undefined ? "" : ` (gone: ${gone})`}`]),
    `The lines that it was trained on, as they were uploaded: ${training}`,
  ];
}

function roleOf(what: string, job: PastJob): string {
  const id = what.replace(/^\S+ /, "");
  if (id === job.trainingFile) return "the training file";
  return id === job.validationFile ? "the validation file" : "the step metrics";
}

function missingOf({ pieces }: ImportRecord, job: PastJob, gone: string | undefined): ImportResult["missing"] {
  const model = gone === undefined ? [] : [{ kind: "model" as const, what: `the model ${job.model}`, because: gone }];
  const files = Object.entries(pieces).flatMap(([what, piece]): ImportResult["missing"] => {
    if (!("missing" in piece) || !what.startsWith("content ")) return [];
    return [{ kind: "file", what: `${roleOf(what, job)} ${what.slice("content ".length)}`, because: piece.missing }];
  });
  return [...model, ...files];
}

function notCarried({ hyperparameters, model, integrations }: PastJob, hasPipeline: boolean): readonly string[] {
  const kept = hasPipeline ? "in the pipeline as a comment" : "kept in job.json";
  const scale = ["learning_rate_multiplier", "batch_size"].flatMap((name) => {
    const value = hyperparameters[name];
    return typeof value === "number" ? [`${name} ${value}`] : [];
  });
  return [
    ...(scale.length === 0 ? [] : [`${scale.join(" and ")}: of this provider's own scale, ${kept}`]),
    ...(model === undefined ? [] : ["the weights and those of checkpoints: the provider gives them to nobody"]),
    ...(integrations.length === 0 ? [] : [`the reports to ${integrations.join(", ")}`]),
  ];
}

/** Of a job whose method is not known here. */
export function unknownMethod(id: string, method: string): Problem {
  return problem(
    "error",
    "TARGET_UNSUPPORTED",
    `${id} was trained by the method "${method}", which ftpipe does not know.`,
    {
      hint: "Its data can be imported as a file: ftpipe import training.jsonl",
    },
  );
}

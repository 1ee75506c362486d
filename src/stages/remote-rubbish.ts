import type { Account, WireObject } from "../providers/account.ts";
import type { Rubbish } from "../run/local-rubbish.ts";
import type { LockNames } from "../run/lock-names.ts";
import { isRemoteFileName } from "./upload.ts";

/** The lists of an account. */
export type Holdings = Pick<Account, "jobs" | "files" | "models">;

export interface RemoteRubbishOptions {
  readonly names: Pick<LockNames, "has">;
  /** Whether tuned models are looked at too. */
  readonly models: boolean;
  /** What was made later stays: its run may be elsewhere; milliseconds since 1970. */
  readonly before: number;
  readonly signal: AbortSignal;
}

interface Job {
  readonly id: string;
  readonly status: string;
  readonly inputs: readonly string[];
  readonly results: readonly string[];
  readonly base: string;
  readonly model: string | undefined;
  /** Whether ftpipe made it. */
  readonly marked: boolean;
}

const ended: ReadonlySet<string> = new Set(["succeeded", "failed", "cancelled"]);

/**
 * What of an account nothing needs: of the files those that ftpipe uploaded, by their names, and the results of its
 * jobs; of the models those of its jobs. Whatever a lock names stays, and what a job uses that has not ended.
 */
export async function remoteRubbish(account: Holdings, options: RemoteRubbishOptions): Promise<readonly Rubbish[]> {
  const { names, signal, before } = options;
  const jobs: Job[] = [];
  for await (const job of account.jobs(signal)) jobs.push(jobOf(job));
  const files: WireObject[] = [];
  for await (const file of account.files(signal)) files.push(file);
  const uploaded = new Set(files.filter(isUpload).map(({ id }) => id));
  const isOurs = ({ marked, inputs }: Job) => marked || inputs.some((id) => uploaded.has(id));
  const running = jobs.filter(({ status }) => !ended.has(status));
  const used = new Set(running.flatMap(({ inputs, base }) => [...inputs, base]));
  // A job that a lock names is kept whole.
  const past = jobs.filter((job) => ended.has(job.status) && isOurs(job) && !names.has(job.id));
  const results = new Map(past.flatMap((job) => job.results.map((id) => [id, job] as const)));
  const inputOf = new Map(jobs.flatMap((job) => job.inputs.map((id) => [id, job] as const)));
  const kept = new Set(
    jobs.filter(({ id }) => names.has(id)).flatMap(({ inputs, results: own }) => [...inputs, ...own]),
  );
  const isFree = (id: string) => !names.has(id) && !used.has(id) && !kept.has(id);
  const rubbish = files.flatMap((file): readonly Rubbish[] => {
    const { id } = file;
    if (!isFree(id) || madeMs(file) >= before) return [];
    const bytes = typeof file["bytes"] === "number" ? file["bytes"] : undefined;
    const job = results.get(id);
    if (job !== undefined) return [{ kind: "results", name: id, bytes, because: endOf(job) }];
    if (!uploaded.has(id)) return [];
    const reader = inputOf.get(id);
    return [{ kind: "file", name: id, bytes, because: reader === undefined ? "no job reads it" : endOf(reader) }];
  });
  return options.models ? [...rubbish, ...(await modelRubbish(account, past, { ...options, isFree }))] : rubbish;
}

async function modelRubbish(
  account: Holdings,
  past: readonly Job[],
  { isFree, before, signal }: RemoteRubbishOptions & { readonly isFree: (id: string) => boolean },
): Promise<readonly Rubbish[]> {
  const made = new Map(past.flatMap((job) => (job.model === undefined ? [] : [[job.model, job] as const])));
  const rubbish: Rubbish[] = [];
  for await (const model of account.models(signal)) {
    const job = made.get(model.id);
    if (job === undefined || !isFree(model.id) || madeMs(model) >= before) continue;
    rubbish.push({ kind: "model", name: model.id, bytes: undefined, because: `of ${job.id}; no lock names it` });
  }
  return rubbish;
}

const endOf = ({ id, status }: Job): string => `${id} ${status}; no lock names it`;

/** Milliseconds since 1970; what has no time was made just now. */
function madeMs({ created_at: at, created = at }: WireObject): number {
  return typeof created === "number" ? created * 1000 : Number.POSITIVE_INFINITY;
}

function isUpload({ filename, purpose }: WireObject): boolean {
  return purpose === "fine-tune" && typeof filename === "string" && isRemoteFileName(filename);
}

function jobOf(job: WireObject): Job {
  const texts = (...values: readonly unknown[]) => values.filter((value) => typeof value === "string");
  const { training_file, validation_file, result_files, model, fine_tuned_model, status, metadata } = job;
  const results = Array.isArray(result_files) ? texts(...(result_files as readonly unknown[])) : [];
  return {
    id: job.id,
    status: String(status),
    inputs: texts(training_file, validation_file),
    results,
    base: String(model),
    model: typeof fine_tuned_model === "string" ? fine_tuned_model : undefined,
    marked: typeof (metadata as { readonly ftpipe_fp?: unknown } | null | undefined)?.ftpipe_fp === "string",
  };
}

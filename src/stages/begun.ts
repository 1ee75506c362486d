import { minuteAfter } from "../core/duration.ts";
import { FtpipeError } from "../core/errors.ts";
import { hashJson } from "../core/hash.ts";
import type { RemoteJob } from "../providers/provider.ts";
import { isUnfinished, type Lock } from "../run/lock.ts";
import { chooseJob } from "./same-jobs.ts";
import { plannedJob, type TrainInputs } from "./train.ts";
import { accountOf } from "./upload.ts";
import type { World } from "./world.ts";

/** A job that was begun for the pipeline as it is now. */
export interface BegunJob {
  /** Undefined where the request was on its way when its run ended: what became of it is not known yet. */
  readonly id?: string;
}

export interface BegunSearch {
  readonly lock: Lock;
  readonly signal: AbortSignal;
  /** Called once, if the provider's list must be waited for. @param until Milliseconds since 1970. */
  readonly onWaiting: (until: number) => void;
}

/** Looks at the provider's list while a job that was created a moment ago may still be missing from it. */
const looks = 8;

/**
 * The job of equal data and settings that an earlier run began, here or elsewhere: by the lock, the journal, or the
 * provider's list, in this order. Creates nothing.
 */
export async function findBegun(
  world: World,
  inputs: TrainInputs,
  { lock, signal, onWaiting }: BegunSearch,
): Promise<BegunJob | undefined> {
  const { attempt, fingerprint } = await plannedJob(world, inputs);
  const known = lock.targets[world.target.name]?.attempts.find(
    (other) => other.fingerprint === fingerprint && other.attempt === attempt,
  );
  if (known?.ids.job !== undefined) return { id: known.ids.job };
  const what = { kind: "job", fingerprint, account: hashJson(accountOf(world)) } as const;
  const id = await world.journal.known(what);
  if (id !== undefined) return { id };
  if ((await world.journal.open(what)) !== undefined) return {};
  const connection = await world.connection();
  const { clock } = world.ports;
  const { jobBy, listLagSeconds } = world.target.capabilities.lookUp;
  if (jobBy === "none") return undefined;
  const until = clock.now() + listLagSeconds * 1000;
  for (let waiting = false; ; waiting = true) {
    const lookedAt = clock.now();
    const jobs: readonly RemoteJob[] = await connection.find(fingerprint, signal);
    const found = chooseJob(jobs).keep ?? jobs.at(-1);
    if (found !== undefined) return { id: found.id };
    if (lookedAt >= until) return undefined;
    if (!waiting) onWaiting(until);
    await clock.sleep(Math.max(1, Math.min((listLagSeconds * 1000) / looks, until - clock.now())), signal);
  }
}

/** What `ftpipe resume` says where there is nothing to go on with. */
export function nothingBegun({ loaded, pipeline, target }: World, lock: Lock): FtpipeError {
  const words = `${loaded.displayFile} --target ${target.name}`;
  const other = lock.targets[target.name]?.attempts.findLast(isUnfinished)?.ids.job;
  if (other === undefined) {
    return new FtpipeError(
      "NOTHING_TO_SHOW",
      `No training of ${pipeline.name} → ${target.name} was begun with these data and settings.`,
      { hint: `Nothing was created. Begin: ftpipe run ${words}` },
    );
  }
  return new FtpipeError(
    "NOTHING_TO_SHOW",
    `Job ${other} of ${pipeline.name} → ${target.name} was begun with other data or settings than those of now.`,
    {
      hint: `Go on with it: bring them back, then ftpipe resume ${words}\nStop it: ftpipe cancel ${words}\nTrain those of now as well: ftpipe run ${words}`,
    },
  );
}

/** Shown while the list is waited for. */
export function lookingLine(until: number): string {
  return `looking for a job that was begun elsewhere, until ${minuteAfter(until)} at most`;
}

import { FtpipeError } from "../core/errors.ts";
import type { JobEvent, RemoteJob } from "../providers/provider.ts";
import { hasEnded, isPassing, maxFailedLooks, progressLine } from "../stages/wait.ts";
import type { World } from "../stages/world.ts";

export interface Following {
  readonly world: World;
  readonly signal: AbortSignal;
  /** Called with how the job does, as text and as data. */
  readonly tell: (message: string, data: Readonly<Record<string, unknown>>) => void;
}

/** Looks at a job until it ends, and changes nothing. @throws FtpipeError WAIT_TIMEOUT, and of the provider. */
export async function followJob(id: string, { world, signal, tell }: Following): Promise<RemoteJob> {
  const connection = await world.connection();
  const { clock } = world.ports;
  const { poll } = world.target.capabilities;
  const started = clock.monotonic();
  const metrics: NonNullable<JobEvent["metrics"]>[] = [];
  let [interval, failures] = [poll.fromMs, 0];
  let lastEvent: string | undefined;
  for (;;) {
    const elapsed = clock.monotonic() - started;
    try {
      const job = await connection.read(id, signal);
      const events = await connection.events(id, lastEvent, signal);
      lastEvent = events.at(-1)?.id ?? lastEvent;
      metrics.push(...events.flatMap((event) => event.metrics ?? []));
      failures = 0;
      if (hasEnded(job)) return job;
      tell(`${id}  ${progressLine(job, metrics, elapsed)}`, { job: id, status: job.status, ...metrics.at(-1) });
    } catch (error) {
      if (!isPassing(error) || ++failures > maxFailedLooks) throw error;
    }
    if (world.waitTimeoutMs !== undefined && elapsed > world.waitTimeoutMs) {
      throw new FtpipeError("WAIT_TIMEOUT", `Job ${id} still runs after ${Math.round(elapsed / 1000)} s.`, {
        hint: "It keeps running. Look again: ftpipe status --follow",
      });
    }
    await clock.sleep(interval, signal);
    interval = Math.min(poll.toMs, interval * 1.5);
  }
}

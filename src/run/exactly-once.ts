import { minuteAfter } from "../core/duration.ts";
import { FtpipeError } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import type { Intent, Journal } from "./journal.ts";

/** What a request that creates something is given. */
export interface CreationRequest {
  /** Ends the request: a while after the run was interrupted. */
  readonly ending: AbortSignal;
  /** To be called before a request that leaves late: its deadline counts from then on. */
  readonly beforeSend: () => Promise<void>;
}

/** Something that is made at a provider, at most once; a file or a job. */
export interface Creation<Made extends { readonly id: string }> {
  /** What it is, and what tells it from others. */
  readonly intent: Omit<Intent, "at" | "deadline">;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that the request may take. */
  readonly requestMs: number;
  /**
   * Milliseconds after the request's end within which what it made may still be missing from the provider's list;
   * undefined: it can't be found there at all.
   */
  readonly settleMs: number | undefined;
  /** Looks for what an earlier request made. */
  readonly find: () => Promise<Made | undefined>;
  readonly create: (request: CreationRequest) => Promise<Made>;
  /** Called while an earlier request is waited out. @param until Milliseconds since 1970. */
  readonly onSettling: (until: number) => void;
}

/** Requests that one run sends at most, each after the one before it was waited out. */
const mostRequests = 3;
/** Looks while an earlier request is waited out. */
const looks = 12;
/** Milliseconds that a request under way still has when the run is interrupted: what it made is then known by its id. */
const graceMs = 3_500;

/**
 * Makes something at a provider, or takes what an earlier request made: the rules R1 to R5 of the protocol in
 * docs/exactly-once.md. What exists is looked for first. The intent is on disk before the request leaves, and the
 * request is sent once. Where its answer is lost, nothing is sent again before anything that it made would show.
 * @throws what `create` throws if it was refused; CREATE_AMBIGUOUS where nobody can know, or not after three requests;
 * FILE_UNWRITABLE naming what was created but could not be written down.
 */
export async function createExactlyOnce<Made extends { readonly id: string }>(
  creation: Creation<Made>,
): Promise<{ readonly made: Made; readonly adopted: boolean }> {
  const { intent, journal, clock } = creation;
  const started = clock.now();
  let lost: unknown;
  let lostAt: number | undefined;
  for (let requests = 0; ; ) {
    const lookedAt = clock.now();
    const found = await creation.find().catch((error: unknown) => {
      // What became of the request is still not known: that weighs more than why it can't be looked up.
      throw lost !== undefined && isPassing(error) ? lost : error;
    });
    if (found !== undefined) {
      await journal.settle({ type: "adopted", ...intent, id: found.id });
      return { made: found, adopted: true };
    }
    const open = await journal.open(intent);
    if (open !== undefined) {
      const until = settledAt(creation, lostAt ?? endOf(open, creation, started));
      if (until === undefined) throw lost ?? unknowable(creation, open);
      if (lookedAt < until) {
        creation.onSettling(until);
        const pause = Math.max(1, Math.ceil((creation.settleMs ?? 0) / looks));
        await clock.sleep(Math.min(pause, until - clock.now() + 1), creation.signal);
        continue;
      }
    }
    if (requests === mostRequests) throw lost;
    creation.signal.throwIfAborted();
    requests++;
    try {
      return { made: await send(creation), adopted: false };
    } catch (error) {
      if (!isAmbiguous(error)) throw error;
      if (creation.signal.aborted) throw interrupted(creation, error);
      lost = error;
      lostAt = clock.now();
    }
  }
}

/** One request, between its intent and what is known of its end. */
async function send<Made extends { readonly id: string }>(creation: Creation<Made>): Promise<Made> {
  const { intent, journal, clock, requestMs } = creation;
  const intend = () => journal.intend({ ...intent, deadline: clock.now() + requestMs });
  await intend();
  const grace = graceAfter(creation.signal, clock);
  let made: Made;
  try {
    made = await creation.create({ ending: grace.signal, beforeSend: intend });
  } catch (error) {
    if (error instanceof FtpipeError && !isAmbiguous(error)) await journal.settle({ type: "refused", ...intent });
    throw error;
  } finally {
    grace.end();
  }
  try {
    await journal.settle({ type: "created", ...intent, id: made.id });
  } catch (error) {
    if (!(error instanceof FtpipeError)) throw error;
    throw new FtpipeError(error.code, `The ${intent.kind} ${made.id} was created. ${error.message}`, {
      hint: "Mend the disk, then run the same command again: it finds what was created and creates nothing twice.",
      location: error.location,
      cause: error,
    });
  }
  return made;
}

/** A signal that is aborted some seconds after the given one. `end` is called when nobody listens any more. */
function graceAfter(signal: AbortSignal, clock: Clock): { readonly signal: AbortSignal; readonly end: () => void } {
  const [over, ended] = [new AbortController(), new AbortController()];
  const begin = () => {
    clock.sleep(graceMs, ended.signal).then(
      () => over.abort(), // with no reason of ours: what a provider makes of it must stay ambiguous
      () => {}, // the request ended first
    );
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return {
    signal: over.signal,
    end: () => {
      signal.removeEventListener("abort", begin);
      ended.abort();
    },
  };
}

function interrupted({ intent, signal }: Pick<Creation<never>, "intent" | "signal">, cause: unknown): unknown {
  if (!(signal.reason instanceof FtpipeError)) return signal.reason;
  const { code, message } = signal.reason;
  const doubt = `The answer to "create ${intent.kind}" has not come: the ${intent.kind} may exist.`;
  return new FtpipeError(code, `${message} ${doubt} The next run looks for it first.`, { cause });
}

const isPassing = (error: unknown): boolean =>
  error instanceof FtpipeError && ["NETWORK", "PROVIDER_UNAVAILABLE", "PROVIDER_ANSWER"].includes(error.code);

const isAmbiguous = (error: unknown): boolean => error instanceof FtpipeError && error.code === "CREATE_AMBIGUOUS";

/**
 * When an earlier run's request had ended at the latest, in milliseconds since 1970.
 * @param started When this run began to look: a clock that was set back must not make it wait for long.
 */
function endOf(
  { at, deadline, lock }: Intent,
  { intent, requestMs }: Pick<Creation<never>, "intent" | "requestMs">,
  started: number,
): number {
  // Its process held the lock that this one holds: it is gone, and its request with it.
  if (lock !== undefined && lock === intent.lock) return Math.min(started, deadline);
  return at > started + requestMs ? started + requestMs : deadline;
}

/** When all that a request may have made is listed, in milliseconds since 1970; undefined: never. */
function settledAt({ settleMs }: Pick<Creation<never>, "settleMs">, end: number): number | undefined {
  if (settleMs === undefined) return undefined;
  return settleMs === 0 ? 0 : end + settleMs; // 0: what was accepted is listed at once
}

function unknowable({ intent: { kind, target } }: Pick<Creation<never>, "intent">, { at }: Intent): FtpipeError {
  const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
  const message = `The answer to a request of ${when} UTC that creates a ${kind} at ${target} was lost, and this provider can't be asked what became of it.`;
  const hint =
    kind === "job"
      ? "Look in the provider's console. If the job is there, let it end and name its model with --model, or cancel it there; if it is not, run with --new-attempt."
      : "Look in the provider's console, then run with --new-attempt.";
  return new FtpipeError("CREATE_AMBIGUOUS", message, { hint });
}

/** What is shown while the answer to an earlier request is waited out. @param until Milliseconds since 1970. */
export function settlingLine(kind: "file" | "job", until: number): string {
  return `the answer to an earlier "create ${kind}" was lost: settling until ${minuteAfter(until)}`;
}

import { FtpipeError } from "../core/errors.ts";
import type { Clock, Random } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import type { Limiter } from "./limiter.ts";
import { type CreateOptions, createDeadlineMs, uploadDeadlineMs } from "./provider.ts";
import { ambiguous, explainFailure } from "./wire-errors.ts";
import { askedWaitMs, repeatOf } from "./wire-repeat.ts";

/** How patient a connection is. */
export interface WireTiming {
  /** Deadlines of one request in milliseconds, until the whole answer is there. */
  readonly readMs: number;
  readonly createMs: number;
  readonly chatMs: number;
  readonly uploadMs: (bytes: number) => number;
  /** Without a byte of an answer's body. */
  readonly stallMs: number;
  /** Most requests of one call, those not counted that were refused for their number (429). */
  readonly tries: number;
  /** Milliseconds from a call's first request within which it is sent again. */
  readonly budgetMs: number;
}

export const patience: WireTiming = {
  readMs: 30_000,
  createMs: createDeadlineMs,
  chatMs: 120_000,
  uploadMs: uploadDeadlineMs,
  stallMs: 60_000,
  tries: 8,
  budgetMs: 15 * 60_000,
};

export interface WireCall {
  /** What is asked, for messages: "create the job". */
  readonly action: string;
  /**
   * Whether it makes something that costs money or room: then it is sent again only where it surely did not
   * leave or was refused for its number, and any other failure is ambiguous.
   */
  readonly creating: boolean;
  /** One of many (a chat) waits behind those that were there before it; anything else goes first. */
  readonly oneOfMany?: boolean;
  /** Of one request; of one that creates, counted from the call, or from `beforeSend` where that was called. */
  readonly deadlineMs: number;
  /** Ends a call that creates nothing; of one that creates, only the waits between its requests. */
  readonly signal?: AbortSignal | undefined;
  /** As in `CreateOptions`. */
  readonly ending?: AbortSignal | undefined;
  /** As in `CreateOptions`. */
  readonly beforeSend?: CreateOptions["beforeSend"];
}

export interface CallContext {
  readonly host: string;
  readonly key: Secret;
  readonly clock: Clock;
  readonly random: Random;
  readonly limiter: Limiter;
  readonly timing: WireTiming;
}

/** Sends one request. The signal ends it. */
type Send<T> = (signal: AbortSignal) => Promise<T>;

/** A request that leaves later than this after it was announced is announced anew. */
const unannouncedMs = 1000;
const firstBackoffMs = 500;
const longestBackoffMs = 60_000;
/** Longest that a server may ask to wait; what asks for more is down. */
const longestAskedMs = 600_000;
/** A name that is not found is looked for this often. */
const nameTries = 3;

/**
 * A call, with its turns, deadlines and repeats.
 * @throws FtpipeError as `Connection` says; the signal's reason.
 */
export async function wireCall<T>(call: WireCall, send: Send<T>, context: CallContext): Promise<T> {
  const { clock, limiter, timing } = context;
  let announced = clock.monotonic();
  let started: number | undefined;
  let failures = 0;
  let refusals = 0;
  for (;;) {
    const first = call.oneOfMany !== true || started !== undefined;
    const turn = await limiter.enter({ first, signal: call.signal });
    started ??= clock.monotonic();
    try {
      if (clock.monotonic() - announced > unannouncedMs) {
        await call.beforeSend?.();
        announced = clock.monotonic();
      }
    } catch (error) {
      turn.leave({ kind: "answered" }); // Nothing was sent: it says nothing of the server.
      throw error;
    }
    // A request that creates ends when its intent says, whatever it waited for before it left.
    const deadlineMs = call.creating ? call.deadlineMs - (clock.monotonic() - announced) : call.deadlineMs;
    try {
      const value = await sendOnce({ ...call, deadlineMs }, send, context);
      turn.leave({ kind: "answered" });
      return value;
    } catch (error) {
      if (call.signal?.aborted === true && !call.creating) {
        turn.leave({ kind: "failed" });
        throw call.signal.reason;
      }
      const failure = failureOf(error, call, context);
      const repeat = repeatOf(error, failure, call.creating);
      const asked = askedWaitMs(error, clock.now());
      const number = repeat === "throttled" ? refusals++ : failures++;
      const waitMs = waitBefore({ number, asked }, context.random);
      const late = clock.monotonic() - started + waitMs >= timing.budgetMs || (asked ?? 0) > longestAskedMs;
      const spent = failures >= (repeat === "unresolved" ? Math.min(nameTries, timing.tries) : timing.tries);
      turn.leave(endingOf(late ? "never" : repeat, waitMs));
      if (repeat === "never" || late || spent) throw failure;
      // After a refusal the limiter holds all calls of the key back, this one too.
      if (repeat !== "throttled") await clock.sleep(waitMs, call.signal);
    }
  }
}

function endingOf(repeat: ReturnType<typeof repeatOf>, waitMs: number) {
  if (repeat === "throttled") return { kind: "throttled", waitMs } as const;
  // A server that says no is there, and has room.
  return repeat === "never" ? ({ kind: "answered" } as const) : ({ kind: "failed" } as const);
}

async function sendOnce<T>(call: WireCall, send: Send<T>, { clock, host }: CallContext): Promise<T> {
  const controller = new AbortController();
  const { creating, deadlineMs, action } = call;
  // An interrupted create would be ambiguous, and it takes seconds at most: it is waited for a while.
  const signal = creating ? call.ending : call.signal;
  const stop = () => controller.abort(signal?.reason);
  if (signal?.aborted === true) stop();
  signal?.addEventListener("abort", stop, { once: true });
  const disarm = clock.alarm(deadlineMs, () => {
    const seconds = Math.round(deadlineMs / 1000);
    controller.abort(
      new FtpipeError("NETWORK", `${host} gave no whole answer to "${action}" within ${seconds} s.`, {
        hint: "Run the same command again later.",
      }),
    );
  });
  try {
    return await send(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : innermost(error);
  } finally {
    disarm();
    signal?.removeEventListener("abort", stop);
  }
}

/** Of a file that could not be read as it was checked, the end was never sent: no server has taken it. */
const neverWhole: ReadonlySet<FtpipeError["code"]> = new Set(["STATE_DAMAGED", "FILE_UNREADABLE"]);

/** Whatever else ftpipe itself finds wrong, it finds after the request has left. */
function failureOf(error: unknown, { action, creating }: WireCall, { host, key }: CallContext): FtpipeError {
  const known = error instanceof FtpipeError && error.code !== "CREATE_AMBIGUOUS" && !neverWhole.has(error.code);
  if (creating && known) {
    return ambiguous(error.message, error);
  }
  return explainFailure(error, { action, host, creating, key });
}

/** The SDK wraps what `fetch` throws; ours must come out as it went in. */
function innermost(error: unknown): unknown {
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause instanceof FtpipeError ? cause : error;
}

/** A server that names a time, and refuses again and again when it has passed, is not believed any more. */
const believedRefusals = 3;

function waitBefore({ number, asked }: { number: number; asked: number | undefined }, random: Random): number {
  if (asked === undefined) return backoff(number, random);
  const doubted = number < believedRefusals ? 0 : backoff(number - believedRefusals, random);
  return Math.max(atLeast(asked, random), doubted);
}

/** Full jitter: anything from nothing to a bound that doubles. */
function backoff(number: number, random: Random): number {
  return share(random) * Math.min(longestBackoffMs, firstBackoffMs * 2 ** number);
}

/** Not all that were told the same time may come back in the same instant. */
function atLeast(milliseconds: number, random: Random): number {
  return milliseconds * (1 + 0.1 * share(random));
}

/** Evenly spread from 0 to 1. */
function share(random: Random): number {
  const [high = 0, low = 0] = random.bytes(2);
  return (high * 256 + low) / 65_535;
}

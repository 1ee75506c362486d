import type { Clock } from "../core/ports.ts";
import type { RateFacts } from "./rate-headers.ts";

/** How a request ended, as far as its key's limits go. */
export type Ending =
  | { readonly kind: "answered" }
  /** Refused for its number (429). @property waitMs Until when nothing more should be sent. */
  | { readonly kind: "throttled"; readonly waitMs: number }
  /** The server failed, or nobody answered in time. */
  | { readonly kind: "failed" };

export interface Turn {
  /** To be called once, when the answer is there or will not come. */
  readonly leave: (ending: Ending) => void;
}

/**
 * Decides when requests of one key to one host may leave. All calls of the process share it, so that what one
 * of them is told, all heed.
 */
export interface Limiter {
  /**
   * Waits for a turn; turns are given in the order of asking.
   * @param first Goes before all that wait: for what was refused and is sent again, and what is not one of many.
   * @throws the signal's reason if it is aborted while waiting.
   */
  enter(options: { readonly first: boolean; readonly signal: AbortSignal | undefined }): Promise<Turn>;
  /** Learns from the headers of any answer. */
  hear(facts: RateFacts): void;
  /**
   * Tells of each long time for which everything is held back.
   * @param onHold Called with its end, milliseconds since 1970. The same function is told once.
   */
  watch(onHold: (until: number) => void): void;
}

/** At once, before anything is known of the server. */
const firstWindow = 4;
/** Share of the measured rate that is kept after a refusal. */
const keptRate = 0.95;
const keptWindow = 0.7;
/** Of a rate after which nothing at all was answered before the next refusal: it was far too high. */
const keptOfGuess = 0.5;
/** Growth of the rate in a second: well below the one that was refused last, and near it or above. */
const growthBelow = 0.2;
const growthNear = 0.02;
const nearShare = 0.9;
/** Seconds without a refusal after which it grows faster. */
const calmSeconds = 5;
/** Requests a second; the rate never falls below. */
const leastRate = 0.05;
/** The rate is measured from the last refusal on, over this long at the most unless answers are rarer. */
const measuredMs = 5000;
const measuredAnswers = 20;
/** Less time than this says nothing of a rate. */
const leastMeasuredMs = 1000;
/** A pause of this length is told of: whoever looks on would think that nothing happens. */
const toldPauseMs = 10_000;
/** Longest pause that a header may ask for. */
const longestPauseMs = 600_000;

interface Waiting {
  readonly go: (turn: Turn) => void;
}

/**
 * Requests at once: doubled with each round of answers until the first refusal, then one more a round, cut when
 * the server refuses or fails. Requests a second: unlimited until the first refusal; then what was answered in
 * the last second, a little less, slowly raised, faster the longer nothing was refused. A refusal of a request
 * that left before the last cut cuts nothing: it says what is known.
 * @param most Most requests at once.
 */
export function createLimiter(clock: Clock, most: number): Limiter {
  const queue: Waiting[] = [];
  const answered: number[] = [];
  let inFlight = 0;
  let window = Math.min(firstWindow, most);
  let doubling = true;
  let rate = Number.POSITIVE_INFINITY;
  /** The rate that was refused last. */
  let refusedRate = Number.POSITIVE_INFINITY;
  let measuredSince = clock.monotonic();
  let nextAt = Number.NEGATIVE_INFINITY;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let cutAt = Number.NEGATIVE_INFINITY;
  let grownAt = Number.NEGATIVE_INFINITY;
  let pause: AbortController | undefined;
  const watchers = new Set<(until: number) => void>();

  function pump(): void {
    while (queue.length > 0 && inFlight < Math.floor(window)) {
      const now = clock.monotonic();
      const opensAt = Math.max(pausedUntil, nextAt);
      if (opensAt > now) {
        pumpAfter(opensAt - now);
        return;
      }
      nextAt = now + 1000 / rate;
      inFlight++;
      queue.shift()?.go(turnAt(now));
    }
    // A wait that nobody waits for must not hold up the end of the process.
    if (queue.length === 0) pause?.abort();
  }

  function pumpAfter(milliseconds: number): void {
    if (pause !== undefined) return;
    const controller = new AbortController();
    pause = controller;
    if (milliseconds >= toldPauseMs) for (const onHold of watchers) onHold(clock.now() + milliseconds);
    const wake = () => {
      if (pause === controller) pause = undefined;
      pump();
    };
    clock.sleep(milliseconds, controller.signal).then(wake, wake);
  }

  function turnAt(sentAt: number): Turn {
    let left = false;
    return {
      leave: (ending) => {
        if (left) return;
        left = true;
        inFlight--;
        settle(ending, sentAt);
        pump();
      },
    };
  }

  function settle(ending: Ending, sentAt: number): void {
    const now = clock.monotonic();
    if (ending.kind === "answered") {
      answered.push(now);
      while (answered.length > measuredAnswers && (answered[0] ?? now) < now - measuredMs) {
        measuredSince = answered.shift() ?? now;
      }
      window = Math.min(most, window + (doubling ? 1 : 1 / window));
      grow(now);
      return;
    }
    if (ending.kind === "throttled") {
      pausedUntil = Math.max(pausedUntil, now + Math.min(ending.waitMs, longestPauseMs));
      if (sentAt > cutAt) cutRate(now);
    }
    if (sentAt <= cutAt) return;
    cutAt = now;
    grownAt = now;
    doubling = false;
    window = Math.max(1, window * keptWindow);
  }

  /** A pause counts: what a server lets through after one is no rate that it bears. */
  function cutRate(now: number): void {
    const measuredFor = now - measuredSince;
    const measured = (answered.length * 1000) / Math.max(leastMeasuredMs, measuredFor);
    if (answered.length === 0) rate = Math.min(rate, Math.max(1, inFlight)) * keptOfGuess;
    else rate = Math.min(rate, measured * keptRate);
    rate = Math.max(leastRate, rate);
    refusedRate = measuredFor < leastMeasuredMs ? Number.POSITIVE_INFINITY : measured;
    answered.length = 0;
    measuredSince = now;
  }

  /** Only a rate that somebody waits for is worth raising: else the next crowd would overrun the server. */
  function grow(now: number): void {
    const seconds = (now - grownAt) / 1000;
    grownAt = now;
    if (rate === Number.POSITIVE_INFINITY || queue.length === 0) return;
    const calm = Math.max(1, (now - cutAt) / 1000 / calmSeconds);
    const near = rate >= refusedRate * nearShare;
    // Where answers are rare, each of them raises it a little only: else few would be enough to double it.
    rate *= 1 + Math.min(near ? growthNear : growthBelow, (near ? growthNear * calm : growthBelow) * seconds);
  }

  return {
    enter: ({ first, signal }) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const giveUp = () => {
          queue.splice(queue.indexOf(waiting), 1);
          reject(signal?.reason);
          pump();
        };
        const waiting: Waiting = {
          go: (turn) => {
            signal?.removeEventListener("abort", giveUp);
            resolve(turn);
          },
        };
        signal?.addEventListener("abort", giveUp, { once: true });
        if (first) queue.unshift(waiting);
        else queue.push(waiting);
        pump();
      }),
    watch: (onHold) => {
      watchers.add(onHold);
    },
    hear: ({ limit, remaining, resetMs }) => {
      if (remaining === undefined || resetMs === undefined || remaining > inFlight) return;
      const now = clock.monotonic();
      // What was used up comes back evenly, and all of it is back at the reset.
      const refill = limit === undefined || limit <= remaining ? undefined : ((limit - remaining) * 1000) / resetMs;
      if (refill !== undefined && Number.isFinite(refill)) rate = Math.max(leastRate, Math.min(rate, refill));
      if (remaining > 0) return;
      pausedUntil = Math.max(
        pausedUntil,
        now + Math.min(longestPauseMs, refill === undefined ? resetMs : 1000 / refill),
      );
    },
  };
}

const limiters = new WeakMap<Clock, Map<string, Limiter>>();

/** The limiter of a key at a host: the same one for all calls of the process. @param name Tells the two apart from others. */
export function limiterFor(name: string, clock: Clock, most: number): Limiter {
  const ofClock = limiters.get(clock) ?? new Map<string, Limiter>();
  limiters.set(clock, ofClock);
  const known = ofClock.get(name) ?? createLimiter(clock, most);
  ofClock.set(name, known);
  return known;
}

import { describe, expect, test } from "vitest";
import { createLimiter, type Ending, type Limiter, limiterFor, type Turn } from "../../../src/providers/limiter.ts";
import { rateFacts, retryAfterMs } from "../../../src/providers/rate-headers.ts";
import { virtualClock } from "./virtual-clock.ts";

const answered: Ending = { kind: "answered" };
const ask = { first: false, signal: undefined };

/** A server that lets so many requests through a second, after a first crowd. */
function bucket(clock: ReturnType<typeof virtualClock>, { rate, burst }: { rate: number; burst: number }) {
  let tokens = burst;
  let last = 0;
  return () => {
    tokens = Math.min(burst, tokens + ((clock.monotonic() - last) / 1000) * rate);
    last = clock.monotonic();
    if (tokens < 1) return false;
    tokens--;
    return true;
  };
}

interface Load {
  readonly calls: number;
  readonly latencyMs: number;
  readonly retryAfterMs: number;
  readonly rate: number;
  readonly burst: number;
  readonly most?: number;
}

async function load({ calls, latencyMs, retryAfterMs, rate, burst, most = 8 }: Load) {
  const clock = virtualClock();
  const limiter = createLimiter(clock, most);
  const allows = bucket(clock, { rate, burst });
  let refused = 0;
  const call = async () => {
    for (let first = false; ; first = true) {
      const turn = await limiter.enter({ first, signal: undefined });
      const allowed = allows();
      await clock.sleep(latencyMs);
      if (allowed) return turn.leave(answered);
      refused++;
      turn.leave({ kind: "throttled", waitMs: retryAfterMs });
    }
  };
  await clock.run(Promise.all(Array.from({ length: calls }, call)));
  return { refused, seconds: clock.monotonic() / 1000 };
}

describe("a server's rate is learnt from its refusals: few requests are wasted, and little of its time, of one", () => {
  test.each<[string, Load, { wasted: number; slower: number }]>([
    [
      "that says how long to wait",
      { calls: 300, latencyMs: 50, retryAfterMs: 1000, rate: 20, burst: 20 },
      { wasted: 0.03, slower: 1.15 },
    ],
    [
      "that lets no crowd through",
      { calls: 300, latencyMs: 50, retryAfterMs: 500, rate: 20, burst: 5 },
      { wasted: 0.03, slower: 1.35 },
    ],
    [
      "that is slow to answer",
      { calls: 300, latencyMs: 2000, retryAfterMs: 1000, rate: 3, burst: 3 },
      { wasted: 0.07, slower: 1.25 },
    ],
    [
      "that is fast",
      { calls: 2000, latencyMs: 50, retryAfterMs: 100, rate: 500, burst: 125, most: 64 },
      { wasted: 0.03, slower: 1.45 },
    ],
    [
      "that counts by the minute",
      { calls: 100, latencyMs: 50, retryAfterMs: 3000, rate: 1 / 3, burst: 20 },
      { wasted: 0.15, slower: 1.05 },
    ],
  ])("%s", async (_what, shape, { wasted, slower }) => {
    const { refused, seconds } = await load(shape);
    expect(refused / (shape.calls + refused)).toBeLessThan(wasted);
    expect(seconds).toBeLessThan(slower * ((shape.calls - shape.burst) / shape.rate));
  });
});

/** Asks for so many turns, and keeps the numbers of those that were given. */
function asking(limiter: Limiter) {
  const given: string[] = [];
  const turns: Turn[] = [];
  const enter = async (name: string, first = false, signal?: AbortSignal) => {
    turns.push(await limiter.enter({ first, signal }));
    given.push(name);
  };
  return { given, turns, enter };
}

describe("turns", () => {
  test("are given to few at first, to more with each answer, and never to more than the most", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 6);
    let now = 0;
    const seen: number[] = [];
    const call = async () => {
      const turn = await limiter.enter(ask);
      seen.push(++now);
      await clock.sleep(100);
      now--;
      turn.leave(answered);
    };
    await clock.run(Promise.all(Array.from({ length: 40 }, call)));
    expect(Math.max(...seen.slice(0, 4))).toBe(4);
    expect(Math.max(...seen)).toBe(6);
  });

  test("come in the order of asking, but for what goes first", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 1);
    const { given, turns, enter } = asking(limiter);
    const all = [enter("a"), enter("b"), enter("c"), enter("poll", true)];
    for (const _ of all) {
      await clock.run(clock.sleep(1));
      turns.at(-1)?.leave(answered);
    }
    await clock.run(Promise.all(all));
    expect(given).toEqual(["a", "poll", "b", "c"]);
  });

  test("are not waited for by who is interrupted, and nothing keeps the process then", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 1);
    (await limiter.enter(ask)).leave({ kind: "throttled", waitMs: 400_000 });
    const controller = new AbortController();
    const waiting = limiter.enter({ first: false, signal: controller.signal });
    controller.abort(new Error("interrupted"));
    await expect(clock.run(waiting)).rejects.toThrow("interrupted");
    expect(clock.monotonic()).toBe(0);
    expect(clock.pending()).toBe(0);
    await expect(limiter.enter({ first: false, signal: controller.signal })).rejects.toThrow("interrupted");
  });

  test("are held back for all by one refusal, for as long as it says and 10 minutes at most", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 4);
    const one = await limiter.enter(ask);
    one.leave({ kind: "throttled", waitMs: 90_000 });
    const again = await clock.run(limiter.enter(ask));
    expect(clock.monotonic()).toBe(90_000);
    again.leave({ kind: "throttled", waitMs: 86_400_000 });
    await clock.run(limiter.enter(ask));
    expect(clock.monotonic()).toBe(690_000);
  });

  test("are fewer at once after a failure, and more again with the answers", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 8);
    const crowd = async (ending: Ending) => {
      const started = clock.monotonic();
      const call = async () => {
        const turn = await limiter.enter(ask);
        await clock.sleep(100);
        turn.leave(ending);
      };
      await clock.run(Promise.all(Array.from({ length: 16 }, call)));
      return (clock.monotonic() - started) / 100;
    };
    await crowd(answered);
    expect(await crowd(answered)).toBe(2);
    await crowd({ kind: "failed" });
    expect(await crowd(answered)).toBeGreaterThan(2);
    for (let round = 0; round < 20; round++) await crowd(answered);
    expect(await crowd(answered)).toBe(2);
  });
});

describe("headers of any answer", () => {
  const facts = (headers: Record<string, string>) => rateFacts(new Headers(headers));

  test("hold requests back before one is refused", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 8);
    limiter.hear({ limit: 60, remaining: 0, resetMs: 60_000 });
    (await clock.run(limiter.enter(ask))).leave(answered);
    expect(clock.monotonic()).toBe(1000);
    (await clock.run(limiter.enter(ask))).leave(answered);
    expect(clock.monotonic()).toBeGreaterThan(1900);
  });

  test("hold nothing back while there is room", async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock, 8);
    limiter.hear({ limit: 5000, remaining: 4990, resetMs: 120 });
    (await clock.run(limiter.enter(ask))).leave(answered);
    expect(clock.monotonic()).toBe(0);
  });

  test.each([
    ["1s", 1000],
    ["6m0s", 360_000],
    ["20ms", 20],
    ["1h2m3.5s", 3_723_500],
    ["7", 7000],
    ["1700000000", undefined],
    ["soon", undefined],
  ])("tell the time to the reset: %s", (text, resetMs) => {
    const given = facts({
      "x-ratelimit-limit-requests": "10",
      "x-ratelimit-remaining-requests": "3",
      "x-ratelimit-reset-requests": text,
    });
    expect(given).toEqual({ limit: 10, remaining: 3, resetMs });
  });

  test("count tokens where none are left", () => {
    const given = facts({
      "x-ratelimit-remaining-requests": "99",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "1m",
    });
    expect(given).toEqual({ limit: undefined, remaining: 0, resetMs: 6000 });
    expect(facts({})).toBeUndefined();
  });

  test.each([
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 1500],
    [{ "retry-after": "120" }, 120_000],
    [{ "retry-after": "Sat, 21 Nov 2026 12:05:00 GMT" }, 300_000],
    // The server's clock is an hour ahead: what counts is the difference of its own two times.
    [{ "retry-after": "Sat, 21 Nov 2026 13:00:30 GMT", date: "Sat, 21 Nov 2026 13:00:00 GMT" }, 30_000],
    [{ "retry-after": "Sat, 21 Nov 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "later" }, undefined],
    [{}, undefined],
  ])("say how long to wait: %j", (headers, milliseconds) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), Date.UTC(2026, 10, 21, 12))).toBe(milliseconds);
  });
});

test("a key at a host has one limiter in a process, whoever asks", () => {
  const clock = virtualClock();
  expect(limiterFor("https://a k", clock, 8)).toBe(limiterFor("https://a k", clock, 8));
  expect(limiterFor("https://a k", clock, 8)).not.toBe(limiterFor("https://b k", clock, 8));
  expect(limiterFor("https://a k", clock, 8)).not.toBe(limiterFor("https://a k", virtualClock(), 8));
});

test("a long pause is told once to each who watches, with its end by the clock on the wall", async () => {
  const clock = virtualClock();
  const limiter = createLimiter(clock, 1);
  const told: number[] = [];
  const onHold = (until: number) => told.push(until);
  limiter.watch(onHold);
  limiter.watch(onHold);
  (await limiter.enter(ask)).leave({ kind: "throttled", waitMs: 5_000 });
  const short = limiter.enter(ask);
  await clock.run(short);
  expect(told).toEqual([]);
  (await short).leave({ kind: "throttled", waitMs: 60_000 });
  const until = clock.now() + 60_000;
  await clock.run(limiter.enter(ask));
  expect(told).toEqual([until]);
});

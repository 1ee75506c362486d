import { describe, expect, test } from "vitest";
import { FtpipeError } from "../../src/core/errors.ts";
import { creates, reads, refusal, spec } from "../unit/providers/calls.ts";
import { type Mishap, type ScriptedProvider, scriptedProvider } from "./scripted-provider.ts";

/** Where in the life of a request it goes wrong. */
type Position = "before it is accepted" | "after it was accepted" | "in the body of the answer";

/** What becomes of a call that meets with it. */
interface Outcome {
  /**
   * Of a call that creates nothing: sent again `after` so many seconds, `tries` times in all; or final.
   * Of one that creates: `resent` as well, or final with `creating`.
   */
  readonly code: string;
  readonly tries?: number;
  /** Seconds before it is sent again for the first time, the request's own included. */
  readonly after?: number | ((name: string) => number);
  readonly creating: "resent" | "CREATE_AMBIGUOUS" | string;
}

interface Kind {
  readonly name: string;
  readonly at: readonly Position[];
  readonly mishap: Mishap;
  readonly outcome: Outcome;
}

const before: Position = "before it is accepted";
const after: Position = "after it was accepted";
const inBody: Position = "in the body of the answer";

const status =
  (code: number, body: unknown, headers: Record<string, string> = {}): Mishap =>
  () =>
    Response.json(body, { status: code, headers });
const text =
  (code: number, body: string, type = "text/html"): Mishap =>
  () =>
    new Response(body, { status: code, headers: { "content-type": type } });
const thrown =
  (code: string, message = code): Mishap =>
  () => {
    throw new TypeError("fetch failed", { cause: Object.assign(new Error(message), { code }) });
  };
const hang: Mishap = () => new Promise(() => {});
/** The answer's first bytes, and then what the function does. */
const broken =
  (then: (controller: ReadableStreamDefaultController<Uint8Array>) => void): Mishap =>
  async (answer) => {
    const whole = new Uint8Array(await answer().arrayBuffer());
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(whole.slice(0, Math.ceil(whole.length / 2)));
        then(controller);
      },
    });
    return new Response(body, { headers: { "content-type": "application/json" } });
  };

const limited = (headers: Record<string, string>) =>
  status(429, refusal("Rate limit reached", "rate_limit_exceeded"), headers);

// The middle of the jitter: half of 0.5 s where nobody says how long, a twentieth more where somebody does.
const pause = 0.25;
const throttled = (seconds: number): Outcome => ({
  code: "PROVIDER_UNAVAILABLE",
  tries: Number.POSITIVE_INFINITY,
  after: seconds * 1.05,
  creating: "resent",
});
const passing = (code: string, own: Outcome["after"] = pause): Outcome => ({
  code,
  tries: 8,
  after: own,
  creating: "CREATE_AMBIGUOUS",
});
const final = (code: string, creating = code): Outcome => ({ code, creating });
const deadline = (name: string) => ({ complete: 120, "a job": 120, "a file": 60 })[name] ?? 30;

/** The server, or what stands before it, says no: nothing is accepted. */
const refused = (name: string, mishap: Mishap, outcome: Outcome): Kind => ({ name, at: [before], mishap, outcome });
/** The request may have been accepted. */
const anywhere = (name: string, mishap: Mishap, outcome: Outcome): Kind => ({
  name,
  at: [before, after],
  mishap,
  outcome,
});

const kinds: readonly Kind[] = [
  refused("429 that says seconds", limited({ "retry-after": "20" }), throttled(20)),
  refused("429 that says over a minute", limited({ "retry-after": "120" }), throttled(120)),
  refused("429 that says milliseconds", limited({ "retry-after-ms": "700" }), throttled(0.7)),
  refused(
    "429 that says a date",
    limited({ date: "Sat, 21 Nov 2026 11:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 11:00:40 GMT" }),
    throttled(40),
  ),
  refused(
    "429 with a reset only",
    limited({ "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1m4s" }),
    throttled(64),
  ),
  refused("429 that says nothing", limited({}), { ...throttled(0), after: pause }),
  refused("429 that says an hour", limited({ "retry-after": "3600" }), final("PROVIDER_UNAVAILABLE")),
  refused(
    "429 insufficient_quota",
    status(429, refusal("You exceeded your current quota", "insufficient_quota"), { "retry-after": "1" }),
    final("QUOTA_EXCEEDED"),
  ),
  refused(
    "429 billing_hard_limit_reached",
    status(429, refusal("Billing hard limit has been reached", "billing_hard_limit_reached")),
    final("QUOTA_EXCEEDED"),
  ),
  anywhere("500", status(500, refusal("server error")), passing("PROVIDER_UNAVAILABLE")),
  anywhere("502 with a page", text(502, "<html>Bad Gateway"), passing("PROVIDER_UNAVAILABLE")),
  anywhere(
    "503 that says how long",
    status(503, refusal("overloaded", "server_is_overloaded"), { "retry-after": "10" }),
    passing("PROVIDER_UNAVAILABLE", 10.5),
  ),
  anywhere("504 with a page", text(504, "<html>Time-out"), passing("PROVIDER_UNAVAILABLE")),
  anywhere("408", status(408, refusal("timeout")), passing("PROVIDER_UNAVAILABLE")),
  anywhere("409", status(409, refusal("conflict")), passing("PROVIDER_UNAVAILABLE")),
  refused("401", status(401, refusal("no key", "invalid_api_key")), final("CREDENTIALS_REJECTED")),
  refused("403", status(403, refusal("not in your country")), final("PERMISSION_DENIED")),
  refused(
    "403 training_not_available",
    status(403, refusal("winding down", "training_not_available")),
    final("TRAINING_CLOSED"),
  ),
  anywhere("403 with a proxy's page", text(403, "<html>Blocked"), passing("PROVIDER_ANSWER")),
  anywhere("404 with a proxy's page", text(404, "<html>Nothing here"), passing("PROVIDER_ANSWER")),
  anywhere("200 with a login page", text(200, "<html>Sign in"), passing("PROVIDER_ANSWER")),
  anywhere("200 with {}", status(200, {}), passing("PROVIDER_ANSWER")),
  anywhere("200 with a string", status(200, "ftjob-1"), passing("PROVIDER_ANSWER")),
  anywhere("200 with nothing", text(200, "", "application/json"), passing("PROVIDER_ANSWER")),
  anywhere("204", () => new Response(null, { status: 204 }), passing("PROVIDER_ANSWER")),
  anywhere(
    "a redirect",
    () => new Response(null, { status: 307, headers: { location: "https://elsewhere.example/v1" } }),
    final("PROVIDER_ANSWER", "CREATE_AMBIGUOUS"),
  ),
  anywhere("a reset", thrown("ECONNRESET"), passing("NETWORK")),
  anywhere("a closed connection", thrown("UND_ERR_SOCKET", "other side closed"), passing("NETWORK")),
  anywhere(
    "no answer",
    hang,
    passing("NETWORK", (name) => deadline(name) + pause),
  ),
  refused("a refused connection", thrown("ECONNREFUSED"), { ...passing("NETWORK"), creating: "NETWORK" }),
  refused("a host out of reach", thrown("EHOSTUNREACH"), { ...passing("NETWORK"), creating: "NETWORK" }),
  refused("a connection that is not made in time", thrown("UND_ERR_CONNECT_TIMEOUT"), {
    ...passing("NETWORK"),
    creating: "NETWORK",
  }),
  refused("a name that is not known", thrown("ENOTFOUND"), { ...passing("NETWORK"), tries: 3, creating: "resent" }),
  refused("a name server that fails", thrown("EAI_AGAIN"), { ...passing("NETWORK"), tries: 3, creating: "resent" }),
  refused("an expired certificate", thrown("CERT_HAS_EXPIRED"), final("NETWORK")),
  refused("a certificate of nobody", thrown("SELF_SIGNED_CERT_IN_CHAIN"), final("NETWORK")),
  refused(
    "a proxy that refuses",
    thrown("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"),
    final("NETWORK"),
  ),
  refused("a proxy that fails", thrown("UND_ERR_ABORTED", "Proxy response (502) !== 200 when HTTP Tunneling"), {
    ...passing("NETWORK"),
    creating: "NETWORK",
  }),
  {
    name: "an end that comes too soon",
    at: [inBody],
    mishap: broken((body) => body.close()),
    outcome: passing("PROVIDER_ANSWER"),
  },
  {
    name: "a reset",
    at: [inBody],
    mishap: broken((body) =>
      body.error(new TypeError("terminated", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) })),
    ),
    outcome: passing("NETWORK"),
  },
  // The deadline of a read comes before the minute without a byte.
  {
    name: "silence",
    at: [inBody],
    mishap: broken(() => {}),
    outcome: passing("NETWORK", (name) => Math.min(60, deadline(name)) + pause),
  },
];

const calls = [...creates.map((call) => [...call, true] as const), ...reads.map((call) => [...call, false] as const)];
const cases = kinds.flatMap((kind) =>
  kind.at.flatMap((position) => calls.map(([name, call, creating]) => ({ kind, position, name, call, creating }))),
);

type Case = (typeof cases)[number];

/** Runs the call while it goes wrong so many times. */
async function meet({ kind, position, call }: Case, times: number) {
  const provider: ScriptedProvider = await scriptedProvider();
  provider.strike(kind.mishap, { times, accepted: position !== before });
  const error = await provider.clock.run(
    call(provider.connection).then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  if (error !== undefined && !(error instanceof FtpipeError)) throw error;
  return { code: error?.code, error, sent: provider.sent.length, seconds: provider.clock.monotonic() / 1000, provider };
}

const isResent = ({ kind: { outcome }, creating }: Case) =>
  creating ? outcome.creating === "resent" : outcome.tries !== undefined;
const finalCode = ({ kind: { outcome }, creating }: Case) =>
  creating && outcome.creating !== "resent" ? outcome.creating : outcome.code;

describe("a call that goes wrong", () => {
  test("is tried in 24 ways and more, at every endpoint", () => {
    expect(new Set(kinds.map(({ name, at }) => `${name} ${at}`)).size).toBe(kinds.length);
    expect(kinds.length).toBeGreaterThanOrEqual(24);
  });

  test.each(cases)("once, with $kind.name $position ($name)", async (one) => {
    const met = await meet(one, 1);
    if (isResent(one)) {
      const { after: wait = 0 } = one.kind.outcome;
      expect(met).toMatchObject({ code: undefined, sent: 2 });
      expect(met.seconds).toBeCloseTo(typeof wait === "number" ? wait : wait(one.name), 1);
    } else {
      expect(met).toMatchObject({ code: finalCode(one), sent: 1 });
    }
    // Whatever happened, nothing is made twice; and what was made is not said to be refused.
    if (one.creating) {
      expect(met.provider.made()).toBeLessThanOrEqual(1);
      if (met.provider.made() === 1) expect([undefined, "CREATE_AMBIGUOUS"]).toContain(met.code);
    }
  });

  test.each(cases)("each time, with $kind.name $position ($name)", async (one) => {
    const met = await meet(one, Number.POSITIVE_INFINITY);
    const { tries = 1 } = one.kind.outcome;
    expect(met.code).toBe(finalCode(one));
    expect(met.error?.message).toContain("api.example.org");
    if (!isResent(one)) expect(met.sent).toBe(1);
    else if (tries === Number.POSITIVE_INFINITY) expect(met.sent).toBeLessThan(60);
    else expect(met.sent).toBe(tries);
    // A quarter of an hour, and the last request's own time.
    expect(met.seconds).toBeLessThanOrEqual(900 + 120);
    expect(met.provider.clock.pending()).toBe(0);
  });
});

describe("a request that creates", () => {
  const create = async (retryAfter: string | undefined, beforeSend: () => Promise<void>) => {
    const provider = await scriptedProvider();
    if (retryAfter !== undefined)
      provider.strike(limited({ "retry-after": retryAfter }), { times: 1, accepted: false });
    const made = provider.clock.run(provider.connection.create(spec, { beforeSend }));
    return { provider, made };
  };

  test("and leaves late, for want of room, is announced anew before it leaves", async () => {
    const sentBefore: number[] = [];
    const { provider, made } = await create("90", async () => {
      sentBefore.push(provider.sent.length);
    });
    await made;
    expect(sentBefore).toEqual([1]);
    expect(provider.sent).toHaveLength(2);
  });

  test("and leaves at once is not announced twice", async () => {
    const { made } = await create(undefined, () => Promise.reject(new Error("announced")));
    expect((await made).id).toBe("ftjob-1");
  });

  test("is not sent if it can't be announced", async () => {
    const full = new FtpipeError("FILE_UNWRITABLE", "No room on the disk.");
    const { provider, made } = await create("90", () => Promise.reject(full));
    await expect(made).rejects.toBe(full);
    expect(provider.sent).toHaveLength(1);
  });
});

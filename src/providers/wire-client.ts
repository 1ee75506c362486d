import type { OpenAI } from "openai";
import { sha256 } from "../core/hash.ts";
import type { Clock, Random } from "../core/ports.ts";
import type { Secret } from "../core/secret.ts";
import { limiterFor } from "./limiter.ts";
import type { Capabilities, ConnectContext } from "./provider.ts";
import { rateFacts } from "./rate-headers.ts";
import { type CallContext, patience, type WireTiming, wireCall } from "./wire-call.ts";
import { guardedFetch } from "./wire-fetch.ts";
import { everyItem, type ListAnswer } from "./wire-list.ts";
import { checkedPage } from "./wire-shapes.ts";

export interface Endpoint {
  readonly baseUrl: string;
  readonly key: Secret;
  readonly fetch: typeof globalThis.fetch;
  readonly capabilities: Capabilities;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly onHold?: ConnectContext["onHold"];
  /** Default: `patience`. */
  readonly timing?: Partial<WireTiming>;
}

/** The SDK's own clock never ends a call: ours does. Longest delay that a timer takes, milliseconds. */
const noTimeout = 2 ** 31 - 1;

/** The official SDK for one address and key, and the two ways in which most calls go through it. */
export interface Wire {
  readonly client: OpenAI;
  readonly host: string;
  readonly context: CallContext;
  /** A call that creates nothing. */
  readonly read: <T>(
    action: string,
    signal: AbortSignal | undefined,
    send: (signal: AbortSignal) => Promise<T>,
  ) => Promise<T>;
  /** Page by page: the SDK's own lists take an answer without data for an empty list. */
  readonly list: <T extends { readonly id: string }>(
    what: WireList,
    query: object,
    signal: AbortSignal | undefined,
  ) => AsyncGenerator<T>;
  /** What every answer goes through, whoever asked: its headers tell the limiter. */
  readonly onHeaders: (headers: Headers) => void;
}

export interface WireList {
  readonly path: string;
  readonly of: Parameters<typeof checkedPage>[0];
  /** For messages: "list files". */
  readonly action: string;
}

/**
 * Opens OpenAI's wire format by the official SDK. Of the SDK's own retries none are left: with its defaults one lost
 * answer makes two paid jobs. Turns, deadlines and repeats are those of `wireCall`.
 */
export async function openWire(endpoint: Endpoint): Promise<Wire> {
  const { OpenAI } = await import("openai");
  const { baseUrl, key, capabilities, clock, random } = endpoint;
  const timing = { ...patience, ...endpoint.timing };
  const { host, origin } = new URL(baseUrl);
  const limiter = limiterFor(`${origin} ${sha256(key.reveal())}`, clock, capabilities.maxConcurrency);
  if (endpoint.onHold !== undefined) limiter.watch(endpoint.onHold);
  const onHeaders = (headers: Headers) => {
    const facts = rateFacts(headers);
    if (facts !== undefined) limiter.hear(facts);
  };
  const client = new OpenAI({
    apiKey: key.reveal(),
    baseURL: baseUrl,
    // Given even when empty: the SDK would take them from the environment.
    organization: endpoint.organization ?? null,
    project: endpoint.project ?? null,
    adminAPIKey: null,
    webhookSecret: null,
    defaultHeaders: {},
    logLevel: "off",
    maxRetries: 0,
    timeout: noTimeout,
    fetch: guardedFetch({ ...endpoint, stallMs: timing.stallMs, onHeaders }, host),
  });
  const context = { host, key, clock, random, limiter, timing };
  const read: Wire["read"] = (action, signal, send) =>
    wireCall({ action, creating: false, deadlineMs: timing.readMs, signal }, send, context);
  return {
    client,
    host,
    context,
    read,
    onHeaders,
    list: <T extends { readonly id: string }>(
      { path, of, action }: WireList,
      query: object,
      signal: AbortSignal | undefined,
    ) =>
      everyItem((after) =>
        read(action, signal, async (signal) => {
          const asked = after === undefined ? query : { ...query, after };
          return checkedPage(of, await client.get<ListAnswer<T> | null>(path, { query: asked, signal }), host);
        }),
      ),
  };
}

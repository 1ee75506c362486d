import { FtpipeError } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";
import { redact, type Secret } from "../core/secret.ts";
import type { ContentSink } from "./account.ts";
import { badAnswer } from "./wire-errors.ts";

export interface Caller {
  readonly fetch: typeof globalThis.fetch;
  readonly key: Secret;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  readonly clock: Clock;
  /** Milliseconds without a byte of the body after which an answer is given up. */
  readonly stallMs: number;
  /** Sees the headers of every answer. */
  readonly onHeaders: (headers: Headers) => void;
}

/**
 * A `fetch` for one host. What is sent is ours alone: the SDK takes more headers, the key's among them, from
 * OPENAI_CUSTOM_HEADERS. What comes back is whole JSON or a refusal: a proxy's login page with status 200 must
 * never pass for an answer, and no answer may lead elsewhere.
 * @throws FtpipeError PROVIDER_ANSWER, NETWORK for a body that stops; what `fetch` throws before there is an answer.
 */
export function guardedFetch(caller: Caller, host: string): typeof globalThis.fetch {
  const guarded: typeof globalThis.fetch = async (input, init) => {
    const signal = init?.signal ?? undefined;
    const headers = headersOf(caller, init);
    const sent = caller.fetch(input, {
      ...init,
      headers,
      ...(isStream(init?.body) ? streamed : { redirect: "manual" }),
    });
    const response = await orAborted(sent, signal).catch((error: unknown) => {
      throw isRefusedRedirect(error) ? redirected(host) : error;
    });
    caller.onHeaders(response.headers);
    if (response.status >= 300 && response.status < 400) {
      void response.body?.cancel().catch(() => {}); // Nobody reads it.
      throw redirected(host, response);
    }
    const { text, broken } = await readBody(response, caller, signal);
    if (response.ok && response.status !== 204) checkBody({ host, response, text, broken, key: caller.key });
    // Half the text of a refusal tells enough: its status is known.
    const empty = response.status === 204 || response.status === 205;
    return new Response(empty ? null : text, { status: response.status, headers: response.headers });
  };
  // The SDK looks for it here; without it, it would ask a `data:` address by this very function.
  return Object.assign(guarded, { Response });
}

export interface StreamedContent {
  readonly url: string;
  readonly host: string;
  readonly sink: ContentSink;
  readonly signal: AbortSignal;
}

/**
 * Reads bytes that are no JSON, such as a file's, as they come.
 * @throws The SDK's APIError for a refusal; else as `guardedFetch`.
 */
export async function streamedContent(caller: Caller, { url, host, sink, signal }: StreamedContent): Promise<void> {
  const headers = { ...headersOf(caller, undefined), accept: "application/octet-stream" };
  const response = await orAborted(caller.fetch(url, { headers, redirect: "manual", signal }), signal);
  caller.onHeaders(response.headers);
  if (response.status >= 300 && response.status < 400) {
    void response.body?.cancel().catch(() => {}); // Nobody reads it.
    throw redirected(host, response);
  }
  if (!response.ok) {
    const { APIError } = await import("openai");
    const { text } = await readBody(response, caller, signal);
    throw APIError.generate(response.status, jsonOf(text), text, response.headers);
  }
  await sink.begin();
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await orStalled(orAborted(reader.read(), signal), caller.clock, caller.stallMs);
      if (done) return;
      await sink.write(value);
    }
  } catch (error) {
    void reader.cancel(error).catch(() => {}); // It is broken already.
    throw error;
  }
}

/** Undefined for what is none. */
function jsonOf(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** `fetch` keeps all of a stream that it may have to send again: only thus it knows that it never will. */
const streamed = { redirect: "error", window: null } as const;

const isStream = (body: RequestInit["body"]): boolean => body instanceof ReadableStream;

/** What `fetch` says of a redirect that it was told to take for an error. */
function isRefusedRedirect(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown };
  return cause instanceof Error && cause.message === "unexpected redirect";
}

/** Of a stream, type and length are those of who made it: without a length it would go in chunks, which some servers misread. */
function headersOf({ key, organization, project }: Caller, init: RequestInit | undefined): Record<string, string> {
  const body = init?.body;
  const given = new Headers(init?.headers);
  return {
    accept: "application/json",
    authorization: `Bearer ${key.reveal()}`,
    "user-agent": "ftpipe",
    ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    ...(isStream(body)
      ? { "content-type": given.get("content-type") ?? "", "content-length": given.get("content-length") ?? "" }
      : {}),
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project }),
  };
}

interface Body {
  readonly text: string;
  /** Why it is not whole; undefined if it is. */
  readonly broken: Error | undefined;
}

async function readBody(
  response: Response,
  { clock, stallMs }: Caller,
  signal: AbortSignal | undefined,
): Promise<Body> {
  if (response.body === null) return { text: "", broken: undefined };
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { done, value } = await orStalled(orAborted(reader.read(), signal), clock, stallMs);
      if (done) return { text: text + decoder.decode(), broken: undefined };
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    void reader.cancel(error).catch(() => {}); // It is broken already.
    if (signal?.aborted === true) throw error;
    return { text, broken: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** @throws FtpipeError that says what came in the place of JSON. */
function checkBody({
  host,
  response,
  text,
  broken,
  key,
}: Body & { host: string; response: Response; key: Secret }): void {
  const id = response.headers.get("x-request-id");
  const trace = id === null ? "" : ` (request ${id})`;
  const start = excerpt(text, key);
  if (broken !== undefined) {
    throw new FtpipeError(
      "NETWORK",
      `The answer of ${host} broke off${trace}: ${reasonOf(broken)}, after "${start}".`,
      {
        hint: "Check the network, then run the same command again.",
        cause: broken,
      },
    );
  }
  const type = response.headers.get("content-type") ?? "";
  if (!/[/+]json\b/.test(type)) throw badAnswer(host, `${type || "no content type"}: ${start}${trace}`);
  try {
    JSON.parse(text);
  } catch {
    throw badAnswer(host, `JSON that is cut short: ${start}${trace}`);
  }
}

function reasonOf(error: Error): string {
  const { code } = (error.cause ?? error) as { code?: unknown };
  return typeof code === "string" ? code : error.message;
}

/** Of an answer that can't be used, the first 200 characters. The key goes first: cut in two, it would not be known. */
function excerpt(text: string, key: Secret): string {
  return redact(text.slice(0, 4000), [key]).replace(/\s+/g, " ").trim().slice(0, 200);
}

/** @param response Undefined where `fetch` keeps it to itself. */
function redirected(host: string, response?: Response): FtpipeError {
  const to = URL.parse(response?.headers.get("location") ?? "", response?.url || undefined)?.host ?? "elsewhere";
  const status = response === undefined ? "" : ` (${response.status})`;
  return new FtpipeError("PROVIDER_ANSWER", `${host} answers with a redirect${status} to ${to}.`, {
    hint: "Redirects are never followed: they would take data and key to another address. Check base_url.",
    data: { redirect: to },
  });
}

/** What was awaited, or the signal's reason as soon as it is aborted. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function orStalled<T>(work: Promise<T>, clock: Clock, stallMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const disarm = clock.alarm(stallMs, () => reject(new Error(`no byte for ${Math.round(stallMs / 1000)} s`)));
    work.then(resolve, reject).finally(disarm);
  });
}

import { redact, type Secret } from "../core/secret.ts";
import { badAnswer } from "./wire-errors.ts";

export interface Caller {
  readonly fetch: typeof globalThis.fetch;
  readonly key: Secret;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
}

/**
 * A `fetch` for one host. What is sent is ours alone: the SDK takes more headers, the key's among them, from
 * OPENAI_CUSTOM_HEADERS. What comes back is JSON or a refusal: a proxy's login page with status 200 must never
 * pass for an answer, and no answer may lead elsewhere.
 */
export function guardedFetch(caller: Caller, host: string): typeof globalThis.fetch {
  const guarded: typeof globalThis.fetch = async (input, init) => {
    const response = await caller.fetch(input, {
      ...init,
      headers: headersOf(caller, init?.body),
      redirect: "error",
    });
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && response.status !== 204 && !/[/+]json\b/.test(type)) {
      const start = (await response.text()).slice(0, 80).replace(/\s+/g, " ");
      throw badAnswer(host, redact(`${type || "no content type"}: ${start}`, [caller.key]));
    }
    return response;
  };
  // The SDK looks for it here; without it, it would ask a `data:` address by this very function.
  return Object.assign(guarded, { Response });
}

/** A form's content type is left to `fetch`, which knows its boundary. */
function headersOf({ key, organization, project }: Caller, body: RequestInit["body"]): Record<string, string> {
  return {
    accept: "application/json",
    authorization: `Bearer ${key.reveal()}`,
    "user-agent": "ftpipe",
    ...(typeof body === "string" ? { "content-type": "application/json" } : {}),
    ...(organization === undefined ? {} : { "openai-organization": organization }),
    ...(project === undefined ? {} : { "openai-project": project }),
  };
}

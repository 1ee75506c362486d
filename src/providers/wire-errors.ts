import type { APIError } from "openai";
import { type ErrorCode, FtpipeError } from "../core/errors.ts";
import { redact, type Secret } from "../core/secret.ts";

export interface CallFacts {
  /** What was asked, for messages: "create the job". */
  readonly action: string;
  readonly host: string;
  /** Whether the call makes something that costs money or room: then a lost answer is ambiguous. */
  readonly creating: boolean;
  readonly key: Secret;
}

/** Failures before the request could have left: nothing was created. */
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Says in ftpipe's words what went wrong in a call: which of it is final, which may be tried again, which is ambiguous. */
export function explainFailure(error: unknown, facts: CallFacts): FtpipeError {
  if (error instanceof FtpipeError) return error;
  const { action, host, creating, key } = facts;
  const { status, code, message, requestID } = error as Partial<APIError> & Error;
  const text = shorten(redact(message, [key]));
  const cause = withoutKey(error, key);
  const trace = typeof requestID === "string" ? ` (request ${requestID})` : "";
  const failed = (kind: ErrorCode, what: string, hint?: string) =>
    new FtpipeError(kind, `${what}${trace}`, { hint, cause });
  if (typeof status === "number") {
    if (status === 401) {
      return failed(
        "CREDENTIALS_REJECTED",
        `${host} rejected the key: ${text}`,
        "Check the key's value, organisation and project.",
      );
    }
    if (status === 403 && code === "training_not_available") {
      return failed(
        "TRAINING_CLOSED",
        `${host} takes no fine-tuning jobs from this organisation any more: ${text}`,
        "OpenAI closes fine-tuning for everybody on 2027-01-06, and its tuned models stop answering on 2027-01-14. Train elsewhere: --target local, or a target of another provider.",
      );
    }
    if (status === 403) return failed("PERMISSION_DENIED", `${host} does not permit it to ${action}: ${text}`);
    if (status === 429 && (code === "insufficient_quota" || code === "billing_hard_limit_reached")) {
      return failed(
        "QUOTA_EXCEEDED",
        `${host} refuses: the account's quota is used up.`,
        "Check plan and billing of the account.",
      );
    }
    if (status === 429)
      return failed(
        "PROVIDER_UNAVAILABLE",
        `${host} is busy and asks to wait: ${text}`,
        "Run the same command again later.",
      );
    if (status === 404 && (code === "model_not_found" || /model .*(does not exist|deprecated)/i.test(text))) {
      return failed("MODEL_GONE", `${host} has no such model: ${text}`);
    }
    if (status === 404 && code === "fine_tune_not_found") {
      return failed(
        "JOB_GONE",
        `${host} has no such job: ${text}`,
        "Is it the account that created it? To train the same again: --new-attempt",
      );
    }
    if (status >= 500 || status === 408 || status === 409) {
      if (creating) return ambiguous(`${host} answered ${status} to "${action}"`, cause);
      return failed(
        "PROVIDER_UNAVAILABLE",
        `${host} could not ${action}: ${status} ${text}`,
        "Run the same command again later.",
      );
    }
    return failed("PROVIDER_REJECTED", `${host} refused to ${action}: ${text}`);
  }
  const systemCode = rootCode(error);
  if (creating && !(systemCode !== undefined && neverSent.has(systemCode))) {
    return ambiguous(`The answer to "${action}" was lost (${systemCode ?? text})`, cause);
  }
  if (error instanceof SyntaxError) return badAnswer(host, `JSON that is cut short: ${text}`, cause);
  return failed(
    "NETWORK",
    `Cannot reach ${host} to ${action}: ${systemCode ?? text.replace(/\.$/, "")}.`,
    "Check the network and the address, then run the same command again.",
  );
}

export function badAnswer(host: string, what: string, cause?: unknown): FtpipeError {
  return new FtpipeError("PROVIDER_ANSWER", `${host} gave no answer of its API (${what}).`, {
    hint: "Is a proxy or a login page in between? Check base_url.",
    cause,
  });
}

export function ambiguous(what: string, cause?: unknown): FtpipeError {
  return new FtpipeError("CREATE_AMBIGUOUS", `${what.replace(/\.$/, "")}: it may have been done or not.`, {
    hint: "Run the same command again: ftpipe looks for it first and creates nothing twice.",
    cause,
  });
}

/** What was thrown, with its chain of causes, as far as it can be shown: servers echo the key that they refuse. */
function withoutKey(error: unknown, key: Secret): Error | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, stack, cause } = error;
  const copy = new Error(redact(message, [key]), { cause: withoutKey(cause, key) });
  return Object.assign(copy, { name, stack: redact(stack ?? "", [key]) });
}

/** The system's error code at the bottom of a chain of causes. */
function rootCode(error: unknown): string | undefined {
  let found: string | undefined;
  for (
    let at = error as { code?: unknown; cause?: unknown } | undefined;
    at !== undefined && at !== null;
    at = at.cause as typeof at
  ) {
    if (typeof at.code === "string") found = at.code;
  }
  return found;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 300 ? `${line.slice(0, 297)}…` : line;
}

import type { Location } from "./location.ts";
import { maskSecrets } from "./secret.ts";

/**
 * Every error code, with the exit code that a run ends with (`docs/exit-codes.md`).
 * A code is a stable word that scripts may match on.
 */
export const exitCodeOf = {
  USAGE: 2,
  PIPELINE_NOT_FOUND: 2,
  PIPELINE_INVALID: 2,
  PIPELINE_TOO_LARGE: 2,
  PATH_INVALID: 2,
  SOURCE_NOT_FOUND: 2,
  SOURCE_EMPTY: 2,
  SOURCE_ENCODING: 2,
  SOURCE_INVALID: 2,
  ROW_RAGGED: 2,
  ROW_INVALID: 2,
  KEY_MISSING: 2,
  KEY_DUPLICATE: 2,
  TEMPLATE_NOT_FOUND: 2,
  TEMPLATE_INVALID: 2,
  TEMPLATE_UNKNOWN_COLUMN: 2,
  TEMPLATE_EMPTY_CELL: 2,
  EXAMPLE_INVALID: 2,
  EXAMPLE_EMPTY: 2,
  EXAMPLE_DUPLICATE: 2,
  EXAMPLE_VARIANTS_EQUAL: 2,
  PREFERENCE_INVALID: 2,
  ITEM_INVALID: 2,
  EXAMPLES_TOO_FEW: 2,
  SPLIT_EMPTY: 2,
  SPLIT_LEAKAGE: 2,
  RULE_BROKEN: 2,
  CASE_INVALID: 2,
  TRUST_INVALID: 2,
  TARGET_UNKNOWN: 2,
  TARGET_UNSUPPORTED: 2,
  TARGET_REQUIRED: 2,
  NODE_TOO_OLD: 2,
  INIT_EXISTS: 2,
  NOTHING_TO_SHOW: 2,
  BASELINE_NOT_FOUND: 2,
  GATE_FAILED: 3,
  CREDENTIALS_MISSING: 4,
  CREDENTIALS_REJECTED: 4,
  PERMISSION_DENIED: 4,
  QUOTA_EXCEEDED: 4,
  TRAINING_CLOSED: 4,
  NETWORK: 5,
  PROVIDER_UNAVAILABLE: 5,
  PROVIDER_ANSWER: 5,
  PROVIDER_REJECTED: 2,
  RESPONSE_FORMAT_INVALID: 2,
  CREATE_AMBIGUOUS: 6,
  JOB_FAILED: 7,
  JOB_CANCELLED: 7,
  JOB_DUPLICATE: 7,
  JOB_GONE: 7,
  MODEL_GONE: 7,
  LOCKED: 8,
  FILE_UNREADABLE: 9,
  FILE_UNWRITABLE: 9,
  PORT_IN_USE: 9,
  INPUT_CHANGED: 9,
  STATE_DAMAGED: 9,
  LOCK_DAMAGED: 9,
  BASELINE_DAMAGED: 9,
  MODEL_MISMATCH: 9,
  WAIT_TIMEOUT: 10,
  CONSENT_REQUIRED: 11,
  COST_LIMIT: 11,
  HOST_UNTRUSTED: 11,
  KEY_NOT_ALLOWED: 11,
  SECRET_IN_PIPELINE: 11,
  SECRET_IN_DATA: 11,
  PERSONAL_DATA: 11,
  FROZEN: 11,
  PLAN_STALE: 11,
  EVENT_REFUSED: 11,
  GATE_INCONCLUSIVE: 12,
  INTERRUPTED: 130,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof exitCodeOf;

/** One thing that is wrong with the input, as data: what, where, and what to do about it. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: ErrorCode;
  /** What is wrong, naming the value. One sentence. */
  readonly message: string;
  /** The next action. */
  readonly hint?: string;
  readonly location?: Location;
  /** Further places of the same problem. */
  readonly alsoAt?: readonly Location[];
  /** Still further places that are only counted. */
  readonly unlisted?: number;
}

/** Places of a problem, those that are only counted too. */
export function placesOf({ alsoAt = [], unlisted = 0 }: Problem): number {
  return 1 + alsoAt.length + unlisted;
}

export interface ErrorDetails {
  readonly hint?: string | undefined;
  readonly location?: Location | undefined;
  readonly cause?: unknown;
  /** All problems of an input at once; the error itself then stands for the first. */
  readonly problems?: readonly Problem[];
  /** What else is known, beside the error in its JSON document. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * An expected failure: shown without a stack, ends the run with the exit code of its code.
 * Anything else that is thrown is a bug in ftpipe: shown with its stack, exit 1.
 */
export class FtpipeError extends Error {
  override readonly name = "FtpipeError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly location: Location | undefined;
  readonly problems: readonly Problem[];
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(maskSecrets(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint === undefined ? undefined : maskSecrets(details.hint);
    this.location = details.location;
    this.data = details.data ?? {};
    this.problems = details.problems ?? [problem("error", code, message, details)];
  }

  get exitCode(): number {
    return exitCodeOf[this.code];
  }
}

/** What it quotes of a secret is masked. */
export function problem(
  severity: Problem["severity"],
  code: ErrorCode,
  message: string,
  { hint, location }: ErrorDetails = {},
): Problem {
  return {
    severity,
    code,
    message: maskSecrets(message),
    ...(hint === undefined ? {} : { hint: maskSecrets(hint) }),
    ...(location === undefined ? {} : { location }),
  };
}

/**
 * What the run is refused for (exit 11) goes before what is merely wrong.
 * @param data What else is known, for the error's JSON document.
 * @throws FtpipeError that carries every problem, if one of them is an error.
 */
export function throwIfErrors(problems: readonly Problem[], data?: ErrorDetails["data"]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  const first = errors.find(({ code }) => exitCodeOf[code] === 11) ?? errors[0];
  if (first === undefined) return;
  throw new FtpipeError(first.code, first.message, { hint: first.hint, location: first.location, problems, data });
}

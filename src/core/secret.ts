import { inspect } from "node:util";

/** A value that must never be printed: `String`, `JSON.stringify` and `inspect` show `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one line that sends it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "***";
  }

  toJSON(): string {
    return "***";
  }

  [inspect.custom](): string {
    return "***";
  }
}

/** Replaces every secret in a text, plain, base64 and URL-encoded, with `***`. Secrets under 6 characters are left. */
export function redact(text: string, secrets: Iterable<Secret>): string {
  let result = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length < 6) continue;
    const base64 = Buffer.from(value).toString("base64").replace(/=+$/, "");
    for (const form of new Set([value, base64, encodeURIComponent(value)])) result = result.replaceAll(form, "***");
  }
  return result;
}

const keyForms: readonly (readonly [string, RegExp])[] = [
  ["an OpenAI key", /\bsk-[A-Za-z0-9_-]{16,}/],
  ["an AWS access key", /\bAKIA[0-9A-Z]{16}\b/],
  ["a GitHub token", /\b(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{20,}/],
  ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
  ["a Slack token", /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ["a Hugging Face token", /\bhf_[A-Za-z0-9]{20,}/],
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
];

/** What kind of secret a text seems to hold, in words; undefined if none. */
export function looksLikeSecret(text: string): string | undefined {
  return keyForms.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Where a text seems to hold secrets, and of what kind. */
export function findSecrets(
  text: string,
): readonly { readonly start: number; readonly end: number; readonly what: string }[] {
  return keyForms.flatMap(([what, pattern]) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map(({ 0: match, index }) => ({
      start: index,
      end: index + match.length,
      what,
    })),
  );
}

/** A text in which all that looks like a secret is `***`: for messages that quote what somebody wrote. */
export function maskSecrets(text: string): string {
  if (looksLikeSecret(text) === undefined) return text;
  return keyForms.reduce((masked, [, pattern]) => masked.replaceAll(new RegExp(pattern, "g"), "***"), text);
}

import type { AssertionDefinition, Score } from "./assertions/assertion.ts";

/** An assertion of one case: its templates rendered. */
export interface CaseAssertion {
  /** As written: `contains`, `not-contains`. */
  readonly type: string;
  readonly negated: boolean;
  /** The name under which its pass rate is reported. */
  readonly metric?: string | undefined;
  /** Without `type` and `metric`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What an assertion says of an answer. */
export interface AssertionScore extends Score {
  readonly type: string;
  readonly metric?: string | undefined;
}

/** Splits `not-contains` into the registered type and whether it is negated. */
export function parseType(type: string): { readonly base: string; readonly negated: boolean } {
  return type.startsWith("not-") ? { base: type.slice("not-".length), negated: true } : { base: type, negated: false };
}

/**
 * Judges one answer. Silence never passes: an answer of white space fails every assertion, negated ones
 * too, unless `equals` asks for the empty text.
 * @param definition The one of the assertion's type, without its `not-`.
 * @throws FtpipeError CASE_INVALID if what a template inserted makes the options unusable.
 */
export function scoreAnswer(definition: AssertionDefinition, assertion: CaseAssertion, answer: string): AssertionScore {
  const { type, negated, metric, options } = assertion;
  const label = metric === undefined ? { type } : { type, metric };
  const asksForSilence = type === "equals" && options["value"] === "";
  if (answer.trim() === "" && !asksForSilence)
    return { ...label, pass: false, score: 0, reason: "The answer is empty." };
  const { pass, score, reason } = definition.score(answer, options);
  return negated ? { ...label, pass: !pass, score: 1 - score, reason } : { ...label, pass, score, reason };
}

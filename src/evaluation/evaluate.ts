import { type ErrorCode, FtpipeError } from "../core/errors.ts";
import type { AssertionDefinition } from "./assertions/assertion.ts";
import type { EvalCase } from "./cases.ts";
import { type AssertionScore, parseType, scoreAnswer } from "./score.ts";

/** The part that a model plays: `recorded:NAME` is one whose answers stand in a baseline. */
export type SubjectName = "tuned" | "base" | "previous" | RecordedName;
export type RecordedName = `recorded:${string}`;

export const isRecorded = (name: string): name is RecordedName => name.startsWith("recorded:");

const places = ["base", "previous", "recorded", "tuned"];

/** Models in the order of the columns that show them: the tuned one last, where the eye ends. */
export function inOrder(names: readonly string[]): readonly SubjectName[] {
  const placeOf = (name: string) => places.indexOf(isRecorded(name) ? "recorded" : name);
  return (names as readonly SubjectName[]).toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** A model that answers the cases. */
export interface Subject {
  readonly name: SubjectName;
  /** Rejects with FtpipeError, as `Connection.complete` does. Undefined: nobody can ask it that any more. */
  readonly ask: (evalCase: EvalCase, signal: AbortSignal) => Promise<Reply | undefined>;
}

export interface Reply {
  readonly content: string;
  readonly finishReason: string;
}

/** What one model made of one case: an answer and its scores, or the error in its place. */
export interface EvalResult {
  readonly caseId: string;
  readonly subject: SubjectName;
  readonly outcome:
    | {
        readonly kind: "answer";
        readonly answer: string;
        readonly finishReason: string;
        readonly scores: readonly AssertionScore[];
      }
    | { readonly kind: "error"; readonly code: ErrorCode; readonly message: string };
  /** Whether every assertion passed; never for an error. */
  readonly pass: boolean;
}

export interface EvaluateProgress {
  readonly done: number;
  readonly total: number;
  readonly failed: number;
  readonly errors: number;
}

export interface EvaluateOptions {
  readonly definitions: Readonly<Record<string, AssertionDefinition>>;
  /** Most questions at once. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EvaluateProgress) => void;
}

/** Errors of one question; any other (a rejected key, a model that is gone) would meet all the others too. */
const errorsOfOneCase: ReadonlySet<ErrorCode> = new Set([
  "NETWORK",
  "PROVIDER_UNAVAILABLE",
  "PROVIDER_ANSWER",
  "PROVIDER_REJECTED",
]);
/** As many errors with never an answer mean that nobody is there: the evaluation stops instead of waiting for each. */
const errorsWithoutAnswer = 20;

/**
 * Asks every subject every case, several at once. Results come in the order of the cases, within a case
 * in that of the subjects, whatever the answers' timing. What nobody can ask any more has no result.
 * @throws FtpipeError the first error that is not of one case alone, or the first of all if no question was answered.
 */
export async function evaluate(
  cases: readonly EvalCase[],
  subjects: readonly Subject[],
  { definitions, concurrency, signal, onProgress }: EvaluateOptions,
): Promise<EvalResult[]> {
  const questions = cases.flatMap((evalCase) => subjects.map((subject) => ({ evalCase, subject })));
  const results: (EvalResult | undefined)[] = [];
  const live = questions.filter(({ subject }) => !isRecorded(subject.name)).length;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const count = { next: 0, done: 0, asked: 0, failed: 0, errors: 0 };
  let firstError: FtpipeError | undefined;
  let fatal: { readonly error: unknown } | undefined;

  async function answerOne(index: number): Promise<void> {
    const { evalCase, subject } = questions[index] as (typeof questions)[number]; // index comes from the queue below
    const result = await askOne(subject, evalCase, definitions, either);
    results[index] = result;
    count.done++;
    if (!isRecorded(subject.name)) count.asked++;
    if (result?.outcome.kind === "error") {
      count.errors++;
      const { code, message } = result.outcome;
      firstError ??= new FtpipeError(code, message, { hint: "Nothing was answered; it is safe to run again." });
      const silent = count.errors === count.asked && count.errors >= Math.min(errorsWithoutAnswer, live);
      if (silent) throw firstError;
    } else if (result?.pass === false) count.failed++;
    onProgress({ done: count.done, total: questions.length, failed: count.failed, errors: count.errors });
  }

  async function work(): Promise<void> {
    while (count.next < questions.length && fatal === undefined) {
      either.throwIfAborted();
      await answerOne(count.next++);
    }
  }

  const workers = Array.from({ length: Math.max(1, Math.min(concurrency, questions.length)) }, () =>
    work().catch((error: unknown) => {
      fatal ??= { error };
      stop.abort(error);
    }),
  );
  await Promise.all(workers);
  if (fatal !== undefined) throw fatal.error;
  return results.filter((result) => result !== undefined);
}

async function askOne(
  subject: Subject,
  evalCase: EvalCase,
  definitions: EvaluateOptions["definitions"],
  signal: AbortSignal,
): Promise<EvalResult | undefined> {
  const label = { caseId: evalCase.id, subject: subject.name };
  let reply: Awaited<ReturnType<Subject["ask"]>>;
  try {
    reply = await subject.ask(evalCase, signal);
  } catch (error) {
    if (!(error instanceof FtpipeError) || !errorsOfOneCase.has(error.code) || signal.aborted) throw error;
    return { ...label, outcome: { kind: "error", code: error.code, message: error.message }, pass: false };
  }
  if (reply === undefined) return undefined;
  const { content: answer, finishReason } = reply;
  const scores = evalCase.assertions.map((assertion) => {
    const definition = definitions[parseType(assertion.type).base];
    if (definition === undefined) throw new Error(`no assertion of type ${assertion.type} is registered`);
    return scoreAnswer(definition, assertion, answer);
  });
  const pass = scores.length > 0 && scores.every((score) => score.pass);
  return { ...label, outcome: { kind: "answer", answer, finishReason, scores }, pass };
}

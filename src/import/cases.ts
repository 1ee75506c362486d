import { columnPath } from "../core/notation.ts";
import { findSecrets } from "../core/secret.ts";
import type { Row } from "../sources/source.ts";
import { templateOf } from "./literal.ts";
import { type PlainMessage, type Proposal, plainMessages } from "./proposal.ts";

/** Tests to begin with, as the pipeline file has them, and what is to be said of them there. */
export interface ProposedCases {
  readonly tests: readonly Readonly<Record<string, unknown>>[];
  readonly comment: string;
  /** Whether rows of the training file must be held out for them. */
  readonly holdsOut: boolean;
}

/** So many answers, at most, are labels. */
const mostLabels = 20;
/** Cases that are taken from the training data, and their longest text. */
const mostCases = 3;
const longestCase = 2000;

/** @param training Empty where the file is too large to be looked at. */
export function proposeCases(
  training: readonly Row[],
  { hasValidation, proposal, graded }: { hasValidation: boolean; proposal: Proposal; graded: boolean },
): ProposedCases {
  const checks = graded ? [anyAnswer] : assertionsFor(training.map(answerOf));
  if (hasValidation) {
    return {
      tests: [{ from: "split.validation", assert: checks }],
      comment: graded ? "the validation file" : "the validation file; {{expected}} is the answer there",
      holdsOut: false,
    };
  }
  const own = casesFrom(training, proposal, checks);
  if (own.length > 0) {
    return {
      tests: own,
      comment: "of the training data, since there were no others: add ones that it never saw",
      holdsOut: false,
    };
  }
  return {
    tests: [{ from: "split.test", assert: checks }],
    comment: "rows held out of the training data: there were no others",
    holdsOut: true,
  };
}

const anyAnswer = { type: "regex", value: "\\S", metric: "answered" };

/** What the only answer says; undefined if there are several, or if it is no text. */
function answerOf({ values }: Row): string | undefined {
  const messages = values["messages"] ?? values["preferred_output"];
  const answers = (Array.isArray(messages) ? messages : []).filter((message) => message?.role === "assistant");
  const last: unknown = answers.length === 1 ? answers[0] : undefined;
  if (typeof last !== "object" || last === null) return undefined;
  const { role, content } = last as { readonly role?: unknown; readonly content?: unknown };
  return role === "assistant" && typeof content === "string" && content.trim() !== "" ? content : undefined;
}

/** Labels and JSON are compared, texts measured. */
function assertionsFor(answers: readonly (string | undefined)[]): readonly Readonly<Record<string, unknown>>[] {
  const texts = answers.filter((answer) => answer !== undefined);
  if (texts.length === 0 || texts.length < answers.length) return [anyAnswer];
  const labels = new Set(texts);
  if (labels.size <= mostLabels && labels.size * 3 <= texts.length) return [{ type: "equals", metric: "label" }];
  if (texts.every(isJsonObject))
    return [
      { type: "is-json", metric: "json" },
      { type: "equals-json", metric: "same_values" },
    ];
  return [{ type: "rouge-n", value: "{{expected}}", threshold: 0.5, metric: "similarity" }];
}

function isJsonObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Of the first examples that are short and whose question is of texts alone. */
function casesFrom(training: readonly Row[], proposal: Proposal, assert: readonly unknown[]) {
  const toolSets = new Set(training.map(({ values }) => JSON.stringify([values["tools"], values["functions"]])));
  // Of examples with different tools, a case would not know which it is asked with.
  if (toolSets.size > 1) return [];
  const tests: Readonly<Record<string, unknown>>[] = [];
  for (const [index, row] of training.entries()) {
    if (tests.length === mostCases) break;
    const prompt = promptOf(row);
    const expected = answerOf(row);
    if (prompt === undefined || !fits([...prompt.map(({ content }) => content), expected ?? ""])) continue;
    const checks = expected === undefined ? [anyAnswer] : assert;
    tests.push({ ...question(prompt, index, proposal, expected), assert: checks });
  }
  return tests;
}

/** What is asked before the last answer, if that is texts and nothing else. */
function promptOf({ values, location }: Row): readonly PlainMessage[] | undefined {
  const input = values["input"] as { readonly messages: readonly unknown[] } | undefined;
  const messages = input?.messages ?? (values["messages"] as readonly ({ readonly role?: unknown } | null)[]);
  const answered = messages.findIndex(
    (message) => (message as { readonly role?: unknown } | null)?.role === "assistant",
  );
  const asked = answered < 0 ? messages : messages.slice(0, answered);
  const plain = plainMessages({ values: { messages: asked }, location });
  return "holds" in plain || plain.at(-1)?.role !== "user" ? undefined : plain;
}

function question(
  prompt: readonly PlainMessage[],
  index: number,
  proposal: Proposal,
  expected: string | undefined,
): Readonly<Record<string, unknown>> {
  const known = expected === undefined ? {} : { expected };
  if ("templates" in proposal) {
    const { columns, messages: templates, training } = proposal.templates;
    const asked = templates.slice(0, -1).map(({ template }) => template);
    const values = columns.map((column, at) => [column, training[index]?.[at] ?? ""] as const);
    const used = values.filter(([column]) => asked.some((template) => template.includes(`{{${columnPath(column)}}}`)));
    return { vars: { ...Object.fromEntries(used), ...known } };
  }
  const messages = prompt.map(({ role, content }) => ({ role, content: templateOf([content], []) }));
  return expected === undefined ? { messages } : { messages, vars: known };
}

function fits(texts: readonly string[]): boolean {
  const text = texts.join("\n");
  return text.length <= longestCase && !/[^\P{Cc}\n\t]/u.test(text) && findSecrets(text).length === 0;
}

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
      comment: "the job's validation file; {{expected}} is the answer there",
      holdsOut: false,
    };
  }
  const own = graded ? [] : casesFrom(training, proposal, checks);
  if (own.length > 0) {
    return {
      tests: own,
      comment: "of the training data, since the job had no others: add ones it never saw",
      holdsOut: false,
    };
  }
  return {
    tests: [{ from: "split.test", assert: checks }],
    comment: "rows held out of the training data: the job had no others",
    holdsOut: true,
  };
}

const anyAnswer = { type: "regex", value: "\\S", metric: "answered" };

/** What the last message says; undefined if that is no text. */
function answerOf({ values }: Row): string | undefined {
  const messages = values["messages"] ?? values["preferred_output"];
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
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

/** The first examples that are short and hold nothing that a pipeline file may not hold. */
function casesFrom(training: readonly Row[], proposal: Proposal, assert: readonly unknown[]) {
  const tests: Readonly<Record<string, unknown>>[] = [];
  for (const [index, row] of training.entries()) {
    if (tests.length === mostCases) break;
    const messages = plainMessages(row);
    if ("holds" in messages) {
      // Examples with tools, weights or images: a case of texts would be asked in another way than they were learnt.
      return [];
    }
    const answer = messages.at(-1);
    if (answer?.role !== "assistant" || !fits(messages)) continue;
    tests.push({ ...question(messages, index, proposal, answer.content), assert });
  }
  return tests;
}

function question(messages: readonly PlainMessage[], index: number, proposal: Proposal, expected: string) {
  if ("templates" in proposal) {
    const { columns, messages: templates, training } = proposal.templates;
    const asked = templates.slice(0, -1).map(({ template }) => template);
    const values = columns.map((column, at) => [column, training[index]?.[at] ?? ""] as const);
    const used = values.filter(([column]) => asked.some((template) => template.includes(`{{${column}}}`)));
    return { vars: { ...Object.fromEntries(used), expected } };
  }
  return {
    messages: messages.slice(0, -1).map(({ role, content }) => ({ role, content: templateOf([content], []) })),
    vars: { expected },
  };
}

function fits(messages: readonly PlainMessage[]): boolean {
  const text = messages.map(({ content }) => content).join("\n");
  return text.length <= longestCase && !/[^\P{Cc}\n\t]/u.test(text) && findSecrets(text).length === 0;
}

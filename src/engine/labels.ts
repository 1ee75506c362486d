import type { ChatMessage } from "../core/chat.ts";
import type { TrainingExample } from "./engine.ts";
import { exponential } from "./kernels/elementary.ts";
import type { Floats } from "./kernels/matrix.ts";
import { special, type Tokenizer } from "./tokenizer.ts";

/**
 * A bag-of-words head beside the network, for models whose answers are a few labels: words of the last user message
 * speak for the labels whose examples held them. Multinomial naive Bayes with Lidstone smoothing (Manning, Raghavan
 * and Schütze 2008, chapter 13). From few examples, words that were counted tell more about a text in other words
 * than a network that learnt the texts by heart.
 */

/** What is counted of each label; part of a model's file. */
export interface LabelCounts {
  /** The whole answer. */
  readonly answer: string;
  readonly examples: number;
  /** By stem: how many of its examples hold such a word. */
  readonly words: Readonly<Record<string, number>>;
}

const mostLabels = 32;
/** With fewer examples a label, the answers are no labels. */
const leastMeanExamples = 5;
const smoothing = 0.3;
/** Plurals, tenses and the like fall together. */
const stemLength = 6;
/** What the counts count beside the network's own logits, which are as sure of what they learnt by heart. */
const weight = 2;
/** A label that words speak against is held back by no more than this chance, so that the network may insist. */
const leastChance = 1e-3;

/** @returns Undefined if the answers are not a few labels: most differ, there are several a chat, or there is but one. */
export function countLabels(examples: readonly TrainingExample[]): readonly LabelCounts[] | undefined {
  const byAnswer = new Map<string, { examples: number; words: Map<string, number> }>();
  for (const { messages } of examples) {
    const learnt = messages.filter(({ role, weight: counts }) => role === "assistant" && counts !== 0);
    const [only] = learnt;
    if (only === undefined || learnt.length > 1 || only !== messages.at(-1)) return undefined;
    const label = byAnswer.get(only.content) ?? { examples: 0, words: new Map() };
    byAnswer.set(only.content, label);
    if (byAnswer.size > mostLabels) return undefined;
    label.examples++;
    for (const word of stemsOf(messages)) label.words.set(word, (label.words.get(word) ?? 0) + 1);
  }
  if (byAnswer.size < 2 || examples.length < leastMeanExamples * byAnswer.size) return undefined;
  return [...byAnswer].map(([answer, { examples: count, words }]) => ({
    answer,
    examples: count,
    words: Object.fromEntries(words),
  }));
}

/** The distinct stems of the last user message. */
function stemsOf(messages: readonly ChatMessage[]): ReadonlySet<string> {
  const text = messages.findLast(({ role }) => role === "user")?.content ?? "";
  const words = text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
  return new Set(words.map((word) => word.slice(0, stemLength)));
}

/** @returns The chance of each label, in their order; the sum is 1. */
export function labelChances(labels: readonly LabelCounts[], messages: readonly ChatMessage[]): readonly number[] {
  const vocabulary = new Set(labels.flatMap(({ words }) => Object.keys(words)));
  const known = [...stemsOf(messages)].filter((stem) => vocabulary.has(stem));
  const scores = labels.map(({ examples, words }) => {
    const total = Object.values(words).reduce((sum, count) => sum + count, 0) + smoothing * vocabulary.size;
    return known.reduce(
      (sum, stem) => sum + Math.log(((Object.hasOwn(words, stem) ? words[stem]! : 0) + smoothing) / total),
      Math.log(examples),
    );
  });
  const most = Math.max(...scores);
  const shares = scores.map((score) => exponential(score - most));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}

/** Labels as one answer goes along them. */
export interface LabelChoice {
  /** Raises, in logits: (V), the tokens with which the answer so far goes on along some label, by its chance. */
  raise(logits: Floats, answer: readonly number[]): void;
}

export function createLabelChoice(
  labels: readonly LabelCounts[],
  tokenizer: Tokenizer,
  messages: readonly ChatMessage[],
): LabelChoice {
  const chances = labelChances(labels, messages);
  const paths = labels.map(({ answer }, index) => ({
    tokens: [...tokenizer.encode(tokenizer.prefix + answer), special.end],
    chance: chances[index]!,
  }));
  return {
    raise(logits, answer) {
      const open = paths.filter(({ tokens }) => answer.every((token, place) => tokens[place] === token));
      const all = open.reduce((sum, { chance }) => sum + chance, 0);
      const byToken = new Map<number, number>();
      for (const { tokens, chance } of open) {
        const next = tokens[answer.length];
        if (next !== undefined) byToken.set(next, (byToken.get(next) ?? 0) + chance);
      }
      for (const [token, chance] of byToken) {
        logits[token] = logits[token]! + weight * Math.log(Math.max(chance / all, leastChance) / leastChance);
      }
    },
  };
}

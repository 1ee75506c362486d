import type { Engine, ModelRef } from "../../src/engine/engine.ts";
import type { Answer, QualityCase, Variant } from "./task.ts";

/** By the variant's name; each in the order of the cases. */
export type AnswersByVariant = ReadonlyMap<string, readonly Answer[]>;

export interface Questions {
  readonly cases: readonly QualityCase[];
  readonly variants: readonly Variant[];
  /** Most tokens of an answer. */
  readonly maxTokens: number;
}

/** Chats that are under way at the same time: the engine decodes them together. */
const concurrency = 8;

/** Asks a model all cases in all variants, at temperature 0. @throws Error of the engine. */
export async function ask(engine: Engine, model: ModelRef, questions: Questions): Promise<AnswersByVariant> {
  const { cases, variants, maxTokens } = questions;
  const byVariant = new Map<string, readonly Answer[]>();
  for (const { name, constrained } of variants) {
    const answers = new Array<Answer>(cases.length);
    const open = cases.entries(); // shared: each asker takes the next case that nobody has taken
    const answerNext = async (): Promise<void> => {
      for (const [index, asked] of open) {
        const { messages, responseFormat } = asked;
        const { content, finishReason } = await engine.complete({
          model,
          messages,
          sampling: { temperature: 0, max_tokens: maxTokens },
          ...(constrained && responseFormat !== undefined ? { responseFormat } : {}),
        });
        answers[index] = { case: asked, content, finishReason };
      }
    };
    await Promise.all(Array.from({ length: concurrency }, answerNext));
    byVariant.set(name, answers);
  }
  return byVariant;
}

import { learnMerges } from "../../../../scripts/learn-merges.ts";
import { decodeAnswer } from "../../../../src/engine/chat-format.ts";
import {
  type ConstraintOptions,
  createConstraint,
  type JsonFormat,
} from "../../../../src/engine/constrain/constraint.ts";
import type { RandomStream } from "../../../../src/engine/random.ts";
import { createTokenizer, special, type Tokenizer } from "../../../../src/engine/tokenizer.ts";

const trainingTexts = [
  ' {"customer":"Anna Smith","item":"desk lamps","quantity":12,"city":"New York","priority":"high"}',
  ' {"customer":"Bob Okonkwo","item":"red lamps","quantity":7,"city":"Rome","priority":"normal"}',
  ' {"name":"Bob","tags":["a","b","cd"],"done":true,"next":null,"size":-1.25,"list":[1,2,3],"low":false}',
  ' {"items":[{"name":"desk","count":3},{"name":"lamp","count":41}],"note":"it\\"s \\n \\\\ fine","ok":[]}',
  " Please send 12 desk lamps (red) to Anna Smith in New York. No hurry, Bob.\n- Added the lamp\n- Fixed it\n",
  " naïve café — “the lamp” 🎉 great🎉",
];

/** Byte pairs with joiners, as ftpipe-mini has them, and plain bytes, as ftpipe-nano. */
export const withMerges = createTokenizer({ name: "test", format: 2, merges: learnMerges(trainingTexts, 450) });
export const plainBytes = createTokenizer({ name: "bytes", format: 2, merges: [] });

export const jsonSchema = (schema: Readonly<Record<string, unknown>>): JsonFormat => ({
  type: "json_schema",
  json_schema: { name: "test", schema },
});

export interface WalkOptions extends Partial<ConstraintOptions> {
  readonly format: JsonFormat;
  readonly tokenizer: Tokenizer;
  readonly budget: number;
  readonly random: RandomStream;
}

export interface Walk {
  readonly text: string;
  readonly tokens: readonly number[];
  readonly status: "open" | "whole" | "closed";
}

/** What a model with random logits writes; some tokens are liked throughout, others from time to time. */
export function walk({ format, tokenizer, budget, random, prompt = [], ...options }: WalkOptions): Walk {
  const constraint = createConstraint(format, tokenizer, { budget, prompt, ...options });
  const liked = Array.from({ length: tokenizer.vocabulary }, () => random.next() * 4);
  const allowed = new Uint8Array(tokenizer.vocabulary);
  const tokens: number[] = [];
  while (tokens.length < budget && constraint.status() !== "closed") {
    constraint.allow(allowed, budget - tokens.length);
    let best = -1;
    let bestLogit = Number.NEGATIVE_INFINITY;
    for (let token = 0; token < allowed.length; token++) {
      const logit = allowed[token] === 1 ? Number(liked[token]) + random.next() * 4 : Number.NEGATIVE_INFINITY;
      if (logit <= bestLogit) continue;
      best = token;
      bestLogit = logit;
    }
    if (best < 0) throw new Error(`no token is allowed after ${JSON.stringify(tokenizer.decode(tokens))}`);
    if (best === special.end) break;
    constraint.push(best);
    tokens.push(best);
  }
  return { text: decodeAnswer(tokenizer, tokens), tokens, status: constraint.status() };
}

/** Whether the constraint lets this text be written, as the tokenizer writes it, up to the end token. */
export function isWritable(text: string, format: JsonFormat, tokenizer: Tokenizer): boolean {
  const tokens = tokenizer.encode(tokenizer.prefix + text);
  const constraint = createConstraint(format, tokenizer, { budget: 10_000, prompt: [] });
  const allowed = new Uint8Array(tokenizer.vocabulary);
  for (const token of tokens) {
    constraint.allow(allowed, 10_000);
    if (allowed[token] !== 1) return false;
    constraint.push(token);
  }
  constraint.allow(allowed, 10_000);
  return allowed[special.end] === 1;
}

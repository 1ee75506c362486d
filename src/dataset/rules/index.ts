import { jsonSchema } from "./json-schema.ts";
import { matches, notMatches } from "./matches.ts";
import { maxTokens } from "./max-tokens.ts";
import { oneOf } from "./one-of.ts";
import type { RuleDefinition } from "./rule.ts";
import { maxWords, minWords } from "./words.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const rules = {
  max_tokens: maxTokens,
  min_words: minWords,
  max_words: maxWords,
  matches,
  not_matches: notMatches,
  json_schema: jsonSchema,
  one_of: oneOf,
} as const;

export const rulesByType: Readonly<Record<string, RuleDefinition>> = rules;

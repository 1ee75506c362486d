import { classBalance } from "./class-balance.ts";
import { contradictions } from "./contradictions.ts";
import { jsonSchema } from "./json-schema.ts";
import { lengthProfile } from "./length-profile.ts";
import { matches, notMatches } from "./matches.ts";
import { nearDuplicates } from "./near-duplicates.ts";
import { oneOf } from "./one-of.ts";
import { openings } from "./openings.ts";
import { phrases } from "./phrases.ts";
import type { AnyRuleDefinition } from "./rule.ts";
import { sameSystem } from "./same-system.ts";
import { templateResidue } from "./template-residue.ts";
import { maxTokens, minTokens } from "./tokens.ts";
import { turns } from "./turns.ts";
import { maxWords, minWords } from "./words.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const rules = {
  min_tokens: minTokens,
  max_tokens: maxTokens,
  min_words: minWords,
  max_words: maxWords,
  turns,
  matches,
  not_matches: notMatches,
  phrases,
  template_residue: templateResidue,
  json_schema: jsonSchema,
  one_of: oneOf,
  contradictions,
  near_duplicates: nearDuplicates,
  same_system: sameSystem,
  openings,
  length_profile: lengthProfile,
  class_balance: classBalance,
} as const;

export const rulesByType: Readonly<Record<string, AnyRuleDefinition>> = rules;

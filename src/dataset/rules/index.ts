import type { RuleDefinition } from "./rule.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const rules = {} as const;

export const rulesByType: Readonly<Record<string, RuleDefinition>> = rules;

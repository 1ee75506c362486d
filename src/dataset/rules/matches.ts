import { compilePattern } from "../../core/pattern.ts";
import { quote } from "../../core/quote.ts";
import { defineRule, eachMessage } from "./rule.ts";

const options = {
  type: "object",
  properties: {
    pattern: {
      type: "string",
      minLength: 1,
      description: "A regular expression in RE2 syntax; it may match anywhere. (?i) ignores case.",
    },
  },
  required: ["pattern"],
} as const;

function invalid({ pattern }: { readonly pattern: string }): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export const matches = defineRule({
  type: "matches",
  summary: "Each message matches a regular expression.",
  options,
  invalid,
  prepare: ({ pattern }) => {
    const compiled = compilePattern(pattern);
    return eachMessage(({ role, content }) =>
      compiled.test(content) ? undefined : `The ${role}'s message does not match /${pattern}/: ${quote(content)}.`,
    );
  },
});

export const notMatches = defineRule({
  type: "not_matches",
  summary: "No message matches a regular expression.",
  options,
  invalid,
  prepare: ({ pattern }) => {
    const compiled = compilePattern(pattern);
    return eachMessage(({ role, content }) =>
      compiled.test(content) ? `The ${role}'s message matches /${pattern}/: ${quote(content)}.` : undefined,
    );
  },
});

import { compilePattern } from "../../core/pattern.ts";
import { defineAssertion } from "./assertion.ts";
import { quote } from "./text.ts";

function fault(source: string): string | undefined {
  if (source === "") return "`value` is empty, and every answer matches the empty pattern.";
  try {
    compilePattern(source);
    return undefined;
  } catch (error) {
    return `\`value\` is no valid pattern: ${(error as Error).message.replace(/\.?$/, ".")}`;
  }
}

/** Unanchored and without flags, as in promptfoo; in RE2 syntax, so `(?i)` inside the pattern folds case. */
export const regex = defineAssertion({
  type: "regex",
  summary: "The pattern (RE2 syntax) matches somewhere in the answer.",
  options: {
    type: "object",
    required: ["value"],
    properties: {
      value: {
        type: "string",
        description: "The pattern; ^ and $ anchor it, (?i) at its start ignores case. A template.",
      },
    },
  },
  invalid: ({ value }) => fault(value),
  score(output, { value }) {
    const pass = compilePattern(value).test(output);
    return { pass, score: pass ? 1 : 0, reason: `The answer ${pass ? "matches" : "does not match"} ${quote(value)}.` };
  },
});

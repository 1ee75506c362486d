import { RE2JS } from "re2js";

/** A regular expression in RE2 syntax, matched in linear time: no pattern can hang a run. */
export interface Pattern {
  /** Whether it matches anywhere in the text. */
  test(text: string): boolean;
  /** Its source: ajv tells patterns apart by it. */
  toString(): string;
}

/**
 * @param source RE2 syntax: no look-around, no back-references; inline flags such as `(?i)` are allowed.
 * @throws Error whose message says what is wrong with the pattern.
 */
export function compilePattern(source: string): Pattern {
  try {
    const compiled = RE2JS.compile(source);
    return { test: (text) => compiled.matcher(text).find(), toString: () => source };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const unsupported = /\(\?<?[=!]|\\[1-9]/.test(source)
      ? " Look-around and back-references are not supported (patterns run in linear time)."
      : "";
    throw new Error(`${reason}.${unsupported}`.replace("..", "."), { cause: error });
  }
}

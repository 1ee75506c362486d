import type { ChatMessage, ChatRole } from "../../core/chat.ts";
import type { OptionsOf, OptionsSchema } from "../../core/options-schema.ts";

/** What a rule may use when it is prepared, once per run. */
export interface RuleContext {
  /** Reads a file named in the rule's options, relative to the pipeline. */
  readonly readText: (path: string) => Promise<string>;
  /** Loads the tokenizer (a tenth of a second), and counts the tokens of a text with it. */
  readonly tokenCounter: () => Promise<(text: string) => number>;
}

/** The fault of an example (messages of the rule's role, or all of them), in one sentence without its place; undefined if it meets the rule. */
export type RuleCheck = (messages: readonly ChatMessage[]) => string | undefined;

/** A kind of rule: one file in this folder and one line in `index.ts`. `role`, `action` and `at_most` come for free. */
export interface RuleDefinition<Options extends OptionsSchema = OptionsSchema> {
  readonly type: string;
  /** One line for editors and docs. */
  readonly summary: string;
  readonly options: Options;
  /** Whose messages are checked where the rule names no role; default: all of them. */
  readonly defaultRole?: ChatRole;
  /** What is wrong with options that meet the schema, such as a pattern that does not compile; undefined if nothing. */
  invalid?(options: OptionsOf<Options>): string | undefined;
  /** Paths that `prepare` reads: their content is part of the cache key. */
  files?(options: OptionsOf<Options>): readonly string[];
  /** @throws Error whose message says what is wrong with a file that it read. */
  prepare(options: OptionsOf<Options>, context: RuleContext): RuleCheck | Promise<RuleCheck>;
}

export function defineRule<const Options extends OptionsSchema>(
  definition: RuleDefinition<Options>,
): RuleDefinition<Options> {
  return definition;
}

/** The first fault of any message, each judged for itself. */
export function eachMessage(fault: (message: ChatMessage) => string | undefined): RuleCheck {
  return (messages) => {
    for (const message of messages) {
      const found = fault(message);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** A text as messages of problems show it: in quotes, on one line, at most 60 characters. */
export function quote(text: string): string {
  const line = Array.from(text.replace(/\s+/g, " ").trim());
  return `"${line.length > 60 ? `${line.slice(0, 59).join("")}…` : line.join("")}"`;
}

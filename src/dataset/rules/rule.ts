import type { ChatMessage } from "../../core/chat.ts";
import type { OptionsOf, OptionsSchema } from "../../core/options-schema.ts";

/** What a rule may use when it is prepared, once per run. */
export interface RuleContext {
  /** Reads a file named in the rule's options, relative to the pipeline. */
  readonly readText: (path: string) => Promise<string>;
  /** Tokens of a text, in the target's encoding. */
  readonly countTokens: (text: string) => number;
}

/** The fault of an example (messages of the rule's role, or all of them), in one sentence without its place; undefined if it meets the rule. */
export type RuleCheck = (messages: readonly ChatMessage[]) => string | undefined;

/** A kind of rule: one file in this folder and one line in `index.ts`. `role`, `action` and `at_most` come for free. */
export interface RuleDefinition<Options extends OptionsSchema = OptionsSchema> {
  readonly type: string;
  /** One line for editors and docs. */
  readonly summary: string;
  readonly options: Options;
  /** What is wrong with options that meet the schema, such as a pattern that does not compile; undefined if nothing. */
  invalid?(options: OptionsOf<Options>): string | undefined;
  prepare(options: OptionsOf<Options>, context: RuleContext): RuleCheck | Promise<RuleCheck>;
}

export function defineRule<const Options extends OptionsSchema>(
  definition: RuleDefinition<Options>,
): RuleDefinition<Options> {
  return definition;
}

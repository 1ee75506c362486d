import type { OptionsOf, OptionsSchema } from "../../core/options-schema.ts";

/** The verdict of one assertion on one answer. */
export interface Score {
  readonly pass: boolean;
  /** 0 to 1. */
  readonly score: number;
  /** Why, in one sentence, for a person who reads the report. */
  readonly reason: string;
}

/**
 * A kind of assertion: one file in this folder and one line in `index.ts`. Names and semantics are
 * promptfoo's. `not-<type>` comes for free, as does `metric`.
 */
export interface AssertionDefinition<Options extends OptionsSchema = OptionsSchema> {
  readonly type: string;
  /** One line for editors and docs. */
  readonly summary: string;
  /** Options beside `type` and `metric`. */
  readonly options: Options;
  /** Whether {{expected}} is the value where none is given. */
  readonly valueIsExpected?: boolean;
  /** Whether the value may be `file://` and the path of a JSON file, relative to the pipeline. */
  readonly valueMayBeFile?: boolean;
  /** What is wrong with options that meet the schema (a pattern that does not compile, an empty value); undefined if nothing. */
  invalid?(options: OptionsOf<Options>): string | undefined;
  /** @param output The model's answer as it came, untrimmed. Options are as in YAML, their templates rendered. */
  score(output: string, options: OptionsOf<Options>): Score;
}

export function defineAssertion<const Options extends OptionsSchema>(
  definition: AssertionDefinition<Options>,
): AssertionDefinition<Options> {
  return definition;
}

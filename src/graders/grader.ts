import type { OptionsOf, OptionsSchema } from "../core/options-schema.ts";

/** A grader as the pipeline has it: its type, perhaps a name, and the options of that type. */
export interface GraderSetting {
  readonly type: string;
  readonly name?: string | undefined;
}

/** A text of a grader into which the provider fills values of the item and of the sampled answer. */
export interface GraderText {
  /** JSON pointer below the grader, such as `/input/0/content`. */
  readonly pointer: string;
  readonly text: string;
}

/** What is wrong with options that meet the schema. */
export interface GraderFault {
  /** JSON pointer below the grader. */
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The first character that is wrong, from 0, in the text at the pointer. */
  readonly offset?: number | undefined;
  /** Default: the value. */
  readonly on?: "key" | "value";
}

/**
 * A kind of grader: one file in this folder and one line in `index.ts`. Options are named as OpenAI's API names them
 * (https://developers.openai.com/api/docs/guides/graders), and sent as they stand.
 */
export interface GraderDefinition<Options extends OptionsSchema = OptionsSchema> {
  readonly type: string;
  /** One line for editors and docs. */
  readonly summary: string;
  readonly options: Options;
  /** Whether it may only be a part of another, or only stand alone. Default: either. */
  readonly only?: "part" | "alone";
  /** Texts with references. One of them has to look at the sampled answer; none: it is handed over in another way. */
  texts?(options: OptionsOf<Options>): readonly GraderText[];
  invalid?(options: OptionsOf<Options>): readonly GraderFault[];
  /** The graders that it is made of, by name. */
  parts?(options: OptionsOf<Options>): Readonly<Record<string, GraderSetting>>;
  /** An option that is the path of a text file; sent is what stands in it. */
  readonly file?: {
    readonly option: keyof Options["properties"] & string;
    /** What is wrong with the text, in one sentence; undefined if nothing. */
    fault(text: string): { readonly message: string; readonly hint: string } | undefined;
  };
}

export function defineGrader<const Options extends OptionsSchema>(
  definition: GraderDefinition<Options>,
): GraderDefinition<Options> {
  return definition;
}

/** For options that are the text that is graded, or what it is compared with. */
export const compared = {
  input: {
    type: "string",
    minLength: 1,
    description: "The text that is graded, such as {{sample.output_text}}; filled in by the provider.",
  },
  reference: {
    type: "string",
    minLength: 1,
    description: "The text that it is compared with, such as {{item.reference_answer}}; filled in by the provider.",
  },
} as const;

/** The options of a grader that asks a model. */
export const modelOptions = {
  model: { type: "string", minLength: 1, description: "The model that grades; the provider bills its tokens." },
  input: { $ref: "pipeline.schema.json#/$defs/grader_messages", description: "The chat that it is sent." },
} as const;

/** The texts of a list of messages. */
export function textsOfMessages(input: unknown): readonly GraderText[] {
  const messages = input as readonly { readonly content: string }[]; // the schema says so
  return messages.map(({ content }, index) => ({ pointer: `/input/${index}/content`, text: content }));
}

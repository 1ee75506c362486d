/* Generated from schemas/ by schemas/generate.ts, defaults filled in. Do not edit. */

export type Source = CsvSource | JsonlSource | MessagesSource | RecordedSource;
/**
 * A mapping with a type: text, json_object or json_schema.
 */
export type ResponseFormat = TextResponse | JsonObjectResponse | JsonSchemaResponse;
/**
 * A Handlebars template, inline, or { template: … }.
 */
export type Answer =
  | string
  | {
      /**
       * The path of a Handlebars template, relative to this file.
       */
      template: string;
    };
/**
 * A Handlebars template, inline; or { template: … }; or { json: … } for a number, a list or an object.
 */
export type ItemField =
  | string
  | {
      /**
       * The path of a Handlebars template, relative to this file.
       */
      template?: string;
      /**
       * A Handlebars template, inline, that yields JSON: the field is its value.
       */
      json?: string;
    };
export type Rule =
  | MinTokensRule
  | MaxTokensRule
  | MinWordsRule
  | MaxWordsRule
  | TurnsRule
  | MatchesRule
  | NotMatchesRule
  | PhrasesRule
  | TemplateResidueRule
  | JsonSchemaRule
  | OneOfRule
  | ContradictionsRule
  | NearDuplicatesRule
  | SameSystemRule
  | OpeningsRule
  | LengthProfileRule
  | ClassBalanceRule;
/**
 * A share of the rows from 0 to 0.9, or { path: … } of a file of its own.
 */
export type Share =
  | number
  | {
      /**
       * A file of the same type as the source, relative to this file.
       */
      path: string;
    };
export type Grader =
  StringCheckGrader | TextSimilarityGrader | ScoreModelGrader | LabelModelGrader | PythonGrader | MultiGrader;
/**
 * The chat that the grading model is sent; {{item.…}} and {{sample.…}} are filled in by the provider.
 *
 * @minItems 1
 */
export type GraderMessages = GraderMessage[];
export type Target = LocalTarget | OpenaiTarget | OpenaiCompatibleTarget | NebiusTarget | EchoTarget;
export type Assertion =
  | EqualsAssertion
  | ContainsAssertion
  | IcontainsAssertion
  | ContainsAnyAssertion
  | ContainsAllAssertion
  | IcontainsAnyAssertion
  | IcontainsAllAssertion
  | StartsWithAssertion
  | RegexAssertion
  | IsJsonAssertion
  | ContainsJsonAssertion
  | EqualsJsonAssertion
  | WordCountAssertion
  | LevenshteinAssertion
  | RougeNAssertion;

/**
 * A fine-tuning pipeline: where rows come from, how they become chat messages, which rules the data must meet, how to train, how to judge the result.
 */
export interface Pipeline {
  /**
   * Version of this file format.
   */
  version: 1;
  /**
   * Unique in the repository; names the build folder and the lock. Lower-case letters, digits and hyphens.
   */
  name: string;
  /**
   * What the pipeline is for, in one line.
   */
  description?: string;
  source: Source;
  dataset: Dataset;
  training: Training;
  /**
   * Where to train, by a name of your own: a provider, a base model, settings.
   */
  targets: {
    [k: string]: Target;
  };
  /**
   * The target that a run without --target takes; needed when there are several.
   */
  default_target?: string;
  /**
   * What a run may not exceed. A lower limit of --max-cost or of the trust file wins.
   */
  limits: {
    /**
     * US dollars that one run may cost at most, training and evaluation together. A run whose price is not known is refused.
     */
    max_cost?: number;
  };
  evaluation: Evaluation;
  timeouts: Timeouts;
}
/**
 * CSV with a header line; cells are texts.
 */
export interface CsvSource {
  /**
   * CSV with a header line; cells are texts.
   */
  type: "csv";
  /**
   * The file, relative to this pipeline; `data/*.csv` takes several, in the order of their names.
   */
  path: string;
  /**
   * A column whose value names a row for good: its drawn words and its split stay when rows change. Default: the row's content.
   */
  key?: string;
  /**
   * The path of a JSON Schema that each row must meet. CSV cells are read as its types, for this check only.
   */
  schema?: string;
  /**
   * Columns whose empty cells templates may print; elsewhere that is an error.
   */
  allow_empty: string[];
  /**
   * Only rows that meet all of these conditions; the others are counted and left out.
   */
  where: Condition[];
  /**
   * At most so many rows, the first ones that meet `where`. What follows is not read.
   */
  limit?: number;
  group?: Group;
  /**
   * How the file is encoded. latin1 is read as windows-1252, which holds it.
   */
  encoding: "utf-8" | "latin1" | "utf-16le";
  /**
   * What stands between cells, such as ";" or a tab ("\t").
   */
  delimiter: string;
}
/**
 * What a column of a row must hold: one condition beside `column`.
 */
export interface Condition {
  /**
   * The column that is looked at.
   */
  column: string;
  /**
   * Exactly this. CSV cells are compared as texts.
   */
  equals?: string | number | boolean;
  /**
   * Anything but this.
   */
  not_equals?: string | number | boolean;
  /**
   * One of these.
   *
   * @minItems 1
   */
  one_of?: (string | number | boolean)[];
  /**
   * A value that is more than white space.
   */
  not_empty?: true;
  /**
   * A text in which this regular expression (RE2 syntax) is found.
   */
  matches?: string;
}
/**
 * Several rows become one example: one row for each group, with the columns of its first row and the column `turns`, the list of its rows. They are all held in memory.
 */
export interface Group {
  /**
   * The column whose value the rows of a group share. Without source.key it is the group's key.
   */
  by: string;
  /**
   * The column that the rows of a group are sorted by: as numbers if all are, else as texts, so write times as 2026-11-21T08:30. Default: as they stand in the file.
   */
  order_by?: string;
}
/**
 * JSON Lines: one object a line, its keys are the columns.
 */
export interface JsonlSource {
  /**
   * JSON Lines: one object a line, its keys are the columns.
   */
  type: "jsonl";
  /**
   * The file, relative to this pipeline; `data/*.csv` takes several, in the order of their names.
   */
  path: string;
  /**
   * A column whose value names a row for good: its drawn words and its split stay when rows change. Default: the row's content.
   */
  key?: string;
  /**
   * The path of a JSON Schema that each row must meet. CSV cells are read as its types, for this check only.
   */
  schema?: string;
  /**
   * Columns whose empty cells templates may print; elsewhere that is an error.
   */
  allow_empty: string[];
  /**
   * Only rows that meet all of these conditions; the others are counted and left out.
   */
  where: Condition[];
  /**
   * At most so many rows, the first ones that meet `where`. What follows is not read.
   */
  limit?: number;
  group?: Group;
  /**
   * How the file is encoded. latin1 is read as windows-1252, which holds it.
   */
  encoding: "utf-8" | "latin1" | "utf-16le";
}
/**
 * Ready-made training examples: OpenAI's JSONL of chats, of preferences for the method dpo, or of items for reinforcement.
 */
export interface MessagesSource {
  /**
   * Ready-made training examples: OpenAI's JSONL of chats, of preferences for the method dpo, or of items for reinforcement.
   */
  type: "messages";
  /**
   * The file, relative to this pipeline; `data/*.csv` takes several, in the order of their names.
   */
  path: string;
  /**
   * A column whose value names a row for good: its drawn words and its split stay when rows change. Default: the row's content.
   */
  key?: string;
  /**
   * The path of a JSON Schema that each row must meet. CSV cells are read as its types, for this check only.
   */
  schema?: string;
  /**
   * Columns whose empty cells templates may print; elsewhere that is an error.
   */
  allow_empty: string[];
  /**
   * Only rows that meet all of these conditions; the others are counted and left out.
   */
  where: Condition[];
  /**
   * At most so many rows, the first ones that meet `where`. What follows is not read.
   */
  limit?: number;
  group?: Group;
}
/**
 * Answers that ftpipe rescue recorded, to learn from another model: its held-out prompts, never the cases.
 */
export interface RecordedSource {
  /**
   * Answers that ftpipe rescue recorded, to learn from another model: its held-out prompts, never the cases.
   */
  type: "recorded";
  /**
   * The file, relative to this pipeline; `data/*.csv` takes several, in the order of their names.
   */
  path: string;
  /**
   * A column whose value names a row for good: its drawn words and its split stay when rows change. Default: the row's content.
   */
  key?: string;
  /**
   * The path of a JSON Schema that each row must meet. CSV cells are read as its types, for this check only.
   */
  schema?: string;
  /**
   * Columns whose empty cells templates may print; elsewhere that is an error.
   */
  allow_empty: string[];
  /**
   * Only rows that meet all of these conditions; the others are counted and left out.
   */
  where: Condition[];
  /**
   * At most so many rows, the first ones that meet `where`. What follows is not read.
   */
  limit?: number;
  group?: Group;
  /**
   * true: you have read the terms of the provider whose model answered, and may train on its answers.
   */
  i_accept_provider_terms: boolean;
}
/**
 * How a row becomes training examples, and what they must meet.
 */
export interface Dataset {
  /**
   * Seeds {{pick}}, {{shuffle}} and the split. Another seed draws anew everywhere.
   */
  seed: number;
  /**
   * The chat of one example, rendered for each row. Leave out for a source of ready-made messages.
   */
  messages: Message[];
  /**
   * Functions that the model may call, in every example and every case: a list of declarations, or the path of a JSON file with one, relative to this file.
   *
   * @minItems 1
   * @maxItems 128
   */
  tools?: string | Tool[];
  /**
   * Whether one message may call several tools; needs `tools`. Default: left to the provider, which allows it.
   */
  parallel_tool_calls?: boolean;
  /**
   * The folder of the image files that `image` parts name, relative to this file. They are put into the examples as base64.
   */
  images?: string;
  response_format?: ResponseFormat;
  preference?: Preference;
  item?: Item;
  /**
   * Examples per row. {{pick}} and {{shuffle}} draw anew for each; equal ones collapse.
   */
  variants: number;
  /**
   * Rules on top of the format that OpenAI's API demands, which is always checked.
   */
  rules: Rule[];
  split: Split;
  privacy: Privacy;
}
/**
 * One message: a role and either `content` or `template`, or `tool_calls`; or `turns`, the messages of a list.
 */
export interface Message {
  /**
   * Who speaks. `tool` answers a call: the first such message the first call of the assistant's message before, and so on.
   */
  role?: "system" | "user" | "assistant" | "tool";
  /**
   * A Handlebars template, inline; of a user's message also a list of parts: { text: … }, { image: … }.
   *
   * @minItems 1
   */
  content?: string | Part[];
  /**
   * The path of a Handlebars template, relative to this file.
   */
  template?: string;
  /**
   * Tells speakers of one role apart.
   */
  name?: string;
  /**
   * Assistant messages only: the functions that it calls, instead of a text or after it.
   *
   * @minItems 1
   */
  tool_calls?: Call[];
  /**
   * Assistant messages only: 0 keeps the message as context and does not train on it.
   */
  weight?: 0 | 1;
  turns?: Turns;
}
/**
 * A part of a user's message: a text or an image.
 */
export interface Part {
  /**
   * A Handlebars template, inline.
   */
  text?: string;
  /**
   * A template of an https address, of a data URL, or of the name of a file in `dataset.images`: JPEG, PNG or WEBP, at most 10 MB.
   */
  image?: string;
  /**
   * How closely the model looks at the image; low costs 85 tokens. Default: left to the provider (auto).
   */
  detail?: "auto" | "low" | "high";
}
/**
 * A call of a function that `dataset.tools` declares. Its id is made from its place and content.
 */
export interface Call {
  /**
   * The function's name, or a template of it.
   */
  name: string;
  /**
   * What the function gets: a mapping whose texts are templates, such as { town: '{{town}}' }, read as the types that its parameters name; or one template of a JSON object, such as '{{json order}}'.
   */
  arguments: string | {};
}
/**
 * A message for each item of a list: of a group's rows, or of a column that holds objects.
 */
export interface Turns {
  /**
   * The column with the list. Default: `turns`, the rows that `source.group` gathers.
   */
  column: string;
  /**
   * The item's field that says who speaks: system, user or assistant, or a word that `map` knows.
   */
  role: string;
  /**
   * The item's field with the text, which is taken as it is.
   */
  content: string;
  /**
   * What the field's words mean, such as { agent: assistant, customer: user }.
   */
  map: {
    [k: string]: "system" | "user" | "assistant";
  };
  /**
   * Which of the assistant's messages are trained on; the others are context.
   */
  learn: "all" | "last";
  /**
   * at_assistant leaves out what follows the assistant's last message.
   */
  end: "as_is" | "at_assistant";
}
/**
 * A function that the model may call.
 */
export interface Tool {
  /**
   * What the model calls: letters, digits, _ and -, at most 64.
   */
  name: string;
  /**
   * What it does and when to call it; the model reads it.
   */
  description?: string;
  /**
   * A JSON Schema of the type object, which the arguments of every call must meet. Default: it takes none.
   */
  parameters?: {};
  /**
   * true: the provider makes every call meet the parameters, which then list all properties as required and allow no others.
   */
  strict?: boolean;
}
export interface TextResponse {
  /**
   * Any text.
   */
  type: "text";
}
export interface JsonObjectResponse {
  /**
   * A JSON object, whatever is in it.
   */
  type: "json_object";
}
export interface JsonSchemaResponse {
  /**
   * JSON that meets a schema.
   */
  type: "json_schema";
  json_schema: AnswerSchema;
}
export interface AnswerSchema {
  /**
   * A name for the schema: letters, digits, _ and -, at most 64.
   */
  name: string;
  /**
   * What the answer is for; the model may read it.
   */
  description?: string;
  /**
   * The JSON Schema: the path of its file, relative to this one, or the schema itself. Its properties are answered in their order.
   */
  schema: string | {};
  /**
   * true: every answer meets the schema, which must keep to what the provider supports.
   */
  strict?: boolean;
}
/**
 * Two answers to the chat of dataset.messages, and which is the better one; for training.method: dpo. Either `column` and `choices`, or `preferred` and `rejected`. Rules look at the preferred answer.
 */
export interface Preference {
  /**
   * The column that names the better one of the choices.
   */
  column?: string;
  /**
   * Exactly two answers, each under the name that `column` calls it by.
   */
  choices?: {
    [k: string]: Answer;
  };
  preferred?: Answer;
  rejected?: Answer;
  /**
   * What becomes of a row whose answers are equally good: the same text, a cell of `tie_values`, or an empty one. refuse: an error; drop: leave it out and count it.
   */
  tie: "refuse" | "drop";
  /**
   * What `column` holds where neither answer is better; an empty cell always means that.
   */
  tie_values: string[];
}
/**
 * What graders are told of a row, beside the chat of dataset.messages; for training.method: reinforcement. A field `name` is {{item.name}} in a grader.
 */
export interface Item {
  [k: string]: ItemField;
}
/**
 * At least so many tokens of text in the messages together, in OpenAI's encoding o200k_base.
 */
export interface MinTokensRule {
  /**
   * At least so many tokens of text in the messages together, in OpenAI's encoding o200k_base.
   */
  type: "min_tokens";
  /**
   * Fewest tokens.
   */
  value: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * At most so many tokens of text in the messages together, in OpenAI's encoding o200k_base.
 */
export interface MaxTokensRule {
  /**
   * At most so many tokens of text in the messages together, in OpenAI's encoding o200k_base.
   */
  type: "max_tokens";
  /**
   * Most tokens.
   */
  value: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * At least so many words in each message.
 */
export interface MinWordsRule {
  /**
   * At least so many words in each message.
   */
  type: "min_words";
  /**
   * Fewest words.
   */
  value: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * At most so many words in each message.
 */
export interface MaxWordsRule {
  /**
   * At most so many words in each message.
   */
  type: "max_words";
  /**
   * Most words.
   */
  value: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Each example has so many turns: answers of the assistant, those of weight 0 among them.
 */
export interface TurnsRule {
  /**
   * Each example has so many turns: answers of the assistant, those of weight 0 among them.
   */
  type: "turns";
  /**
   * Fewest turns.
   */
  minimum: number;
  /**
   * Most turns. Default: no limit.
   */
  maximum?: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Each message matches a regular expression.
 */
export interface MatchesRule {
  /**
   * Each message matches a regular expression.
   */
  type: "matches";
  /**
   * A regular expression in RE2 syntax; it may match anywhere. (?i) ignores case.
   */
  pattern: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No message matches a regular expression.
 */
export interface NotMatchesRule {
  /**
   * No message matches a regular expression.
   */
  type: "not_matches";
  /**
   * A regular expression in RE2 syntax; it may match anywhere. (?i) ignores case.
   */
  pattern: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No message (default: the assistant's) holds one of these phrases; with action: warn and at_most, no more than a share of the examples do.
 */
export interface PhrasesRule {
  /**
   * No message (default: the assistant's) holds one of these phrases; with action: warn and at_most, no more than a share of the examples do.
   */
  type: "phrases";
  /**
   * Texts that are looked for in any case of letters, such as: as an AI language model.
   *
   * @minItems 1
   */
  values: string[];
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No message holds what an unfilled template leaves behind: {{…}}, ${…}, undefined, NaN, [object Object], [Your Name], lorem ipsum, TODO and the like.
 */
export interface TemplateResidueRule {
  /**
   * No message holds what an unfilled template leaves behind: {{…}}, ${…}, undefined, NaN, [object Object], [Your Name], lorem ipsum, TODO and the like.
   */
  type: "template_residue";
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Each message (default: the assistant's) is JSON that meets a schema.
 */
export interface JsonSchemaRule {
  /**
   * Each message (default: the assistant's) is JSON that meets a schema.
   */
  type: "json_schema";
  /**
   * The path of a JSON Schema, relative to this pipeline.
   */
  schema: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Each message (default: the assistant's) is one of a list of texts, such as the labels of a classification.
 */
export interface OneOfRule {
  /**
   * Each message (default: the assistant's) is one of a list of texts, such as the labels of a classification.
   */
  type: "one_of";
  /**
   * The texts that are allowed, compared exactly.
   *
   * @minItems 1
   */
  values: string[];
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No two rows give different answers to the same prompt; the variants of one row may.
 */
export interface ContradictionsRule {
  /**
   * No two rows give different answers to the same prompt; the variants of one row may.
   */
  type: "contradictions";
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No example's answer is nearly that of one before; takes half a kilobyte of memory an example.
 */
export interface NearDuplicatesRule {
  /**
   * No example's answer is nearly that of one before; takes half a kilobyte of memory an example.
   */
  type: "near_duplicates";
  /**
   * From which share of common word triples two answers are told, as estimated from hashes.
   */
  similarity: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * All examples have the same system message, or none has one: what differs here differs from what is asked later.
 */
export interface SameSystemRule {
  /**
   * All examples have the same system message, or none has one: what differs here differs from what is asked later.
   */
  type: "same_system";
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Not too many messages (default: the assistant's) begin with the same words.
 */
export interface OpeningsRule {
  /**
   * Not too many messages (default: the assistant's) begin with the same words.
   */
  type: "openings";
  /**
   * How many words are compared.
   */
  words: number;
  /**
   * Greatest share of the examples that may begin alike; the most frequent openings are told.
   */
  maximum: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * No message (default: the assistant's) is very much longer than most: the longest is at most so many times the median, in words.
 */
export interface LengthProfileRule {
  /**
   * No message (default: the assistant's) is very much longer than most: the longest is at most so many times the median, in words.
   */
  type: "length_profile";
  /**
   * How many times the median is allowed.
   */
  times: number;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Of the different answers (the classes of a classification) none is too rare, none too frequent.
 */
export interface ClassBalanceRule {
  /**
   * Of the different answers (the classes of a classification) none is too rare, none too frequent.
   */
  type: "class_balance";
  /**
   * Least share of the examples that each class has.
   */
  minimum: string;
  /**
   * Greatest share of the examples that one class has.
   */
  maximum: string;
  /**
   * Only messages of this role. Default: all messages; for one_of and json_schema the assistant's.
   */
  role?: "system" | "user" | "assistant";
  /**
   * error: stop; warn: say so; drop: leave the example out and count it; off: don't check.
   */
  action: "error" | "warn" | "drop" | "off";
  /**
   * With warn or drop: the greatest share of examples that may break the rule, such as 5%. More is an error.
   */
  at_most?: string;
}
/**
 * Rows held out from training. By a hash of the row's key (or group), so that adding rows moves no other.
 */
export interface Split {
  validation: Share;
  test: Share;
  /**
   * A column; rows with the same value stay in one split.
   */
  group_by?: string;
}
/**
 * What becomes of secrets and personal data in the examples, before anything is uploaded.
 */
export interface Privacy {
  /**
   * Keys, tokens, passwords, private keys. block: stop; warn: say so; redact: replace them by [secret]; off: don't look.
   */
  secrets: "block" | "warn" | "redact" | "off";
  /**
   * E-mail addresses, phone, card and account numbers. redact writes [email], [phone], [card], [iban].
   */
  personal: "block" | "warn" | "redact" | "off";
}
/**
 * Settings of the fine-tuning job.
 */
export interface Training {
  /**
   * supervised: learn to give the assistant's messages. dpo (Direct Preference Optimization): learn which of two answers is the better one, from dataset.preference. reinforcement: learn by the grades that a grader gives to the model's own answers.
   */
  method: "supervised" | "dpo" | "reinforcement";
  /**
   * Becomes part of the tuned model's name, at most 64 characters.
   */
  suffix?: string;
  /**
   * Seeds the training, where the provider honours it.
   */
  seed?: number;
  hyperparameters: Hyperparameters;
  grader?: Grader;
  response_format?: ResponseFormat;
}
/**
 * auto, or left out: the provider chooses.
 */
export interface Hyperparameters {
  /**
   * Passes over the training data, 1 to 50, or auto.
   */
  n_epochs?: number | string;
  /**
   * Examples per step, 1 to 256, or auto.
   */
  batch_size?: number | string;
  /**
   * Factor on the provider's own learning rate, above 0, or auto.
   */
  learning_rate_multiplier?: number | string;
  /**
   * Absolute learning rate, for providers that take one; never converted.
   */
  learning_rate?: number;
  /**
   * Of the method dpo: how closely the model is held to what it was, above 0 to 2, or auto. The higher, the closer.
   */
  beta?: number | string;
  /**
   * Of the method reinforcement: how long the model thinks before it answers.
   */
  reasoning_effort?: "default" | "low" | "medium" | "high";
  /**
   * Of the method reinforcement: factor on the compute that goes into trying answers, above 0.00001 to 10, or auto.
   */
  compute_multiplier?: number | string;
  /**
   * Of the method reinforcement: training steps between two evaluations, 1 or more, or auto.
   */
  eval_interval?: number | string;
  /**
   * Of the method reinforcement: answers to each validation item when it is evaluated, 1 or more, or auto.
   */
  eval_samples?: number | string;
}
/**
 * 1 if a text is equal to another, is not, or holds it; else 0.
 */
export interface StringCheckGrader {
  /**
   * 1 if a text is equal to another, is not, or holds it; else 0.
   */
  type: "string_check";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  /**
   * eq: equal; ne: not equal; like: the input holds the reference; ilike: the same, in any case.
   */
  operation: "eq" | "ne" | "like" | "ilike";
  /**
   * The text that is graded, such as {{sample.output_text}}; filled in by the provider.
   */
  input: string;
  /**
   * The text that it is compared with, such as {{item.reference_answer}}; filled in by the provider.
   */
  reference: string;
}
/**
 * How near a text comes to another, by a metric, 0 to 1.
 */
export interface TextSimilarityGrader {
  /**
   * How near a text comes to another, by a metric, 0 to 1.
   */
  type: "text_similarity";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  /**
   * The metric, by OpenAI's names. cosine is not for training.
   */
  evaluation_metric:
    "fuzzy_match" | "bleu" | "gleu" | "meteor" | "rouge_1" | "rouge_2" | "rouge_3" | "rouge_4" | "rouge_5" | "rouge_l";
  /**
   * The text that is graded, such as {{sample.output_text}}; filled in by the provider.
   */
  input: string;
  /**
   * The text that it is compared with, such as {{item.reference_answer}}; filled in by the provider.
   */
  reference: string;
}
/**
 * A number that another model gives.
 */
export interface ScoreModelGrader {
  /**
   * A number that another model gives.
   */
  type: "score_model";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  /**
   * The model that grades; the provider bills its tokens.
   */
  model: string;
  input: GraderMessages;
  /**
   * Least and greatest grade; what lies outside is cut off. Default: [0, 1].
   *
   * @minItems 2
   * @maxItems 2
   */
  range?: number[];
  sampling_params?: GraderSampling;
}
export interface GraderMessage {
  /**
   * Who speaks.
   */
  role: "system" | "developer" | "user" | "assistant";
  /**
   * The text, in which {{item.…}} and {{sample.…}} are filled in by the provider.
   */
  content: string;
}
/**
 * How the grading model's answer is sampled.
 */
export interface GraderSampling {
  /**
   * Seeds the sampling.
   */
  seed?: number;
  /**
   * 0 always takes the likeliest token; not for reasoning models.
   */
  temperature?: number;
  /**
   * Sample only from the likeliest tokens that together have this probability.
   */
  top_p?: number;
  /**
   * Most tokens of the grading model's answer.
   */
  max_completions_tokens?: number;
  /**
   * How long a reasoning model thinks; which words it takes, the provider says.
   */
  reasoning_effort?: "none" | "minimal" | "low" | "medium" | "high" | "xhigh" | "max";
}
/**
 * 1 if another model gives one of the passing labels, else 0. Only as a part of multi.
 */
export interface LabelModelGrader {
  /**
   * 1 if another model gives one of the passing labels, else 0. Only as a part of multi.
   */
  type: "label_model";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  /**
   * The model that grades; the provider bills its tokens.
   */
  model: string;
  input: GraderMessages;
  /**
   * All labels that it may give.
   *
   * @minItems 2
   */
  labels: string[];
  /**
   * Those of the labels whose grade is 1.
   *
   * @minItems 1
   */
  passing_labels: string[];
}
/**
 * What a Python function of your own returns; the provider runs it, without network.
 */
export interface PythonGrader {
  /**
   * What a Python function of your own returns; the provider runs it, without network.
   */
  type: "python";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  /**
   * The path of a Python file, relative to this one, that defines grade(sample, item).
   */
  source: string;
  /**
   * The provider's image that it runs in, such as 2025-05-08; it decides which packages are there.
   */
  image_tag?: string;
}
/**
 * A formula over the grades of other graders.
 */
export interface MultiGrader {
  /**
   * A formula over the grades of other graders.
   */
  type: "multi";
  /**
   * What the provider shows it under. Default: its name among the parts of a multi, else its type.
   */
  name?: string;
  graders: GraderParts;
  /**
   * The formula: names of graders, numbers, + - * / ^, parentheses, and min, max, abs, floor, ceil, exp, sqrt, log.
   */
  calculate_output: string;
}
/**
 * Graders, each under the name that calculate_output calls its grade by.
 */
export interface GraderParts {
  [k: string]: Grader;
}
/**
 * The engine built in: no key, no GPU, no network. A small model for trying, testing and CI.
 */
export interface LocalTarget {
  /**
   * The engine built in: no key, no GPU, no network. A small model for trying, testing and CI.
   */
  provider: "local";
  /**
   * ftpipe-mini learns a persona or labels in a minute; ftpipe-nano is for tests.
   */
  model: "ftpipe-mini" | "ftpipe-nano";
  /**
   * Overrides training.suffix.
   */
  suffix?: string;
  /**
   * Overrides training.seed.
   */
  seed?: number;
  hyperparameters?: Hyperparameters;
  price?: Price;
  /**
   * What becomes of an example longer than the model's context of 512 tokens: refuse stops before training and names its row, cut learns from its beginning and says so.
   */
  over_context: "refuse" | "cut";
}
/**
 * US dollars per 1,000,000 tokens.
 */
export interface Price {
  /**
   * Of training, for each token and epoch.
   */
  training: number;
  /**
   * Of what the tuned model reads.
   */
  input: number;
  /**
   * Of what it answers.
   */
  output: number;
}
/**
 * OpenAI. Takes no new fine-tuning jobs after 2027-01-06; its tuned models answer until 2027-01-14.
 */
export interface OpenaiTarget {
  /**
   * OpenAI. Takes no new fine-tuning jobs after 2027-01-06; its tuned models answer until 2027-01-14.
   */
  provider: "openai";
  /**
   * The base model that is trained.
   */
  model: string;
  /**
   * Overrides training.suffix.
   */
  suffix?: string;
  /**
   * Overrides training.seed.
   */
  seed?: number;
  hyperparameters?: Hyperparameters;
  price?: Price;
  /**
   * The environment variable that holds the key; default OPENAI_API_KEY.
   */
  api_key_env?: string;
  /**
   * The organisation that is billed (org-…).
   */
  organization?: string;
  /**
   * The project that files and jobs belong to (proj_…).
   */
  project?: string;
  /**
   * Labels of your own on the job, at most 15 beside ftpipe's; names up to 64 characters, values up to 512. A change trains nothing anew.
   */
  metadata?: {
    [k: string]: string;
  };
  /**
   * Services that the provider sends the job's metrics to. A change trains nothing anew.
   *
   * @maxItems 5
   */
  integrations?: {
    /**
     * Weights & Biases.
     */
    type: "wandb";
    /**
     * Where the job's metrics go. The key is stored in the provider's console, never here.
     */
    wandb: {
      /**
       * The project.
       */
      project: string;
      /**
       * What the run is called; default: the job's id.
       */
      name?: string;
      /**
       * The team or user.
       */
      entity?: string;
      /**
       * Tags of the run.
       */
      tags?: string[];
    };
  }[];
  /**
   * Fields of the provider's own, put into the request that creates a job as they stand, and part of its fingerprint. No keys, no addresses.
   */
  extra?: {};
}
/**
 * Any server that speaks OpenAI's protocol, by its base_url.
 */
export interface OpenaiCompatibleTarget {
  /**
   * Any server that speaks OpenAI's protocol, by its base_url.
   */
  provider: "openai-compatible";
  /**
   * The base model that is trained.
   */
  model: string;
  /**
   * Overrides training.suffix.
   */
  suffix?: string;
  /**
   * Overrides training.seed.
   */
  seed?: number;
  hyperparameters?: Hyperparameters;
  price?: Price;
  /**
   * The server's address up to and with /v1.
   */
  base_url: string;
  /**
   * The environment variable that holds the key; none for a server without keys.
   */
  api_key_env?: string;
  /**
   * false: the server only answers; then tuned_model is judged as it is.
   */
  trains: boolean;
  /**
   * The model to judge where the server does not train.
   */
  tuned_model?: string;
  /**
   * How a job is found again whose answer was lost.
   */
  look_up?: {
    /**
     * Where a job carries its fingerprint; default: metadata. suffix: at the end of the job's suffix, for servers without metadata. none: after a lost answer ftpipe never creates again by itself.
     */
    job_by?: "metadata" | "suffix" | "none";
    /**
     * Seconds until the server's lists show for sure what it accepted.
     */
    list_lag: number;
    /**
     * Seconds within which the server may still accept a request that nobody waits for any more.
     */
    late: number;
  };
  /**
   * What the server can do, where it is other than OpenAI's: check judges the pipeline by it.
   */
  capabilities?: {
    /**
     * The methods it trains by. Default: all; it says itself when the job is created.
     *
     * @minItems 1
     */
    methods?: ("supervised" | "dpo" | "reinforcement")[];
    /**
     * Which hyperparameter it takes: learning_rate_multiplier, learning_rate, both or none. They are never converted.
     */
    learning_rate: "multiplier" | "absolute" | "both" | "none";
    /**
     * Whether the untuned base answers chats, so that it can be compared with.
     */
    base_chat: "direct" | "none";
    /**
     * The name under which the untuned base answers, where it is another than model.
     */
    base_model?: string;
    /**
     * Whether a tuned model answers only once it is deployed. ftpipe does not deploy.
     */
    deploy: boolean;
    /**
     * Whether it honours a seed.
     */
    seed: boolean;
    /**
     * Whether jobs carry metadata. false: the fingerprint goes into the suffix, as look_up: { job_by: suffix } says.
     */
    metadata: boolean;
    /**
     * Whether examples may call tools.
     */
    tools: boolean;
    /**
     * Whether users may show images.
     */
    images: boolean;
    /**
     * Whether a job can be paused and resumed.
     */
    pause: boolean;
    /**
     * Whether it keeps models from the midst of training.
     */
    checkpoints: boolean;
    /**
     * Whether it has OpenAI's Uploads API: files above 512 MB then go up in parts.
     */
    uploads: boolean;
    /**
     * Greatest size of a file, bytes.
     */
    max_file_bytes?: number;
    /**
     * Longest suffix, characters. Default: 64.
     */
    max_suffix?: number;
    /**
     * Tokens of an example that are trained on; what is longer is cut.
     */
    max_tokens_per_example?: number;
    /**
     * Fewest training examples of a job.
     */
    fewest_examples?: number;
    /**
     * Most training examples of a job.
     */
    most_examples?: number;
    /**
     * The name of the chat parameter that limits an answer.
     */
    max_tokens_parameter: "max_tokens" | "max_completion_tokens";
  };
  /**
   * Labels of your own on the job, at most 15 beside ftpipe's; names up to 64 characters, values up to 512. A change trains nothing anew.
   */
  metadata?: {
    [k: string]: string;
  };
  /**
   * Services that the provider sends the job's metrics to. A change trains nothing anew.
   *
   * @maxItems 5
   */
  integrations?: {
    /**
     * Weights & Biases.
     */
    type: "wandb";
    /**
     * Where the job's metrics go. The key is stored in the provider's console, never here.
     */
    wandb: {
      /**
       * The project.
       */
      project: string;
      /**
       * What the run is called; default: the job's id.
       */
      name?: string;
      /**
       * The team or user.
       */
      entity?: string;
      /**
       * Tags of the run.
       */
      tags?: string[];
    };
  }[];
  /**
   * Fields of the provider's own, put into the request that creates a job as they stand, and part of its fingerprint. No keys, no addresses.
   */
  extra?: {};
  /**
   * Whether training costs money, so that a run asks first. Default: true, save for this machine.
   */
  paid?: boolean;
}
/**
 * Nebius Token Factory: open models. A tuned model answers once it is deployed there, which ftpipe does not do.
 */
export interface NebiusTarget {
  /**
   * Nebius Token Factory: open models. A tuned model answers once it is deployed there, which ftpipe does not do.
   */
  provider: "nebius";
  /**
   * The base model that is trained.
   */
  model: string;
  /**
   * Overrides training.suffix.
   */
  suffix?: string;
  /**
   * Overrides training.seed.
   */
  seed?: number;
  hyperparameters?: Hyperparameters;
  price?: Price;
  /**
   * The environment variable that holds the key; default NEBIUS_API_KEY.
   */
  api_key_env?: string;
  /**
   * true: train a LoRA adapter; false: all weights, as the provider does unless asked.
   */
  lora: boolean;
  /**
   * Rank of the adapter; the provider's default is 8.
   */
  lora_r?: number;
  /**
   * Scale of the adapter; the provider's default is 8.
   */
  lora_alpha?: number;
  /**
   * Share of the adapter's inputs that a step leaves out; the provider's default is 0.
   */
  lora_dropout?: number;
  /**
   * Longest example, tokens; the provider's default is 8192.
   */
  context_length?: number;
  /**
   * Whether short examples share a sequence; the provider's default is true.
   */
  packing?: boolean;
  /**
   * Share of the steps in which the learning rate rises.
   */
  warmup_ratio?: number;
  /**
   * How strongly weights are pulled to 0.
   */
  weight_decay?: number;
  /**
   * Where gradients are clipped.
   */
  max_grad_norm?: number;
  /**
   * How a job is found again whose answer was lost.
   */
  look_up?: {
    /**
     * Where a job carries its fingerprint; default: none. suffix: at the end of the job's suffix, for servers without metadata. none: after a lost answer ftpipe never creates again by itself.
     */
    job_by?: "metadata" | "suffix" | "none";
    /**
     * Seconds until the server's lists show for sure what it accepted.
     */
    list_lag: number;
    /**
     * Seconds within which the server may still accept a request that nobody waits for any more.
     */
    late: number;
  };
  /**
   * Fields of the provider's own, put into the request that creates a job as they stand, and part of its fingerprint. No keys, no addresses.
   */
  extra?: {};
}
/**
 * Answers with the last user message; can't train. For trying assertions and gates.
 */
export interface EchoTarget {
  /**
   * Answers with the last user message; can't train. For trying assertions and gates.
   */
  provider: "echo";
  /**
   * Any name.
   */
  model: string;
  /**
   * Overrides training.suffix.
   */
  suffix?: string;
  /**
   * Overrides training.seed.
   */
  seed?: number;
  hyperparameters?: Hyperparameters;
  price?: Price;
}
/**
 * How the tuned model is judged, beside its base.
 */
export interface Evaluation {
  /**
   * What answers the same cases: base (the untuned model), previous (the model accepted last), recorded:NAME (a model that ftpipe rescue recorded).
   *
   * Items: base, previous, or recorded:NAME for the answers in baselines/NAME.jsonl.
   */
  compare: string[];
  defaults: Sampling;
  /**
   * Cases, each with its assertions.
   *
   * @minItems 1
   */
  tests: Test[];
  /**
   * Rules that pass or fail the run. Without any, a run is not gated.
   */
  gate: GateRule[];
}
/**
 * How answers are sampled.
 */
export interface Sampling {
  /**
   * 0 always takes the likeliest token; higher is more varied, up to 2.
   */
  temperature: number;
  /**
   * Sample only from the likeliest tokens that together have this probability.
   */
  top_p?: number;
  /**
   * Longest answer, in tokens of the model.
   */
  max_tokens: number;
  /**
   * Seeds the sampling, where the provider honours it.
   */
  seed?: number;
  /**
   * Texts that end an answer.
   *
   * @maxItems 4
   */
  stop?: string[];
  response_format?: ResponseFormat;
}
/**
 * One case (`vars`, `prompt` or `messages`), or one per held-out row (`from`).
 */
export interface Test {
  /**
   * What the case is about; shown in the report.
   */
  description?: string;
  /**
   * Stand for a row: all messages before the last assistant's are rendered from them. `expected` is the answer that `equals` and accuracy compare with.
   */
  vars?: {};
  /**
   * One case for each held-out row; {{expected}} is its answer.
   */
  from?: "split.test" | "split.validation";
  /**
   * A user message, sent after the data's one system message.
   */
  prompt?: string;
  /**
   * The chat to send, as it is.
   *
   * @minItems 1
   */
  messages?: CaseMessage[];
  /**
   * What the answer must meet; all of it.
   *
   * @minItems 1
   */
  assert: Assertion[];
}
export interface CaseMessage {
  /**
   * Who speaks.
   */
  role: "system" | "user" | "assistant";
  /**
   * A Handlebars template over the case's vars.
   */
  content: string;
}
/**
 * The whole answer is exactly the value; an object is compared as JSON, whatever the order of its keys.
 */
export interface EqualsAssertion {
  /**
   * The whole answer is exactly the value; an object is compared as JSON, whatever the order of its keys.
   */
  type: "equals" | "not-equals";
  /**
   * What the answer must be; default: {{expected}}, for tests from held-out rows. A template.
   */
  value?: string | number | boolean | {} | unknown[];
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The value stands somewhere in the answer; case counts.
 */
export interface ContainsAssertion {
  /**
   * The value stands somewhere in the answer; case counts.
   */
  type: "contains" | "not-contains";
  /**
   * The text; a template over the case's variables.
   */
  value: string | number;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The value stands somewhere in the answer, in whatever case.
 */
export interface IcontainsAssertion {
  /**
   * The value stands somewhere in the answer, in whatever case.
   */
  type: "icontains" | "not-icontains";
  /**
   * The text; a template over the case's variables.
   */
  value: string | number;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * At least one of the values stands in the answer; case counts.
 */
export interface ContainsAnyAssertion {
  /**
   * At least one of the values stands in the answer; case counts.
   */
  type: "contains-any" | "not-contains-any";
  /**
   * The texts: a list, or one string with commas between them (double quotes protect a comma). Templates over the case's variables.
   *
   * @minItems 1
   */
  value: (string | number)[] | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * Each of the values stands in the answer; case counts.
 */
export interface ContainsAllAssertion {
  /**
   * Each of the values stands in the answer; case counts.
   */
  type: "contains-all" | "not-contains-all";
  /**
   * The texts: a list, or one string with commas between them (double quotes protect a comma). Templates over the case's variables.
   *
   * @minItems 1
   */
  value: (string | number)[] | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * At least one of the values stands in the answer, in whatever case.
 */
export interface IcontainsAnyAssertion {
  /**
   * At least one of the values stands in the answer, in whatever case.
   */
  type: "icontains-any" | "not-icontains-any";
  /**
   * The texts: a list, or one string with commas between them (double quotes protect a comma). Templates over the case's variables.
   *
   * @minItems 1
   */
  value: (string | number)[] | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * Each of the values stands in the answer, in whatever case.
 */
export interface IcontainsAllAssertion {
  /**
   * Each of the values stands in the answer, in whatever case.
   */
  type: "icontains-all" | "not-icontains-all";
  /**
   * The texts: a list, or one string with commas between them (double quotes protect a comma). Templates over the case's variables.
   *
   * @minItems 1
   */
  value: (string | number)[] | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The answer begins with the value; case counts.
 */
export interface StartsWithAssertion {
  /**
   * The answer begins with the value; case counts.
   */
  type: "starts-with" | "not-starts-with";
  /**
   * The text; a template over the case's variables.
   */
  value: string | number;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The pattern (RE2 syntax) matches somewhere in the answer.
 */
export interface RegexAssertion {
  /**
   * The pattern (RE2 syntax) matches somewhere in the answer.
   */
  type: "regex" | "not-regex";
  /**
   * The pattern; ^ and $ anchor it, (?i) at its start ignores case. A template.
   */
  value: string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The whole answer is JSON, and meets a JSON Schema if one is given.
 */
export interface IsJsonAssertion {
  /**
   * The whole answer is JSON, and meets a JSON Schema if one is given.
   */
  type: "is-json" | "not-is-json";
  /**
   * A JSON Schema (draft 2020-12) that the JSON must meet, or file:// and its path relative to this pipeline; default: any JSON will do.
   */
  value?: {} | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * A JSON object stands somewhere in the answer, and meets a JSON Schema if one is given.
 */
export interface ContainsJsonAssertion {
  /**
   * A JSON object stands somewhere in the answer, and meets a JSON Schema if one is given.
   */
  type: "contains-json" | "not-contains-json";
  /**
   * A JSON Schema (draft 2020-12) that the JSON must meet, or file:// and its path relative to this pipeline; default: any JSON will do.
   */
  value?: {} | string;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The whole answer is JSON and equal to the value, or so are some of its fields; the order of keys does not count.
 */
export interface EqualsJsonAssertion {
  /**
   * The whole answer is JSON and equal to the value, or so are some of its fields; the order of keys does not count.
   */
  type: "equals-json" | "not-equals-json";
  /**
   * What the answer must be: JSON as a text, or a value; default: {{expected}}. A template.
   */
  value?: string | number | boolean | {} | unknown[];
  /**
   * Compare these fields of the object only; default: everything.
   *
   * @minItems 1
   */
  fields?: string[];
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The answer has that many words: exactly, or from `min` to `max`.
 */
export interface WordCountAssertion {
  /**
   * The answer has that many words: exactly, or from `min` to `max`.
   */
  type: "word-count" | "not-word-count";
  /**
   * A number of words, or { min, max }, both inclusive, either of them alone too.
   */
  value:
    | number
    | {
        min?: number;
        max?: number;
      };
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The answer differs from the value in at most `threshold` characters.
 */
export interface LevenshteinAssertion {
  /**
   * The answer differs from the value in at most `threshold` characters.
   */
  type: "levenshtein" | "not-levenshtein";
  /**
   * The text to be near to; a template over the case's variables.
   */
  value: string | number;
  /**
   * Most characters inserted, deleted or replaced.
   */
  threshold: number;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * The answer and the value have enough words in common, whatever their order: ROUGE-1 F reaches `threshold`.
 */
export interface RougeNAssertion {
  /**
   * The answer and the value have enough words in common, whatever their order: ROUGE-1 F reaches `threshold`.
   */
  type: "rouge-n" | "not-rouge-n";
  /**
   * The text to compare with, such as {{expected}}; a template over the case's variables.
   */
  value: string | number;
  /**
   * Least share of words in common, from 0 to 1.
   */
  threshold: number;
  /**
   * A name under which this assertion's pass rate is reported and can be gated.
   */
  metric?: string;
}
/**
 * One bound on one metric.
 */
export interface GateRule {
  /**
   * pass_rate, accuracy (needs a one_of rule), or the `metric` of an assertion.
   */
  metric: string;
  /**
   * Least value that passes, as a share: 0.8 is 80 %.
   */
  minimum?: number;
  /**
   * Greatest value that passes, as a share.
   */
  maximum?: number;
  /**
   * Compare with this model instead of a fixed value: base, previous, or recorded:NAME.
   */
  against?: string;
  /**
   * Least gain over `against`: 0.2 is 20 points.
   */
  minimum_gain?: number;
  /**
   * Greatest loss against `against`: 0.02 is 2 points.
   */
  maximum_drop?: number;
}
/**
 * How long a run waits at the most. What ends so goes on when it is run again.
 */
export interface Timeouts {
  /**
   * For a job to start, such as 90m or 24h. The job keeps its place in the queue.
   */
  queue: string;
}

export type ChatRole = "system" | "user" | "assistant";

/** One message of a chat, as OpenAI's training files and chat completions have it. */
export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
  /** Assistant only: 0 keeps the message as context but takes no loss on it. Default 1. */
  readonly weight?: 0 | 1;
}

/** Whether a training example's message is one to learn. */
export function isLearnt({ role, weight }: ChatMessage): boolean {
  return role === "assistant" && weight !== 0;
}

/** What was asked last; empty where no user has spoken. */
export function lastUserText(messages: readonly ChatMessage[]): string {
  return messages.findLast(({ role }) => role === "user")?.content ?? "";
}

/**
 * The form that an answer must have, in the words of OpenAI's chat completions
 * (https://developers.openai.com/api/docs/guides/structured-outputs).
 */
export type ResponseFormat =
  | { readonly type: "text" }
  /** Any JSON object. */
  | { readonly type: "json_object" }
  | { readonly type: "json_schema"; readonly json_schema: JsonSchemaFormat };

export interface JsonSchemaFormat {
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly description?: string;
  /** The order of its properties is that of the answer. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Whether every answer meets the schema, which then must keep to what the provider supports. */
  readonly strict?: boolean;
}

/** How an answer is sampled. */
export interface SamplingSettings {
  /** 0 (always the likeliest token) to 2. */
  readonly temperature: number;
  /** Share of probability mass that is sampled from, 0 to 1. */
  readonly top_p?: number | undefined;
  /** Most tokens of an answer. */
  readonly max_tokens: number;
  readonly seed?: number | undefined;
  /** Texts that end the answer, at most four; not part of it. */
  readonly stop?: readonly string[] | undefined;
  readonly response_format?: ResponseFormat | undefined;
}

/** Tokens of one request. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
}

import {
  type ChatMessage,
  type ContentPart,
  type FunctionCall,
  isTextMessage,
  messageText,
  type ToolSettings,
} from "../core/chat.ts";
import type { Digest } from "../core/hash.ts";
import { lineEncoder } from "../core/json-lines.ts";
import type { ChatParts } from "./part-tokens.ts";

export type HeldOutSplit = "validation" | "test";

/** Values of JSON by name. */
export type ItemFields = Readonly<Record<string, unknown>>;

/** What is learnt of an example: a chat, or which of two answers to it is the better one. */
export interface ExampleContent extends ToolSettings {
  /** The last one is the answer to give; of a preference, the preferred one. */
  readonly messages: readonly ChatMessage[];
  /** Of a preference only: the other answer. */
  readonly rejected?: string | undefined;
  /** Of an item of reinforcement only: what graders are told beside the messages, which end with the question. */
  readonly item?: ItemFields | undefined;
  /**
   * The line, where it was made without the messages, which are then made when somebody asks for them. Such a content is
   * never spread into another: its `messages` and `parts` would be lost.
   */
  readonly written?: WrittenLine | undefined;
  /** The texts of the messages part by part, where they are made so. */
  readonly parts?: ChatParts | undefined;
}

/** The line of messages that the format's rules have nothing against: texts alone, none of them blank, the last one the answer. */
export interface WrittenLine extends EncodedExample {
  /** Where the last one's text begins and ends in the line, between the quotes; in bytes. */
  readonly answer: readonly [from: number, to: number];
}

/** A line of a training file, without its end, as UTF-8. Its memory is used again for the next row's. */
export interface EncodedExample {
  readonly line: Uint8Array;
  /** Of what a model is asked with; equal ones are equal prompts. */
  readonly prompt: Uint8Array;
}

/** A training example with where it comes from. */
export interface Example {
  readonly content: ExampleContent;
  /** The row's identity. */
  readonly key: string;
  readonly keyDigest: Digest;
  /** From 0. */
  readonly variant: number;
  /** Rows of one group stay in one split. */
  readonly group: string;
  /** The row, of variant 0 only: what eval cases are made from. */
  readonly vars?: Readonly<Record<string, unknown>> | undefined;
  /** Relative to the root. */
  readonly file: string;
  /** Where the row begins, from 1. */
  readonly line: number;
  /** Of rows from a split's own file. */
  readonly split?: HeldOutSplit | undefined;
}

/** A held-out row, for the evaluation. */
export interface HeldOut extends ToolSettings {
  readonly split: HeldOutSplit;
  readonly key: string;
  readonly vars: Readonly<Record<string, unknown>>;
  /** Those before the last assistant's. */
  readonly messages: readonly ChatMessage[];
  /** What the last assistant's message says, a call as its JSON; of an item there is none. */
  readonly expected?: string;
  readonly file: string;
  readonly line: number;
}

/** The messages that a model is asked with, and what the answer says that it should give, of chats and preferences. */
export function promptAndAnswer(messages: readonly ChatMessage[]): { prompt: readonly ChatMessage[]; answer: string } {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const prompt = last < 0 ? messages : messages.slice(0, last);
  const answer = messages[last];
  return { prompt: prompt.map(withoutWeight), answer: answer === undefined ? "" : messageText(answer) };
}

/** A message as it is shown to a model, which needs no weight. */
export function withoutWeight({ weight: _weight, ...message }: ChatMessage): ChatMessage {
  return message;
}

/** What stands beside the messages, and nothing that does not. */
export function toolSettingsOf({ tools, parallel_tool_calls, functions }: ToolSettings): ToolSettings {
  return {
    ...(tools === undefined ? {} : { tools }),
    ...(parallel_tool_calls === undefined ? {} : { parallel_tool_calls }),
    ...(functions === undefined ? {} : { functions }),
  };
}

/** An example as text, which is its line in a training file, as OpenAI's have it: keys in a fixed order, no line end. */
export interface ExampleText {
  /** The line as far as the messages go that a model is asked with. */
  readonly start: string;
  readonly rest: string;
  /** `start` without the weights of messages: equal texts are equal prompts. */
  readonly prompt: string;
}

/** A line of a training file, as OpenAI's API takes it: of a chat, an item with its fields, or a preference. */
export type TrainingLine =
  | (ToolSettings & { readonly messages: readonly ChatMessage[]; readonly [field: string]: unknown })
  | {
      readonly input: ToolSettings & { readonly messages: readonly ChatMessage[] };
      readonly preferred_output: readonly [ChatMessage];
      readonly non_preferred_output: readonly [ChatMessage];
    };

type ChatLine = Extract<TrainingLine, { readonly messages: unknown }>;

const isChat = (line: TrainingLine): line is ChatLine => "messages" in line;

/** What `exampleWriter` was given. */
export function contentOf(line: TrainingLine): ExampleContent {
  if (isChat(line)) {
    const { messages, ...item } = line;
    return messages.at(-1)?.role === "assistant" ? { ...toolSettingsOf(line), messages } : { messages, item };
  }
  const { input, preferred_output, non_preferred_output } = line;
  const [preferred] = preferred_output;
  const [rejected] = non_preferred_output;
  const messages = [...input.messages, preferred];
  return { ...toolSettingsOf(input), messages, rejected: messageText(rejected) };
}

/** Writes examples one after another; a message, or tools, that stay the same from one to the next are written once. */
export function exampleWriter(): (content: ExampleContent) => ExampleText {
  const last: { readonly content: string; readonly json: string }[] = [];
  const quoted = (content: string, place: number): string => {
    const known = last[place];
    if (known?.content === content) return known.json;
    const json = JSON.stringify(content);
    last[place] = { content, json };
    return json;
  };
  const settingsText = settingsWriter();
  /** Without the closing brace, so that a weight may follow. */
  const opened = (message: ChatMessage, place: number): string =>
    isTextMessage(message)
      ? `{"role":"${message.role}","content":${quoted(message.content, place)}`
      : JSON.stringify(inOrder(message)).slice(0, -1);
  const allOf = (messages: readonly ChatMessage[]): string =>
    messages.map((message, place) => `${opened(message, place)}}`).join(",");
  const writePreference = (content: ExampleContent, rejected: string): ExampleText => {
    const last = content.messages.length - 1;
    const start = `{"input":{"messages":[${allOf(content.messages.slice(0, last))}`;
    const preferred = `${opened(content.messages[last] as ChatMessage, last)}}`;
    const other = `{"role":"assistant","content":${quoted(rejected, last + 1)}}`;
    const rest = `]${settingsText(content)}},"preferred_output":[${preferred}],"non_preferred_output":[${other}]}`;
    return { start, rest, prompt: start };
  };
  const writeItem = (messages: readonly ChatMessage[], item: ItemFields): ExampleText => {
    const start = `{"messages":[${allOf(messages)}`;
    const fields = JSON.stringify(item).slice(1, -1);
    return { start, rest: `]${fields === "" ? "" : `,${fields}`}}`, prompt: start };
  };
  const writeChat = (content: ExampleContent): ExampleText => {
    const { messages } = content;
    const answer = messages.findLastIndex(({ role }) => role === "assistant");
    let [start, prompt, rest] = ['{"messages":[', '{"messages":[', ""];
    for (const [place, message] of messages.entries()) {
      const { weight } = message;
      const text = `${place > 0 ? "," : ""}${opened(message, place)}`;
      const whole = weight === undefined ? `${text}}` : `${text},"weight":${weight}}`;
      if (answer >= 0 && place >= answer) rest += whole;
      else {
        start += whole;
        prompt += `${text}}`;
      }
    }
    return { start, rest: `${rest}]${settingsText(content)}}`, prompt };
  };
  return (content) => {
    const { messages, rejected, item } = content;
    if (rejected !== undefined) return writePreference(content, rejected);
    if (item !== undefined) return writeItem(messages, item);
    return writeChat(content);
  };
}

/** `exampleWriter`, as UTF-8. */
export function exampleEncoder(): (content: ExampleContent) => EncodedExample {
  const write = exampleWriter();
  const encode = lineEncoder();
  return (content) => {
    const { start, rest, prompt } = write(content);
    const encoded = encode(start, rest);
    return { line: encoded.bytes, prompt: prompt === start ? encoded.start : Buffer.from(prompt) };
  };
}

/** A message's keys in the order of the lines, the weight aside; what is undefined is not written. */
function inOrder({ role, content, refusal, name, tool_calls: calls, function_call: call, tool_call_id }: ChatMessage) {
  return {
    role,
    content: content !== null && typeof content === "object" ? content.map(partInOrder) : content,
    refusal,
    name,
    tool_calls: calls?.map(({ id, type, function: called }) => ({ id, type, function: callInOrder(called) })),
    function_call: call === undefined ? undefined : callInOrder(call),
    tool_call_id,
  };
}

function partInOrder(part: ContentPart) {
  if (part.type === "text") return { type: part.type, text: part.text };
  const { url, detail } = part.image_url;
  return { type: part.type, image_url: { url, detail } };
}

const callInOrder = ({ name, arguments: given }: FunctionCall) => ({ name, arguments: given });

/** Writes what follows the messages: tools, parallel_tool_calls, functions. Declarations keep the order of their keys. */
export function settingsWriter(): (settings: ToolSettings) => string {
  let last: { readonly tools: object; readonly text: string } | undefined;
  const toolsText = (tools: object): string => {
    if (last?.tools !== tools) last = { tools, text: JSON.stringify(tools) };
    return last.text;
  };
  return ({ tools, parallel_tool_calls: parallel, functions }) => {
    if (tools === undefined && functions === undefined) return "";
    return [
      tools === undefined ? "" : `,"tools":${toolsText(tools)}`,
      parallel === undefined ? "" : `,"parallel_tool_calls":${parallel}`,
      functions === undefined ? "" : `,"functions":${toolsText(functions)}`,
    ].join("");
  };
}

import { type ChatMessage, imagesOf, isLearnt, isTextMessage, messageText, type ToolSettings } from "../core/chat.ts";
import type { ExampleContent } from "./example.ts";
import { imageTokens } from "./image-tokens.ts";
import { type ChatParts, type PartTokenCounter, partTokenCounter } from "./part-tokens.ts";
import { toolTokens } from "./tool-tokens.ts";

export type EncodingName = "o200k_base" | "cl100k_base";

/** How a model's tokens are counted here. */
export interface Encoding {
  readonly name: EncodingName;
  /** Whether it is the model's own; of other models it gives an estimate, some 10 % off for English. */
  readonly exact: boolean;
}

/** By model name, longest known use first (https://github.com/openai/tiktoken/blob/main/tiktoken/model.py). */
const encodings: readonly (readonly [pattern: RegExp, name: EncodingName])[] = [
  [/^(?:chatgpt-4o|gpt-4o|gpt-4\.1|gpt-4\.5|gpt-[5-9]|o\d)(?![\d.])/, "o200k_base"],
  [/^(?:gpt-4|gpt-3\.5|gpt-35)(?![\w.])/, "cl100k_base"],
];

/** @param model With or without `ft:` before it. */
export function encodingOf(model: string): Encoding {
  const base = model.replace(/^ft:/, "");
  const [, name] = encodings.find(([pattern]) => pattern.test(base)) ?? [];
  return { name: name ?? "o200k_base", exact: name !== undefined };
}

/** Of a message: 3 that part it from the next, and its role, one token for each of system, user, assistant. */
const messageTokens = 4;

/** Of a message's name, beside the tokens of its text. */
const nameTokens = 1;

/** Tokens of a text. Special tokens written in it count as text. */
export async function loadTokenCounter(encoding: EncodingName = "o200k_base"): Promise<(text: string) => number> {
  const { countTokens } = await (encoding === "o200k_base"
    ? import("gpt-tokenizer/encoding/o200k_base")
    : import("gpt-tokenizer/encoding/cl100k_base"));
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
}

/** Of one example. */
export interface ExampleTokens {
  readonly tokens: number;
  /** Of the texts that are learnt; the rest is only read. */
  readonly trained: number;
  /** What the model has to take in at once: of a preference, the prompt and the longer answer. */
  readonly longest: number;
  /** Examples that declare tools, and examples with images: 0 or 1 of each. Their tokens are approximate. */
  readonly tools: number;
  readonly images: number;
}

/**
 * Tokens of an example as OpenAI bills them: of each message its role and content and 3 more, and 1
 * for the example. (OpenAI's data preparation notebook says 3 for the example; a job of its own
 * documentation with 10 examples and 10 epochs billed 5,070 tokens, which is 2 fewer for each.)
 * Of a preference, those of its prompt and of both answers; of an item, those of its messages, of which none is learnt.
 * Calls count as their JSON, declarations and images as OpenAI documents them for gpt-4o.
 * @param countText Of the texts; messages that stay the same from example to example are counted once.
 * @param byParts Of chats that are made part by part; what it leaves is missing in the sums.
 */
export function exampleTokenCounter(
  countText: (text: string) => number,
  byParts: PartTokenCounter = partTokenCounter({ countText }),
): (content: ExampleContent) => ExampleTokens {
  const last: { text: string; tokens: number }[] = [];
  const count = (text: string, position: number): number => {
    const known = last[position];
    if (known?.text === text) return known.tokens;
    const tokens = countText(text);
    last[position] = { text, tokens };
    return tokens;
  };
  const ofMessage = (message: ChatMessage, index: number): number => {
    if (isTextMessage(message)) return count(message.content, index);
    const speaker = message.name === undefined ? 0 : nameTokens + countText(message.name);
    const images = imagesOf(message).reduce((sum, image) => sum + imageTokens(image), 0);
    return count(messageText(message), index) + speaker + images;
  };
  const ofSettings = settingsCounter(countText);
  const ofPreference = (content: ExampleContent, rejected: string): Omit<ExampleTokens, "tools" | "images"> => {
    const { messages } = content;
    const own = messages.map(ofMessage);
    const preferred = own.pop() ?? 0;
    const other = count(rejected, messages.length);
    const prompt = own.reduce((sum, tokens) => sum + messageTokens + tokens, 1 + ofSettings(content));
    const answers = 2 * messageTokens + preferred + other;
    const longest = prompt + messageTokens + Math.max(preferred, other);
    return { tokens: prompt + answers, trained: preferred + other, longest };
  };
  const ofParts = (content: ExampleContent & { parts: ChatParts }): ExampleTokens => {
    const { messages, tokens: texts, trained } = byParts.count(content);
    const tokens = 1 + ofSettings(content) + messages * messageTokens + texts;
    const hasTools = content.tools !== undefined || content.functions !== undefined;
    return { tokens, trained, longest: tokens, tools: hasTools ? 1 : 0, images: 0 };
  };
  const ofChat = (content: ExampleContent): Omit<ExampleTokens, "tools" | "images"> => {
    let tokens = 1 + ofSettings(content);
    let trained = 0;
    for (const [index, message] of content.messages.entries()) {
      const own = ofMessage(message, index);
      tokens += messageTokens + own;
      if (content.item === undefined && isLearnt(message)) trained += own;
    }
    return { tokens, trained, longest: tokens };
  };
  return (content) => {
    if (hasParts(content)) return ofParts(content);
    const { messages, rejected, tools, functions } = content;
    const counted = rejected === undefined ? ofChat(content) : ofPreference(content, rejected);
    return {
      ...counted,
      tools: tools !== undefined || functions !== undefined || messages.some(isCall) ? 1 : 0,
      images: messages.some((message) => typeof message.content !== "string" && imagesOf(message).length > 0) ? 1 : 0,
    };
  };
}

function hasParts(content: ExampleContent): content is ExampleContent & { parts: ChatParts } {
  return content.parts !== undefined;
}

const isCall = ({ role, tool_calls, function_call }: ChatMessage): boolean =>
  role === "tool" || role === "function" || tool_calls !== undefined || function_call !== undefined;

/** Tools that stay the same from example to example are counted once. */
function settingsCounter(countText: (text: string) => number): (settings: ToolSettings) => number {
  let last: { readonly text: string; readonly tokens: number } | undefined;
  return ({ tools, functions }) => {
    if (tools === undefined && functions === undefined) return 0;
    const text = JSON.stringify([tools, functions]);
    if (last?.text !== text) last = { text, tokens: toolTokens({ tools, functions }, countText) };
    return last.tokens;
  };
}

/**
 * Epochs where none are given: 3, more for few examples (to train on about 100), fewer for very many.
 * @see https://github.com/openai/openai-cookbook/blob/main/examples/Chat_finetuning_data_prep.ipynb
 */
export function automaticEpochs(examples: number): number {
  if (examples === 0) return 0;
  if (examples * 3 < 100) return Math.min(25, Math.floor(100 / examples));
  if (examples * 3 > 25_000) return Math.max(1, Math.floor(25_000 / examples));
  return 3;
}

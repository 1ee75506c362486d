import type { ChatMessage, ContentPart, FunctionCall } from "../../core/chat.ts";
import type { Example, ItemFields } from "../example.ts";
import type { PrivacyGuard } from "./guard.ts";

/** What is redacted stands neither in what is learnt nor in the row that cases are made from. */
export async function redactExample(example: Example, guard: PrivacyGuard): Promise<Example> {
  const { content, vars } = example;
  const { messages, rejected, tools, parallel_tool_calls, functions, item } = content;
  const redacted = async <Value>(value: Value): Promise<Value> => (await redactValue(value, guard)) as Value;
  return {
    ...example,
    content: {
      messages: await Promise.all(messages.map((message) => redactMessage(message, guard))),
      rejected: await redacted(rejected),
      item: item === undefined ? undefined : await redactItem(item, guard),
      tools: await redacted(tools),
      parallel_tool_calls,
      functions: await redacted(functions),
    },
    ...(vars === undefined ? {} : { vars: await redacted(vars) }),
  };
}

/** The texts of a message, and those within the arguments of its calls, which stay JSON. Images are left as they are. */
async function redactMessage(message: ChatMessage, guard: PrivacyGuard): Promise<ChatMessage> {
  const { content, refusal, tool_calls: calls, function_call: call } = message;
  const parts = async (list: readonly ContentPart[]) =>
    Promise.all(
      list.map(async (part) => (part.type === "text" ? { ...part, text: await guard.redact(part.text) } : part)),
    );
  return {
    ...message,
    ...(typeof content === "string" ? { content: await guard.redact(content) } : {}),
    ...(content !== null && typeof content === "object" ? { content: await parts(content) } : {}),
    ...(typeof refusal === "string" ? { refusal: await guard.redact(refusal) } : {}),
    ...(calls === undefined
      ? {}
      : {
          tool_calls: await Promise.all(
            calls.map(async (one) => ({ ...one, function: await redactCall(one.function, guard) })),
          ),
        }),
    ...(call === undefined ? {} : { function_call: await redactCall(call, guard) }),
  };
}

async function redactCall(call: FunctionCall, guard: PrivacyGuard): Promise<FunctionCall> {
  const written = JSON.parse(call.arguments) as unknown;
  const clean = JSON.stringify(await redactValue(written, guard));
  return clean === JSON.stringify(written) ? call : { ...call, arguments: clean };
}

/** Fields keep their names, which the grader knows; keys and numbers further down are looked at as well. */
async function redactItem(item: ItemFields, guard: PrivacyGuard): Promise<ItemFields> {
  const within = async (value: unknown): Promise<unknown> => {
    if (typeof value === "string") return guard.redact(value);
    if (typeof value === "number") {
      const text = await guard.redact(String(value));
      return text === String(value) ? value : text;
    }
    if (Array.isArray(value)) return Promise.all(value.map(within));
    if (value === null || typeof value !== "object") return value;
    const fields = Object.entries(value).map(
      async ([name, inner]) => [await guard.redact(name), await within(inner)] as const,
    );
    return Object.fromEntries(await Promise.all(fields));
  };
  const fields = Object.entries(item).map(async ([name, value]) => [name, await within(value)] as const);
  return Object.fromEntries(await Promise.all(fields));
}

/** All texts in a value of JSON, however deep. */
async function redactValue(value: unknown, guard: PrivacyGuard): Promise<unknown> {
  if (typeof value === "string") return guard.redact(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => redactValue(item, guard)));
  if (value === null || typeof value !== "object") return value;
  const names = Object.entries(value).map(async ([name, item]) => [name, await redactValue(item, guard)] as const);
  return Object.fromEntries(await Promise.all(names));
}

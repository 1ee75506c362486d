import {
  type ChatMessage,
  type FunctionCall,
  isLearnt,
  type ToolDeclaration,
  type ToolSettings,
} from "../core/chat.ts";

/** A message as chat templates of open models read it. */
export interface TemplateMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  /** Empty beside calls: many templates fail at null. */
  readonly content: string;
  /** Of a tool's answer: the function that answered. */
  readonly name?: string;
  readonly tool_calls?: readonly TemplateCall[];
  readonly tool_call_id?: string;
}

interface TemplateCall {
  readonly id?: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/** How the arguments of a call are written: an object, which templates print; or JSON, which the trainer reads itself. */
export type WriteArguments = (json: string) => unknown;

/** The messages of a chat for templates; older functions become tools. Images must have been refused. */
export function templateMessages(
  messages: readonly ChatMessage[],
  writeArguments: WriteArguments,
): readonly TemplateMessage[] {
  const called = new Map<string, string>();
  return messages.map((message) => {
    for (const { id, function: made } of message.tool_calls ?? []) called.set(id, made.name);
    return templateMessage(message, called, writeArguments);
  });
}

function templateMessage(
  { role, content, refusal, name, tool_calls: calls, function_call: older, tool_call_id: answered }: ChatMessage,
  called: ReadonlyMap<string, string>,
  writeArguments: WriteArguments,
): TemplateMessage {
  const made: readonly { readonly id?: string; readonly function: FunctionCall }[] =
    calls ?? (older === undefined ? [] : [{ function: older }]);
  const speaker = answered === undefined ? name : called.get(answered);
  return {
    role: role === "function" ? "tool" : role,
    content: textOf(content) || (refusal ?? ""),
    ...(speaker === undefined ? {} : { name: speaker }),
    ...(made.length === 0
      ? {}
      : {
          tool_calls: made.map(({ id, function: { name, arguments: given } }) => ({
            ...(id === undefined ? {} : { id }),
            type: "function" as const,
            function: { name, arguments: writeArguments(given) },
          })),
        }),
    ...(answered === undefined ? {} : { tool_call_id: answered }),
  };
}

function textOf(content: ChatMessage["content"]): string {
  if (content === null || content === undefined) return "";
  if (typeof content === "string") return content;
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}

/** Where the answers stand that are learnt. */
export function learntPlaces(messages: readonly ChatMessage[]): readonly number[] {
  return messages.flatMap((message, place) => (isLearnt(message) ? [place] : []));
}

/** All that may be called; older functions are tools as well. */
export function declaredTools({ tools = [], functions = [] }: ToolSettings): readonly ToolDeclaration[] {
  return [...tools, ...functions.map((declared) => ({ type: "function" as const, function: declared }))];
}

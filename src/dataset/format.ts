import { quote } from "../core/quote.ts";
import { imagesFault, partsFault } from "./content-parts.ts";
import type { ExampleContent } from "./example.ts";
import { exampleInvalid, type FormatFault, firstFault, type LooseMessage } from "./format-fault.ts";
import { callsFault } from "./tool-calls.ts";
import { toolsOpener } from "./tool-declarations.ts";

type FormatCheck = (messages: readonly LooseMessage[]) => FormatFault | undefined;

/** What a message of a role may have beside its role and content. */
const keysOf: Readonly<Record<string, readonly string[]>> = {
  system: ["name"],
  user: ["name"],
  assistant: ["refusal", "name", "tool_calls", "function_call", "weight"],
  tool: ["tool_call_id"],
  function: ["name"],
};
const roles = Object.keys(keysOf);
const allKeys: ReadonlySet<string> = new Set(["role", "content", ...Object.values(keysOf).flat()]);

/**
 * The rules that OpenAI's API applies to a line of supervised chat data, and three of our own that it
 * does not: nothing empty, well-formed Unicode, an answer at the end. A later one may rely on the
 * earlier ones, so an example is judged up to its first fault.
 * @see https://platform.openai.com/docs/guides/supervised-fine-tuning (format of the data)
 */
export const formatChecks: readonly FormatCheck[] = [
  (messages) => (messages.length === 0 ? exampleInvalid("The example has no messages.") : undefined),
  (messages) =>
    firstFault(messages, (message, name) => {
      if (message === null || typeof message !== "object" || Array.isArray(message))
        return exampleInvalid(`The ${name} is no object.`, 'Write {"role": …, "content": …}.');
      const other = Object.keys(message).find((key) => !allKeys.has(key));
      return other === undefined
        ? undefined
        : exampleInvalid(
            `The ${name} has a key "${other}".`,
            "A message has role, content and name; the assistant's also tool_calls and weight, a tool's tool_call_id.",
          );
    }),
  (messages) =>
    firstFault(messages, (message, name) =>
      typeof message.role === "string" && Object.hasOwn(keysOf, message.role)
        ? foreignKeyFault(message, message.role, name)
        : exampleInvalid(
            `The role of ${name.replace(/ \(.*/, "")} is ${typeof message.role === "string" ? quote(message.role) : (JSON.stringify(message.role) ?? "missing")}.`,
            `Roles are ${roles.slice(0, -1).join(", ")} and ${roles.at(-1)}.`,
          ),
    ),
  (messages) => firstFault(messages, contentFault),
  (messages) =>
    firstFault(messages, ({ role, weight }, name) => {
      if (weight === undefined) return undefined;
      if (role !== "assistant")
        return exampleInvalid(`The ${name} has a weight.`, "Only the assistant's messages are trained on.");
      return weight === 0 || weight === 1
        ? undefined
        : exampleInvalid(`The weight of ${name} is ${JSON.stringify(weight)}.`, "A weight is 0 or 1.");
    }),
  (messages) =>
    messages.some(({ role, weight }) => role === "assistant" && weight !== 0)
      ? undefined
      : exampleInvalid(
          "The example has no assistant's message to train on.",
          "Add the answer that the model should give.",
        ),
  (messages) =>
    messages.at(-1)?.role === "assistant"
      ? undefined
      : exampleInvalid(
          `The last message is the ${String(messages.at(-1)?.role)}'s, not the assistant's.`,
          "An example ends with the answer that the model should give.",
        ),
  (messages) =>
    firstFault(messages, (message, name) =>
      isEmpty(message)
        ? {
            code: "EXAMPLE_EMPTY",
            message: `The ${name} is empty.`,
            hint: "Every message needs a text, other than white space.",
          }
        : undefined,
    ),
  (messages) =>
    firstFault(messages, (message, name) =>
      textsIn(message).every((text) => text.isWellFormed())
        ? undefined
        : exampleInvalid(
            `The ${name} holds half of a surrogate pair.`,
            "A character was cut in two: export the data again as UTF-8.",
          ),
    ),
];

/** Keys that only other roles have. */
function foreignKeyFault(message: LooseMessage, role: string, name: string): FormatFault | undefined {
  const allowed = keysOf[role] ?? [];
  const other = Object.keys(message).find((key) => key !== "role" && key !== "content" && !allowed.includes(key));
  if (other === undefined || other === "weight") return undefined; // of weights a check of its own speaks
  const owners = roles.filter((owner) => keysOf[owner]?.includes(other));
  return exampleInvalid(`The ${name} has a key "${other}".`, `It is for messages of the role ${owners.join(", ")}.`);
}

function contentFault(message: LooseMessage, name: string): FormatFault | undefined {
  const { role, content, refusal, name: speaker } = message;
  if (speaker !== undefined && (typeof speaker !== "string" || speaker === ""))
    return exampleInvalid(
      `The name in ${name} is ${speaker === "" ? "empty" : "no text"}.`,
      "Remove it, or say who speaks.",
    );
  if (role === "function" && speaker === undefined)
    return exampleInvalid(`The ${name} has no name.`, "It is the name of the function that answers.");
  if (refusal !== undefined && refusal !== null && typeof refusal !== "string")
    return exampleInvalid(`The refusal of ${name} is no text.`, "Remove it, or say how the model refuses.");
  if (typeof content === "string" || mayLackContent(message)) return undefined;
  if (Array.isArray(content)) return partsFault(content, role, name);
  const shown = content === undefined ? "missing" : content === null ? "null" : "no text";
  const hint =
    role === "assistant"
      ? "It is a text; only beside tool_calls it may be null."
      : 'Content is a text, or a list of parts such as {"type": "text", "text": …}.';
  return exampleInvalid(`The content of ${name} is ${shown}.`, hint);
}

/** An assistant that calls or refuses need not say anything; an old function may answer nothing. */
function mayLackContent({ role, content, tool_calls, function_call, refusal }: LooseMessage): boolean {
  if (content !== null && content !== undefined) return false;
  if (role === "function") return content === null;
  return (
    role === "assistant" && (tool_calls !== undefined || function_call !== undefined || typeof refusal === "string")
  );
}

/** What a tool answers may be nothing. */
function isEmpty(message: LooseMessage): boolean {
  const { role, content } = message;
  if (role === "tool" || role === "function" || mayLackContent(message)) return false;
  const isCall = message.tool_calls !== undefined || message.function_call !== undefined;
  if (typeof content === "string") return content.trim() === "" && !isCall;
  return (content as readonly Part[]).every(({ text }) => text !== undefined && text.trim() === "");
}

interface Part {
  readonly text?: string;
}

/** Every text of a message: of its content, its refusal and its calls. */
function textsIn({ content, refusal, tool_calls, function_call }: LooseMessage): readonly string[] {
  return [content, refusal, tool_calls, function_call].flatMap(textsOf);
}

/** The texts in a value of JSON. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return value === null || typeof value !== "object" ? [] : Object.values(value).flatMap(textsOf);
}

/** What is wrong with a preference's rejected answer; the preferred one is among the messages. */
export function rejectedFault(text: string): FormatFault | undefined {
  if (text.trim() === "") {
    const hint = "Fill the cells that its template prints.";
    return { code: "EXAMPLE_EMPTY", message: "The rejected answer is empty.", hint };
  }
  if (text.isWellFormed()) return undefined;
  const hint = "A character was cut in two: export the data again as UTF-8.";
  return exampleInvalid("The rejected answer holds half of a surrogate pair.", hint);
}

/** Judges one example after another: the first fault of a training line; undefined if the API takes it. */
export function formatJudge(): (content: ExampleContent) => FormatFault | undefined {
  const openTools = toolsOpener();
  return (content) => {
    const isPlainChat = content.written !== undefined || isPlain(content.messages as readonly LooseMessage[]);
    if (!isPlainChat) {
      for (const check of formatChecks) {
        const fault = check(content.messages as readonly LooseMessage[]);
        if (fault !== undefined) return fault;
      }
    }
    const beside = settingsFault(content);
    if (beside !== undefined) return beside;
    if (content.tools === undefined && content.functions === undefined && isPlainChat) return undefined;
    const tools = openTools(content);
    const [fault] = tools.faults;
    if (fault !== undefined) return exampleInvalid(fault.message, fault.hint);
    if (isPlainChat) return undefined;
    const messages = content.messages as readonly LooseMessage[];
    return callsFault(messages, tools, content.parallel_tool_calls !== false) ?? imagesFault(messages);
  };
}

function settingsFault({ tools, parallel_tool_calls: parallel }: ExampleContent): FormatFault | undefined {
  if (parallel === undefined) return undefined;
  if (typeof parallel !== "boolean")
    return exampleInvalid(`parallel_tool_calls is ${JSON.stringify(parallel)}.`, "It is true or false.");
  if (tools !== undefined) return undefined;
  return exampleInvalid("The example has parallel_tool_calls and no tools.", "Remove it, or declare tools.");
}

/** Whether an example is of the usual kind, which all the checks would pass, one after the other. */
function isPlain(messages: readonly unknown[]): boolean {
  for (const message of messages as readonly (LooseMessage | null)[]) {
    if (message === null || typeof message !== "object" || Array.isArray(message)) return false;
    for (const key in message) if (key !== "role" && key !== "content") return false;
    const { role, content } = message;
    if (role !== "system" && role !== "user" && role !== "assistant") return false;
    if (typeof content !== "string" || content.trim() === "" || !content.isWellFormed()) return false;
  }
  return (messages.at(-1) as LooseMessage | undefined)?.role === "assistant";
}

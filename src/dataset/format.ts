import type { ErrorCode } from "../core/errors.ts";
import { quote } from "../core/quote.ts";

/** What a format check found: its code, one sentence, what to do. */
export interface FormatFault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
}

interface LooseMessage {
  readonly role?: unknown;
  readonly content?: unknown;
  readonly weight?: unknown;
}

type FormatCheck = (messages: readonly LooseMessage[]) => FormatFault | undefined;

const roles: readonly unknown[] = ["system", "user", "assistant"];
const keys: ReadonlySet<string> = new Set(["role", "content", "weight"]);

const invalid = (message: string, hint?: string): FormatFault => ({
  code: "EXAMPLE_INVALID",
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** Names a message: "message 2 (user)". */
function nameOf(messages: readonly LooseMessage[], index: number): string {
  const role = messages[index]?.role;
  return `message ${index + 1}${typeof role === "string" ? ` (${role})` : ""}`;
}

function firstFault(
  messages: readonly LooseMessage[],
  fault: (message: LooseMessage, name: string) => FormatFault | undefined,
): FormatFault | undefined {
  for (const [index, message] of messages.entries()) {
    const found = fault(message, nameOf(messages, index));
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The rules that OpenAI's API applies to a line of supervised chat data, and three of our own that it
 * does not: nothing empty, well-formed Unicode, an answer at the end. A later one may rely on the
 * earlier ones, so an example is judged up to its first fault.
 * @see https://platform.openai.com/docs/guides/supervised-fine-tuning (format of the data)
 */
export const formatChecks: readonly FormatCheck[] = [
  (messages) => (messages.length === 0 ? invalid("The example has no messages.") : undefined),
  (messages) =>
    firstFault(messages, (message, name) => {
      if (message === null || typeof message !== "object" || Array.isArray(message))
        return invalid(`The ${name} is no object.`, 'Write {"role": …, "content": …}.');
      const other = Object.keys(message).find((key) => !keys.has(key));
      return other === undefined
        ? undefined
        : invalid(`The ${name} has a key "${other}".`, "A message has role, content and, for the assistant, weight.");
    }),
  (messages) =>
    firstFault(messages, ({ role }, name) =>
      roles.includes(role)
        ? undefined
        : invalid(
            `The role of ${name.replace(/ \(.*/, "")} is ${typeof role === "string" ? quote(role) : (JSON.stringify(role) ?? "missing")}.`,
            "Roles are system, user and assistant.",
          ),
    ),
  (messages) =>
    firstFault(messages, ({ content }, name) =>
      typeof content === "string"
        ? undefined
        : invalid(
            `The content of ${name} is ${content === undefined ? "missing" : "no text"}.`,
            "Content is a text; lists of parts are not supported yet.",
          ),
    ),
  (messages) =>
    firstFault(messages, ({ role, weight }, name) => {
      if (weight === undefined) return undefined;
      if (role !== "assistant")
        return invalid(`The ${name} has a weight.`, "Only the assistant's messages are trained on.");
      return weight === 0 || weight === 1
        ? undefined
        : invalid(`The weight of ${name} is ${JSON.stringify(weight)}.`, "A weight is 0 or 1.");
    }),
  (messages) =>
    messages.some(({ role, weight }) => role === "assistant" && weight !== 0)
      ? undefined
      : invalid("The example has no assistant's message to train on.", "Add the answer that the model should give."),
  (messages) =>
    messages.at(-1)?.role === "assistant"
      ? undefined
      : invalid(
          `The last message is the ${String(messages.at(-1)?.role)}'s, not the assistant's.`,
          "An example ends with the answer that the model should give.",
        ),
  (messages) =>
    firstFault(messages, ({ content }, name) =>
      (content as string).trim() === ""
        ? {
            code: "EXAMPLE_EMPTY",
            message: `The ${name} is empty.`,
            hint: "Every message needs a text, other than white space.",
          }
        : undefined,
    ),
  (messages) =>
    firstFault(messages, ({ content }, name) =>
      (content as string).isWellFormed()
        ? undefined
        : invalid(
            `The ${name} holds half of a surrogate pair.`,
            "A character was cut in two: export the data again as UTF-8.",
          ),
    ),
];

/** What is wrong with a preference's rejected answer; the preferred one is among the messages. */
export function rejectedFault(text: string): FormatFault | undefined {
  if (text.trim() === "") {
    const hint = "Fill the cells that its template prints.";
    return { code: "EXAMPLE_EMPTY", message: "The rejected answer is empty.", hint };
  }
  if (text.isWellFormed()) return undefined;
  const hint = "A character was cut in two: export the data again as UTF-8.";
  return invalid("The rejected answer holds half of a surrogate pair.", hint);
}

/** The first fault of a training line; undefined if the API takes it. */
export function formatFault(messages: readonly unknown[]): FormatFault | undefined {
  if (isPlain(messages)) return undefined;
  for (const check of formatChecks) {
    const fault = check(messages as readonly LooseMessage[]);
    if (fault !== undefined) return fault;
  }
  return undefined;
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

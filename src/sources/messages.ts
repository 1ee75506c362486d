import { type Problem, problem } from "../core/errors.ts";
import { jsonLines } from "./lines.ts";
import { defineSource } from "./source.ts";

const form = '{"messages": [{"role": …, "content": …}, …]}';

/** Ready-made training lines, as OpenAI's API takes them. Their messages are judged by the checks. */
export const messages = defineSource({
  type: "messages",
  summary: "Ready-made training examples: OpenAI's chat JSONL.",
  yields: "examples",
  options: { type: "object", properties: {} },
  read: (_options, context) => jsonLines(context, "utf-8", { form, fault: lineFault }),
});

function lineFault(values: Readonly<Record<string, unknown>>): Problem | undefined {
  if (!Array.isArray(values["messages"])) {
    const hint = `Each line is ${form}; for rows with columns, use type: jsonl.`;
    return problem("error", "SOURCE_INVALID", 'The line has no list "messages".', { hint });
  }
  const other = Object.keys(values).find((key) => key !== "messages");
  if (other === undefined) return undefined;
  const hint = "Only chats of texts can be trained so far: remove the key.";
  return problem("error", "SOURCE_INVALID", `The line has a key "${other}" beside "messages".`, { hint });
}

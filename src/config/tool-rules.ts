import type { Dataset, Message, Part } from "./pipeline.gen.ts";
import type { Finding, PipelineRule } from "./pipeline-rule.ts";
import { isReadyMade } from "./ready-made.ts";

const at = (index: number, ...keys: readonly (string | number)[]): string =>
  `/dataset/messages/${[index, ...keys].join("/")}`;

/** Only the assistant calls, and only what is declared. */
const callsAreTheAssistants: PipelineRule = ({ dataset }) =>
  dataset.messages.flatMap((message, index): readonly Finding[] => {
    if (message.tool_calls === undefined || message.turns !== undefined) return [];
    const pointer = at(index, "tool_calls");
    if (message.role !== "assistant") {
      const hint = "Only the assistant calls tools; what they answer are messages of the role tool.";
      return [{ pointer, message: `A ${message.role} message can't call tools.`, hint, on: "key" }];
    }
    if (dataset.tools === undefined) {
      const hint = "Declare what it calls: dataset.tools, a list or the path of a JSON file.";
      return [{ pointer, message: "The message calls tools, and dataset.tools declares none.", hint, on: "key" }];
    }
    if (dataset.parallel_tool_calls !== false || message.tool_calls.length === 1) return [];
    const hint = "Remove parallel_tool_calls, or let each message call one tool.";
    return [
      {
        pointer,
        message: `The message has ${message.tool_calls.length} calls, but parallel_tool_calls is false.`,
        hint,
        on: "key",
      },
    ];
  });

/** The API wants every call answered before anybody speaks again; the calls of the last message need no answer. */
const callsAreAnswered: PipelineRule = ({ dataset: { messages } }) => {
  const findings: Finding[] = [];
  let caller: { readonly index: number; readonly calls: number } | undefined;
  let open = 0;
  for (const [index, { role, tool_calls: calls = [] }] of messages.entries()) {
    if (role === "tool") {
      if (open === 0) {
        const message =
          caller === undefined ? "A tool answers, and nothing was called." : "A tool answers once too often.";
        const hint = "Tool messages follow the assistant's message with tool_calls, one for each call, in their order.";
        findings.push({ pointer: at(index, "role"), message, hint });
      } else open--;
      continue;
    }
    if (open > 0 && caller !== undefined) findings.push(unanswered(caller, open));
    caller = calls.length > 0 ? { index, calls: calls.length } : undefined;
    open = calls.length;
  }
  return findings;
};

function unanswered({ index, calls }: { readonly index: number; readonly calls: number }, open: number): Finding {
  const told = calls === 1 ? "The call is not answered" : `${open} of the ${calls} calls are not answered`;
  const hint =
    "After it comes a message of the role tool for each call, in their order, such as { role: tool, content: '{{json result}}' }.";
  return { pointer: at(index, "tool_calls"), message: `${told} before the next message.`, hint, on: "key" };
}

/** Only the user shows images, and a part is one thing. */
const partsAreWhole: PipelineRule = ({ dataset, training }) =>
  dataset.messages.flatMap((message, index) =>
    message.turns !== undefined || !Array.isArray(message.content)
      ? []
      : message.content.flatMap((part, place) =>
          partFindings(part, { role: message.role, method: training.method, pointer: at(index, "content", place) }),
        ),
  );

interface PartPlace {
  readonly role: Message["role"];
  readonly method: string;
  readonly pointer: string;
}

function partFindings({ text, image, detail }: Part, { role, method, pointer }: PartPlace): readonly Finding[] {
  const finding = (message: string, hint: string, key?: string): readonly Finding[] => [
    key === undefined ? { pointer, message, hint } : { pointer: `${pointer}/${key}`, message, hint, on: "key" },
  ];
  if (text === undefined && image === undefined)
    return finding("The part has no `text` and no `image`.", "Give it one of them.");
  if (text !== undefined && image !== undefined)
    return finding("The part has both `text` and `image`.", "Make two parts of it.", "image");
  if (text !== undefined && detail !== undefined) return finding("A text has no `detail`.", "Remove it.", "detail");
  if (image === undefined) return [];
  if (role !== "user")
    return finding(
      `${role === "assistant" ? "An" : "A"} ${role} message can't hold an image.`,
      "Only messages of the user may; the model answers with texts.",
      "image",
    );
  if (method !== "dpo") return [];
  return finding(
    "By the method dpo only texts are compared, and the message holds an image.",
    "Remove the image, or describe it.",
    "image",
  );
}

/** A setting that nothing uses is one that somebody meant for something. */
const settingsAreUsed: PipelineRule = ({ source, dataset }) => {
  if (isReadyMade(source)) return [];
  const findings: Finding[] = [];
  if (dataset.parallel_tool_calls !== undefined && dataset.tools === undefined) {
    const message = "parallel_tool_calls is about dataset.tools, and there are none.";
    findings.push({
      pointer: "/dataset/parallel_tool_calls",
      message,
      hint: "Remove it, or declare tools.",
      on: "key",
    });
  }
  if (dataset.images !== undefined && !dataset.messages.some(hasImage)) {
    const message = "dataset.images names a folder, and no message has an image.";
    const hint = "Such as { role: user, content: [{ text: What is this? }, { image: '{{photo}}' }] }.";
    findings.push({ pointer: "/dataset/images", message, hint, on: "key" });
  }
  return findings;
};

function hasImage({ content }: Dataset["messages"][number]): boolean {
  return Array.isArray(content) && content.some(({ image }) => image !== undefined);
}

/** A tool goes by the call that it answers. */
const toolsHaveNoName: PipelineRule = ({ dataset: { messages } }) =>
  messages.flatMap(({ role, name }, index) =>
    role !== "tool" || name === undefined
      ? []
      : [
          {
            pointer: at(index, "name"),
            message: "A tool message has no `name`.",
            hint: "Remove it: the call says which tool.",
            on: "key" as const,
          },
        ],
  );

/** Of tools, their calls and images. */
export const toolRules: readonly PipelineRule[] = [
  callsAreTheAssistants,
  callsAreAnswered,
  partsAreWhole,
  settingsAreUsed,
  toolsHaveNoName,
];

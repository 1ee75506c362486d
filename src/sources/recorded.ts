import { type Baseline, parseBaseline, type RecordedAnswer } from "../core/baseline.ts";
import { imagesOf } from "../core/chat.ts";
import { FtpipeError, problem } from "../core/errors.ts";
import { jsonLines } from "./lines.ts";
import { defineSource, type Row } from "./source.ts";

const form = "a line of a baseline";
const caveat =
  "You train on another model's answers. Its provider's terms may forbid that, above all for a model that competes with its own: read them.";

/** What another model answered to held-out prompts (`ftpipe rescue`), as training lines. Its answers to the evaluation's cases stay out. */
export const recorded = defineSource({
  type: "recorded",
  summary: "Answers that ftpipe rescue recorded, to learn from another model: its held-out prompts, never the cases.",
  yields: "examples",
  options: {
    type: "object",
    properties: {
      i_accept_provider_terms: {
        type: "boolean",
        default: false,
        description:
          "true: you have read the terms of the provider whose model answered, and may train on its answers.",
      },
    },
  },
  read: async function* (_options, context) {
    const { displayPath, warn } = context;
    const lines: string[] = [];
    for await (const rows of jsonLines(context, "utf-8", { form })) {
      for (const { values } of rows) lines.push(JSON.stringify(values));
    }
    const { answers } = baselineOf(lines, displayPath);
    warn?.(problem("warning", "SOURCE_INVALID", caveat, { location: { file: displayPath } }));
    const rows = answers.flatMap((answer, index) => rowOf(answer, { file: displayPath, line: index + 2 }) ?? []);
    const left = answers.filter(({ asked_as }) => asked_as === "prompt").length - rows.length;
    if (left > 0) {
      const message = `${left} recorded answers with tools or images are no text to learn, and are left out.`;
      warn?.(problem("warning", "SOURCE_INVALID", message, { location: { file: displayPath } }));
    }
    if (rows.length === 0) {
      throw new FtpipeError("SOURCE_EMPTY", `${displayPath} has no answers to held-out prompts.`, {
        hint: "Answers to cases of the evaluation are not trained on. Record more: ftpipe rescue --prompts 1000",
        location: { file: displayPath },
      });
    }
    yield rows;
  },
});

/** @throws FtpipeError SOURCE_INVALID for lines that are none of a baseline, BASELINE_DAMAGED. */
function baselineOf(lines: readonly string[], displayPath: string): Baseline {
  if (!lines[0]?.includes('"ftpipe_baseline"')) {
    throw new FtpipeError("SOURCE_INVALID", `${displayPath} holds no recorded answers.`, {
      hint: "ftpipe rescue writes them; for other ready-made lines, use type: messages.",
      location: { file: displayPath, line: 1 },
    });
  }
  return parseBaseline(lines.map((line) => `${line}\n`).join(""), displayPath);
}

function rowOf({ asked_as, messages, tools, answer }: RecordedAnswer, location: Row["location"]): Row | undefined {
  const plain = tools === undefined && messages.every((message) => imagesOf(message).length === 0);
  if (asked_as !== "prompt" || !plain) return undefined;
  const values = { messages: [...messages, { role: "assistant", content: answer }] };
  return { values: Object.assign(Object.create(null) as Record<string, unknown>, values), location };
}

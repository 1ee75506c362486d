import { FtpipeError } from "../core/errors.ts";
import type { FileSystem } from "../core/ports.ts";
import { messages } from "../sources/messages.ts";
import type { Row } from "../sources/source.ts";

/** A JSONL file of training examples. */
export interface ExamplesFile {
  /** Absolute. */
  readonly path: string;
  /** As messages show it. */
  readonly displayPath: string;
}

/**
 * The lines of a file as OpenAI trains on them.
 * @throws FtpipeError of the source `messages`, with every line at fault; SOURCE_INVALID for rows in the older form of
 * `prompt` and `completion`.
 */
export async function readExamples({ path, displayPath }: ExamplesFile, files: FileSystem): Promise<readonly Row[]> {
  const rows: Row[] = [];
  try {
    for await (const some of messages.read({}, { path, displayPath, files })) rows.push(...some);
  } catch (error) {
    if (!(error instanceof FtpipeError) || error.code !== "SOURCE_INVALID") throw error;
    throw (await isCompletions(path, files)) ? completions(displayPath) : error;
  }
  return rows;
}

/** Whether the first line is an object of a prompt and its completion. */
async function isCompletions(path: string, files: FileSystem): Promise<boolean> {
  let head = "";
  for await (const chunk of files.stream(path)) {
    head += Buffer.from(chunk).toString("utf8");
    if (head.includes("\n") || head.length > 1 << 20) break;
  }
  try {
    const first: unknown = JSON.parse(head.split("\n", 1)[0] ?? "");
    return typeof first === "object" && first !== null && "prompt" in first && "completion" in first;
  } catch {
    return false; // what is wrong with the line is told by the source
  }
}

function completions(displayPath: string): FtpipeError {
  return new FtpipeError("SOURCE_INVALID", "The lines are in the older form of prompt and completion, not chats.", {
    location: { file: displayPath, line: 1 },
    hint: [
      "No model is trained on that form any more. Let templates make chats of the same lines. A whole pipeline that does:",
      "  version: 1",
      "  name: old",
      `  source: { type: jsonl, path: … } # to ${displayPath}, from the folder of the pipeline`,
      "  dataset:",
      "    split: { test: 0.1 }",
      "    messages:",
      '      - { role: user, content: "{{trim prompt}}" }',
      '      - { role: assistant, content: "{{trim completion}}" }',
      "  targets:",
      "    local: { provider: local, model: ftpipe-nano }",
      "  evaluation:",
      '    tests: [{ from: split.test, assert: [{ type: equals, value: "{{expected}}" }] }]',
      "An end of the prompt such as ### and of the completion such as END is of no use in a chat: take it out of the lines.",
    ].join("\n"),
  });
}

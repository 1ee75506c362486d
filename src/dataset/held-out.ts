import { JsonBytes } from "../core/json-bytes.ts";
import { type Example, type HeldOut, type HeldOutSplit, promptAndAnswer, toolSettingsOf } from "./example.ts";

/** A held-out row as the evaluation reads it. */
function heldOutOf(example: Example, split: HeldOutSplit): HeldOut {
  const { content, key, vars = {}, file, line } = example;
  const { messages, item } = content;
  if (item !== undefined) return { split, key, vars: { ...vars, item }, messages, file, line };
  const { prompt, answer } = promptAndAnswer(messages);
  return { split, key, vars, messages: prompt, ...toolSettingsOf(content), expected: answer, file, line };
}

const startOfMessages = '{"messages":['.length;

/**
 * Writes held-out rows as JSON; messages that a line has already are taken from there. The memory is used again for
 * the next.
 */
export function heldOutWriter(): (example: Example, split: HeldOutSplit) => Uint8Array {
  const json = new JsonBytes();
  return (example, split) => {
    const { content, key, vars = {}, file, line } = example;
    const { written, tools, functions } = content;
    json.clear();
    if (written === undefined || tools !== undefined || functions !== undefined) {
      json.addJson(JSON.stringify(heldOutOf(example, split)));
      return json.bytes;
    }
    json.addJson(`{"split":"${split}","key":${JSON.stringify(key)},"vars":${JSON.stringify(vars)},"messages":[`);
    json.add(written.prompt.subarray(startOfMessages));
    json.addJson('],"expected":"');
    json.add(written.line.subarray(...written.answer));
    json.addJson(`","file":${JSON.stringify(file)},"line":${line}}`);
    return json.bytes;
  };
}

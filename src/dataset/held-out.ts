import { JsonBytes } from "../core/json-bytes.ts";
import {
  type Example,
  type HeldOut,
  type HeldOutSplit,
  promptAndAnswer,
  toolSettingsOf,
  writtenOf,
} from "./example.ts";

/** A held-out row as the evaluation reads it. */
export function heldOutOf(example: Example, split: HeldOutSplit): HeldOut {
  const { key, messages, item, vars = {}, file, line } = example;
  if (item !== undefined) return { split, key, vars: { ...vars, item }, messages, file, line };
  const { prompt, answer } = promptAndAnswer(messages);
  return { split, key, vars, messages: prompt, ...toolSettingsOf(example), expected: answer, file, line };
}

const startOfMessages = '{"messages":['.length;

/**
 * Writes held-out rows as JSON; messages that a line has already are taken from there. The memory is used again for
 * the next.
 */
export function heldOutWriter(): (example: Example, split: HeldOutSplit) => Uint8Array {
  const json = new JsonBytes();
  return (example, split) => {
    const { key, vars = {}, file, line, tools, functions } = example;
    const written = writtenOf(example);
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

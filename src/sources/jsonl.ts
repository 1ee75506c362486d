import { jsonLines } from "./lines.ts";
import { defineSource } from "./source.ts";
import { encodingOption } from "./text.ts";

/** JSON Lines: one object a line, its keys are the columns. Values keep their JSON types. */
export const jsonl = defineSource({
  type: "jsonl",
  summary: "JSON Lines: one object a line, its keys are the columns.",
  yields: "rows",
  options: { type: "object", properties: { encoding: encodingOption } },
  read: ({ encoding }, context) => jsonLines(context, encoding, { form: '{"column": value, …}' }),
});

import { csv } from "./csv.ts";
import { jsonl } from "./jsonl.ts";
import { messages } from "./messages.ts";
import { recorded } from "./recorded.ts";
import type { SourceDefinition } from "./source.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const sources = { csv, jsonl, messages, recorded } as const;

export const sourcesByType: Readonly<Record<string, SourceDefinition>> = sources;

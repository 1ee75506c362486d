import type { SourceDefinition } from "./source.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const sources = {} as const;

export const sourcesByType: Readonly<Record<string, SourceDefinition>> = sources;

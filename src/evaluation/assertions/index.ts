import type { AssertionDefinition } from "./assertion.ts";

/** By type. A new one is a file in this folder and a line here; then `npm run generate`. */
export const assertions = {} as const;

export const assertionsByType: Readonly<Record<string, AssertionDefinition>> = assertions;

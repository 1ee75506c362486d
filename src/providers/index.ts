import type { ProviderDefinition } from "./provider.ts";

/** By name. A new one is a file in this folder and a line here; then `npm run generate`. */
export const providers = {} as const;

export const providersByName: Readonly<Record<string, ProviderDefinition>> = providers;

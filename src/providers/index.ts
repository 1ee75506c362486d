import { echo } from "./echo.ts";
import { local } from "./local.ts";
import { nebius } from "./nebius.ts";
import { openai } from "./openai.ts";
import { openaiCompatible } from "./openai-compatible.ts";
import type { ProviderDefinition } from "./provider.ts";

/** By name. A new one is a file in this folder and a line here; then `npm run generate`. */
export const providers = {
  local,
  openai,
  "openai-compatible": openaiCompatible,
  nebius,
  echo,
} as const;

export const providersByName: Readonly<Record<string, ProviderDefinition>> = providers;

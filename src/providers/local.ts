import { openaiConnection, wireCapabilities } from "./openai-wire.ts";
import type { Capabilities, ConnectContext, ProviderDefinition } from "./provider.ts";
import { openWireAccount } from "./wire-account.ts";
import type { Endpoint } from "./wire-client.ts";

const capabilities: Capabilities = {
  ...wireCapabilities,
  // The built-in models learn chats of texts.
  roles: ["system", "user", "assistant"],
  tools: false,
  images: false,
  paid: false,
  // The locks of models that were made before would change.
  checkpoints: false,
  // They end with the process that trains them.
  pauses: false,
  // As the built-in server has them, after OpenAI's; its models' context is looked at row by row.
  fewestExamples: 10,
  maxFileBytes: 512 * 2 ** 20,
  poll: { fromMs: 100, toMs: 250 },
  lookUp: { jobBy: "metadata", listLagSeconds: 0, lateSeconds: 0 },
  jobsOutliveProcess: false,
};

const endpointOf = async ({ local: open, ports: { clock, random } }: ConnectContext): Promise<Endpoint> => ({
  ...(await open()),
  clock,
  random,
  capabilities,
});

/**
 * The engine built in, through its OpenAI-compatible server: the same code as the paid path with another
 * base URL and an injected `fetch`.
 */
export const local: ProviderDefinition = {
  name: "local",
  summary: "The engine built in: no key, no GPU, no network. A small model for trying, testing and CI.",
  options: {
    type: "object",
    properties: {
      model: {
        type: "string",
        enum: ["ftpipe-mini", "ftpipe-nano"],
        default: "ftpipe-mini",
        description: "ftpipe-mini learns a persona or labels in a minute; ftpipe-nano is for tests.",
      },
      over_context: {
        type: "string",
        enum: ["refuse", "cut"],
        default: "refuse",
        description:
          "What becomes of an example longer than the model's context of 512 tokens: refuse stops before training and names its row, cut learns from its beginning and says so.",
      },
    },
  },
  capabilities: () => capabilities,
  identity: () => ({}),
  jobFields: ({ over_context }) => (over_context === "cut" ? { over_context } : {}),
  connect: async (_target, context) => openaiConnection(await endpointOf(context)),
  openAccount: async (_target, context) => openWireAccount(await endpointOf(context)),
};

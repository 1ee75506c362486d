import { lastUserText } from "../core/chat.ts";
import { FtpipeError } from "../core/errors.ts";
import type { Connection, ProviderDefinition } from "./provider.ts";

function cannotTrain(): never {
  throw new FtpipeError("TARGET_UNSUPPORTED", "The provider echo can't train.", { hint: "Choose another target." });
}

const connection: Connection = {
  findFile: async () => undefined,
  upload: async () => cannotTrain(),
  find: async () => [],
  create: async () => cannotTrain(),
  read: async () => cannotTrain(),
  events: async () => [],
  cancel: async () => cannotTrain(),
  pause: async () => cannotTrain(),
  resume: async () => cannotTrain(),
  checkpoints: async () => [],
  results: async () => [],
  complete: async ({ messages }) => {
    return { content: lastUserText(messages), finishReason: "stop", usage: undefined };
  },
};

/** Answers with the last user message, as promptfoo's echo does, so that assertions and gates can be tried with no model. */
export const echo: ProviderDefinition = {
  name: "echo",
  summary: "Answers with the last user message; can't train. For trying assertions and gates.",
  options: { type: "object", properties: { model: { type: "string", default: "echo", description: "Any name." } } },
  capabilities: () => ({
    trains: false,
    isNoModel: true,
    methods: [],
    paid: false,
    baseChat: "direct",
    seed: false,
    needsDeploy: false,
    pauses: false,
    checkpoints: false,
    hyperparameters: ["n_epochs", "batch_size", "learning_rate_multiplier", "learning_rate"],
    roles: ["system", "user", "assistant", "tool", "function"],
    tools: true,
    images: true,
    maxSuffix: 64,
    poll: { fromMs: 1, toMs: 1 },
    lookUp: { jobBy: "none", listLagSeconds: 0, lateSeconds: 0 },
    jobsOutliveProcess: false,
    maxConcurrency: 16,
    maxTokensParameter: "max_tokens",
  }),
  identity: () => ({}),
  connect: async () => connection,
};

import { lookUpOf, lookUpOption } from "./declared-capabilities.ts";
import { openaiWire, wireCapabilities } from "./openai-wire.ts";
import { carefulLookUp, type LookUp } from "./provider.ts";
import { apiKeyOption, extraOption } from "./wire-options.ts";

/** No metadata is documented, nor that a job's suffix is shown again: unless a target knows better, nothing is created twice. */
const lookUp: LookUp = { ...carefulLookUp, jobBy: "none" };

/** Names under which an untuned base answers, where they are others than those that are trained. */
const servedNames: Readonly<Record<string, string>> = {
  "meta-llama/Llama-3.1-8B-Instruct": "meta-llama/Meta-Llama-3.1-8B-Instruct",
};

const count = (maximum: number, description: string) =>
  ({ type: "integer", minimum: 1, maximum, description }) as const;
const share = (description: string) => ({ type: "number", minimum: 0, maximum: 1, description }) as const;

/** Hyperparameters that only this provider has; sent as they are written, under these names. */
const ownHyperparameters = {
  lora: {
    type: "boolean",
    default: false,
    description: "true: train a LoRA adapter; false: all weights, as the provider does unless asked.",
  },
  lora_r: count(256, "Rank of the adapter; the provider's default is 8."),
  lora_alpha: count(1024, "Scale of the adapter; the provider's default is 8."),
  lora_dropout: share("Share of the adapter's inputs that a step leaves out; the provider's default is 0."),
  context_length: count(262_144, "Longest example, tokens; the provider's default is 8192."),
  packing: { type: "boolean", description: "Whether short examples share a sequence; the provider's default is true." },
  warmup_ratio: share("Share of the steps in which the learning rate rises."),
  weight_decay: { type: "number", minimum: 0, description: "How strongly weights are pulled to 0." },
  max_grad_norm: { type: "number", exclusiveMinimum: 0, description: "Where gradients are clipped." },
} as const;

/**
 * Nebius Token Factory: OpenAI's routes with hyperparameters of its own
 * (https://docs.tokenfactory.nebius.com/post-training/how-to-fine-tune.md). It takes an absolute learning rate only.
 */
export const nebius = openaiWire({
  name: "nebius",
  summary:
    "Nebius Token Factory: open models. A tuned model answers once it is deployed there, which ftpipe does not do.",
  apiKeyVariable: "NEBIUS_API_KEY",
  baseUrl: () => "https://api.tokenfactory.nebius.com/v1",
  options: {
    type: "object",
    required: ["model"],
    properties: {
      api_key_env: apiKeyOption("default NEBIUS_API_KEY"),
      ...ownHyperparameters,
      ...lookUpOption(lookUp),
      ...extraOption,
    },
  },
  ownHyperparameters: (target) =>
    Object.fromEntries(
      Object.keys(ownHyperparameters).flatMap((name) => {
        const value = target[name];
        return value === undefined ? [] : [[name, value as number | boolean] as const];
      }),
    ),
  optionFaults: (target) =>
    target["lora"] === true
      ? []
      : ["lora_r", "lora_alpha", "lora_dropout"]
          .filter((name) => target[name] !== undefined)
          .map((name) => ({
            path: name,
            message: `${name} does nothing without lora: true, and all weights would be trained.`,
            hint: "Add lora: true, or remove it.",
          })),
  capabilities: (target) => ({
    ...wireCapabilities,
    paid: true,
    methods: ["supervised"],
    hyperparameters: ["n_epochs", "batch_size", "learning_rate"],
    images: false,
    needsDeploy: true,
    baseName: servedNames[target.model],
    // Not documented.
    pauses: false,
    maxFileBytes: 5 * 2 ** 30,
    poll: { fromMs: 5_000, toMs: 60_000 },
    lookUp: lookUpOf(target, lookUp),
    jobsOutliveProcess: true,
  }),
});

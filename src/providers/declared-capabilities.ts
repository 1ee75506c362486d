import type { PropertySchema } from "../core/options-schema.ts";
import type { Capabilities, LookUp, TargetSettings, TrainingMethod } from "./provider.ts";

/** What a target says of its server, as it stands in the pipeline. */
interface Declared {
  readonly methods?: readonly TrainingMethod[];
  readonly learning_rate?: "multiplier" | "absolute" | "both" | "none";
  readonly base_chat?: Capabilities["baseChat"];
  readonly base_model?: string;
  readonly deploy?: boolean;
  readonly seed?: boolean;
  readonly metadata?: boolean;
  readonly tools?: boolean;
  readonly images?: boolean;
  readonly pause?: boolean;
  readonly checkpoints?: boolean;
  readonly uploads?: boolean;
  readonly max_file_bytes?: number;
  readonly max_suffix?: number;
  readonly max_tokens_per_example?: number;
  readonly fewest_examples?: number;
  readonly most_examples?: number;
  readonly max_tokens_parameter?: Capabilities["maxTokensParameter"];
}

/**
 * How OpenAI's Uploads API is used: single files go "up to 512 MB", parts "up to 64 MB" (openai-node,
 * resources/files.ts and uploads/), both read as the smaller unit, since what is sent must be taken.
 */
export const openaiParts = { above: 512_000_000, bytes: 64_000_000 } as const;

const yesNo = (description: string, usual: boolean) => ({ type: "boolean", default: usual, description }) as const;
const count = (description: string) => ({ type: "integer", minimum: 1, description }) as const;

/** The option by which a target says what its server can do. */
export const capabilitiesOption = {
  capabilities: {
    type: "object",
    additionalProperties: false,
    description: "What the server can do, where it is other than OpenAI's: check judges the pipeline by it.",
    properties: {
      methods: {
        type: "array",
        uniqueItems: true,
        minItems: 1,
        items: { type: "string", enum: ["supervised", "dpo", "reinforcement"] },
        description: "The methods it trains by. Default: all; it says itself when the job is created.",
      },
      learning_rate: {
        type: "string",
        enum: ["multiplier", "absolute", "both", "none"],
        default: "multiplier",
        description:
          "Which hyperparameter it takes: learning_rate_multiplier, learning_rate, both or none. They are never converted.",
      },
      base_chat: {
        type: "string",
        enum: ["direct", "none"],
        default: "direct",
        description: "Whether the untuned base answers chats, so that it can be compared with.",
      },
      base_model: {
        type: "string",
        minLength: 1,
        description: "The name under which the untuned base answers, where it is another than model.",
      },
      deploy: yesNo("Whether a tuned model answers only once it is deployed. ftpipe does not deploy.", false),
      seed: yesNo("Whether it honours a seed.", true),
      metadata: yesNo(
        "Whether jobs carry metadata. false: the fingerprint goes into the suffix, as look_up: { job_by: suffix } says.",
        true,
      ),
      tools: yesNo("Whether examples may call tools.", true),
      images: yesNo("Whether users may show images.", true),
      pause: yesNo("Whether a job can be paused and resumed.", true),
      checkpoints: yesNo("Whether it keeps models from the midst of training.", true),
      uploads: yesNo("Whether it has OpenAI's Uploads API: files above 512 MB then go up in parts.", false),
      max_file_bytes: count("Greatest size of a file, bytes."),
      max_suffix: { ...count("Longest suffix, characters. Default: 64."), minimum: 16 },
      max_tokens_per_example: count("Tokens of an example that are trained on; what is longer is cut."),
      fewest_examples: count("Fewest training examples of a job."),
      most_examples: count("Most training examples of a job."),
      max_tokens_parameter: {
        type: "string",
        enum: ["max_tokens", "max_completion_tokens"],
        default: "max_tokens",
        description: "The name of the chat parameter that limits an answer.",
      },
    },
  },
} as const satisfies Readonly<Record<string, PropertySchema>>;

const rates: Readonly<Record<NonNullable<Declared["learning_rate"]>, readonly string[]>> = {
  multiplier: ["learning_rate_multiplier"],
  absolute: ["learning_rate"],
  both: ["learning_rate_multiplier", "learning_rate"],
  none: [],
};

/** What is declared as it is meant, by the name that it has among the capabilities. */
const sameMeaning = {
  base_chat: "baseChat",
  base_model: "baseName",
  deploy: "needsDeploy",
  seed: "seed",
  tools: "tools",
  images: "images",
  pause: "pauses",
  checkpoints: "checkpoints",
  max_file_bytes: "maxFileBytes",
  max_suffix: "maxSuffix",
  max_tokens_per_example: "maxTokensPerExample",
  fewest_examples: "fewestExamples",
  most_examples: "mostExamples",
  max_tokens_parameter: "maxTokensParameter",
} as const satisfies Partial<Record<keyof Declared, keyof Capabilities>>;

/** @param usual Of a server that says nothing. */
export function withDeclared(usual: Capabilities, { capabilities }: TargetSettings): Capabilities {
  const declared = (capabilities ?? {}) as Declared;
  const { learning_rate: rate, methods, uploads } = declared;
  const others = usual.hyperparameters.filter((name) => !rates.both.includes(name));
  const same = Object.entries(sameMeaning).flatMap(([name, capability]) => {
    const value = declared[name as keyof typeof sameMeaning];
    return value === undefined ? [] : [[capability, value] as const];
  });
  return {
    ...usual,
    ...(Object.fromEntries(same) as Partial<Capabilities>),
    ...(methods === undefined || !usual.trains ? {} : { methods }),
    ...(rate === undefined ? {} : { hyperparameters: [...others, ...rates[rate]] }),
    ...(uploads === true ? { uploadParts: openaiParts } : {}),
  };
}

/** Whether the server's jobs carry metadata. */
export function carriesMetadata({ capabilities }: TargetSettings): boolean {
  return ((capabilities ?? {}) as Declared).metadata !== false;
}

/** The option that says how what was made is found again. @param usual What holds without it. */
export function lookUpOption(usual: LookUp) {
  return {
    look_up: {
      type: "object",
      additionalProperties: false,
      description: "How a job is found again whose answer was lost.",
      properties: {
        job_by: {
          type: "string",
          enum: ["metadata", "suffix", "none"],
          description: `Where a job carries its fingerprint; default: ${usual.jobBy}. suffix: at the end of the job's suffix, for servers without metadata. none: after a lost answer ftpipe never creates again by itself.`,
        },
        list_lag: {
          type: "number",
          minimum: 0,
          maximum: 3600,
          default: usual.listLagSeconds,
          description: "Seconds until the server's lists show for sure what it accepted.",
        },
        late: {
          type: "number",
          minimum: 0,
          maximum: 3600,
          default: usual.lateSeconds,
          description: "Seconds within which the server may still accept a request that nobody waits for any more.",
        },
      },
    },
  } as const satisfies Readonly<Record<string, PropertySchema>>;
}

/** @param usual What holds where the target says nothing. */
export function lookUpOf({ look_up: given }: TargetSettings, usual: LookUp): LookUp {
  const own = (given ?? {}) as {
    readonly job_by?: LookUp["jobBy"];
    readonly list_lag?: number;
    readonly late?: number;
  };
  return {
    jobBy: own.job_by ?? usual.jobBy,
    listLagSeconds: own.list_lag ?? usual.listLagSeconds,
    lateSeconds: own.late ?? usual.lateSeconds,
  };
}

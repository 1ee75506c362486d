import { openaiParts } from "./declared-capabilities.ts";
import { openaiWire, wireCapabilities } from "./openai-wire.ts";
import { carefulLookUp } from "./provider.ts";
import { apiKeyOption, extraOption, labelOptions } from "./wire-options.ts";

/**
 * Models that were trained by reinforcement, and by nothing else: o4-mini, until 2026-10-23
 * (https://developers.openai.com/api/docs/guides/reinforcement-fine-tuning).
 */
const reinforced = /^(ft:)?o4-mini/;

/**
 * Which models train on images (https://developers.openai.com/api/docs/guides/vision-fine-tuning); of names that are
 * not known here the service decides.
 */
const seesImages = (model: string): boolean => !/^(ft:)?gpt-(3\.5|4o-mini|4\.1)/.test(model);

/** An id that is sent as a header: letters and signs, and no line end. */
const headerValue = "^[A-Za-z0-9_.-]+$";

/** OpenAI's own service (https://developers.openai.com/api/docs/guides/supervised-fine-tuning). No new jobs after 2027-01-06. */
export const openai = openaiWire({
  name: "openai",
  summary: "OpenAI. Takes no new fine-tuning jobs after 2027-01-06; its tuned models answer until 2027-01-14.",
  apiKeyVariable: "OPENAI_API_KEY",
  baseUrl: () => "https://api.openai.com/v1",
  options: {
    type: "object",
    required: ["model"],
    properties: {
      api_key_env: apiKeyOption("default OPENAI_API_KEY"),
      organization: { type: "string", pattern: headerValue, description: "The organisation that is billed (org-…)." },
      project: {
        type: "string",
        pattern: headerValue,
        description: "The project that files and jobs belong to (proj_…).",
      },
      ...labelOptions,
      ...extraOption,
    },
  },
  capabilities: ({ model }) => ({
    ...wireCapabilities,
    paid: true,
    methods: reinforced.test(model) ? ["reinforcement"] : wireCapabilities.methods,
    // "train ≤ 50 000, validation ≤ 1 000"; the guide begins with a file of each.
    limitsOfMethod: {
      reinforcement: { mostExamples: 50_000, mostValidationExamples: 1_000, wantsValidation: true },
    },
    // "invalid_n_examples: … must have at least 10 examples"; a most is published for images and reinforcement only.
    fewestExamples: 10,
    // "up to 8 GB in total" (openai-node, resources/uploads/uploads.ts), read as the larger unit: what is refused here
    // is surely refused there.
    maxFileBytes: 8 * 2 ** 30,
    uploadParts: openaiParts,
    images: seesImages(model),
    mostImageExamples: 50_000,
    // Of gpt-4o and gpt-4.1, small and large; longer examples are cut without an error
    // (https://developers.openai.com/api/docs/guides/supervised-fine-tuning).
    maxTokensPerExample: /^(ft:)?gpt-4(o|\.1)/.test(model) ? 65_536 : undefined,
    poll: { fromMs: 5_000, toMs: 60_000 },
    lookUp: carefulLookUp,
    jobsOutliveProcess: true,
    maxTokensParameter: /^(ft:)?gpt-(3|4)/.test(model) ? "max_tokens" : "max_completion_tokens",
  }),
});

import type { PropertySchema } from "../core/options-schema.ts";
import { looksLikeSecret } from "../core/secret.ts";
import type { OptionFault, TargetSettings } from "./provider.ts";

/** An option of the key's variable. @param usual The variable that is read without it. */
export const apiKeyOption = (usual: string): PropertySchema => ({
  type: "string",
  pattern: "^[A-Z][A-Z0-9_]*$",
  description: `The environment variable that holds the key; ${usual}.`,
});

/** What ftpipe puts into the request that creates a job; `extra` is for the rest. */
const ownFields: readonly string[] = [
  "model",
  "training_file",
  "validation_file",
  "method",
  "hyperparameters",
  "suffix",
  "seed",
  "metadata",
  "integrations",
];

/** Options of every target on OpenAI's wire whose provider takes them. */
export const extraOption = {
  extra: {
    type: "object",
    description:
      "Fields of the provider's own, put into the request that creates a job as they stand, and part of its fingerprint. No keys, no addresses.",
  },
} as const satisfies Readonly<Record<string, PropertySchema>>;

const text = (maxLength: number, description: string) => ({ type: "string", minLength: 1, maxLength, description });

export const labelOptions = {
  metadata: {
    type: "object",
    maxProperties: 15,
    propertyNames: { maxLength: 64, not: { pattern: "^ftpipe_" }, description: "At most 64 characters, not ftpipe_…" },
    additionalProperties: { type: "string", maxLength: 512 },
    description:
      "Labels of your own on the job, at most 15 beside ftpipe's; names up to 64 characters, values up to 512. A change trains nothing anew.",
  },
  integrations: {
    type: "array",
    maxItems: 5,
    items: {
      type: "object",
      additionalProperties: false,
      required: ["type", "wandb"],
      properties: {
        type: { const: "wandb", description: "Weights & Biases." },
        wandb: {
          type: "object",
          additionalProperties: false,
          required: ["project"],
          description: "Where the job's metrics go. The key is stored in the provider's console, never here.",
          properties: {
            project: text(128, "The project."),
            name: text(128, "What the run is called; default: the job's id."),
            entity: text(128, "The team or user."),
            tags: { type: "array", items: { type: "string" }, description: "Tags of the run." },
          },
        },
      },
    },
    description: "Services that the provider sends the job's metrics to. A change trains nothing anew.",
  },
} as const satisfies Readonly<Record<string, PropertySchema>>;

/** Fields of the create body that the model depends on. */
export function extraFields({ extra }: TargetSettings): Readonly<Record<string, unknown>> {
  return (extra ?? {}) as Readonly<Record<string, unknown>>;
}

/** Fields of the create body that the model does not depend on. */
export function labelFields({ metadata, integrations }: TargetSettings): Readonly<Record<string, unknown>> {
  return {
    ...(metadata === undefined ? {} : { metadata }),
    ...(integrations === undefined ? {} : { integrations }),
  };
}

/** What stands in `extra` and must not. */
export function extraFaults(target: TargetSettings): readonly OptionFault[] {
  const taken = Object.keys(extraFields(target)).filter((name) => ownFields.includes(name));
  return [
    ...taken.map((name) => ({
      path: `extra/${name}`,
      message: `extra can't set ${name}: ftpipe does.`,
      hint: "It has a setting of its own: of the target, of training, or of the data.",
    })),
    ...[...unsafeIn(extraFields(target), "extra")],
  ];
}

const addressForm = /^[a-z][a-z0-9+.-]*:\/\//i;
const secretWords =
  /^(api|access|private|secret)?(key|token|secret|password|passwd|passphrase|credentials?|authorization|auth|bearer)$/;

function* unsafeIn(value: unknown, path: string): Generator<OptionFault> {
  if (typeof value === "string") {
    if (addressForm.test(value)) {
      yield {
        path,
        message: "extra can't hold an address: a pipeline must not send data or models elsewhere.",
        hint: "Remove it; what the provider needs such an address for is set in its console.",
      };
    }
    const secret = looksLikeSecret(value);
    if (secret !== undefined) yield secretFault(path, `The value looks like ${secret}.`);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    const below = `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (namesSecret(name)) yield secretFault(below, `extra can't hold ${name}: by its name it is a key or password.`);
    else yield* unsafeIn(inner, below);
  }
}

/** By the words of a name, such as `wandb_api_key` or `hubToken`: its last one, or its last two together. */
function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return words.some((word, index) => secretWords.test(word) || secretWords.test(`${word}${words[index + 1] ?? ""}`));
}

function secretFault(path: string, message: string): OptionFault {
  return {
    path,
    message,
    hint: "Remove it, and revoke it if it is real. Keys are stored in the provider's console.",
    code: "SECRET_IN_PIPELINE",
  };
}

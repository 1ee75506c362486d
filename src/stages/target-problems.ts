import type { Finding } from "../config/pipeline-rule.ts";
import { didYouMean } from "../core/suggest.ts";
import { formatBytes, plural, thousands } from "../core/units.ts";
import {
  type Capabilities,
  type MethodLimits,
  methodHyperparameters,
  type TrainingMethod,
} from "../providers/provider.ts";

/** What of the data a provider may refuse. What is undefined is not known yet, and is not judged. */
export interface DatasetFacts {
  /** Each role that a message has, and where the pipeline says so. */
  readonly roles?: readonly { readonly role: string; readonly pointer: string }[] | undefined;
  readonly training?: FileFacts | undefined;
  readonly validation?: FileFacts | undefined;
  /** Tokens of the longest training or validation example. */
  readonly longest?: number | undefined;
  readonly tools?: Feature | undefined;
  readonly images?: Feature | undefined;
}

/** What some of the examples have, and where the pipeline says so. */
interface Feature {
  readonly pointer: string;
  /** How many; undefined: not known yet. */
  readonly examples?: number | undefined;
}

interface FileFacts {
  readonly examples: number;
  readonly bytes: number;
}

/** What a target is asked to do with the data, each setting with where it is written. */
export interface TargetRequest {
  /** The target's name, for messages. */
  readonly target: string;
  readonly provider: string;
  /** Names of the pipeline's other targets that take what this one may not. */
  readonly takers?: { readonly tools: readonly string[]; readonly images: readonly string[] } | undefined;
  readonly method: string;
  /** Those that are given: `auto` leaves one to the provider. */
  readonly hyperparameters: readonly { readonly name: string; readonly pointer: string }[];
  readonly suffix?: { readonly text: string; readonly pointer: string } | undefined;
  readonly seed?: { readonly pointer: string } | undefined;
}

/** Why a target can't train on the data as it is meant: an error where it would refuse, else a warning. */
export interface TargetProblem extends Finding {
  readonly severity: "error" | "warning";
  /** The same in a few words, for one line with everything. */
  readonly short: string;
}

/**
 * The one place that decides what a target takes. A setting that would be dropped in silence is an error, since it
 * would train another model than was meant; a seed is a wish, and only warned about.
 * @returns Nothing for a target that does not train: it is sent no data.
 */
export function targetProblems(
  facts: DatasetFacts,
  request: TargetRequest,
  capabilities: Capabilities,
): readonly TargetProblem[] {
  if (!capabilities.trains) return [];
  return judgements.flatMap((judge) => judge(facts, request, capabilities));
}

type Judgement = (facts: DatasetFacts, request: TargetRequest, capabilities: Capabilities) => readonly TargetProblem[];

/** Where a problem of the data itself is told. */
const dataPointer = "/source/path";

const nameOf = ({ provider, target }: TargetRequest) => `The provider ${provider} (target ${target})`;

const method: Judgement = (_facts, request, { methods }) => {
  if ((methods as readonly string[]).includes(request.method)) return [];
  return [
    {
      severity: "error",
      pointer: "/training/method",
      message: `${nameOf(request)} does not train by ${request.method}.`,
      hint: didYouMean(request.method, methods, "It trains by"),
      short: `does not train by ${request.method}`,
    },
  ];
};

/** Those of tools are told together with the tools. */
const roles: Judgement = ({ roles: used = [] }, request, { roles: known, tools }) =>
  used
    .filter(({ role }) => !known.includes(role) && (tools || (role !== "tool" && role !== "function")))
    .map(({ role, pointer }) => ({
      severity: "error",
      pointer,
      message: `${nameOf(request)} knows no ${role} messages.`,
      hint: `It knows ${known.join(", ")}.`,
      short: `takes no ${role} messages`,
    }));

const features: Judgement = (facts, request, capabilities) =>
  (["tools", "images"] as const).flatMap((feature) => {
    const found = facts[feature];
    if (found === undefined || capabilities[feature]) return [];
    const others = request.takers?.[feature] ?? [];
    const where =
      others.length === 0
        ? ""
        : ` ${others.length === 1 ? "The target" : "Of the targets,"} ${others.join(", ")} can: --target ${others[0]}.`;
    const hint =
      feature === "tools"
        ? `It learns texts: have a call answered as JSON text, or choose another target.${where}`
        : `It learns texts: describe the images, or choose another target.${where}`;
    return [
      {
        severity: "error",
        pointer: found.pointer,
        message: `${nameOf(request)} can't train on ${feature === "tools" ? "calls of tools" : "images"}.`,
        hint,
        short: `takes no ${feature}`,
      },
    ];
  });

const imageCount: Judgement = ({ images }, request, { mostImageExamples = Infinity }) => {
  const examples = images?.examples ?? 0;
  if (images === undefined || examples <= mostImageExamples) return [];
  return [
    {
      severity: "error",
      pointer: images.pointer,
      message: `${nameOf(request)} trains on at most ${thousands(mostImageExamples)} examples with images, and there are ${thousands(examples)}.`,
      hint: "Lower source.limit or dataset.variants.",
      short: `${thousands(examples)} examples with images`,
    },
  ];
};

/** Those that a target takes, by a method. */
export function knownHyperparameters(
  { hyperparameters: known }: Pick<Capabilities, "hyperparameters">,
  wanted: string,
): readonly string[] {
  return [...known, ...(methodHyperparameters[wanted as TrainingMethod] ?? [])];
}

/** What belongs to another method is told once, not for each target. */
const ofMethods: readonly string[] = Object.values(methodHyperparameters).flat();

const hyperparameters: Judgement = (_facts, request, capabilities) => {
  const known = knownHyperparameters(capabilities, request.method);
  return request.hyperparameters
    .filter(({ name }) => !known.includes(name) && !ofMethods.includes(name))
    .map(({ name, pointer }) => ({
      severity: "error",
      pointer,
      on: "key",
      message: `${nameOf(request)} does not take ${name}.`,
      hint: didYouMean(name, known, "It takes"),
      short: `does not take ${name}`,
    }));
};

const suffix: Judgement = (_facts, request, { maxSuffix }) => {
  const given = request.suffix;
  if (given === undefined || given.text.length <= maxSuffix) return [];
  return [
    {
      severity: "error",
      pointer: given.pointer,
      message: `The suffix is longer than the ${maxSuffix} characters that ${request.provider} takes.`,
      hint: "Shorten it, or give the target a suffix of its own.",
      short: `suffix of ${given.text.length} characters`,
    },
  ];
};

const seed: Judgement = (_facts, request, capabilities) => {
  if (request.seed === undefined || capabilities.seed) return [];
  return [
    {
      severity: "warning",
      pointer: request.seed.pointer,
      message: `${nameOf(request)} does not honour a seed: equal inputs give another model each time.`,
      hint: "Nothing is wrong with the data; the seed is not sent.",
      short: "seed not honoured",
    },
  ];
};

const deploy: Judgement = (_facts, request, { needsDeploy }) => {
  if (!needsDeploy) return [];
  return [
    {
      severity: "warning",
      pointer: `/targets/${request.target}`,
      message: `${nameOf(request)} answers for a tuned model only once it is deployed there, which ftpipe does not do.`,
      hint: `A run trains and then stops. Deploy the model in the provider's console, and judge it: ftpipe eval --target ${request.target} --model NAME`,
      short: "needs deploying",
    },
  ];
};

/** Most training examples of a job; undefined: not known, or without limit. */
export function mostExamplesOf(request: TargetRequest, capabilities: Capabilities): number | undefined {
  return limitsOf(request, capabilities).mostExamples ?? capabilities.mostExamples;
}

const exampleCount: Judgement = ({ training }, request, capabilities) => {
  if (training === undefined) return [];
  const { fewestExamples = 0 } = capabilities;
  const mostExamples = mostExamplesOf(request, capabilities) ?? Infinity;
  const { examples } = training;
  const short = plural(examples, "example");
  const count = `and there ${examples === 1 ? "is" : "are"} ${thousands(examples)}.`;
  const wrong = (bound: string, hint: string): TargetProblem => ({
    severity: "error",
    pointer: dataPointer,
    message: `${nameOf(request)} trains on ${bound} examples, ${count}`,
    hint,
    short,
  });
  if (examples < fewestExamples)
    return [wrong(`at least ${thousands(fewestExamples)}`, "Add rows, hold out fewer, or raise dataset.variants.")];
  if (examples > mostExamples)
    return [wrong(`at most ${thousands(mostExamples)}`, "Lower source.limit or dataset.variants.")];
  return [];
};

/** What the method asks for on top; nothing where the target does not train by it. */
function limitsOf({ method: wanted }: TargetRequest, { methods, limitsOfMethod = {} }: Capabilities): MethodLimits {
  const known = methods.find((one) => one === wanted);
  return (known === undefined ? undefined : limitsOfMethod[known]) ?? {};
}

const validationCount: Judgement = ({ validation }, request, capabilities) => {
  if (validation === undefined) return [];
  const { mostValidationExamples = Infinity, wantsValidation } = limitsOf(request, capabilities);
  const { examples } = validation;
  if (examples > mostValidationExamples) {
    return [
      {
        severity: "error",
        pointer: "/dataset/split/validation",
        message: `${nameOf(request)} takes at most ${thousands(mostValidationExamples)} validation examples for ${request.method}, and there are ${thousands(examples)}.`,
        hint: "Lower dataset.split.validation.",
        short: `${thousands(examples)} validation examples`,
      },
    ];
  }
  if (examples > 0 || wantsValidation !== true) return [];
  return [
    {
      severity: "warning",
      pointer: "/dataset/split",
      message: `${nameOf(request)} expects validation examples for ${request.method}, and there are none.`,
      hint: "Hold some out: dataset.split: { validation: 0.1 }",
      short: "no validation examples",
    },
  ];
};

const fileSize: Judgement = ({ training, validation }, request, { maxFileBytes = Infinity }) =>
  (
    [
      ["training", training],
      ["validation", validation],
    ] as const
  ).flatMap(([name, file]) => {
    if (file === undefined || file.bytes <= maxFileBytes) return [];
    return [
      {
        severity: "error",
        pointer: dataPointer,
        message: `${nameOf(request)} takes files of at most ${formatBytes(maxFileBytes)}, and the ${name} file has ${formatBytes(file.bytes)}.`,
        hint: "Lower source.limit or dataset.variants, or shorten the messages.",
        short: `${name} file of ${formatBytes(file.bytes)}`,
      },
    ];
  });

const longestExample: Judgement = ({ longest }, request, { maxTokensPerExample = Infinity }) => {
  if (longest === undefined || longest <= maxTokensPerExample) return [];
  return [
    {
      severity: "warning",
      pointer: dataPointer,
      message: `The longest example has about ${thousands(longest)} tokens, more than the ${thousands(maxTokensPerExample)} that ${request.provider} trains on.`,
      hint: `Longer examples are cut at their end; drop them with a rule: { type: max_tokens, value: ${maxTokensPerExample}, action: drop }`,
      short: `cuts examples over ${thousands(maxTokensPerExample)} tokens`,
    },
  ];
};

/** In the order in which they are told. */
const judgements: readonly Judgement[] = [
  method,
  roles,
  features,
  imageCount,
  hyperparameters,
  suffix,
  seed,
  deploy,
  exampleCount,
  validationCount,
  fileSize,
  longestExample,
];

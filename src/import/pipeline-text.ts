import { stringify } from "yaml";
import { inComment, schemaLine, yamlText } from "../core/notation.ts";
import { methodHyperparameters } from "../providers/provider.ts";
import type { ProposedCases } from "./cases.ts";
import type { Move } from "./elsewhere.ts";
import type { Recipe } from "./recipe.ts";

/** Where the job was, as a target of the pipeline. */
export interface OriginTarget {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface PipelineParts {
  readonly name: string;
  /** Lines of the comment above, without `#`. */
  readonly heading: readonly string[];
  readonly recipe: Recipe;
  readonly source: { readonly type: "csv" | "messages"; readonly path: string; readonly allowEmpty: readonly string[] };
  /** Undefined for ready-made lines. Paths are relative to the pipeline. */
  readonly messages:
    | readonly ({ readonly role: string } & ({ readonly template: string } | { readonly content: string }))[]
    | undefined;
  /** Path of the validation file, relative to the pipeline. */
  readonly validation: string | undefined;
  /** What else is to be said of the data, in the comment above it. */
  readonly dataNotes: readonly string[];
  /** As the pipeline file has it. */
  readonly grader: Readonly<Record<string, unknown>> | undefined;
  readonly origin: OriginTarget | undefined;
  /** What of the data only some targets take. */
  readonly holds: { readonly tools: boolean; readonly images: boolean };
  /** Base models to go on with elsewhere, where some are known. */
  readonly move: Move | undefined;
  readonly cases: ProposedCases;
}

/** The pipeline file: one to look over and change, but one that runs. */
export function pipelineText(parts: PipelineParts): string {
  const { name, heading, source, recipe, cases } = parts;
  return `${[
    schemaLine,
    ...heading.map((line) => `# ${inComment(line)}`.trimEnd()),
    "version: 1",
    `name: ${name}`,
    "",
    ...parts.dataNotes.map((line) => `# ${inComment(line)}`),
    "source:",
    `  type: ${source.type}${source.type === "messages" ? "   # the lines as they were trained on" : ""}`,
    `  path: ${yamlText(source.path)}`,
    ...(source.allowEmpty.length === 0
      ? []
      : [`  allow_empty: [${source.allowEmpty.map(yamlText).join(", ")}]   # nothing stands there in some rows`]),
    ...datasetLines(parts),
    "",
    ...trainingLines(recipe, parts.grader),
    "",
    ...targetLines(parts),
    "",
    "evaluation:",
    "  compare: [base]   # previous: the imported model, while it answers",
    "  defaults: { temperature: 0, max_tokens: 1000 }",
    `  tests:   # ${cases.comment}`,
    ...indented(cases.tests, 4),
    "  # What the tuned model must come to, for example:",
    "  # gate: [{ metric: pass_rate, minimum: 0.8 }]",
  ].join("\n")}\n`;
}

function datasetLines({ messages, validation, cases }: PipelineParts): readonly string[] {
  const shares = [
    ...(validation === undefined ? [] : [`validation: { path: ${yamlText(validation)} }`]),
    ...(cases.holdsOut ? ["test: 0.1"] : []),
  ];
  if (messages === undefined && shares.length === 0) return [];
  return [
    "",
    "dataset:",
    ...(messages === undefined
      ? []
      : [
          "  messages:   # a row becomes one training example",
          ...messages.map((message) => {
            const text =
              "template" in message ? `template: ${yamlText(message.template)}` : `content: ${quoted(message.content)}`;
            return `    - { role: ${message.role}, ${text} }`;
          }),
        ]),
    ...(shares.length === 0 ? [] : [`  split: { ${shares.join(", ")} }`]),
  ];
}

/** Never plain: a template's braces, colons and `#` mean something in YAML. */
function quoted(text: string): string {
  return stringify(text, { defaultStringType: "QUOTE_DOUBLE", lineWidth: 0 }).trimEnd();
}

/** Those that belong to the provider's own scale, and mean nothing elsewhere. */
const ofTheScale: readonly string[] = ["batch_size", "learning_rate_multiplier"];

function trainingLines(
  { method, suffix, seed, hyperparameters, responseFormat }: Recipe,
  grader: PipelineParts["grader"],
) {
  const known = ["n_epochs", ...methodHyperparameters[method]];
  const given = Object.entries(hyperparameters);
  const carried = given.filter(([name, value]) => known.includes(name) && value !== "auto" && isInRange(name, value));
  const scale = given.filter(([name, value]) => ofTheScale.includes(name) && value !== "auto");
  return [
    "training:",
    `  method: ${method}`,
    ...(suffix === undefined
      ? []
      : [`  suffix: ${yamlText(suffix.slice(0, 64))}   # becomes part of the tuned model's name`]),
    ...(seed === undefined ? [] : [`  seed: ${seed}`]),
    ...(carried.length === 0 ? [] : ["  hyperparameters:", ...carried.map(([name, value]) => `    ${name}: ${value}`)]),
    ...(scale.length === 0
      ? []
      : [
          "  # Also of the job. They belong to its provider and base, are never converted, and are left to the next one:",
          ...scale.map(([name, value]) => `  #   ${name}: ${inComment(String(value))}`),
        ]),
    ...(grader === undefined ? [] : ["  grader:", ...indented(grader, 4)]),
    ...(responseFormat === undefined ? [] : ["  response_format:", ...indented(responseFormat, 4)]),
  ];
}

/** The API took more epochs in earlier years than the pipeline file does. */
function isInRange(name: string, value: number | string): boolean {
  return name !== "n_epochs" || (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 50);
}

function targetLines({ recipe, origin, holds, move }: PipelineParts): readonly string[] {
  const first = move?.first ?? "a-base-model";
  const local = recipe.method !== "reinforcement" && !holds.tools && !holds.images;
  const own =
    origin === undefined
      ? []
      : [`  ${origin.name}: ${flow({ ...origin.settings, model: recipe.base ?? "unknown" })}   # where the job was`];
  const targets = [
    ...own,
    ...(local
      ? ["  local: { provider: local, model: ftpipe-mini }   # free, on this machine: to try the pipeline"]
      : []),
  ];
  const elsewhere = `elsewhere: { provider: openai-compatible, base_url: "https://llm.example.org/v1", model: ${first}, api_key_env: FTPIPE_ELSEWHERE_KEY }`;
  return [
    "targets:",
    ...(targets.length === 0 ? [`  ${elsewhere}`] : targets),
    ...(move === undefined
      ? []
      : [`  # Elsewhere: ${first} is a first try; also ${move.also.join(", ")}. What there is: ftpipe targets`]),
    ...(targets.length === 0 ? [] : [`  # ${elsewhere}`]),
    ...(targets.length > 1 ? [`default_target: ${origin?.name ?? "local"}`] : []),
  ];
}

function flow(value: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(value).map(([key, item]) => {
    const text = typeof item === "string" ? yamlText(item) : JSON.stringify(item);
    return `${key}: ${text}`;
  });
  return `{ ${entries.join(", ")} }`;
}

/** A value as YAML below a key. */
function indented(value: unknown, spaces: number): readonly string[] {
  const text = stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (line === "" ? line : " ".repeat(spaces) + line));
}

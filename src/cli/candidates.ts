import { dollars, formatBytes, thousands } from "../core/units.ts";
import type { Candidate, Candidates, SuggestedBase, SuggestedModel } from "../stages/candidates.ts";
import type { Terminal } from "./terminal.ts";

/** Providers with what holds for all of their models, then each model; open models to try; where all of it was read. */
export function formatCandidates(
  { date, targets, suggestions, suggestion_sources: sources }: Candidates,
  pipeline: string | undefined,
  { paint }: Pick<Terminal, "paint">,
): string {
  const read = [...new Set([...targets.flatMap(sourcesOf), ...sources])];
  const mark = (of: readonly string[]) => of.map((source) => `[${read.indexOf(source) + 1}]`).join("");
  const byProvider = Map.groupBy(targets, ({ provider }) => provider);
  return [
    `What ${pipeline ?? "a pipeline"} can be trained on, as of ${date}. Nothing was called.`,
    ...[...byProvider].flatMap(([provider, models]) => {
      const [shared, own] = sharedFacts(models);
      return [
        "",
        `${paint("bold", provider)} ${paint("dim", mark([...new Set(models.flatMap(sourcesOf))]))}`,
        ...shared.map((fact) => `  ${fact}`),
        ...models.flatMap((model, index) => [
          `  ${markOf(model, paint)}${paint("cyan", model.model)}  ${model.size}: ${model.use}`,
          ...(own[index] ?? []).map((fact) => `      ${fact}`),
        ]),
      ];
    }),
    "",
    `${paint("bold", "openai-compatible")}`,
    "  any server that speaks OpenAI's protocol, by its base_url",
    "",
    `Open models by size and use ${paint("dim", mark(sources))}`,
    ...suggestions.flatMap((one) => suggestionLines(one)),
    "",
    ...read.map((source, index) => paint("dim", `[${index + 1}] ${source}`)),
    "How to write a target: docs/targets.md. Each fact with its date and source: --json",
  ].join("\n");
}

function markOf({ problems }: Candidate, paint: Terminal["paint"]): string {
  if (problems === undefined) return "";
  return problems.length === 0 ? `${paint("green", "✔")} ` : `${paint("red", "✖")} `;
}

/** Facts that hold for all of a provider's models, and for each model those that do not. */
function sharedFacts(models: readonly Candidate[]): readonly [readonly string[], readonly (readonly string[])[]] {
  const facts = models.map(factsOf);
  const shared = (facts[0] ?? []).filter((fact) => facts.every((others) => others.includes(fact)));
  return [shared, facts.map((own) => own.filter((fact) => !shared.includes(fact)))];
}

function factsOf(target: Candidate): readonly string[] {
  const { methods, who, problems = [], needs_deploy: deploy } = target;
  return [
    ...(problems.length === 0 ? [] : [`not as it is: ${problems.join("; ")}`]),
    `trains by ${methods.join(", ")}`,
    priceOf(target),
    ...limitsOf(target),
    ...(who === undefined ? [] : [`open to ${who}`]),
    ...(deploy ? ["a tuned model must be deployed there before it answers; ftpipe does not do that"] : []),
    ...shutdownOf(target),
  ];
}

function priceOf({ paid, price }: Candidate): string {
  if (!paid) return "free";
  if (price === null) return "price not known";
  const { training, input, output, date } = price;
  return `per 1,000,000 tokens: training ${dollars(training)}, input ${dollars(input)}, output ${dollars(output)} (${date})`;
}

function limitsOf({ limits }: Candidate): readonly string[] {
  const { fewest_examples: fewest, max_tokens_per_example: tokens, max_file_bytes: bytes } = limits;
  const known = [
    ...(fewest === null ? [] : [`at least ${thousands(fewest)} examples`]),
    ...(tokens === null ? [] : [`${thousands(tokens)} tokens each`]),
    ...(bytes === null ? [] : [`files up to ${formatBytes(bytes)}`]),
  ];
  return known.length === 0 ? [] : [known.join(", ")];
}

function shutdownOf({ shutdown }: Candidate): readonly string[] {
  if (shutdown === null) return [];
  const { trainingEnds, on, read } = shutdown;
  const facts = [
    ...(trainingEnds === undefined ? [] : [`no new jobs after ${trainingEnds}`]),
    ...(on === undefined ? [] : [`shut down on ${on}, tuned models too`]),
  ];
  return [`${facts.join("; ")} (${read})`];
}

function suggestionLines({ from, size, use, first, also }: SuggestedBase): readonly string[] {
  const names = (models: readonly SuggestedModel[]) => models.map(modelText).join(", ");
  return [
    `  ${size}: ${use} (in the place of ${from.join(", ")})`,
    `    first  ${names(first)}`,
    `    also   ${names(also)}`,
  ];
}

function modelText({ model, runs_on: own, elsewhere }: SuggestedModel): string {
  const where = [...own.map(({ provider }) => `provider: ${provider}`), ...elsewhere];
  return where.length === 0 ? model : `${model} (${where.join(", ")})`;
}

function sourcesOf({ source, price, shutdown }: Candidate): readonly string[] {
  return [source, ...(price === null ? [] : [price.source]), ...(shutdown === null ? [] : [shutdown.source])];
}

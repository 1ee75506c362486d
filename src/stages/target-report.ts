import type { Problem } from "../core/errors.ts";
import { plural } from "../core/units.ts";
import type { DataSize } from "./estimate.ts";
import type { Judgement } from "./judge-target.ts";
import { knownHyperparameters, mostExamplesOf } from "./target-problems.ts";
import type { World } from "./world.ts";

/** One line of the matrix: the dataset and what a target takes. Limits are null where none is known. */
export interface TargetReport {
  readonly target: string;
  readonly provider: string;
  readonly model: string;
  /** `untrained`: the provider only answers, so nothing is sent to it to train on. */
  readonly verdict: "ready" | "warnings" | "refused" | "untrained";
  readonly examples: {
    readonly training: number;
    readonly validation: number;
    readonly fewest: number | null;
    readonly most: number | null;
  };
  /** Bytes. */
  readonly files: { readonly training: number; readonly validation: number; readonly most: number | null };
  /** Tokens of the longest example. */
  readonly longest: { readonly tokens: number; readonly most: number | null };
  /** Of the training examples, counted once. */
  readonly tokens: number;
  readonly epochs: number;
  /** Of the training, US dollars; null if it is free, if no price is known, or if some rows can't be taken. */
  readonly usd: number | null;
  readonly method: { readonly given: string; readonly known: readonly string[] };
  /** Those of the pipeline's messages; none for ready-made messages that the target takes in any case. */
  readonly roles: { readonly given: readonly string[]; readonly known: readonly string[] };
  readonly hyperparameters: { readonly given: readonly string[]; readonly known: readonly string[] };
  /** Characters; 0: none is given. */
  readonly suffix: { readonly length: number; readonly most: number };
  readonly seed: { readonly given: boolean; readonly honoured: boolean };
  /** What stands against it, each in a few words. */
  readonly stops: readonly string[];
  readonly problems: readonly Problem[];
}

export interface Findings {
  readonly judged: Judgement;
  /** What the target's model can't take of single rows, or only in part. */
  readonly ofRows: readonly Problem[];
  readonly size: DataSize;
  readonly usd: number | null;
}

export function targetReport({ target }: World, { judged, ofRows, size, usd }: Findings): TargetReport {
  const { name, settings, provider, capabilities } = target;
  const { request, found } = judged;
  const { training = nothing, validation = nothing, roles = [] } = judged.facts;
  const problems = [...judged.problems, ...ofRows];
  return {
    target: name,
    provider: provider.name,
    model: settings.model,
    verdict: capabilities.trains ? verdictOf(problems) : "untrained",
    examples: {
      training: training.examples,
      validation: validation.examples,
      fewest: capabilities.fewestExamples ?? null,
      most: mostExamplesOf(request, capabilities) ?? null,
    },
    files: { training: training.bytes, validation: validation.bytes, most: capabilities.maxFileBytes ?? null },
    longest: { tokens: size.longest, most: capabilities.maxTokensPerExample ?? null },
    tokens: size.tokens.training,
    epochs: size.epochs,
    usd,
    method: { given: request.method, known: capabilities.methods },
    roles: { given: [...new Set(roles.map(({ role }) => role))], known: capabilities.roles },
    hyperparameters: {
      given: request.hyperparameters.map((one) => one.name),
      known: knownHyperparameters(capabilities, request.method),
    },
    suffix: { length: request.suffix?.text.length ?? 0, most: capabilities.maxSuffix },
    seed: { given: request.seed !== undefined, honoured: capabilities.seed },
    stops: [...new Set(found.map(({ short }) => short)), ...rowStops(ofRows)],
    problems,
  };
}

const nothing = { examples: 0, bytes: 0 } as const;

function rowStops(problems: readonly Problem[]): readonly string[] {
  const told = (severity: Problem["severity"], words: string) => {
    const rows = problems.filter((one) => one.severity === severity).length;
    return rows === 0 ? [] : [`${words} ${plural(rows, "example")}`];
  };
  return [...told("error", "can't take"), ...told("warning", "cuts")];
}

function verdictOf(problems: readonly Problem[]): TargetReport["verdict"] {
  if (problems.some(({ severity }) => severity === "error")) return "refused";
  return problems.length > 0 ? "warnings" : "ready";
}

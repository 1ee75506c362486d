import type { FileSystem } from "../core/ports.ts";
import { type FoundPrice, findPrice } from "../dataset/prices.ts";
import { type Catalogue, readCatalogue, type Suggestion } from "../providers/catalogue.ts";
import { providersByName } from "../providers/index.ts";
import type { Capabilities, ProviderDefinition } from "../providers/provider.ts";
import { findShutdown, type Shutdown } from "../providers/shutdowns.ts";
import { judgeTarget } from "./judge-target.ts";
import type { SelectedTarget, World } from "./world.ts";

/** A base model at a provider that a pipeline could be trained on. Each fact has its date and source. */
export interface Candidate {
  readonly provider: string;
  readonly model: string;
  readonly size: string;
  readonly use: string;
  readonly methods: readonly string[];
  /** Who may train there, where not everybody may. */
  readonly who?: string | undefined;
  readonly paid: boolean;
  /** Null: not known. */
  readonly price: FoundPrice | null;
  readonly needs_deploy: boolean;
  readonly limits: {
    readonly fewest_examples: number | null;
    readonly max_tokens_per_example: number | null;
    readonly max_file_bytes: number | null;
  };
  readonly shutdown: Shutdown | null;
  readonly source: string;
  readonly date: string;
  /** Why the pipeline's training can't run there as it is, in a few words; absent without a pipeline. */
  readonly problems?: readonly string[];
}

export interface SuggestedModel {
  /** On Hugging Face. */
  readonly model: string;
  /** Targets of ftpipe that train it. */
  readonly runs_on: readonly { readonly provider: string; readonly model: string }[];
  /** Who else trains it; not known to ftpipe. */
  readonly elsewhere: readonly string[];
}

export interface SuggestedBase {
  readonly from: readonly string[];
  readonly size: string;
  readonly use: string;
  readonly first: readonly SuggestedModel[];
  readonly also: readonly SuggestedModel[];
}

export interface Candidates {
  readonly date: string;
  readonly targets: readonly Candidate[];
  readonly suggestions: readonly SuggestedBase[];
  /** What the suggestions rest on. */
  readonly suggestion_sources: readonly string[];
}

/** A pipeline that the candidates are held against. */
export interface Asking {
  readonly world: World;
  readonly worldOf: (target: SelectedTarget) => World;
  readonly signal: AbortSignal;
}

/**
 * What could be trained on, of all registered providers whose models are known. Nobody is called.
 * @param asking With it, each candidate says what of the pipeline it does not take, and only suggestions for models
 * that the pipeline uses are given, if there are any.
 */
export async function findCandidates(files: FileSystem, asking?: Asking): Promise<Candidates> {
  const catalogue = await readCatalogue(files);
  const targets: Candidate[] = [];
  for (const [provider, { models }] of Object.entries(catalogue.providers)) {
    const definition = providersByName[provider];
    if (definition === undefined)
      throw new Error(`assets/targets.json names the provider ${provider}, and there is none`);
    for (const model of models) {
      targets.push(await candidateOf({ catalogue, definition, model: model.model, files, asking }));
    }
  }
  return {
    date: catalogue.date,
    targets,
    suggestions: suggestionsFor(catalogue, asking?.world).map((one) => suggestedBase(one, catalogue)),
    suggestion_sources: [catalogue.suggestions_source, ...catalogue.hosts_sources],
  };
}

async function candidateOf({
  catalogue,
  definition,
  model,
  files,
  asking,
}: {
  readonly catalogue: Catalogue;
  readonly definition: ProviderDefinition;
  readonly model: string;
  readonly files: FileSystem;
  readonly asking: Asking | undefined;
}): Promise<Candidate> {
  const { name } = definition;
  const { source, who, models } = catalogue.providers[name] as Catalogue["providers"][string];
  const listed = models.find((one) => one.model === model) as (typeof models)[number];
  const settings = { provider: name, model };
  const can = definition.capabilities(settings);
  const longest = listed.max_tokens_per_example ?? can.maxTokensPerExample ?? null;
  const capabilities: Capabilities = { ...can, methods: listed.methods, maxTokensPerExample: longest ?? undefined };
  const problems = await problemsOf({ name, settings, provider: definition, capabilities }, asking);
  return {
    provider: name,
    model,
    size: listed.size,
    use: listed.use,
    methods: listed.methods,
    who,
    paid: can.paid,
    price: (await findPrice(name, model, files)) ?? null,
    needs_deploy: can.needsDeploy,
    limits: {
      fewest_examples: can.fewestExamples ?? null,
      max_tokens_per_example: longest,
      max_file_bytes: can.maxFileBytes ?? null,
    },
    shutdown: (await findShutdown(name, model, files)) ?? null,
    source,
    date: catalogue.date,
    ...(problems === undefined ? {} : { problems }),
  };
}

async function problemsOf(target: SelectedTarget, asking: Asking | undefined): Promise<readonly string[] | undefined> {
  if (asking === undefined) return undefined;
  const { found } = await judgeTarget(asking.worldOf(target), {}, asking.signal);
  return found.filter(({ severity }) => severity === "error").map(({ short }) => short);
}

/** Those in the place of a model that the pipeline has a target for; all, if it has none. */
function suggestionsFor({ suggestions }: Catalogue, world: World | undefined): readonly Suggestion[] {
  const used = Object.values(world?.pipeline.targets ?? {}).map(({ model }) => withoutRelease(String(model)));
  const fitting = suggestions.filter(({ from }) => from.some((model) => used.includes(model)));
  return fitting.length === 0 ? suggestions : fitting;
}

/** `gpt-4.1-mini` of `gpt-4.1-mini-2025-04-14`, or of a model tuned from it. */
function withoutRelease(model: string): string {
  const base = /^ft:([^:]+)/.exec(model)?.[1] ?? model;
  return base.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{4})$/, "");
}

function suggestedBase({ first, also, ...rest }: Suggestion, catalogue: Catalogue): SuggestedBase {
  const models = (names: readonly string[]) => names.map((name) => suggestedModel(name, catalogue));
  return { ...rest, first: models(first), also: models(also) };
}

function suggestedModel(model: string, { hosts }: Catalogue): SuggestedModel {
  const { elsewhere = [], ...own } = (Object.hasOwn(hosts, model) ? hosts[model] : undefined) ?? {};
  const runs_on = Object.entries(own).map(([provider, name]) => ({ provider, model: String(name) }));
  return { model, runs_on, elsewhere };
}

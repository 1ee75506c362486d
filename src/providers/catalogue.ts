import { packageFile } from "../core/assets.ts";
import type { FileSystem } from "../core/ports.ts";
import type { TrainingMethod } from "./provider.ts";

/** A base model that a provider trains, as its documents say. */
export interface CatalogueModel {
  readonly model: string;
  readonly size: string;
  readonly use: string;
  readonly methods: readonly TrainingMethod[];
  /** Where it is not what the provider's capabilities say. */
  readonly max_tokens_per_example?: number;
}

/** Which open models to try in the place of another one. */
export interface Suggestion {
  readonly from: readonly string[];
  readonly size: string;
  readonly use: string;
  /** Models by their name on Hugging Face, the first to try first. */
  readonly first: readonly string[];
  readonly also: readonly string[];
}

/** What is known of where models can be trained: `assets/targets.json`. */
export interface Catalogue {
  /** When it was read, as 2026-11-21. */
  readonly date: string;
  readonly providers: Readonly<
    Record<string, { readonly source: string; readonly who?: string; readonly models: readonly CatalogueModel[] }>
  >;
  readonly suggestions: readonly Suggestion[];
  readonly suggestions_source: string;
  /** By a model's name on Hugging Face: what a provider of ftpipe calls it, and who else trains it. */
  readonly hosts: Readonly<
    Record<string, { readonly elsewhere: readonly string[] } & Readonly<Record<string, unknown>>>
  >;
  readonly hosts_sources: readonly string[];
}

export async function readCatalogue(files: FileSystem): Promise<Catalogue> {
  return JSON.parse(await files.readText(packageFile("assets/targets.json"))) as Catalogue;
}

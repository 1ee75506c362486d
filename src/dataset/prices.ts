import { packageFile } from "../core/assets.ts";
import type { FileSystem } from "../core/ports.ts";

/** US dollars per 1,000,000 tokens. */
export interface ModelPrice {
  readonly training: number;
  readonly input: number;
  readonly cached_input?: number;
  readonly output: number;
}

export interface FoundPrice extends ModelPrice {
  /** When the list was read, as 2026-11-21. */
  readonly date: string;
  /** Where. */
  readonly source: string;
}

interface PriceList {
  readonly date: string;
  readonly providers: Readonly<
    Record<string, { readonly source: string; readonly models: Readonly<Record<string, ModelPrice>> }>
  >;
}

/** A price that the pipeline gives for its target. */
export interface OwnPrice {
  readonly training: number;
  readonly input: number;
  readonly output: number;
}

/** The listed price of a base model (`assets/prices.json`); undefined if the list has none. */
export async function findPrice(provider: string, model: string, files: FileSystem): Promise<FoundPrice | undefined> {
  const { date, providers } = JSON.parse(await files.readText(packageFile("assets/prices.json"))) as PriceList;
  const listed = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  const price = listed !== undefined && Object.hasOwn(listed.models, model) ? listed.models[model] : undefined;
  return listed === undefined || price === undefined ? undefined : { ...price, date, source: listed.source };
}

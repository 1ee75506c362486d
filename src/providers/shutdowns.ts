import { packageFile } from "../core/assets.ts";
import type { FileSystem } from "../core/ports.ts";

/** What a provider has announced of a model. Days are as 2027-01-14, UTC. */
export interface Shutdown {
  /** The model, or the base that it was trained from. */
  readonly base: string;
  /** The day on which the base, and all that was trained from it, stops answering. */
  readonly on: string | undefined;
  /** The day after which the provider takes no new jobs. */
  readonly trainingEnds: string | undefined;
  readonly source: string;
  /** When the list was read. */
  readonly read: string;
}

interface ShutdownList {
  readonly date: string;
  readonly providers: Readonly<
    Record<
      string,
      {
        readonly source: string;
        readonly training_ends?: string;
        /** By the model's name without the date of its release, or with it. */
        readonly models: Readonly<Record<string, string>>;
      }
    >
  >;
}

/**
 * What `assets/shutdowns.json` says of a model; undefined if nothing is announced.
 * @param model A base, or a tuned model, whose name has its base's in it (`ft:BASE:…`).
 */
export async function findShutdown(provider: string, model: string, files: FileSystem): Promise<Shutdown | undefined> {
  const { date, providers } = JSON.parse(await files.readText(packageFile("assets/shutdowns.json"))) as ShutdownList;
  const listed = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
  if (listed === undefined) return undefined;
  const base = /^ft:([^:]+)/.exec(model)?.[1] ?? model;
  const name = [base, base.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{4})$/, "")].find((known) =>
    Object.hasOwn(listed.models, known),
  );
  const on = name === undefined ? undefined : listed.models[name];
  if (on === undefined && listed.training_ends === undefined) return undefined;
  return { base, on, trainingEnds: listed.training_ends, source: listed.source, read: date };
}

/** The earlier one of the days that the API and the list tell, as 2027-01-14; null if neither does. */
export function earlierDay(...days: readonly unknown[]): string | null {
  const told = days.filter((day) => typeof day === "string" && /^\d{4}-\d{2}-\d{2}$/.test(day)) as string[];
  return told.toSorted()[0] ?? null;
}

import { join } from "node:path";
import type { Session } from "../compose.ts";
import { FtpipeError, type Problem, problem } from "../core/errors.ts";
import { canonicalJson } from "../core/hash.ts";
import type { Account } from "../providers/account.ts";
import { type LocalRubbishOptions, localRubbish, type Rubbish } from "../run/local-rubbish.ts";
import { type RemoteRubbishOptions, remoteRubbish } from "../stages/remote-rubbish.ts";
import { accountOf } from "../stages/upload.ts";
import { worldsOf } from "./all-sessions.ts";

/** Where something may go. */
export interface Place {
  /** `.ftpipe`, or the provider's host. */
  readonly name: string;
  /** Looks anew at each call: before it is asked, and again before anything goes. */
  readonly look: () => Promise<readonly Rubbish[]>;
  /** @returns Whether there was such a thing. */
  readonly remove: (rubbish: Rubbish) => Promise<boolean>;
}

export function localPlace(options: LocalRubbishOptions): Place {
  const { stateDirectory, files } = options;
  return {
    name: ".ftpipe",
    look: () => localRubbish(options),
    remove: async ({ name }) => {
      const path = join(stateDirectory, name);
      const there = (await files.stat(path)) !== undefined;
      await files.remove(path);
      return there;
    },
  };
}

/** The accounts of all targets, each once. @param problems Takes why one can't be opened; the others are looked at. */
export async function remotePlaces(
  sessions: readonly Session[],
  options: RemoteRubbishOptions,
  problems: Problem[],
): Promise<readonly Place[]> {
  const seen = new Set<string>();
  const places: Place[] = [];
  for (const world of sessions.flatMap(worldsOf)) {
    const identity = canonicalJson(accountOf(world));
    if (!world.target.capabilities.trains || seen.has(identity)) continue;
    seen.add(identity);
    try {
      const account = await world.account();
      if (account !== undefined) places.push(remotePlace(account, options));
    } catch (error) {
      if (!(error instanceof FtpipeError) || options.signal.aborted) throw error;
      const message = `The account of target ${world.target.name} of ${world.pipeline.name} was not looked at. ${error.message}`;
      problems.push(problem("warning", error.code, message, { hint: error.hint }));
    }
  }
  return places;
}

function remotePlace(account: Account, options: RemoteRubbishOptions): Place {
  const { signal } = options;
  return {
    name: account.host,
    look: () => remoteRubbish(account, options),
    remove: ({ kind, name }) =>
      kind === "model" ? account.deleteModel(name, signal) : account.deleteFile(name, signal),
  };
}

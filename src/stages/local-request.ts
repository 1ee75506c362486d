import { stages } from "./index.ts";
import type { RunRequest } from "./run-pipeline.ts";

/** What a session knows of a run. */
type Known = Pick<RunRequest, "world" | "runId" | "cache" | "lock">;

/**
 * The request of a run that tells nobody, spends nothing and leaves the lock as it is.
 * @param changes What is otherwise. Default: all stages, and whoever asks for money is refused with an Error.
 */
export function localRequest(
  { world, runId, cache, lock }: Known,
  changes: Partial<Omit<RunRequest, keyof Known>> = {},
): RunRequest {
  return {
    world,
    runId,
    stages,
    cache,
    lock,
    force: new Set(),
    until: undefined,
    writesLock: false,
    frozen: false,
    maxCost: undefined,
    consent: () => Promise.reject(new Error("a run that may cost nothing asked for money")),
    emit: () => {},
    signal: new AbortController().signal,
    ...changes,
  };
}

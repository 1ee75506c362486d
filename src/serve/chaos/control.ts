import { type Problem, problem } from "../../core/errors.ts";
import { canonicalJson } from "../../core/hash.ts";
import { ApiError } from "../api-error.ts";
import { readJson } from "../body.ts";
import type { Route } from "../routes/route.ts";
import type { Store } from "../store.ts";
import type { JobObject } from "../wire.ts";
import type { ScriptEntry } from "./plan.ts";
import type { ChaosRecord } from "./record.ts";
import type { RouteName } from "./routes.ts";
import { readEntry } from "./script.ts";

interface ChaosState {
  /** The true one. */
  readonly store: Store;
  readonly seed: number;
  readonly record: ChaosRecord;
  /** Grows by what is asked for while the server runs. */
  readonly script: ScriptEntry[];
}

/** `/v1/chaos`: what was injected and what came of it, and faults on demand. No fault strikes it. */
export const controlRoutes = (state: ChaosState): readonly Route[] => [
  {
    method: "GET",
    path: "/chaos",
    handle: () => {
      const { seed, store } = state;
      const { requests, injected, followed } = state.record;
      return {
        object: "chaos",
        seed,
        requests: Object.fromEntries(requests),
        injected,
        redirects_followed: followed,
        jobs: census(store.jobs.all().flatMap((job) => (job.past === undefined ? [job.wire] : []))),
      };
    },
  },
  {
    method: "POST",
    path: "/chaos",
    handle: async ({ request }) => {
      const body = await readJson(request);
      const entries = readEntries(
        Array.isArray(body) ? body : [body],
        (route) => (state.record.requests.get(route) ?? 0) + 1,
      );
      state.script.push(...entries);
      const added = entries.map(({ route, from, to, fault: { kind, ...settings } }) => {
        const n = from === to ? from : to === Number.MAX_SAFE_INTEGER ? `${from}-` : `${from}-${to}`;
        return { route, n, fault: kind, ...settings };
      });
      return { object: "list", data: added };
    },
  },
];

/** @throws ApiError 400 with every problem. */
function readEntries(items: readonly unknown[], nextOf: (route: RouteName) => number): readonly ScriptEntry[] {
  const problems: Problem[] = [];
  const entries = items.flatMap(
    (item) =>
      readEntry(item, (message, hint) => problems.push(problem("error", "USAGE", message, { hint })), nextOf) ?? [],
  );
  if (problems.length === 0) return entries;
  throw new ApiError(400, problems.map(({ message, hint = "" }) => `${message} ${hint}`.trim()).join(" "));
}

/** Jobs of the state folder, of earlier starts too. A live one was not cancelled and did not fail: it costs money. */
function census(jobs: readonly JobObject[]): object {
  const isLive = ({ status }: JobObject) => status !== "cancelled" && status !== "failed";
  const count = (some: readonly JobObject[]) => ({ made: some.length, live: some.filter(isLive).length });
  const groups = Map.groupBy(jobs, ({ metadata, user_provided_suffix: suffix }) => canonicalJson({ metadata, suffix }));
  return {
    ...count(jobs),
    groups: [...groups.values()].map((group) => ({
      metadata: group[0]?.metadata ?? null,
      suffix: group[0]?.user_provided_suffix ?? null,
      ...count(group),
      ids: group.map(({ id }) => id),
    })),
  };
}

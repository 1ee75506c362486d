import { invalid, unknownJob } from "../api-error.ts";
import { readJson } from "../body.ts";
import { createJob } from "../create-job.ts";
import { parseJobRequest } from "../job-request.ts";
import { readPage } from "../query.ts";
import type { StoredJob } from "../store.ts";
import { page } from "../wire.ts";
import type { AppContext, Route } from "./route.ts";

const findJob = (id: string, { store }: AppContext): StoredJob => {
  const job = store.jobs.get(id);
  if (job === undefined) throw unknownJob(id);
  return job;
};

export const jobRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/fine_tuning/jobs",
    handle: async ({ request }, context) => {
      const job = createJob(parseJobRequest(await readJson(request)), context);
      context.queue.wake();
      return job;
    },
  },
  {
    method: "GET",
    path: "/fine_tuning/jobs",
    handle: ({ query }, { store }) => {
      const { data, hasMore } = readPage(store.jobs, query, { limit: 20, keep: metadataFilter(query) });
      return page(
        data.map(({ wire }) => wire),
        hasMore,
      );
    },
  },
  { method: "GET", path: "/fine_tuning/jobs/:id", handle: ({ id }, context) => findJob(id, context).wire },
  {
    method: "POST",
    path: "/fine_tuning/jobs/:id/cancel",
    handle: async ({ id }, { queue }) => (await queue.cancel(id)).wire,
  },
  { method: "POST", path: "/fine_tuning/jobs/:id/pause", handle: ({ id }, { queue }) => queue.pause(id).wire },
  { method: "POST", path: "/fine_tuning/jobs/:id/resume", handle: ({ id }, { queue }) => queue.resume(id).wire },
  {
    method: "GET",
    path: "/fine_tuning/jobs/:id/events",
    handle: ({ id, query }, context) => {
      findJob(id, context);
      const { data, hasMore } = readPage(context.store.events, query, { limit: 20, job: id });
      return page(data, hasMore);
    },
  },
  {
    method: "GET",
    path: "/fine_tuning/jobs/:id/checkpoints",
    handle: ({ id, query }, context) => {
      const { past, wire: job } = findJob(id, context);
      // A job shows its checkpoints once it has succeeded; until then they may still be replaced.
      const keep = () => past === true || job.status === "succeeded";
      const { data, hasMore } = readPage(context.store.checkpoints, query, { limit: 10, job: id, keep });
      return page(
        data.map(({ wire }) => wire),
        hasMore,
      );
    },
  },
];

/** `metadata[key]=value` (all pairs must be there), or `metadata=null` for jobs without any. */
function metadataFilter(query: URLSearchParams): (job: StoredJob) => boolean {
  const pairs = [...query].flatMap(([name, value]) => {
    const key = /^metadata\[(.*)\]$/s.exec(name)?.[1];
    return key === undefined ? [] : [[key, value] as const];
  });
  const whole = query.get("metadata");
  if (whole === null) return ({ wire }) => pairs.every(([key, value]) => wire.metadata?.[key] === value);
  if (whole !== "null" || pairs.length > 0) {
    throw invalid("Invalid 'metadata': give pairs as metadata[key]=value, or metadata=null, not both.", "metadata");
  }
  return ({ wire }) => wire.metadata == null;
}

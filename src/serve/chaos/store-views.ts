import { endedJob, unknownJob } from "../api-error.ts";
import type { Collection, Item, PageQuery } from "../collection.ts";
import { eventId } from "../ids.ts";
import type { Queue } from "../queue.ts";
import type { OwnJob, Store, StoredJob } from "../store.ts";
import { hasEnded } from "../wire.ts";
import type { StruckObjects } from "./struck-objects.ts";

/** The store as the queue sees it: jobs that are held are not there to be taken. */
export function queueView(store: Store, objects: StruckObjects): Store {
  const { jobs } = store;
  const isFree = ({ id, wire }: StoredJob) => !objects.isHeld(id, wire.status);
  return { ...store, jobs: { ...jobs, page: (query) => jobs.page(narrowed(query, isFree)) } };
}

interface RouteViewOptions {
  readonly objects: StruckObjects;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Called with the id of each job and file that a request makes. */
  readonly onMade: (id: string) => void;
}

/** The store as the routes see it, and so clients. What is odd about an object is put on here, and nowhere else. */
export function routeView(store: Store, { objects, now, onMade }: RouteViewOptions): Store {
  const { jobs, files, events, checkpoints, models } = store;
  const noticing = <T extends Item>(collection: Collection<T>): Collection<T> => ({
    ...collection,
    insert: (item, job) => {
      onMade(item.id);
      return collection.insert(item, job);
    },
  });
  const listed = <T extends Item>(query: PageQuery<T>) => narrowed(query, ({ id }) => objects.isListed(id));
  /** The job as its old id shows it, once it has moved. */
  const left = (job: OwnJob, to: string): OwnJob => {
    const time = now();
    events.insert(movedEvent(job, { to, now: time }), job.id);
    return { ...job, wire: { ...job.wire, status: "cancelled", finished_at: time, fine_tuned_model: null } };
  };
  const modelFound = (id: string): boolean =>
    objects.ids().every((job) => jobs.get(job)?.wire.fine_tuned_model !== id || objects.isModelFoundNow(job));
  return {
    ...store,
    files: { ...noticing(files), page: (query) => files.page(listed(query)) },
    jobs: {
      ...noticing(jobs),
      get: (id) => {
        const job = jobs.get(trueId(objects, id));
        if (job === undefined || !objects.isFoundNow(job.id)) return undefined;
        const moved = objects.moved(job.id);
        if (job.past !== undefined || moved === undefined || moved.to === id) return shown(objects, job);
        return moved.tells ? left(job, moved.to) : undefined;
      },
      page: (query) => {
        const found = jobs.page({ ...listed(query), after: trueIdOr(objects, query.after) });
        return found && { ...found, data: found.data.map((job) => shown(objects, job)) };
      },
    },
    events: {
      ...events,
      page: (query) => {
        const old = query.job === undefined ? undefined : jobs.get(query.job);
        if (old === undefined || objects.moved(old.id) === undefined) return events.page(ofTrueJob(objects, query));
        // The old id tells nothing of what came after it was left.
        const all = events.all(old.id).map(({ id }) => id);
        const told = all.slice(0, 1 + all.indexOf(movedEventId(old)));
        return events.page(narrowed(query, ({ id }) => told.includes(id)));
      },
    },
    checkpoints: {
      ...checkpoints,
      page: (query) => {
        const found = checkpoints.page(ofTrueJob(objects, query));
        const { job = "" } = query;
        return found && { ...found, data: found.data.map((item) => ({ ...item, wire: named(item.wire, job) })) };
      },
    },
    models: {
      ...models,
      get: (id) => (modelFound(id) ? models.get(id) : undefined),
      all: (job) => models.all(job).filter(({ id }) => modelFound(id)),
    },
  };
}

/** The queue as the routes see it: it cancels, pauses and resumes what they see, under the id that it has there. */
export function routeQueue(queue: Queue, store: Store, objects: StruckObjects): Queue {
  const known = (id: string): string => {
    const seen = store.jobs.get(id);
    if (seen === undefined) throw unknownJob(id);
    if (hasEnded(seen.wire)) throw endedJob(seen.wire);
    return trueId(objects, id);
  };
  return {
    ...queue,
    cancel: async (id) => shown(objects, await queue.cancel(known(id))),
    pause: (id) => shown(objects, queue.pause(known(id))),
    resume: (id) => shown(objects, queue.resume(known(id))),
  };
}

/** A job as clients see it. Nothing is odd about those of a seed. */
function shown(objects: StruckObjects, job: StoredJob): StoredJob {
  if (job.past !== undefined) return job;
  const wire = objects.show(job.wire);
  return { ...job, id: wire.id, wire };
}

/** The id that the store knows a job by. */
function trueId(objects: StruckObjects, id: string): string {
  return objects.ids().find((known) => objects.moved(known)?.to === id) ?? id;
}

const trueIdOr = (objects: StruckObjects, id: string | undefined) =>
  id === undefined ? undefined : trueId(objects, id);

function ofTrueJob<T>(objects: StruckObjects, query: PageQuery<T>): PageQuery<T> {
  return query.job === undefined ? query : { ...query, job: trueId(objects, query.job) };
}

function narrowed<T>(query: PageQuery<T>, isThere: (item: T) => boolean): PageQuery<T> {
  return { ...query, keep: (item) => isThere(item) && (query.keep?.(item) ?? true) };
}

const named = <T extends { readonly fine_tuning_job_id: string }>(wire: T, job: string): T => ({
  ...wire,
  fine_tuning_job_id: job,
});

const movedEventId = (job: StoredJob): string => eventId(job.hash, "moved");

function movedEvent(job: StoredJob, { to, now }: { readonly to: string; readonly now: number }) {
  return {
    object: "fine_tuning.job.event",
    id: movedEventId(job),
    created_at: now,
    level: "warn",
    message: `The job was restarted as ${to}.`,
    data: {},
    type: "message",
  } as const;
}

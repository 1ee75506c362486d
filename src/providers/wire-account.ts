import type { Account, ContentSink, WireObject } from "./account.ts";
import { wireCall } from "./wire-call.ts";
import type { WireList } from "./wire-client.ts";
import { type Endpoint, openWire, type Wire } from "./wire-client.ts";
import { streamedContent } from "./wire-fetch.ts";
import { checked } from "./wire-shapes.ts";

/** Longest that a file may take to come, milliseconds; one that stands still is given up far earlier. */
const contentMs = 60 * 60_000;

/** An account over OpenAI's wire format. */
export async function openWireAccount(endpoint: Endpoint): Promise<Account> {
  const wire = await openWire(endpoint);
  const { host } = wire;
  const one = (kind: WireList["of"], action: string, path: string, signal: AbortSignal | undefined) =>
    wire.read(action, signal, async (signal) => {
      const answer = await orMissing(wire.client.get<WireObject | null>(path, { signal }));
      return answer === undefined ? undefined : checked(kind, answer, host);
    });
  const all = (of: WireList["of"], action: string, path: string, signal: AbortSignal | undefined, limit?: number) =>
    wire.list<WireObject>({ path, of, action }, limit === undefined ? {} : { limit }, signal);
  // Deleting twice deletes once: it may be sent again.
  const remove = (action: string, path: string, signal: AbortSignal | undefined) =>
    wire.read(action, signal, async (signal) => {
      const answer = await orMissing(wire.client.delete<unknown>(path, { signal }));
      return answer !== undefined;
    });
  const job = (id: string) => `/fine_tuning/jobs/${encodeURIComponent(id)}`;
  const file = (id: string) => `/files/${encodeURIComponent(id)}`;
  const model = (id: string) => `/models/${encodeURIComponent(id)}`;
  return {
    host,
    jobs: (signal) => all("job", "list jobs", "/fine_tuning/jobs", signal, 100),
    job: (id, signal) => one("job", "read the job", job(id), signal),
    jobEvents: (id, signal) => oldestFirst(all("event", "read the job's events", `${job(id)}/events`, signal, 100)),
    jobCheckpoints: (id, signal) =>
      oldestFirst(all("checkpoint", "read the job's checkpoints", `${job(id)}/checkpoints`, signal, 100)),
    files: (signal) => all("file", "list files", "/files", signal),
    file: (id, signal) => one("file", "read the file's entry", file(id), signal),
    content: (id, sink, signal) => downloadFile(wire, endpoint, { id, sink, signal }),
    deleteFile: (id, signal) => remove("delete the file", file(id), signal),
    models: (signal) => all("model", "list models", "/models", signal),
    model: (id, signal) => one("model", "read the model's entry", model(id), signal),
    deleteModel: (id, signal) => remove("delete the model", model(id), signal),
  };
}

async function oldestFirst(items: AsyncIterable<WireObject>): Promise<readonly WireObject[]> {
  const found: WireObject[] = [];
  for await (const item of items) found.push(item);
  return found.reverse();
}

interface Download {
  readonly id: string;
  readonly sink: ContentSink;
  readonly signal: AbortSignal | undefined;
}

/** Reads a file's bytes. @returns Whether there is such a file. */
export async function downloadFile(
  { context, onHeaders, host }: Wire,
  endpoint: Endpoint,
  { id, sink, signal }: Download,
): Promise<boolean> {
  const caller = { ...endpoint, stallMs: context.timing.stallMs, onHeaders };
  const url = `${endpoint.baseUrl}/files/${encodeURIComponent(id)}/content`;
  return wireCall(
    { action: "read the file", creating: false, deadlineMs: contentMs, signal },
    async (signal) => {
      const read = await orMissing(streamedContent(caller, { url, host, sink, signal }).then(() => true));
      return read === true;
    },
    context,
  );
}

/** Undefined instead of a refusal with 404: the API's own, since a proxy's page says nothing of what is there. */
async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { status, error: body } = error as { readonly status?: unknown; readonly error?: unknown };
    if (status === 404 && typeof body === "object" && body !== null) return undefined;
    throw error;
  }
}

import type { OpenAI } from "openai";
import { FtpipeError } from "../core/errors.ts";
import type { OptionsSchema } from "../core/options-schema.ts";
import type { Secret } from "../core/secret.ts";
import { credentialFor } from "./credentials.ts";
import type {
  Capabilities,
  ChatRequest,
  Connection,
  JobEvent,
  ProviderDefinition,
  RemoteJob,
  TrainingSpec,
} from "./provider.ts";
import { ambiguous, explainFailure } from "./wire-errors.ts";

/** Deadlines in milliseconds; uploads get one second more per 256 KiB. */
const deadline = { read: 30_000, create: 120_000, chat: 120_000 };

/** Repeats of calls that change nothing; creating calls are never repeated by the client library. */
const readRetries = 4;

export interface Endpoint {
  readonly baseUrl: string;
  readonly key: Secret;
  readonly fetch: typeof globalThis.fetch;
  readonly capabilities: Capabilities;
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
}

type Job = OpenAI.FineTuning.FineTuningJob;
type JobWithOpenStatus = Omit<Job, "status"> & { readonly status: string };

/**
 * A connection over OpenAI's wire format, by the official SDK. `maxRetries: 0` on everything that creates:
 * with the SDK's defaults one lost answer makes two paid jobs.
 */
export async function openaiConnection(endpoint: Endpoint): Promise<Connection> {
  const { OpenAI } = await import("openai");
  const { baseUrl, key, capabilities } = endpoint;
  const host = new URL(baseUrl).host;
  const client = new OpenAI({
    apiKey: key.reveal(),
    baseURL: baseUrl,
    // Given even when empty: the SDK would take them from the environment.
    organization: endpoint.organization ?? null,
    project: endpoint.project ?? null,
    adminAPIKey: null,
    webhookSecret: null,
    defaultHeaders: {},
    logLevel: "off",
    maxRetries: 0,
    timeout: deadline.read,
    fetch: jsonOnly(endpoint.fetch, host),
  });
  const attempt = async <T>(
    action: string,
    creating: boolean,
    call: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted === true && !creating) throw signal.reason;
      const failure = explainFailure(innermost(error), { action, host, creating, key });
      throw creating && failure.code === "PROVIDER_ANSWER" ? ambiguous(failure.message, failure) : failure;
    }
  };
  const reading = (signal: AbortSignal | undefined, timeout = deadline.read) => ({
    maxRetries: readRetries,
    timeout,
    ...(signal === undefined ? {} : { signal }),
  });
  // No abort signal on creating calls: an interrupted create would be ambiguous, and it takes seconds at most.
  const creating = (timeout: number) => ({ maxRetries: 0, timeout });

  return {
    findFile: (name, bytes, signal) =>
      attempt(
        "list files",
        false,
        async () => {
          for await (const file of client.files.list({ purpose: "fine-tune" }, reading(signal))) {
            if (file.filename === name && file.bytes === bytes && file.status !== "error") return { id: file.id };
          }
          return undefined;
        },
        signal,
      ),
    upload: (name, data) =>
      attempt("upload a file", true, async () => {
        const file = new File([new Uint8Array(data)], name, { type: "application/jsonl" });
        const timeout = deadline.create + Math.ceil(data.length / 262_144) * 1000;
        const answer = await client.files.create({ file, purpose: "fine-tune" }, creating(timeout));
        if (typeof answer?.id !== "string") throw ambiguous(`${host} answered the upload without a file id`);
        return { id: answer.id };
      }),
    find: (fingerprint, signal) =>
      attempt(
        "list jobs",
        false,
        async () => {
          const jobs: RemoteJob[] = [];
          const query = { metadata: { ftpipe_fp: fingerprint }, limit: 100 };
          for await (const job of client.fineTuning.jobs.list(query, reading(signal))) {
            // A server may not know the filter and list everything.
            if (job.metadata?.["ftpipe_fp"] === fingerprint) jobs.push(toJob(job, host));
          }
          return jobs.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
        },
        signal,
      ),
    create: (spec) =>
      attempt("create the job", true, async () => {
        const answer = await client.fineTuning.jobs.create(toBody(spec, capabilities), creating(deadline.create));
        if (typeof answer?.id !== "string") throw ambiguous(`${host} answered "create the job" without an id`);
        return toJob(answer, host);
      }),
    read: (id, signal) =>
      attempt(
        "read the job",
        false,
        async () => toJob(await client.fineTuning.jobs.retrieve(id, reading(signal)), host),
        signal,
      ),
    events: (id, after, signal) =>
      attempt(
        "read the job's events",
        false,
        async () => {
          const fresh: JobEvent[] = [];
          for await (const event of client.fineTuning.jobs.listEvents(id, { limit: 100 }, reading(signal))) {
            if (event.id === after) break;
            fresh.push(toEvent(event));
          }
          return fresh.reverse();
        },
        signal,
      ),
    cancel: (id, signal) =>
      attempt(
        "cancel the job",
        false,
        async () => toJob(await client.fineTuning.jobs.cancel(id, reading(signal)), host),
        signal,
      ),
    complete: (request, signal) =>
      attempt(
        "chat",
        false,
        async () => {
          const answer = await client.chat.completions.create(
            toChat(request, capabilities),
            reading(signal, deadline.chat),
          );
          const choice = answer?.choices?.[0];
          if (choice === undefined) throw badAnswer(host, "a chat without choices");
          return {
            content: choice.message?.content ?? "",
            finishReason: choice.finish_reason ?? "unknown",
            usage: answer.usage ?? undefined,
          };
        },
        signal,
      ),
  };
}

/** A proxy's login page with status 200 must never pass for an answer; and no answer may lead elsewhere. */
function jsonOnly(fetch: typeof globalThis.fetch, host: string): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "error" });
    const type = response.headers.get("content-type") ?? "";
    if (response.ok && response.status !== 204 && !/[/+]json\b/.test(type)) {
      const start = (await response.text()).slice(0, 80).replace(/\s+/g, " ");
      throw badAnswer(host, `${type || "no content type"}: ${start}`);
    }
    return response;
  };
}

function badAnswer(host: string, what: string): FtpipeError {
  return new FtpipeError("PROVIDER_ANSWER", `${host} gave no answer of its API (${what}).`, {
    hint: "Is a proxy or a login page in between? Check base_url.",
  });
}

/** The SDK wraps what `fetch` throws; ours must come out as it went in, unless the call was a create. */
function innermost(error: unknown): unknown {
  const cause = (error as { cause?: unknown } | null)?.cause;
  return cause instanceof FtpipeError ? cause : error;
}

function toBody(spec: TrainingSpec, capabilities: Capabilities): OpenAI.FineTuning.JobCreateParams {
  const { method, hyperparameters } = spec;
  return {
    model: spec.model,
    training_file: spec.trainingFile,
    method: { type: method, [method]: { hyperparameters } },
    metadata: { ftpipe_fp: spec.fingerprint },
    ...(spec.validationFile === undefined ? {} : { validation_file: spec.validationFile }),
    ...(spec.suffix === undefined ? {} : { suffix: spec.suffix }),
    ...(spec.seed === undefined || !capabilities.seed ? {} : { seed: spec.seed }),
  };
}

function toChat({ model, messages, sampling }: ChatRequest, { maxTokensParameter }: Capabilities) {
  const { temperature, top_p, seed, stop, max_tokens } = sampling;
  return {
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    temperature,
    [maxTokensParameter]: max_tokens,
    ...(top_p === undefined ? {} : { top_p }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
  };
}

const states: Readonly<Record<string, RemoteJob["state"]>> = {
  validating_files: "waiting",
  queued: "waiting",
  pending: "waiting",
  paused: "waiting",
  running: "running",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

function toJob(job: JobWithOpenStatus, host: string): RemoteJob {
  if (typeof job?.id !== "string" || typeof job.status !== "string")
    throw badAnswer(host, "a job without id or status");
  const given = job.hyperparameters ?? job.method?.supervised?.hyperparameters ?? {};
  return {
    id: job.id,
    status: job.status,
    state: states[job.status] ?? "running",
    createdAt: job.created_at ?? 0,
    model: job.fine_tuned_model ?? undefined,
    // A healthy job may carry an empty object here.
    error: job.error?.code ? `${job.error.message ?? job.error.code}` : undefined,
    trainedTokens: job.trained_tokens ?? undefined,
    hyperparameters: Object.fromEntries(
      Object.entries(given).filter((entry): entry is [string, number | string] =>
        ["number", "string"].includes(typeof entry[1]),
      ),
    ),
  };
}

function toEvent({ id, level, message, data }: OpenAI.FineTuning.FineTuningJobEvent): JobEvent {
  const facts = (data ?? {}) as Readonly<Record<string, unknown>>;
  const number = (...names: string[]) =>
    names.map((name) => facts[name]).find((value) => typeof value === "number") as number | undefined;
  const step = number("step");
  if (step === undefined) return { id, level, message };
  return {
    id,
    level,
    message,
    metrics: {
      step,
      totalSteps: number("total_steps"),
      trainLoss: number("train_loss"),
      trainAccuracy: number("train_mean_token_accuracy", "train_accuracy"),
      validationLoss: number("full_valid_loss", "valid_loss"),
    },
  };
}

/** What differs between providers that speak OpenAI's wire format. */
export interface WireProvider {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionsSchema;
  readonly capabilities: ProviderDefinition["capabilities"];
  /** Where requests go. */
  readonly baseUrl: (target: Parameters<ProviderDefinition["connect"]>[0]) => string;
  /** The key's variable unless the target names one. */
  readonly apiKeyVariable?: string;
}

/** A provider that differs from OpenAI's in address, key and capabilities only. */
export function openaiWire(provider: WireProvider): ProviderDefinition {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    name: provider.name,
    summary: provider.summary,
    options: provider.options,
    capabilities: provider.capabilities,
    identity: (target) => {
      const organization = text(target["organization"]);
      const project = text(target["project"]);
      return {
        origin: new URL(provider.baseUrl(target)).origin,
        ...(organization === undefined ? {} : { organization }),
        ...(project === undefined ? {} : { project }),
      };
    },
    connect: async (target, { ports }) => {
      const baseUrl = provider.baseUrl(target);
      const variable = text(target["api_key_env"]) ?? provider.apiKeyVariable;
      const key = await credentialFor({ url: new URL(baseUrl), variable, provider: provider.name }, ports);
      return openaiConnection({
        baseUrl,
        key,
        fetch: ports.fetch,
        capabilities: provider.capabilities(target),
        organization: text(target["organization"]),
        project: text(target["project"]),
      });
    },
  };
}

import type { OpenAI } from "openai";
import type { OptionsSchema } from "../core/options-schema.ts";
import { credentialFor } from "./credentials.ts";
import { carriesMark } from "./job-mark.ts";
import type {
  Capabilities,
  Checkpoint,
  ConnectContext,
  Connection,
  JobEvent,
  ProviderDefinition,
  RemoteJob,
  TargetSettings,
} from "./provider.ts";
import { readResults } from "./results-file.ts";
import { downloadFile, openWireAccount } from "./wire-account.ts";
import { wireCall } from "./wire-call.ts";
import { type Endpoint, openWire } from "./wire-client.ts";
import { badAnswer } from "./wire-errors.ts";
import { answerText, toBody, toChat, toCheckpoint, toEvent, toJob } from "./wire-format.ts";
import { extraFaults, extraFields, labelFields } from "./wire-options.ts";
import { checked } from "./wire-shapes.ts";
import { uploadFile } from "./wire-upload.ts";

type WireJob = OpenAI.FineTuning.FineTuningJob;
type WireEvent = OpenAI.FineTuning.FineTuningJobEvent;
type WireCheckpoint = OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint;
type WireFile = OpenAI.Files.FileObject;

/** A connection over OpenAI's wire format. */
export async function openaiConnection(endpoint: Endpoint): Promise<Connection> {
  const { capabilities } = endpoint;
  const wire = await openWire(endpoint);
  const { client, host, context, read, list } = wire;
  const { timing } = context;

  const change = (id: string, verb: "cancel" | "pause" | "resume", signal: AbortSignal | undefined) =>
    read(`${verb} the job`, signal, async (signal) =>
      toJob(checked("job", await client.fineTuning.jobs[verb](id, { signal }), host)),
    );

  return {
    findFile: async (name, bytes, signal) => {
      const files = { path: "/files", of: "file", action: "list files" } as const;
      for await (const file of list<WireFile>(files, { purpose: "fine-tune" }, signal)) {
        if (file.filename === name && file.bytes === bytes && file.status !== "error") return { id: file.id };
      }
      return undefined;
    },
    upload: (file, options = {}) => uploadFile(file, options, { client, context, capabilities }),
    find: async (fingerprint, signal) => {
      const found: RemoteJob[] = [];
      const { jobBy } = capabilities.lookUp;
      if (jobBy === "none") return found;
      const jobs = { path: "/fine_tuning/jobs", of: "job", action: "list jobs" } as const;
      const filter = jobBy === "metadata" ? { metadata: { ftpipe_fp: fingerprint } } : {};
      for await (const job of list<WireJob>(jobs, { ...filter, limit: 100 }, signal)) {
        // A server may not know the filter and list everything.
        if (carriesMark(job, fingerprint, capabilities)) found.push(toJob(job));
      }
      return found.sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    },
    create: (spec, options = {}) =>
      wireCall(
        { action: "create the job", creating: true, deadlineMs: timing.createMs, ...options },
        async (signal) => {
          const answer = await client.fineTuning.jobs.create(toBody(spec, capabilities), { signal });
          return toJob(checked("job", answer, host));
        },
        context,
      ),
    read: (id, signal) =>
      read("read the job", signal, async (signal) =>
        toJob(checked("job", await client.fineTuning.jobs.retrieve(id, { signal }), host)),
      ),
    events: async (id, after, signal) => {
      const fresh: JobEvent[] = [];
      const path = `/fine_tuning/jobs/${encodeURIComponent(id)}/events`;
      const events = { path, of: "event", action: "read the job's events" } as const;
      for await (const event of list<WireEvent>(events, { limit: 100 }, signal)) {
        if (event.id === after) break;
        fresh.push(toEvent(event));
      }
      return fresh.reverse();
    },
    cancel: (id, signal) => change(id, "cancel", signal),
    pause: (id, signal) => change(id, "pause", signal),
    resume: (id, signal) => change(id, "resume", signal),
    checkpoints: async (id, signal) => {
      const kept: Checkpoint[] = [];
      const path = `/fine_tuning/jobs/${encodeURIComponent(id)}/checkpoints`;
      const checkpoints = { path, of: "checkpoint", action: "list the job's checkpoints" } as const;
      for await (const checkpoint of list<WireCheckpoint>(checkpoints, { limit: 100 }, signal)) {
        kept.push(toCheckpoint(checkpoint));
      }
      return kept.sort((a, b) => a.step - b.step);
    },
    results: async (id, signal) => {
      const chunks: Uint8Array[] = [];
      const begin = async () => void chunks.splice(0);
      const write = async (chunk: Uint8Array) => void chunks.push(chunk);
      const isThere = await downloadFile(wire, endpoint, { id, sink: { begin, write }, signal });
      const steps = isThere ? readResults(Buffer.concat(chunks).toString("utf8")) : undefined;
      if (steps === undefined) throw badAnswer(host, isThere ? `${id} is no table of steps` : `there is no file ${id}`);
      return steps;
    },
    complete: (request, signal) =>
      wireCall(
        { action: "chat", creating: false, oneOfMany: true, deadlineMs: timing.chatMs, signal },
        async (signal) => {
          const body = toChat(request, capabilities);
          const { choices, usage } = checked("chat", await client.chat.completions.create(body, { signal }), host);
          const [choice] = choices;
          return {
            content: choice === undefined ? "" : answerText(choice.message),
            finishReason: choice?.finish_reason ?? "unknown",
            usage: usage ?? undefined,
          };
        },
        context,
      ),
  };
}

/** What all servers of this wire format have in common, unless they say otherwise. */
export const wireCapabilities = {
  trains: true,
  methods: ["supervised", "dpo"],
  baseChat: "direct",
  seed: true,
  needsDeploy: false,
  pauses: true,
  checkpoints: true,
  hyperparameters: ["n_epochs", "batch_size", "learning_rate_multiplier"],
  roles: ["system", "user", "assistant", "tool", "function"],
  tools: true,
  images: true,
  maxSuffix: 64,
  maxConcurrency: 8,
  maxTokensParameter: "max_tokens",
} as const satisfies Partial<Capabilities>;

/** What differs between providers that speak OpenAI's wire format. */
export interface WireProvider {
  readonly name: string;
  readonly summary: string;
  readonly options: OptionsSchema;
  readonly capabilities: ProviderDefinition["capabilities"];
  readonly ownHyperparameters?: ProviderDefinition["ownHyperparameters"];
  /** Beside those of `extra`. */
  readonly optionFaults?: ProviderDefinition["optionFaults"];
  /** Where requests go. */
  readonly baseUrl: (target: TargetSettings) => string;
  /** The key's variable unless the target names one. */
  readonly apiKeyVariable?: string;
}

/** A provider that differs from OpenAI's in address, key and capabilities only. */
export function openaiWire(provider: WireProvider): ProviderDefinition {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const endpointOf = async (target: TargetSettings, { ports, onHold }: ConnectContext): Promise<Endpoint> => {
    const baseUrl = provider.baseUrl(target);
    const variable = text(target["api_key_env"]) ?? provider.apiKeyVariable;
    return {
      baseUrl,
      key: await credentialFor({ url: new URL(baseUrl), variable, provider: provider.name }, ports),
      fetch: ports.fetch,
      clock: ports.clock,
      random: ports.random,
      capabilities: provider.capabilities(target),
      organization: text(target["organization"]),
      project: text(target["project"]),
      onHold,
    };
  };
  return {
    name: provider.name,
    summary: provider.summary,
    options: provider.options,
    capabilities: provider.capabilities,
    jobFields: extraFields,
    jobLabels: labelFields,
    ...(provider.ownHyperparameters === undefined ? {} : { ownHyperparameters: provider.ownHyperparameters }),
    optionFaults: (target) => [...extraFaults(target), ...(provider.optionFaults?.(target) ?? [])],
    identity: (target) => {
      const organization = text(target["organization"]);
      const project = text(target["project"]);
      return {
        origin: new URL(provider.baseUrl(target)).origin,
        ...(organization === undefined ? {} : { organization }),
        ...(project === undefined ? {} : { project }),
      };
    },
    connect: async (target, context) => openaiConnection(await endpointOf(target, context)),
    openAccount: async (target, context) => openWireAccount(await endpointOf(target, context)),
  };
}

import type { OpenAI } from "openai";
import { type ChatMessage, type FunctionCall, messageText } from "../core/chat.ts";
import { jobMark } from "./job-mark.ts";
import type {
  Capabilities,
  ChatRequest,
  Checkpoint,
  JobEvent,
  JobMetrics,
  RemoteJob,
  TrainingSpec,
} from "./provider.ts";

type Job = OpenAI.FineTuning.FineTuningJob;
type JobWithOpenStatus = Omit<Job, "status"> & { readonly status: string };

/** The body that creates a job. */
export function toBody(spec: TrainingSpec, capabilities: Capabilities): OpenAI.FineTuning.JobCreateParams {
  const { method, hyperparameters, methodFields } = spec;
  const { suffix, metadata: mark } = jobMark(spec, capabilities);
  const { metadata: own, ...labels } = spec.labels ?? {};
  const metadata = { ...(own as Readonly<Record<string, string>> | undefined), ...mark };
  return {
    model: spec.model,
    training_file: spec.trainingFile,
    method: { type: method, [method]: { ...methodFields, hyperparameters } },
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
    ...(spec.validationFile === undefined ? {} : { validation_file: spec.validationFile }),
    ...(suffix === undefined ? {} : { suffix }),
    ...(spec.seed === undefined || !capabilities.seed ? {} : { seed: spec.seed }),
    ...labels,
    ...spec.fields,
  };
}

/** The body of a chat. */
export function toChat(
  { model, messages, sampling, tools, parallel_tool_calls, functions }: ChatRequest,
  { maxTokensParameter }: Capabilities,
): OpenAI.Chat.ChatCompletionCreateParamsNonStreaming {
  const { temperature, top_p, seed, stop, max_tokens, response_format } = sampling;
  return {
    model,
    messages: messages.map(toMessage),
    temperature,
    [maxTokensParameter]: max_tokens,
    ...(top_p === undefined ? {} : { top_p }),
    ...(seed === undefined ? {} : { seed }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
    ...(response_format === undefined ? {} : { response_format }),
    ...(tools === undefined ? {} : { tools: [...tools] as OpenAI.Chat.ChatCompletionTool[] }),
    ...(parallel_tool_calls === undefined ? {} : { parallel_tool_calls }),
    ...(functions === undefined
      ? {}
      : { functions: [...functions] as OpenAI.Chat.ChatCompletionCreateParams.Function[] }),
  };
}

/** Weights are for training only. The checks have seen that each role has what it needs. */
function toMessage({ weight: _weight, ...message }: ChatMessage): OpenAI.Chat.ChatCompletionMessageParam {
  return message as OpenAI.Chat.ChatCompletionMessageParam;
}

/** What the model answers, whatever of it a server leaves out. */
export function answerText(message: OpenAI.Chat.ChatCompletionMessage | undefined): string {
  if (message == null) return "";
  const { content, refusal, function_call: older, tool_calls: all = [] } = message;
  const calls = (Array.isArray(all) ? all : []).filter((call) => call?.type === "function");
  return messageText({
    role: "assistant",
    content: typeof content === "string" ? content : null,
    ...(typeof refusal === "string" ? { refusal } : {}),
    ...(older == null ? {} : { function_call: calledOf(older) }),
    ...(calls.length === 0
      ? {}
      : { tool_calls: calls.map((call) => ({ id: call.id, type: "function", function: calledOf(call.function) })) }),
  });
}

const calledOf = (called: FunctionCall | undefined): FunctionCall => ({
  name: String(called?.name ?? ""),
  arguments: String(called?.arguments ?? ""),
});

const states: ReadonlyMap<string, RemoteJob["state"]> = new Map([
  ["validating_files", "waiting"],
  ["queued", "waiting"],
  ["pending", "waiting"],
  ["paused", "waiting"],
  ["running", "running"],
  ["succeeded", "succeeded"],
  ["failed", "failed"],
  ["cancelled", "cancelled"],
]);

/** @param job As `checked` let it through. */
export function toJob(job: JobWithOpenStatus): RemoteJob {
  const { supervised, dpo, reinforcement } = job.method ?? {};
  const ofMethod = supervised ?? dpo ?? reinforcement;
  const given = job.hyperparameters ?? ofMethod?.hyperparameters ?? {};
  return {
    id: job.id,
    status: job.status,
    state: states.get(job.status) ?? "running",
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
    resultFiles: job.result_files ?? [],
    raw: job,
  };
}

export function toEvent({ id, level, message, data }: OpenAI.FineTuning.FineTuningJobEvent): JobEvent {
  const metrics = toMetrics(data);
  return metrics === undefined ? { id, level, message } : { id, level, message, metrics };
}

export function toCheckpoint(checkpoint: OpenAI.FineTuning.Jobs.FineTuningJobCheckpoint): Checkpoint {
  const { id, step_number: step, fine_tuned_model_checkpoint: model, metrics } = checkpoint;
  return { id, step, model, metrics: toMetrics({ step, ...metrics }) };
}

/** @param given By the names of OpenAI's events, or of Azure's results. @returns Undefined without a step. */
export function toMetrics(given: unknown): JobMetrics | undefined {
  const facts = (given ?? {}) as Readonly<Record<string, unknown>>;
  const number = (...names: string[]) =>
    names.map((name) => facts[name]).find((value) => typeof value === "number") as number | undefined;
  const step = number("step");
  if (step === undefined) return undefined;
  return {
    step,
    totalSteps: number("total_steps"),
    trainLoss: number("train_loss", "training_loss"),
    trainAccuracy: number("train_mean_token_accuracy", "train_accuracy", "training_token_accuracy"),
    validationLoss: number("full_valid_loss", "valid_loss", "validation_loss"),
  };
}

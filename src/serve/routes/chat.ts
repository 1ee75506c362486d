import { FtpipeError } from "../../core/errors.ts";
import type { Completion, CompletionHooks } from "../../engine/engine.ts";
import { type ApiError, invalid } from "../api-error.ts";
import { readJson } from "../body.ts";
import { type ChatBody, parseChatRequest } from "../chat-request.ts";
import { streamChat } from "../chat-stream.ts";
import { baseOf, goneModel, modelRef } from "../models.ts";
import { wireUsage } from "../wire.ts";
import type { AppContext, Route } from "./route.ts";

export const chatRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/chat/completions",
    handle: async ({ request }, context) => {
      const body = parseChatRequest(await readJson(request));
      const { complete, engineVersion } = await prepare(body, context);
      const head = {
        id: `chatcmpl-${Buffer.from(context.random.bytes(15)).toString("hex").slice(0, 29)}`,
        created: Math.floor(context.clock.now() / 1000),
        model: body.model,
        service_tier: "default",
        system_fingerprint: `ftpipe_${engineVersion}`,
      };
      const { signal } = request;
      const { includeUsage } = body;
      if (body.stream) return streamChat({ head, includeUsage, signal, complete, report: context.report });
      const { content, finishReason, usage } = await complete({ signal });
      return {
        ...head,
        object: "chat.completion",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content, refusal: null, annotations: [] },
            logprobs: null,
            finish_reason: finishReason,
          },
        ],
        usage: wireUsage(usage),
      };
    },
  },
];

/** Finds the model, and fills in what the request leaves open. */
async function prepare(body: ChatBody, context: AppContext) {
  const model = await modelRef(body.model, context);
  if (model === undefined) throw goneModel(body.model, context);
  const engine = await context.engine();
  const name = baseOf(body.model, context);
  const limit = engine.bases.find((base) => base.name === name)?.context;
  const { messages, responseFormat, temperature = 1, top_p, stop } = body;
  const { seed = randomSeed(context), max_tokens = limit ?? 1024 } = body;
  const sampling = { temperature, top_p, stop, seed, max_tokens };
  const question = { model, messages, sampling, ...(responseFormat === undefined ? {} : { responseFormat }) };
  return {
    engineVersion: engine.version,
    /** @throws ApiError for what is wrong with the request. */
    complete: async (hooks: CompletionHooks): Promise<Completion> => {
      try {
        return await engine.complete(question, hooks);
      } catch (error) {
        throw refusalOf(error, limit) ?? error;
      }
    },
  };
}

/** What the engine finds wrong with a request or its model; undefined for a failure of its own. */
function refusalOf(error: unknown, limit: number | undefined): ApiError | undefined {
  if (error instanceof FtpipeError) {
    const param = error.code === "RESPONSE_FORMAT_INVALID" ? "response_format" : "model";
    return invalid([error.message, error.hint ?? ""].join(" ").trim(), param);
  }
  if (!(error instanceof Error) || !error.message.startsWith("The prompt has ")) return undefined;
  const message = `This model's maximum context length is ${limit} tokens. ${error.message}`;
  return invalid(message, "messages", "context_length_exceeded");
}

const randomSeed = ({ random }: AppContext): number => Buffer.from(random.bytes(4)).readUInt32BE() >>> 1;

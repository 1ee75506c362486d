import { FtpipeError } from "../../core/errors.ts";
import type { Completion } from "../../engine/engine.ts";
import { type ApiError, invalid, unknownModel } from "../api-error.ts";
import { isBase } from "../bases.ts";
import { readJson } from "../body.ts";
import { type ChatBody, parseChatRequest } from "../chat-request.ts";
import { modelRef } from "../models.ts";
import type { AppContext, Route } from "./route.ts";

export const chatRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/chat/completions",
    handle: async ({ request }, context) => {
      const body = parseChatRequest(await readJson(request));
      const { engineVersion, ...completion } = await complete(body, context);
      const head = {
        id: `chatcmpl-${Buffer.from(context.random.bytes(15)).toString("hex").slice(0, 29)}`,
        created: Math.floor(context.clock.now() / 1000),
        model: body.model,
        system_fingerprint: `ftpipe_${engineVersion}`,
      };
      if (body.stream) return streamed(head, completion, body.includeUsage);
      return {
        ...head,
        object: "chat.completion",
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: completion.content, refusal: null, annotations: [] },
            logprobs: null,
            finish_reason: completion.finishReason,
          },
        ],
        usage: usage(completion),
        service_tier: "default",
      };
    },
  },
];

async function complete(body: ChatBody, context: AppContext): Promise<Completion & { readonly engineVersion: string }> {
  const model = await modelRef(body.model, context);
  if (model === undefined) throw unknownModel(body.model);
  const engine = await context.engine();
  const name = isBase(body.model) ? body.model : context.store.models.get(body.model)?.base;
  const limit = engine.bases.find((base) => base.name === name)?.context;
  const { temperature = 1, top_p, stop, seed = randomSeed(context), max_tokens = limit ?? 1024 } = body;
  try {
    const sampling = { temperature, top_p, stop, seed, max_tokens };
    const completion = await engine.complete({ model, messages: body.messages, sampling });
    return { ...completion, engineVersion: engine.version };
  } catch (error) {
    throw refusalOf(error, limit) ?? error;
  }
}

/** What the engine finds wrong with a request or its model; undefined for a failure of its own. */
function refusalOf(error: unknown, limit: number | undefined): ApiError | undefined {
  if (error instanceof FtpipeError) return invalid([error.message, error.hint ?? ""].join(" ").trim(), "model");
  if (!(error instanceof Error) || !error.message.startsWith("The prompt has ")) return undefined;
  const message = `This model's maximum context length is ${limit} tokens. ${error.message}`;
  return invalid(message, "messages", "context_length_exceeded");
}

const randomSeed = ({ random }: AppContext): number => Buffer.from(random.bytes(4)).readUInt32BE() >>> 1;

const usage = ({ usage: { prompt_tokens, completion_tokens } }: Completion) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
});

/** The finished answer as server-sent events. */
function streamed(head: object, completion: Completion, includeUsage: boolean): Response {
  const chunk = (delta: object, finish: string | null) => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...(includeUsage ? { usage: null } : {}),
  });
  const chunks: readonly object[] = [
    chunk({ role: "assistant", content: "", refusal: null }, null),
    ...(completion.content === "" ? [] : [chunk({ content: completion.content }, null)]),
    chunk({}, completion.finishReason),
    ...(includeUsage ? [{ ...head, object: "chat.completion.chunk", choices: [], usage: usage(completion) }] : []),
  ];
  const text = chunks.map((item) => `data: ${JSON.stringify(item)}\n\n`).join("");
  return new Response(`${text}data: [DONE]\n\n`, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
}

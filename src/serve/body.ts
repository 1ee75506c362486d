import { ApiError, invalid, tooLarge } from "./api-error.ts";

/** Largest JSON body, bytes. */
const jsonLimit = 8 * 2 ** 20;

/**
 * The JSON body of a request. Only `application/json` is read, so that no web page can send one unasked.
 * @throws ApiError 400, 413 or 415.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new ApiError(415, `Unsupported content type '${type}'. This API method takes 'application/json'.`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.length;
    if (bytes > jsonLimit) throw tooLarge(`The body is larger than ${jsonLimit} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch {
    throw invalid("We could not parse the JSON body of your request. The OpenAI API expects a JSON payload.");
  }
}

/** A request's bytes; nothing if it has no body. */
export async function* bodyOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body !== null) yield* request.body as AsyncIterable<Uint8Array>;
}

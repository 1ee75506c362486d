/** A refusal in OpenAI's form; texts and codes as its API gives them. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: number, message: string, details: ApiErrorDetails = {}) {
    super(message);
    this.status = status;
    this.type = details.type ?? "invalid_request_error";
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }

  toJSON(): object {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

export interface ApiErrorDetails {
  readonly type?: string;
  readonly param?: string | null;
  readonly code?: string | null;
}

export const invalid = (message: string, param: string | null = null, code: string | null = null): ApiError =>
  new ApiError(400, message, { param, code });

export const unknownFile = (id: string): ApiError => new ApiError(404, `No such File object: ${id}`, { param: "id" });

export const unknownJob = (id: string): ApiError =>
  new ApiError(404, `Could not find fine tune: ${id}`, { param: "fine_tune_id", code: "fine_tune_not_found" });

export const endedJob = ({ id, status }: { readonly id: string; readonly status: string }): ApiError =>
  invalid(`Job has already ended: ${id} is ${status}.`, "fine_tune_id");

export const unknownModel = (id: string): ApiError =>
  new ApiError(404, `The model '${id}' does not exist`, { param: "model", code: "model_not_found" });

/** Of a model that is shut down. */
export const deprecatedModel = (id: string): ApiError =>
  new ApiError(
    404,
    `The model \`${id}\` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations`,
    { code: "model_not_found" },
  );

export const tooLarge = (message: string): ApiError => new ApiError(413, message);

/** A fault of the server's own. */
export const serverError = (): ApiError =>
  new ApiError(500, "The server had an error while processing your request.", { type: "server_error" });

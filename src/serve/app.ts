import { createHash, timingSafeEqual } from "node:crypto";
import { ApiError, serverError } from "./api-error.ts";
import { chatRoutes } from "./routes/chat.ts";
import { fileRoutes } from "./routes/files.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { modelRoutes } from "./routes/models.ts";
import type { AppContext, Route } from "./routes/route.ts";
import { uploadRoutes } from "./routes/uploads.ts";

/** All of the API. */
export const routesOfApi: readonly Route[] = [
  ...fileRoutes,
  ...uploadRoutes,
  ...jobRoutes,
  ...modelRoutes,
  ...chatRoutes,
];

export interface AppOptions extends AppContext {
  /** The bearer key that every request must carry. */
  readonly key: string;
  readonly log: AccessLog;
  /** Beside the API's. */
  readonly moreRoutes?: readonly Route[];
}

/** Takes one entry a request. */
export type AccessLog = (entry: {
  readonly method: string;
  /** As sent, so percent-encoded. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}) => void;

/**
 * The server as a function: OpenAI's API over whatever carries requests. Never rejects; every answer, refusals
 * too, has an `x-request-id`.
 */
export function createApp({
  key,
  log,
  moreRoutes = [],
  ...context
}: AppOptions): (request: Request) => Promise<Response> {
  const { clock, random, report } = context;
  const keyDigest = digest(key);
  const all = [...routesOfApi, ...moreRoutes];
  return async (request) => {
    const started = clock.monotonic();
    const { pathname, searchParams } = new URL(request.url);
    const answer = async (): Promise<Response> => {
      try {
        authorize(request, keyDigest);
        const { route, id } = findRoute(all, request.method, pathname);
        const result = await route.handle({ request, id, query: searchParams }, context);
        return result instanceof Response ? result : json(200, result);
      } catch (error) {
        if (error instanceof ApiError) return refusal(error);
        // Work that a client who left no longer wants ends in an error, which is none.
        if (!request.signal.aborted) report(error);
        return json(500, serverError());
      }
    };
    const response = await answer();
    response.headers.set("x-request-id", `req_${Buffer.from(random.bytes(16)).toString("hex")}`);
    const milliseconds = Math.round(clock.monotonic() - started);
    log({ method: request.method, path: pathname, status: response.status, milliseconds });
    return response;
  };
}

/** An error as the API sends it. */
export function refusal(error: ApiError): Response {
  const response = json(error.status, error);
  if (error.status === 401) response.headers.set("www-authenticate", "Bearer");
  return response;
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
}

const digest = (text: string): Uint8Array => createHash("sha256").update(text).digest();

function authorize(request: Request, keyDigest: Uint8Array): void {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }
  // Digests have one length, so that the comparison tells nothing about the key, not even how long it is.
  if (!timingSafeEqual(digest(given), keyDigest)) {
    throw new ApiError(
      401,
      "Incorrect API key provided. This server's key lies in its state folder, in the file `key`.",
      {
        code: "invalid_api_key",
      },
    );
  }
}

/** The route of the API that a request goes to; undefined if there is none. */
export function routeOf(method: string, pathname: string): Route | undefined {
  return matches(routesOfApi, pathname).find(({ route }) => route.method === method)?.route;
}

interface Match {
  readonly route: Route;
  readonly id: string;
}

function matches(among: readonly Route[], pathname: string): readonly Match[] {
  return among.flatMap((route) => {
    const id = match(route.path, pathname);
    return id === undefined ? [] : [{ route, id }];
  });
}

function findRoute(among: readonly Route[], method: string, pathname: string): Match {
  const found = matches(among, pathname);
  const exact = found.find(({ route }) => route.method === method);
  if (exact !== undefined) return exact;
  if (found.length === 0) throw new ApiError(404, `Invalid URL (${method} ${pathname})`);
  throw new ApiError(
    405,
    `Not allowed to ${method} on ${pathname}. (HINT: Perhaps you meant to make a different HTTP request?)`,
    { code: "method_not_supported" },
  );
}

/** @returns What stands where the pattern has `:id`, empty if it has none; undefined if the path is another. */
function match(pattern: string, pathname: string): string | undefined {
  const wanted = `/v1${pattern}`.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  let id = "";
  for (const [index, segment] of wanted.entries()) {
    const actual = given[index] ?? "";
    if (segment !== ":id") {
      if (segment !== actual) return undefined;
      continue;
    }
    const decoded = decode(actual);
    if (decoded === undefined || decoded === "") return undefined;
    id = decoded;
  }
  return id;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A stray percent sign: no id is spelt so.
    return undefined;
  }
}

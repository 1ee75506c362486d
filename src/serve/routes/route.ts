import type { Random } from "../../core/ports.ts";
import type { Queue, QueueContext } from "../queue.ts";

/** What the routes work with. */
export interface AppContext extends QueueContext {
  readonly queue: Queue;
  readonly random: Random;
}

export interface Call {
  readonly request: Request;
  /** The part of the path that the route leaves open, percent-decoded; empty if there is none. */
  readonly id: string;
  readonly query: URLSearchParams;
}

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/v1`; `:id` stands for one segment. */
  readonly path: string;
  /** A plain object is answered as JSON with status 200. @throws ApiError. */
  readonly handle: (call: Call, context: AppContext) => Promise<Response | object> | Response | object;
}

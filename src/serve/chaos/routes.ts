import { routeOf } from "../app.ts";

/** The names that chaos has for the routes. */
const nameOf = {
  "POST /files": "create_file",
  "GET /files": "list_files",
  "GET /files/:id": "get_file",
  "GET /files/:id/content": "get_content",
  "DELETE /files/:id": "delete_file",
  "POST /uploads": "create_upload",
  "POST /uploads/:id/parts": "add_part",
  "POST /uploads/:id/complete": "complete_upload",
  "POST /uploads/:id/cancel": "cancel_upload",
  "POST /fine_tuning/jobs": "create_job",
  "GET /fine_tuning/jobs": "list_jobs",
  "GET /fine_tuning/jobs/:id": "get_job",
  "POST /fine_tuning/jobs/:id/cancel": "cancel_job",
  "POST /fine_tuning/jobs/:id/pause": "pause_job",
  "POST /fine_tuning/jobs/:id/resume": "resume_job",
  "GET /fine_tuning/jobs/:id/events": "list_events",
  "GET /fine_tuning/jobs/:id/checkpoints": "list_checkpoints",
  "GET /models": "list_models",
  "GET /models/:id": "get_model",
  "DELETE /models/:id": "delete_model",
  "POST /chat/completions": "chat",
} as const;

export type RouteName = (typeof nameOf)[keyof typeof nameOf];

export const routeNames: readonly RouteName[] = Object.values(nameOf);

/**
 * Where a kind strikes that is named without a route. The list of models is spared: it is how clients see that a
 * server is up.
 */
export const mostRoutes: readonly RouteName[] = routeNames.filter((name) => name !== "list_models");

/** A route by its name or as `POST /files`; undefined if there is none. */
export function findRouteName(text: string): RouteName | undefined {
  const name = text.trim();
  return Object.hasOwn(nameOf, name) ? nameOf[name as keyof typeof nameOf] : routeNames.find((known) => known === name);
}

/** The route that a request goes to; undefined if it is none that chaos knows. */
export function routeNameOf({ method, url }: Request): RouteName | undefined {
  const route = routeOf(method, new URL(url).pathname);
  return route === undefined ? undefined : findRouteName(`${route.method} ${route.path}`);
}

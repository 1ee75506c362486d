import { readJson } from "../body.ts";
import { addPart, completeUpload } from "../upload-parts.ts";
import { cancelUpload, createUpload } from "../uploads.ts";
import type { Route } from "./route.ts";

export const uploadRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/uploads",
    handle: async ({ request }, context) => createUpload(await readJson(request), context),
  },
  { method: "POST", path: "/uploads/:id/parts", handle: ({ id, request }, context) => addPart(id, request, context) },
  {
    method: "POST",
    path: "/uploads/:id/complete",
    handle: async ({ id, request }, context) => completeUpload(id, await readJson(request), context),
  },
  { method: "POST", path: "/uploads/:id/cancel", handle: ({ id }, context) => cancelUpload(id, context) },
];

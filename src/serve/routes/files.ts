import { invalid, unknownFile } from "../api-error.ts";
import { readPage } from "../query.ts";
import { receiveUpload } from "../upload.ts";
import { type FileObject, hasEnded, page } from "../wire.ts";
import type { AppContext, Route } from "./route.ts";

/** Purposes whose content is not given back. */
const sealed = ["assistants", "user_data"];

function findFile(id: string, { store, clock }: AppContext): FileObject {
  const file = store.files.get(id);
  if (file === undefined || isExpired(file, clock.now())) throw unknownFile(id);
  return file;
}

const isExpired = ({ expires_at }: FileObject, now: number): boolean => expires_at !== null && expires_at * 1000 <= now;

export const fileRoutes: readonly Route[] = [
  { method: "POST", path: "/files", handle: ({ request }, context) => receiveUpload(request, context) },
  {
    method: "GET",
    path: "/files",
    handle: ({ query }, { store, clock }) => {
      const purpose = query.get("purpose");
      const keep = (file: FileObject) =>
        (purpose === null || file.purpose === purpose) && !isExpired(file, clock.now());
      const { data, hasMore } = readPage(store.files, query, { limit: 10_000, keep });
      return page(data, hasMore);
    },
  },
  { method: "GET", path: "/files/:id", handle: ({ id }, context) => findFile(id, context) },
  {
    method: "DELETE",
    path: "/files/:id",
    handle: async ({ id }, context) => {
      findFile(id, context);
      const uses = context.store.jobs.page({
        limit: 1,
        keep: ({ wire }) => !hasEnded(wire) && (wire.training_file === id || wire.validation_file === id),
      });
      if (uses?.data.length !== 0) throw invalid("File is still processing. Check back later.", "id");
      context.store.files.remove(id);
      await context.files.remove(context.places.file(id));
      return { id, object: "file", deleted: true };
    },
  },
  {
    method: "GET",
    path: "/files/:id/content",
    handle: ({ id }, context) => {
      const { purpose, filename, bytes } = findFile(id, context);
      if (sealed.includes(purpose)) throw invalid(`Not allowed to download files of purpose: ${purpose}`);
      return new Response(ReadableStream.from(context.files.stream(context.places.file(id))), {
        headers: {
          "content-type": "application/octet-stream",
          "content-length": String(bytes),
          "content-disposition": `attachment; filename="${asciiName(filename)}"`,
        },
      });
    },
  },
];

/** A name that fits in a header: what does not is percent-encoded. */
const asciiName = (name: string): string => name.replace(/[^\x20-\x7e]|["\\%]/gu, encodeURIComponent);

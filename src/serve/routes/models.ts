import { ApiError, unknownModel } from "../api-error.ts";
import { baseNames, isBase } from "../bases.ts";
import { removeModel } from "../models.ts";
import type { ModelObject } from "../wire.ts";
import type { Route } from "./route.ts";

/** When the bases came to be: 2026-11-01. */
const basesCreated = 1_793_491_200;

const baseObject = (id: string): ModelObject => ({ id, object: "model", created: basesCreated, owned_by: "ftpipe" });

export const modelRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/models",
    handle: (_call, { store }) => ({
      object: "list",
      data: [
        ...baseNames.map(baseObject),
        ...store.models
          .all()
          .filter(({ kind }) => kind === "model")
          .map(({ wire }) => wire),
      ],
    }),
  },
  {
    method: "GET",
    path: "/models/:id",
    handle: ({ id }, { store }) => {
      if (isBase(id)) return baseObject(id);
      const model = store.models.get(id);
      if (model === undefined) throw unknownModel(id);
      return model.wire;
    },
  },
  {
    method: "DELETE",
    path: "/models/:id",
    handle: async ({ id }, context) => {
      if (isBase(id)) throw new ApiError(403, `The base model '${id}' can't be deleted.`, { param: "model" });
      const model = context.store.models.get(id);
      if (model === undefined) throw unknownModel(id);
      await removeModel(model, context);
      return { id, object: "model", deleted: true };
    },
  },
];

import { join } from "node:path";
import { safeFileName } from "./ids.ts";

/** Where things lie in a state folder. */
export const layout = (stateDirectory: string) => ({
  root: stateDirectory,
  database: join(stateDirectory, "serve.db"),
  key: join(stateDirectory, "key"),
  ownerLock: join(stateDirectory, "owner.db"),
  server: join(stateDirectory, "server.json"),
  accessLog: join(stateDirectory, "access.log"),
  chaosLog: join(stateDirectory, "chaos.jsonl"),
  errorLog: join(stateDirectory, "error.log"),
  /** Bytes that are still coming in; swept at the start. */
  incoming: join(stateDirectory, "incoming"),
  /** Parts of uploads that have not ended, a folder each. */
  uploads: join(stateDirectory, "uploads"),
  upload: (id: string) => join(stateDirectory, "uploads", id),
  file: (id: string) => join(stateDirectory, "files", id),
  /** The engine's folder for one job: checkpoints, trainer state, final weights. */
  job: (id: string) => join(stateDirectory, "jobs", id),
  model: (modelId: string) => join(stateDirectory, "models", safeFileName(modelId)),
});

export type Layout = ReturnType<typeof layout>;
